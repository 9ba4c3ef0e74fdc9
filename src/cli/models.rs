//! `teller models pull | list | verify`. Must not know how files are fetched or hashed.

use clap::Subcommand;

use super::Outcome;
use crate::config::{Overrides, Settings};
use crate::models::cache::ModelCache;
use crate::models::fetch;
use crate::models::manifest::{Manifest, Model};

#[derive(Debug, Subcommand)]
pub enum Models {
    /// Fetch the default encoder, or the models named, and check them
    Pull {
        /// Ids from models/models.toml
        models: Vec<String>,
        /// Every model of the manifest
        #[arg(long, conflicts_with = "models")]
        all: bool,
    },
    /// Show what the manifest holds and what is already here
    List,
    /// Hash every file that is here anew; exits 1 when one is not what the manifest pins or the default is missing
    Verify,
}

impl Models {
    pub fn run(self) -> anyhow::Result<Outcome> {
        let cache = ModelCache::new(Settings::from_environment(None, Overrides::default())?.models.folder);
        let manifest = Manifest::embedded()?;
        match self {
            Self::Pull { models, all } => pull(&cache, manifest, &models, all),
            Self::List => {
                list(&cache, manifest);
                Ok(Outcome::Done)
            }
            Self::Verify => Ok(verify(&cache, manifest)),
        }
    }
}

/// Fetches what the settings' encoder lacks; says nothing when all is there.
pub fn pull_missing(settings: &Settings) -> anyhow::Result<()> {
    let cache = ModelCache::new(settings.models.folder.clone());
    let model = Manifest::embedded()?.model(&settings.models.encoder)?;
    if model.files.iter().any(|file| cache.verified(model, file).is_err()) {
        fetch::pull(&cache, model)?;
        fetch::clean(&cache);
    }
    Ok(())
}

fn pull(cache: &ModelCache, manifest: &Manifest, named: &[String], all: bool) -> anyhow::Result<Outcome> {
    let chosen: Vec<&Model> = if named.is_empty() {
        manifest.models.iter().filter(|model| all || model.default).collect()
    } else {
        named.iter().map(|id| manifest.model(id)).collect::<Result<_, _>>()?
    };
    for model in chosen {
        fetch::pull(cache, model)?;
    }
    fetch::clean(cache);
    Ok(Outcome::Done)
}

#[expect(clippy::cast_precision_loss, reason = "megabytes for people")]
fn list(cache: &ModelCache, manifest: &Manifest) {
    for model in &manifest.models {
        let default = if model.default { "  (default)" } else { "" };
        let languages = model.languages.join(", ");
        println!("{}@{}{default}", model.id, model.revision);
        println!("  {} layers, {} dimensions, {languages}, {}", model.layers, model.dimension, model.licence);
        for file in &model.files {
            let state = match cache.verified(model, file) {
                Ok(path) => path.display().to_string(),
                Err(error) => error.to_string(),
            };
            println!("  {} ({:.0} MB): {state}", file.name, file.bytes as f64 / 1e6);
        }
    }
}

/// A model that nobody fetched is no failure, unless it is the default.
fn verify(cache: &ModelCache, manifest: &Manifest) -> Outcome {
    let mut outcome = Outcome::Done;
    for model in &manifest.models {
        let present = model.files.iter().any(|file| cache.path(model, file).exists());
        if !present && !model.default {
            println!("{}: not fetched", model.id);
            continue;
        }
        for file in &model.files {
            match cache.verified_afresh(model, file) {
                Ok(path) => println!("{} {}: good ({})", model.id, file.name, path.display()),
                Err(error) => {
                    println!("{} {}: {error}", model.id, file.name);
                    outcome = Outcome::Failed;
                }
            }
        }
    }
    outcome
}
