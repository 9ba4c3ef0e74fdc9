//! Encoders, their files, the queue before them, and the intent head.

mod encoder;
mod files;
mod intent;
mod queue;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use teller::models::cache::ModelCache;
use teller::models::encoder::LocalEncoder;

/// The folder `teller models pull` fills: `TELLER_MODELS`, or the default beside the sources.
pub fn cache() -> ModelCache {
    let root = std::env::var_os("TELLER_MODELS")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(".teller/models"), PathBuf::from);
    ModelCache::new(root)
}

/// The default encoder, loaded once for all tests.
pub fn encoder() -> Arc<LocalEncoder> {
    static ENCODER: OnceLock<Arc<LocalEncoder>> = OnceLock::new();
    let load = || LocalEncoder::open(&cache(), "multilingual-e5-small").expect("run `teller models pull --all` first");
    Arc::clone(ENCODER.get_or_init(|| Arc::new(load())))
}
