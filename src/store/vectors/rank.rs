//! Order and cut of what an engine found: falling score, then rising id, excluded ids out. Must not know any engine.
//!
//! Engines cut a list of equal scores wherever they please. So a few more hits than asked for are fetched, and if
//! the tie at our cut reaches the end of what was fetched, more, until it fits or [`MAX_TIES`] are fetched.

use super::{Hit, Needle, Query};
use std::collections::HashSet;

/// Hits fetched beyond those asked for and excluded; settles almost every tie in one call.
const SLACK: usize = 16;
/// Hits fetched at most beyond those asked for and excluded. Where more than this many points tie at the cut
/// (customers with exactly the same holdings), which of them are listed is the engine's choice.
const MAX_TIES: usize = 1_024;

/// What to do with the hits fetched.
pub(super) enum Cut {
    Settled(Vec<Hit>),
    /// A tie may go on beyond what was fetched: fetch this many.
    Wider(usize),
}

/// How many hits to ask the engine for first.
pub(super) fn first_fetch(query: &Query) -> usize {
    query.limit + query.exclude.len() + SLACK
}

/// Whether the answer is known to be empty without asking the engine, which may not take such a query.
pub(super) fn finds_nothing(query: &Query) -> bool {
    let no_terms = matches!(&query.needle, Needle::Sparse(vector) if vector.indices.is_empty());
    let no_values =
        |condition: &super::Condition| matches!(condition, super::Condition::AnyOf { values, .. } if values.is_empty());
    no_terms || query.filter.iter().any(no_values)
}

/// Orders and cuts `hits`, of which `fetched` were asked for.
pub(super) fn cut(mut hits: Vec<Hit>, query: &Query, fetched: usize) -> Cut {
    let full = hits.len() >= fetched;
    for hit in &mut hits {
        hit.score += 0.0; // -0 becomes 0: they are equal, and `total_cmp` would order them
    }
    hits.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
    let lowest = hits.last().map(|hit| hit.score.to_bits());
    if !query.exclude.is_empty() {
        let excluded: HashSet<&str> = query.exclude.iter().map(String::as_str).collect();
        hits.retain(|hit| !excluded.contains(hit.id.as_str()));
    }
    let at_cut = hits.get(query.limit - 1).map(|hit| hit.score.to_bits());
    let most = query.limit + query.exclude.len() + MAX_TIES;
    if full && at_cut == lowest && fetched < most {
        return Cut::Wider((fetched * 4).min(most));
    }
    hits.truncate(query.limit);
    Cut::Settled(hits)
}
