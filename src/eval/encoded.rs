//! Sentences encoded for an evaluation, a batch at a time. Must not know labels or suites.

use crate::models::ModelError;
use crate::models::encoder::{TextEncoder, TextRole};
use crate::text::normalise;

/// Texts in one pass: enough to keep the cores busy, few enough to show progress.
const BATCH: usize = 64;

/// One query vector per text, in order. `progress` is told how many are done.
///
/// # Errors
/// The encoder's.
pub fn encode(
    encoder: &dyn TextEncoder,
    texts: &[&str],
    progress: &mut dyn FnMut(usize),
) -> Result<Vec<Vec<f32>>, ModelError> {
    let ids =
        texts.iter().map(|text| encoder.tokenize(TextRole::Query, &normalise(text))).collect::<Result<Vec<_>, _>>()?;
    // Texts of like length together: the pass is packed, but its memory follows the longest batch.
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.sort_by_key(|i| ids[*i].len());
    let mut vectors = vec![Vec::new(); ids.len()];
    let mut done = 0;
    for batch in order.chunks(BATCH) {
        let texts: Vec<&[u32]> = batch.iter().map(|i| ids[*i].as_slice()).collect();
        for (i, vector) in batch.iter().zip(encoder.encode(&texts)?) {
            vectors[*i] = vector;
        }
        done += batch.len();
        progress(done);
    }
    Ok(vectors)
}
