//! The fixed wording around approved content: the templates of `prompts/reply/`, one file a reply and language.
//! Must not know facts or articles: whatever has a figure is handed in.

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, Value};

use super::ChatError;
use super::signals::bad;
use crate::domain::Locale;

/// A reply with a template of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wording {
    Answer,
    Flow,
    /// The lines about a registered request for a person.
    Case,
    Handoff,
    SelfHarm,
    Clarify,
    Refuse,
    /// Nothing approved is valid, or the guard stopped the reply.
    NoAnswer,
    Product,
    Recommend,
    Branches,
    /// That a machine answers.
    Notice,
}

macro_rules! templates {
    ($($wording:ident => $name:literal),* $(,)?) => {
        impl Wording {
            pub const ALL: &[Self] = &[$(Self::$wording),*];

            fn file(self, locale: Locale) -> &'static str {
                match (self, locale) {
                    $((Self::$wording, Locale::Zh) => concat!("prompts/reply/", $name, ".zh.j2"),
                      (Self::$wording, Locale::En) => concat!("prompts/reply/", $name, ".en.j2"),)*
                }
            }

            fn source(self, locale: Locale) -> &'static str {
                match (self, locale) {
                    $((Self::$wording, Locale::Zh) => include_str!(concat!("../../prompts/reply/", $name, ".zh.j2")),
                      (Self::$wording, Locale::En) => include_str!(concat!("../../prompts/reply/", $name, ".en.j2")),)*
                }
            }
        }
    };
}

templates! {
    Answer => "answer",
    Flow => "flow",
    Case => "case",
    Handoff => "handoff",
    SelfHarm => "self_harm",
    Clarify => "clarify",
    Refuse => "refuse",
    NoAnswer => "no_answer",
    Product => "product",
    Recommend => "recommend",
    Branches => "branches",
    Notice => "notice",
}

/// The compiled templates.
#[derive(Debug)]
pub struct Templates(Environment<'static>);

impl Templates {
    /// The templates built into the program.
    ///
    /// # Errors
    /// [`ChatError::Prompt`] naming the file that does not compile.
    pub fn embedded() -> Result<Self, ChatError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        environment.set_syntax(syntax.map_err(|error| bad("src/chat/wording.rs", error))?);
        for wording in Wording::ALL {
            for locale in Locale::ALL {
                let file = wording.file(locale);
                environment.add_template(file, wording.source(locale)).map_err(|error| bad(file, error))?;
            }
        }
        Ok(Self(environment))
    }

    /// Words a reply. Lines are trimmed at their ends and at most one line is left empty between two.
    ///
    /// # Errors
    /// [`ChatError::Prompt`] when the template asks for what `values` does not hold.
    pub fn word(&self, wording: Wording, locale: Locale, values: Value) -> Result<String, ChatError> {
        let file = wording.file(locale);
        let text = self.0.get_template(file).and_then(|template| template.render(values));
        Ok(tidy(&text.map_err(|error| bad(file, error))?))
    }
}

fn tidy(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.trim().lines().map(str::trim_end) {
        if !(line.is_empty() && lines.last().is_some_and(|last| last.is_empty())) {
            lines.push(line);
        }
    }
    lines.join("\n")
}
