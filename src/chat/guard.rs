//! The last look at a reply: no banned claim, no figure without an approved source, nobody's e-mail address.
//! Works on the final text alone, whatever made it. Must not know how the text came about.
//!
//! Card, account, phone and identity numbers, customer ids and amounts of other people are figures too: one that no
//! approved source holds stops the reply.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::ChatError;
use super::signals::{bad, fold, read};

const FILE: &str = "prompts/banned.toml";

/// Digits with their separators (not at the end), and a percent sign where one follows.
static FIGURE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\d+(?:,\d{3})*(?:[.:/-]\d+)*\s?%?").ok());
/// Shares and per-cent figures in Chinese words.
static SPOKEN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new("[百千万]分之[零〇一二两三四五六七八九十百千万点]+").ok());
static EMAIL: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[\w.+-]+@[\w-]+\.[\w.-]+").ok());

/// Why a reply may not go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Breach {
    /// The words of a banned claim.
    Claim(String),
    /// A figure that no approved source holds.
    Figure(String),
    /// An e-mail address that no approved source holds.
    Address,
}

impl Breach {
    /// For the decision log, which must not repeat what was stopped.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Claim(_) => "claim",
            Self::Figure(_) => "figure",
            Self::Address => "address",
        }
    }
}

/// The compiled claims.
#[derive(Debug)]
pub struct Guard {
    claims: Vec<Claim>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claim {
    words: Vec<String>,
    /// For people: why the words are banned.
    #[serde(rename = "reason")]
    _reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BannedFile {
    claim: Vec<Claim>,
}

impl Guard {
    /// The claims built into the program.
    ///
    /// # Errors
    /// [`ChatError::Prompt`] for a file that does not fit the code, or a pattern of this file that does not compile.
    pub fn embedded() -> Result<Self, ChatError> {
        if [&*FIGURE, &*SPOKEN, &*EMAIL].into_iter().any(Option::is_none) {
            return Err(bad("src/chat/guard.rs", "a pattern does not compile"));
        }
        let file: BannedFile = read(FILE, include_str!("../../prompts/banned.toml"))?;
        let folded = |claim: Claim| Claim { words: claim.words.iter().map(|word| fold(word)).collect(), ..claim };
        Ok(Self { claims: file.claim.into_iter().map(folded).collect() })
    }

    /// Every word that may not leave, folded.
    pub fn claims(&self) -> impl Iterator<Item = &str> {
        self.claims.iter().flat_map(|claim| &claim.words).map(String::as_str)
    }

    /// Looks at a final text and the approved sources behind it.
    ///
    /// # Errors
    /// The first [`Breach`] found.
    pub fn check(&self, text: &str, sources: &[String]) -> Result<(), Breach> {
        self.check_claims(text)?;
        let approved: BTreeSet<String> = sources.iter().flat_map(|source| figures(source)).collect();
        if let Some(figure) = figures(text).into_iter().find(|figure| !approved.contains(figure)) {
            return Err(Breach::Figure(figure));
        }
        let known = |address: &str| sources.iter().any(|source| source.contains(address));
        let addresses = EMAIL.iter().flat_map(|pattern| pattern.find_iter(text));
        if addresses.into_iter().any(|address| !known(address.as_str())) { Err(Breach::Address) } else { Ok(()) }
    }

    /// Only the banned claims: for short texts made of approved names.
    ///
    /// # Errors
    /// [`Breach::Claim`].
    pub fn check_claims(&self, text: &str) -> Result<(), Breach> {
        let folded = fold(text);
        let words = spaced(&folded);
        // 保 本 and 保-本 say the same as 保本; 投保，本产品 does not.
        let joined: String = folded.chars().filter(|c| !matches!(c, ' ' | '-' | '_' | '*' | '·' | '~')).collect();
        let stands = |claim: &&str| {
            if claim.is_ascii() { words.contains(&spaced(claim)) } else { joined.contains(*claim) }
        };
        match self.claims().find(stands) {
            Some(claim) => Err(Breach::Claim(claim.to_owned())),
            None => Ok(()),
        }
    }
}

/// English words with one space around each; Chinese characters end a word.
fn spaced(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    format!(" {} ", plain.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The figures of a text in one form: `1,000.00` is `1000.00`, `1.10 %` is `1.10%`.
fn figures(text: &str) -> BTreeSet<String> {
    // A Chinese comma ends a clause; folded to an English one it would join two figures.
    let text = fold(&text.replace(['，', '：'], " "));
    let digits = FIGURE.iter().flat_map(|pattern| pattern.find_iter(&text));
    let spoken = SPOKEN.iter().flat_map(|pattern| pattern.find_iter(&text));
    digits.chain(spoken).map(|found| found.as_str().replace([',', ' '], "")).collect()
}
