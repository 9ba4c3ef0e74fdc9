//! `teller train intent`: encodes the authored sentences and trains the head. Must not know how.

use std::path::PathBuf;

use clap::Subcommand;

use super::Outcome;
use super::progress::Progress;
use crate::config::{Overrides, Settings};
use crate::eval::encoded;
use crate::models::cache::ModelCache;
use crate::models::encoder::{LocalEncoder, TextEncoder};
use crate::models::intent::corpus::{self, Sentence};
use crate::models::intent::train::{REGRESSION, TrainingSet, train};

#[derive(Debug, Subcommand)]
pub enum Train {
    /// Train the intent head on intents/train.*.toml; the same seed gives the same bytes
    Intent {
        /// Folder for head.safetensors and head.json
        #[arg(long, value_name = "DIR", default_value = "models/intent")]
        out: PathBuf,
        #[arg(long, default_value_t = 7)]
        seed: u64,
    },
}

impl Train {
    pub fn run(self) -> anyhow::Result<Outcome> {
        let Self::Intent { out, seed } = self;
        let settings = Settings::from_environment(None, Overrides::default())?;
        let encoder = LocalEncoder::open(&ModelCache::new(settings.models.folder), &settings.models.encoder)?;
        let mut progress = Progress::new();
        let set = training_set(&encoder, &mut progress)?;
        let (card, head) = train(&set, &REGRESSION, seed, &mut |line| progress.say(line))?;
        head.save(&card, &out)?;
        drop(progress);
        println!("{} written to {}", card.version, out.display());
        println!("validation: {}", serde_json::to_string(&card.validation)?);
        println!("build again: the head is compiled into the program");
        Ok(Outcome::Done)
    }
}

fn training_set(encoder: &dyn TextEncoder, progress: &mut Progress) -> anyhow::Result<TrainingSet> {
    let taxonomy = corpus::taxonomy()?;
    let labels: Vec<String> = taxonomy.iter().map(|intent| intent.id.clone()).collect();
    let (training, validation) = (corpus::training(&taxonomy)?, corpus::validation(&taxonomy)?);
    let mut encode = |sentences: &[Sentence], stage: &str| -> anyhow::Result<Vec<(Vec<f32>, usize)>> {
        let texts: Vec<&str> = sentences.iter().map(|sentence| sentence.text.as_str()).collect();
        let total = texts.len() as u64;
        let vectors = encoded::encode(encoder, &texts, &mut |done| progress.show(stage, done as u64, total))?;
        let class = |sentence: &Sentence| labels.iter().position(|l| *l == sentence.intent).unwrap_or(labels.len());
        Ok(vectors.into_iter().zip(sentences).map(|(vector, sentence)| (vector, class(sentence))).collect())
    };
    let (encoded_training, encoded_validation) =
        (encode(&training, "encoding training")?, encode(&validation, "encoding validation")?);
    Ok(TrainingSet {
        encoder: encoder.identity().to_owned(),
        data_sha256: corpus::sha256(&training, &validation),
        training: encoded_training,
        validation: encoded_validation,
        labels,
    })
}
