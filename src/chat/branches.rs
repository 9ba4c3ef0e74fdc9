//! Branches that a message names by city, district or name. Must not know addresses' order on a map nor replies.

use crate::chat::signals::fold;
use crate::domain::branch::Branch;
use crate::domain::{Locale, Localised};

/// Most branches listed at once.
const LISTED: usize = 4;

/// Endings that people leave out.
const ENDINGS: [&str; 6] = ["新区", "区", "市", " new area", " district", " city"];

/// Branches whose district the message names, else those whose city it names; in the bank's order.
#[must_use]
pub fn named<'b>(branches: &'b [Branch], message: &str) -> Vec<&'b Branch> {
    let message = fold(message);
    let by_name: Vec<&Branch> = branches.iter().filter(|branch| names(&message, &branch.name)).collect();
    let by_district = branches.iter().filter(|branch| names(&message, &branch.district)).collect();
    let by_city = branches.iter().filter(|branch| names(&message, &branch.city)).collect();
    let closest = [by_name, by_district, by_city].into_iter().find(|found: &Vec<&Branch>| !found.is_empty());
    closest.unwrap_or_default().into_iter().take(LISTED).collect()
}

fn names(message: &str, place: &Localised) -> bool {
    Locale::ALL.into_iter().any(|locale| {
        let place = fold(place.get(locale));
        let bare = ENDINGS.iter().find_map(|ending| place.strip_suffix(ending)).unwrap_or(&place);
        let long_enough = bare.chars().count() > 1;
        long_enough && if bare.is_ascii() { whole_words(message, bare) } else { message.contains(bare) }
    })
}

fn whole_words(message: &str, place: &str) -> bool {
    let spaced: String = message.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let spaced = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    let place: String = place.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    format!(" {spaced} ").contains(&format!(" {} ", place.trim()))
}
