//! Lists and ids as authored files write them. Must not know what they name.

use super::{Authored, Fields};

/// A required list that names something, and nothing twice.
pub fn non_empty<T: Authored + Ord + Clone>(fields: &mut Fields<'_, '_>, key: &'static str) -> Option<Vec<T>> {
    let list = fields.required::<Vec<T>>(key)?;
    if list.is_empty() {
        fields.wrong(key, "is empty", "name at least one");
        return None;
    }
    refuse_repeats(fields, key, list)
}

/// An optional list; absent is empty.
pub fn list<T: Authored + Ord + Clone>(fields: &mut Fields<'_, '_>, key: &'static str) -> Vec<T> {
    let list = fields.optional::<Vec<T>>(key).unwrap_or_default();
    refuse_repeats(fields, key, list).unwrap_or_default()
}

fn refuse_repeats<T: Ord + Clone>(fields: &mut Fields<'_, '_>, key: &str, list: Vec<T>) -> Option<Vec<T>> {
    let mut sorted = list.clone();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted.len() == list.len() {
        return Some(list);
    }
    fields.wrong(key, "names the same twice", "delete the repeat");
    None
}

/// Whether an id is made of capital letters, digits and hyphens, as authored ids are.
#[must_use]
pub fn is_upper_id(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-')
}
