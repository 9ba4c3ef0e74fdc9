//! `teller recommend CUSTOMER`: the list an advisor sees. Must not know how it is made.

use clap::Args;

use super::{Outcome, Place};
use crate::domain::{CustomerId, Locale};
use crate::recommend::{DEFAULT_LIMIT, RecommendationList, RecommendationRequest, Subject};

#[derive(Debug, Args)]
pub struct Recommend {
    /// The customer's id, such as C000001
    customer: String,
    #[arg(long, default_value_t = DEFAULT_LIMIT)]
    limit: usize,
    /// Language of the texts: zh or en
    #[arg(long, default_value = "zh", value_parser = locale)]
    locale: Locale,
    /// Print the response as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

fn locale(text: &str) -> Result<Locale, String> {
    Locale::parse(text).ok_or_else(|| "write zh or en".to_owned())
}

impl Recommend {
    pub fn run(self) -> anyhow::Result<Outcome> {
        let customer = CustomerId::new(self.customer)?;
        let request = RecommendationRequest {
            limit: self.limit,
            ..RecommendationRequest::new(Subject::Customer(customer), self.locale)
        };
        let list = self.place.with_bank(async |app| Ok(app.recommender.recommend(&request, "cli").await?))?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&list)?);
        } else {
            print(&list);
        }
        Ok(Outcome::Done)
    }
}

fn print(list: &RecommendationList) {
    if !list.personalised {
        println!("not personalised: no consent, so this is the list of somebody unknown\n");
    }
    for (place, item) in list.items.iter().enumerate() {
        println!("{}. {}  {}  {:.4}", place + 1, item.product_id, item.name, item.score);
        for reason in &item.reasons {
            println!("     + {} ({})", reason.text, reason.code);
        }
        for fact in &item.facts {
            println!("     · {} [{}, {}]", fact.text, fact.source, fact.valid_on);
        }
    }
    println!("\n{} left out:", list.excluded.len());
    for exclusion in &list.excluded {
        println!("  - {}  {} ({})", exclusion.product_id, exclusion.text, exclusion.rule);
    }
    println!("\ndecision {} · {}", list.decision_id, list.model_version);
}
