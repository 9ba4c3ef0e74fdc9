//! One form for text that means the same: full-width and half-width, traditional and simplified, with or
//! without stray control characters; and, in [`authored`], how people write data into TOML files.
//! Must not know languages' words, intents or secrets.

pub mod authored;

use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use unicode_normalization::UnicodeNormalization;

/// `None` only if the dictionary compiled into the program cannot be read; text then stays traditional.
static TO_SIMPLIFIED: LazyLock<Option<OpenCC>> = LazyLock::new(|| OpenCC::from_config(BuiltinConfig::T2s).ok());

/// NFKC (full-width digits become plain ones), traditional characters to simplified, runs of white space
/// and control characters to one space, none at the ends. Case and punctuation stay.
#[must_use]
pub fn normalise(text: &str) -> String {
    let folded: String = text.nfkc().collect();
    let spaced = folded.split(|c: char| c.is_whitespace() || c.is_control() || is_invisible(c));
    let joined = spaced.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match TO_SIMPLIFIED.as_ref() {
        Some(converter) if joined.chars().any(crate::domain::locale::is_han) => converter.convert(&joined),
        _ => joined,
    }
}

/// Zero-width and direction marks: they hide inside words and numbers and mean nothing to a bank.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{00ad}')
}
