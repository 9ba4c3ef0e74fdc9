//! Figures for classifiers: accuracy, calibration error, ROC area. Each is tested against a value worked
//! out by hand. Must not know where predictions come from.

/// Share of `true`; 0 for none.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of sentences")]
pub fn share(hits: impl IntoIterator<Item = bool>) -> f32 {
    let (mut yes, mut all) = (0_usize, 0_usize);
    for hit in hits {
        yes += usize::from(hit);
        all += 1;
    }
    if all == 0 { 0.0 } else { yes as f32 / all as f32 }
}

/// Expected calibration error over ten equal bins of confidence (Guo et al. 2017): the mean gap between
/// confidence and accuracy, weighted by the bins' sizes.
#[must_use]
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub fn calibration_error(predictions: &[(f32, bool)]) -> f32 {
    let mut bins = [(0_usize, 0.0_f32, 0_usize); 10];
    for (confidence, right) in predictions {
        let bin = &mut bins[((confidence * 10.0) as usize).min(9)];
        bin.0 += 1;
        bin.1 += confidence;
        bin.2 += usize::from(*right);
    }
    let gaps = bins.iter().filter(|bin| bin.0 > 0).map(|(count, confidence, right)| {
        let count = *count as f32;
        (confidence / count - *right as f32 / count).abs() * count
    });
    let total: f32 = gaps.sum();
    if predictions.is_empty() { 0.0 } else { total / predictions.len() as f32 }
}

/// Area under the ROC curve: the chance that a positive scores above a negative, ties counting half
/// (Mann–Whitney). 0.5 when one side is empty.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of sentences")]
pub fn roc_area(positives: &[f32], negatives: &[f32]) -> f32 {
    if positives.is_empty() || negatives.is_empty() {
        return 0.5;
    }
    let mut all: Vec<(f32, bool)> =
        positives.iter().map(|s| (*s, true)).chain(negatives.iter().map(|s| (*s, false))).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut below = 0.0_f64;
    let mut wins = 0.0_f64;
    let mut i = 0;
    while i < all.len() {
        #[expect(clippy::float_cmp, reason = "equal scores are equal bits")]
        let tied = all[i..].iter().take_while(|(s, _)| *s == all[i].0).count();
        let up = all[i..i + tied].iter().filter(|(_, positive)| *positive).count() as f64;
        let down = tied as f64 - up;
        wins += up * (below + down / 2.0);
        below += down;
        i += tied;
    }
    #[expect(clippy::cast_possible_truncation, reason = "an area between 0 and 1")]
    let area = (wins / (positives.len() as f64 * negatives.len() as f64)) as f32;
    area
}
