//! Words of a text as sparse vectors: Chinese by dictionary, English by spaces, weighted by BM25.
//!
//! Document weights are `tf·(k1+1) / (tf + k1·(1 − b + b·length/average))` (Robertson and Zaragoza 2009), query weights
//! are 1; how rare a word is (IDF) is multiplied in by the engine, which knows the collection. The same code serves
//! every engine, so all give the same order. Must not know articles, languages of replies or engines.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jieba_rs::Jieba;
use sha2::{Digest, Sha256};

use crate::store::vectors::SparseVector;
use crate::text::normalise;

/// How fast repetitions of a word lose weight.
const K1: f32 = 1.2;
/// How much long texts are held back.
const B: f32 = 0.75;

static SEGMENTER: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// Words that say nothing about the matter.
const STOP: [&str; 84] = [
    "的", "了", "吗", "呢", "吧", "啊", "呀", "是", "在", "我", "我的", "你", "你们", "您", "请", "请问", "和", "与", "或",
    "也", "都", "就", "还", "把", "被", "给", "对", "这", "那", "这个", "那个", "一个", "有", "要", "想", "会", "能", "可以",
    "一下", "什么", "怎么", "a", "an", "the", "is", "are", "am", "be", "was", "do", "does", "did", "i", "my", "me", "you",
    "your", "we", "our", "it", "its", "this", "that", "to", "of", "in", "on", "at", "for", "with", "and", "or", "if", "can",
    "could", "would", "will", "please", "have", "has", "how", "what", "there", "from",
];

/// The words of a text in order: width, case and traditional characters folded, long Chinese words together with the
/// words in them (信用卡 gives 信用, 信用卡), English plurals cut, stop words left out.
#[must_use]
pub fn terms(text: &str) -> Vec<String> {
    let folded = normalise(text).to_lowercase();
    SEGMENTER
        .cut_for_search(&folded, true)
        .into_iter()
        .flat_map(|token| token.word.split(|c: char| !c.is_alphanumeric() && c != '%'))
        .filter(|word| !word.is_empty() && !STOP.contains(word))
        .map(stem)
        .collect()
}

/// Cuts the English plural, so that `fees` finds `fee`: enough where texts are written in one style.
fn stem(word: &str) -> String {
    let plural = word.len() > 3 && word.is_ascii() && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us");
    let cut = match word.strip_suffix("ies") {
        Some(rest) if plural && rest.len() > 2 => return format!("{rest}y"),
        _ if plural => &word[..word.len() - 1],
        _ => word,
    };
    cut.to_owned()
}

/// A query as a sparse vector: each word once, weight 1. Empty when the text has no word that counts.
#[must_use]
pub fn query_vector(text: &str) -> SparseVector {
    vector(terms(text).into_iter().map(|term| (id(&term), 1.0)).collect())
}

/// A document as a sparse vector. `average` is the mean number of words of all documents.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a few hundred words")]
pub fn document_vector(words: &[String], average: f32) -> SparseVector {
    let mut counts: BTreeMap<u32, f32> = BTreeMap::new();
    for word in words {
        *counts.entry(id(word)).or_default() += 1.0;
    }
    let held_back = K1 * (1.0 - B + B * words.len() as f32 / average.max(1.0));
    vector(counts.into_iter().map(|(id, tf)| (id, tf * (K1 + 1.0) / (tf + held_back))).collect())
}

fn vector(weights: BTreeMap<u32, f32>) -> SparseVector {
    SparseVector { indices: weights.keys().copied().collect(), values: weights.into_values().collect() }
}

/// A word's place: the first 32 bits of its SHA-256. Of 10,000 different words about 0.01 pairs share one, so a
/// dictionary that every reindexing would have to carry along is not worth it.
fn id(term: &str) -> u32 {
    let hash = Sha256::digest(term.as_bytes());
    u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]])
}
