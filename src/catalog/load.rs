//! The authored catalogue (`demo/products`, `demo/facts`, `demo/branches.toml`) read into plain types.
//! All faults of all files are reported together. Must not know where the catalogue is kept afterwards.

mod fact;
mod product;
mod values;

use std::collections::BTreeSet;
use std::path::Path;

use toml::Spanned;
use toml::de::DeValue;

use self::fact::BankFact;
use self::product::ProductEntry;
use super::{Catalog, CatalogError};
use crate::domain::branch::Branch;
use crate::domain::fact::Fact;
use crate::domain::product::Product;
use crate::text::authored::{self, Authored, AuthoringFault, File, Located, Problem};

/// Reads the whole catalogue of a demo folder: `products/`, `facts/` and `branches.toml`.
///
/// # Errors
/// [`CatalogError::Authoring`] with every fault of every file.
pub fn load(demo: &Path) -> Result<Catalog, CatalogError> {
    let mut faults = Vec::new();
    let products = File::read_folder(&demo.join("products"), &mut faults);
    let facts = File::read_folder(&demo.join("facts"), &mut faults);
    let branches: Vec<File> = File::read(&demo.join("branches.toml"), &mut faults).into_iter().collect();
    from_files(&products, &facts, &branches, faults)
}

/// Reads a catalogue from files that are at hand as (name, text), by the same rules as [`load`].
///
/// # Errors
/// [`CatalogError::Authoring`] with every fault of every file.
pub fn from_texts(
    products: &[(&str, &str)],
    facts: &[(&str, &str)],
    branches: &[(&str, &str)],
) -> Result<Catalog, CatalogError> {
    let [products, facts, branches] = [products, facts, branches].map(File::of_texts);
    from_files(&products, &facts, &branches, Vec::new())
}

/// Reads everything before it complains, so that one report has it all.
fn from_files(
    products: &[File],
    facts: &[File],
    branches: &[File],
    mut faults: Vec<AuthoringFault>,
) -> Result<Catalog, CatalogError> {
    let products = read_products(products, &mut faults);
    let facts = read_facts(facts, &mut faults);
    let branches = read_branches(branches, &mut faults);
    if !faults.is_empty() {
        return Err(CatalogError::Authoring(faults));
    }
    Catalog::new(products, facts, branches)
}

/// The products of some files, by file and as they stand in it.
fn read_products(files: &[File], faults: &mut Vec<AuthoringFault>) -> Vec<Product> {
    let before = faults.len();
    let entries = authored::all_items::<ProductEntry>(files, "product", faults);
    // An entry with a fault of its own is not among `entries`: naming it would only repeat that fault.
    let complete = faults.len() == before;
    authored::refuse_duplicates(&entries, faults);
    let known: BTreeSet<&str> = entries.iter().map(|entry| entry.value.product.id.as_str()).collect();
    for entry in &entries {
        entry.value.note_overlaps(entry, faults);
        let required = entry.value.requires_product.as_ref();
        if let Some(id) = required.filter(|id| complete && !known.contains(id.get_ref().as_str())) {
            let problem = format!("{} does not exist", id.get_ref());
            let fix = "name a product of the catalogue";
            faults.push(entry.fault("eligibility.requires_product", id.span(), problem, fix));
        }
    }
    entries.into_iter().map(|entry| entry.value.product).collect()
}

/// The bank's own facts, by file and as they stand in it.
fn read_facts(files: &[File], faults: &mut Vec<AuthoringFault>) -> Vec<Fact> {
    let entries = authored::all_items::<BankFact>(files, "fact", faults);
    let (places, facts): (Vec<Located<'_, ()>>, Vec<Fact>) = entries
        .into_iter()
        .map(|entry| (Located { file: entry.file, span: entry.span, item: entry.item, value: () }, entry.value.0))
        .unzip();
    for (earlier, later) in super::overlaps(&facts) {
        let (fact, place) = (&facts[later], &places[later]);
        let problem = fact::overlap(fact, &facts[earlier], &places[earlier].place());
        faults.push(place.fault("from", place.span.clone(), problem, fact::OVERLAP_FIX));
    }
    facts
}

fn read_branches(files: &[File], faults: &mut Vec<AuthoringFault>) -> Vec<Branch> {
    let entries = authored::all_items::<Branch>(files, "branch", faults);
    authored::refuse_duplicates(&entries, faults);
    entries.into_iter().map(|entry| entry.value).collect()
}

impl Authored for Branch {
    fn read(value: &Spanned<DeValue<'_>>) -> Result<Self, Vec<Problem>> {
        authored::read_table(value, |fields| {
            let id = fields.required::<String>("id");
            if id.as_deref().is_some_and(|id| !authored::is_upper_id(id)) {
                fields.wrong("id", "has other characters", "use capital letters, digits and hyphens, such as BR-001");
            }
            let (name, city, district) =
                (fields.required("name"), fields.required("city"), fields.required("district"));
            let (address, phone) = (fields.required("address"), fields.required::<String>("phone"));
            if phone.as_deref().is_some_and(|phone| !values::is_phone(phone)) {
                fields.wrong("phone", "is no phone number", values::PHONE_FIX);
            }
            let latitude = values::degrees(fields, "latitude", 90.0);
            let longitude = values::degrees(fields, "longitude", 180.0);
            let (weekday_hours, weekend_hours) = (fields.required("weekday_hours"), fields.required("weekend_hours"));
            let services = authored::non_empty(fields, "services");
            Some(Self {
                id: id?,
                name: name?,
                city: city?,
                district: district?,
                address: address?,
                phone: phone?,
                latitude: latitude?,
                longitude: longitude?,
                weekday_hours: weekday_hours?,
                weekend_hours: weekend_hours?,
                services: services?,
            })
        })
    }
}
