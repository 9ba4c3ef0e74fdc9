//! The two languages teller speaks and text that exists in both.
//! Must not know where text comes from; language detection here looks only at the letters of one text.

use serde::{Deserialize, Serialize};

/// A language of the bank's customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// Chinese (simplified, mainland).
    Zh,
    /// English.
    En,
}

impl Locale {
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// Reads `zh`, `zh-CN`, `en`, `en_GB` …; `None` for another language.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The language a text is written in; `None` when it holds no letter at all ("13800", "??").
    ///
    /// One Han character carries about as much as a short English word, so each is counted as one and
    /// Latin words as one: "我的 debit card 丢了" is Chinese, "what is 余额宝" is English.
    #[must_use]
    pub fn detect(text: &str) -> Option<Self> {
        let han = text.chars().filter(|c| is_han(*c)).count();
        let latin = text.split(|c: char| !c.is_alphabetic() || is_han(c)).filter(|w| !w.is_empty()).count();
        match (han, latin) {
            (0, 0) => None,
            (han, latin) if han >= latin => Some(Self::Zh),
            _ => Some(Self::En),
        }
    }
}

/// A Han character: the CJK unified ideographs and their extension A.
#[must_use]
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}

/// One text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Localised {
    pub zh: String,
    pub en: String,
}

impl Localised {
    #[must_use]
    pub fn get(&self, locale: Locale) -> &str {
        match locale {
            Locale::Zh => &self.zh,
            Locale::En => &self.en,
        }
    }
}
