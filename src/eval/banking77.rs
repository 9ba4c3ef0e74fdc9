//! BANKING77 (Casanueva et al. 2020): English bank intents, 77 classes, read from the public data folder.
//! A regression on the frozen encoder is trained on its training part and measured on its test part.
//! The set is third-party: it is read, never copied. Must not know teller's own intents.

use std::collections::BTreeMap;
use std::path::Path;

use super::EvalError;
use super::encoded::encode;
use crate::models::encoder::TextEncoder;
use crate::models::intent::linear::{self, Settings};

/// Chosen on a tenth of the training part held back: 10,003 sentences want less ridge than our own 3,900.
const REGRESSION: Settings = Settings { steps: 400, rate: 0.05, ridge: 1e-4 };

struct Row {
    text: String,
    category: String,
}

/// For each test sentence: true category, predicted category.
///
/// # Errors
/// [`EvalError::BadData`] naming the file that is absent or unreadable.
pub fn run(
    encoder: &dyn TextEncoder,
    folder: &Path,
    progress: &mut dyn FnMut(&str),
) -> Result<Vec<(String, String)>, EvalError> {
    let training = read(&folder.join("banking77/train.csv"))?;
    let test = read(&folder.join("banking77/test.csv"))?;
    let names: BTreeMap<&str, usize> = training.iter().map(|r| (r.category.as_str(), 0)).collect();
    let labels: Vec<&str> = names.into_keys().collect();
    let mut vectors_of = |rows: &[Row], part: &str| {
        let texts: Vec<&str> = rows.iter().map(|r| r.text.as_str()).collect();
        encode(encoder, &texts, &mut |done| {
            if done % 1024 == 0 || done == texts.len() {
                progress(&format!("BANKING77 {part}: {done}/{} encoded", texts.len()));
            }
        })
    };
    let training_vectors = vectors_of(&training, "train")?;
    let test_vectors = vectors_of(&test, "test")?;
    let rows: Vec<&[f32]> = training_vectors.iter().map(Vec::as_slice).collect();
    let classes: Vec<usize> = training.iter().filter_map(|r| labels.binary_search(&r.category.as_str()).ok()).collect();
    let fitted = linear::fit(&rows, &classes, labels.len(), &REGRESSION, &mut |step, loss| {
        progress(&format!("BANKING77 regression: step {step}, loss {loss:.4}"));
    })?;
    let predict = |vector: &Vec<f32>| {
        let scores = fitted
            .weights
            .chunks_exact(vector.len())
            .zip(&fitted.bias)
            .map(|(row, bias)| bias + row.iter().zip(vector).map(|(w, v)| w * v).sum::<f32>());
        let best = scores.enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(i, _)| i);
        labels[best].to_owned()
    };
    Ok(test.iter().zip(&test_vectors).map(|(row, vector)| (row.category.clone(), predict(vector))).collect())
}

fn read(path: &Path) -> Result<Vec<Row>, EvalError> {
    let bad = |reason: String| EvalError::BadData { path: path.to_owned(), reason };
    let mut reader = csv::Reader::from_path(path).map_err(|error| bad(error.to_string()))?;
    let rows = reader
        .records()
        .map(|record| {
            let record = record.map_err(|error| bad(error.to_string()))?;
            match (record.get(0), record.get(1)) {
                (Some(text), Some(category)) => Ok(Row { text: text.to_owned(), category: category.to_owned() }),
                _ => Err(bad("a row does not hold text and category".to_owned())),
            }
        })
        .collect::<Result<Vec<Row>, _>>()?;
    if rows.is_empty() { Err(EvalError::Empty(path.display().to_string())) } else { Ok(rows) }
}
