//! A text's terms and their BM25 weights, the same in every engine: the engine only multiplies in how rare a term is
//! in the collection (its IDF modifier). Must not know articles, passages or languages' meanings.
//!
//! Chinese is segmented by dictionary in search mode (a long word also yields the shorter ones in it) without the
//! hidden Markov model: what the dictionary lacks falls into single characters, the same in a question and in the
//! text that answers it. With the model, BM25 alone put an article of the right intent first for 41.6 % of the 2,007
//! Chinese training sentences instead of 44.2 %. English plurals are folded, other endings kept: cutting -ing and -ed
//! moved the 1,588 English sentences from 38.6 % to 38.2 %, the 558 of the evaluation set from 49.5 % to 50.7 %.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::Peekable;
use std::str::Chars;
use std::sync::LazyLock;

use jieba_rs::Jieba;
use sha2::{Digest, Sha256};

use crate::domain::locale::is_han;
use crate::store::vectors::SparseVector;
use crate::text::normalise;

/// Saturation of repeated terms, and how much length counts: the usual values, as in Robertson and Zaragoza 2009.
const K1: f64 = 1.2;
const B: f64 = 0.75;

/// Words too common in questions and answers alike to tell texts apart.
const STOP_WORDS: [&str; 4] = [
    "的 了 吗 呢 吧 啊 呀 嘛 是 在 我 你 您 他 她 它 我们 你们 咱们 请 请问 和 与 或 及 并 也 都 就 还 很 要 想 会 能",
    "可 可以 把 被 给 这 那 这个 那个 有 个 一个 一下 怎么 如何 怎样 什么 怎么办 以及 如果",
    "a an the is are was be been am do does did i me my you your we our us it its this that to of in on at for",
    "with and or if as by can could will would may please what how s t im ive have has there",
];

static SEGMENTER: LazyLock<Jieba> = LazyLock::new(Jieba::new);
static STOPPED: LazyLock<BTreeSet<&str>> =
    LazyLock::new(|| STOP_WORDS.into_iter().flat_map(str::split_whitespace).collect());

/// The terms of a text in its order, repeats included: width, case and traditional characters folded, stop words left
/// out. Numbers stay whole (`50,000.00` is `50000.00`).
#[must_use]
pub fn terms(text: &str) -> Vec<String> {
    // Traditional 帳 becomes 帐, which people also type by mistake; texts write 账户, 转账.
    let text = normalise(text).to_lowercase().replace('帐', "账");
    let mut found = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(first) = chars.next() {
        if is_han(first) {
            let run = han_run(first, &mut chars);
            let words = SEGMENTER.cut_for_search(&run, false);
            found.extend(words.into_iter().filter(|word| !STOPPED.contains(word)).map(str::to_owned));
        } else if first.is_alphanumeric() {
            let word = word(first, &mut chars);
            if !STOPPED.contains(word.as_str()) {
                found.push(singular(word));
            }
        }
    }
    found
}

fn han_run(first: char, chars: &mut Peekable<Chars<'_>>) -> String {
    let mut run = String::from(first);
    while let Some(c) = chars.next_if(|c| is_han(*c)) {
        run.push(c);
    }
    run
}

/// A word or number: a point or comma between digits belongs to it (the comma is dropped), and so does an apostrophe
/// between letters (dropped too, with the s of a genitive).
fn word(first: char, chars: &mut Peekable<Chars<'_>>) -> String {
    let mut word = String::from(first);
    let mut genitive = None;
    while let Some(c) = chars.peek().copied() {
        if c.is_alphanumeric() && !is_han(c) {
            word.push(c);
            chars.next();
            continue;
        }
        let after = chars.clone().nth(1);
        let last_is_digit = word.ends_with(|last: char| last.is_ascii_digit());
        if matches!(c, '.' | ',') && last_is_digit && after.is_some_and(|after| after.is_ascii_digit()) {
            if c == '.' {
                word.push(c);
            }
        } else if matches!(c, '\'' | '\u{2019}') && after.is_some_and(|after| after.is_ascii_alphabetic()) {
            genitive = Some(word.len());
        } else {
            break;
        }
        chars.next();
    }
    if let Some(end) = genitive.filter(|end| word.get(*end..) == Some("s")) {
        word.truncate(end);
    }
    word
}

/// Folds English plurals: `fees` and `fee`, `branches` and `branch`, `currencies` and `currency` are one term.
fn singular(mut word: String) -> String {
    if word.len() <= 3 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return word;
    }
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    if ends(&["ies"]) && word.len() > 4 {
        word.truncate(word.len() - 3);
        word.push('y');
    } else if ends(&["xes", "ches", "shes", "sses", "zes"]) {
        word.truncate(word.len() - 2);
    } else if ends(&["s"]) && !ends(&["ss", "us", "is"]) {
        word.truncate(word.len() - 1);
    }
    word
}

/// BM25 weights for the texts of a collection.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bm25 {
    /// Mean number of terms of a text; above zero.
    average_length: f64,
}

impl Bm25 {
    /// For texts of these lengths in terms.
    #[must_use]
    pub fn of_lengths(lengths: impl IntoIterator<Item = usize>) -> Self {
        let (mut texts, mut terms) = (0_u32, 0.0);
        for length in lengths {
            texts += 1;
            terms += count(length);
        }
        Self { average_length: if terms > 0.0 { terms / f64::from(texts) } else { 1.0 } }
    }

    /// A text's terms with their weights: `tf·(k1 + 1) / (tf + k1·(1 − b + b·length/average))`.
    #[must_use]
    pub fn document(&self, terms: &[String]) -> SparseVector {
        let norm = K1 * (1.0 - B + B * count(terms.len()) / self.average_length);
        let mut frequencies: BTreeMap<u32, f64> = BTreeMap::new();
        for term in terms {
            *frequencies.entry(term_id(term)).or_default() += 1.0;
        }
        vector(frequencies.into_iter().map(|(id, tf)| (id, tf * (K1 + 1.0) / (tf + norm))))
    }
}

/// A question's terms, each once with weight 1; the engine multiplies in IDF. Empty when no term is left.
#[must_use]
pub fn query_vector(text: &str) -> SparseVector {
    let ids: BTreeSet<u32> = terms(text).iter().map(|term| term_id(term)).collect();
    vector(ids.into_iter().map(|id| (id, 1.0)))
}

/// The place of a term in a sparse vector: the first four bytes of its SHA-256, so that no vocabulary has to be kept
/// or agreed on. Among n terms a collision of any two has odds of about n²/2³³: 1 in 340 for 5,000 terms. It would
/// let one term match the other's texts, and do nothing worse.
#[must_use]
pub fn term_id(term: &str) -> u32 {
    let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(term));
    u32::from_be_bytes([a, b, c, d])
}

/// Lengths of texts are far below what `f64` counts exactly.
fn count(terms: usize) -> f64 {
    u32::try_from(terms).map_or(f64::from(u32::MAX), f64::from)
}

#[expect(clippy::cast_possible_truncation, reason = "weights lie between 0 and k1 + 1; engines keep them as f32")]
fn vector(weights: impl Iterator<Item = (u32, f64)>) -> SparseVector {
    let (indices, values) = weights.map(|(id, weight)| (id, weight as f32)).unzip();
    SparseVector { indices, values }
}
