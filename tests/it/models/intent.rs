//! The taxonomy, its sentences, and the head trained on them.

use std::collections::{BTreeMap, BTreeSet};

use teller::domain::Locale;
use teller::eval::encoded::encode;
use teller::models::encoder::{TextEncoder, TextRole};
use teller::models::intent::IntentModel;
use teller::models::intent::corpus::{self, OUT_OF_SCOPE, Sentence};
use teller::models::intent::train::{REGRESSION, TrainingSet, train};

use super::encoder;

#[test]
fn taxonomy_names_sixty_intents_or_more_in_both_languages() {
    let taxonomy = corpus::taxonomy().unwrap();
    assert!(taxonomy.len() >= 60);
    assert!(taxonomy.iter().all(|i| !i.name.zh.is_empty() && !i.name.en.is_empty() && !i.owner.is_empty()));
}

#[test]
fn every_intent_has_twelve_different_utterances_or_more_in_each_language() {
    let taxonomy = corpus::taxonomy().unwrap();
    let mut texts: BTreeMap<(Locale, &str), BTreeSet<&str>> = BTreeMap::new();
    let training = corpus::training(&taxonomy).unwrap();
    for sentence in &training {
        texts.entry((sentence.locale, &sentence.intent)).or_default().insert(&sentence.text);
    }
    for intent in &taxonomy {
        for locale in Locale::ALL {
            let count = texts.get(&(locale, intent.id.as_str())).map_or(0, BTreeSet::len);
            assert!(count >= 12, "{} has {count} utterances in {}", intent.id, locale.as_str());
        }
    }
}

#[test]
fn no_test_sentence_is_among_those_trained_or_chosen_on() {
    let taxonomy = corpus::taxonomy().unwrap();
    let plain = |s: &Sentence| teller::text::normalise(&s.text).to_lowercase();
    let seen: BTreeSet<String> =
        corpus::training(&taxonomy).unwrap().iter().chain(&corpus::validation(&taxonomy).unwrap()).map(plain).collect();
    let leaked: Vec<String> = corpus::test(&taxonomy).unwrap().iter().map(plain).filter(|t| seen.contains(t)).collect();
    assert!(leaked.is_empty(), "{leaked:?}");
}

#[test]
fn committed_head_belongs_to_the_committed_sentences() {
    let taxonomy = corpus::taxonomy().unwrap();
    let head = IntentModel::embedded(encoder().identity()).unwrap();
    let sentences = (corpus::training(&taxonomy).unwrap(), corpus::validation(&taxonomy).unwrap());
    assert_eq!(head.card().data_sha256, corpus::sha256(&sentences.0, &sentences.1), "run `teller train intent`");
    let card = include_str!("../../../models/intent/MODEL_CARD.md");
    assert!(card.contains(head.version()), "MODEL_CARD.md does not describe {}", head.version());
}

#[test]
fn head_of_another_encoder_is_refused() {
    let error = IntentModel::embedded("all-MiniLM-L6-v2@1").err().unwrap().to_string();
    assert!(error.contains("teller train intent"), "{error}");
}

#[test]
fn head_files_that_do_not_fit_each_other_are_refused() {
    let card = include_str!("../../../models/intent/head.json");
    let identity = encoder().identity().to_owned();
    let head = include_bytes!("../../../models/intent/head.safetensors");
    assert!(IntentModel::from_parts(&head[..1000], card, &identity).is_err());
    assert!(IntentModel::from_parts(&[], card, &identity).is_err());
    assert!(IntentModel::from_parts(head, "{}", &identity).is_err());
    assert!(IntentModel::from_parts(head, card, &identity).is_ok());
}

#[test]
fn plain_questions_are_understood_and_the_weather_is_not() {
    let (encoder, head) = (encoder(), IntentModel::embedded(encoder().identity()).unwrap());
    let read = |text: &str| {
        let ids = encoder.tokenize(TextRole::Query, text).unwrap();
        head.classify(&encoder.encode(&[&ids]).unwrap()[0])
    };
    for (text, intent) in
        [("我的信用卡丢了怎么办", "report_lost_card"), ("I want to talk to a person", "talk_to_person")]
    {
        let understood = read(text);
        assert_eq!(understood.ranked[0].0, intent, "{text}");
        assert!(!understood.is_out_of_scope, "{text}");
        assert!(understood.ranked.iter().map(|(_, p)| p).sum::<f32>() <= 1.0 + 1e-5);
        assert!(understood.ranked.windows(2).all(|pair| pair[0].1 >= pair[1].1));
    }
    assert!(read("今天天气怎么样").is_out_of_scope);
    assert!(read("who won the football match last night").is_out_of_scope);
}

/// A part of the corpus is enough: the trainer does the same for all of it.
#[test]
fn training_twice_gives_the_same_bytes() {
    let encoder = encoder();
    let taxonomy = corpus::taxonomy().unwrap();
    let labels: Vec<String> = taxonomy.iter().take(4).map(|i| i.id.clone()).collect();
    let set = |all: Vec<Sentence>, each: usize| {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let chosen: Vec<Sentence> = all
            .into_iter()
            .filter(|s| labels.contains(&s.intent) || s.intent == OUT_OF_SCOPE)
            .filter(|s| {
                let count = counts.entry(s.intent.clone()).or_default();
                *count += 1;
                *count <= each
            })
            .collect();
        let texts: Vec<&str> = chosen.iter().map(|s| s.text.as_str()).collect();
        let vectors = encode(&*encoder, &texts, &mut |_| ()).unwrap();
        let class = |s: &Sentence| labels.iter().position(|l| *l == s.intent).unwrap_or(labels.len());
        vectors.into_iter().zip(chosen.iter().map(class)).collect::<Vec<_>>()
    };
    let set = TrainingSet {
        labels: labels.clone(),
        encoder: encoder.identity().to_owned(),
        data_sha256: "0".repeat(64),
        training: set(corpus::training(&taxonomy).unwrap(), 12),
        validation: set(corpus::validation(&taxonomy).unwrap(), 4),
    };
    let files = [1, 2].map(|_| {
        let folder = tempfile::tempdir().unwrap();
        let (card, head) = train(&set, &REGRESSION, 7, &mut |_| ()).unwrap();
        head.save(&card, folder.path()).unwrap();
        ["head.safetensors", "head.json"].map(|name| std::fs::read(folder.path().join(name)).unwrap())
    });
    assert!(files[0] == files[1]);
}

#[test]
fn training_without_enough_sentences_names_the_intent() {
    let set = TrainingSet {
        labels: vec!["report_lost_card".into()],
        encoder: "e@1".into(),
        data_sha256: "0".repeat(64),
        training: vec![(vec![1.0, 0.0], 0)],
        validation: vec![],
    };
    let error = train(&set, &REGRESSION, 7, &mut |_| ()).err().unwrap().to_string();
    assert!(error.contains("report_lost_card"), "{error}");
}
