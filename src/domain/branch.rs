//! A branch of the bank. Must not know routes or distances.

use serde::{Deserialize, Serialize};

use super::Localised;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Branch {
    pub id: String,
    pub name: Localised,
    pub city: Localised,
    pub district: Localised,
    pub address: Localised,
    pub phone: String,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    pub weekday_hours: Localised,
    pub weekend_hours: Localised,
    pub services: Vec<String>,
}
