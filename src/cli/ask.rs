//! `teller ask "…"`: one question as a customer who is not signed in would ask it. Must not know how it is answered.

use clap::Args;

use super::{Outcome, Place};
use crate::chat::{ChatResponse, ChatTurn};

#[derive(Debug, Args)]
pub struct Ask {
    /// The question, in Chinese or English
    question: String,
    /// Print the response as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

impl Ask {
    pub fn run(self) -> anyhow::Result<Outcome> {
        let turn = ChatTurn { message: self.question, channel: Some("cli".to_owned()), ..ChatTurn::default() };
        let response = self.place.with_bank(async |app| Ok(app.chat.turn(turn).await?))?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&response)?);
        } else {
            print(&response);
        }
        Ok(Outcome::Done)
    }
}

fn print(response: &ChatResponse) {
    let (reply, understood) = (&response.reply, &response.understanding);
    println!("{}\n", reply.text);
    for citation in &reply.citations {
        println!("  [{}] {}: {}", citation.id, citation.title, citation.quote);
    }
    for suggestion in &reply.suggestions {
        println!("  > {suggestion}");
    }
    let intent = understood.intent.as_deref().unwrap_or("none");
    let scope = if understood.out_of_scope { ", out of scope" } else { "" };
    println!("\n({}; intent {intent}, confidence {:.2}{scope})", reply.kind.as_str(), understood.confidence);
    println!("{}", response.notice);
}
