//! The authored catalogue (`demo/products`, `demo/facts`, `demo/branches.toml`) read into plain types.
//! All faults of all files are reported together. Must not know where the catalogue is kept afterwards.

mod fact;
mod product;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use toml::Spanned;
use toml::de::DeValue;

use self::fact::BankFact;
use self::product::ProductEntry;
use super::authored::{self, Authored, File, Located, Problem};
use super::{AuthoringFault, Catalog, CatalogError};
use crate::domain::branch::Branch;
use crate::domain::fact::Fact;
use crate::domain::product::Product;

/// Reads the whole catalogue of a demo folder: `products/`, `facts/` and `branches.toml`.
///
/// # Errors
/// [`CatalogError::Authoring`] with every fault of every file.
pub fn load(demo: &Path) -> Result<Catalog, CatalogError> {
    let mut faults = Vec::new();
    let products = collect(load_products(&demo.join("products")), &mut faults)?;
    let facts = collect(load_facts(&demo.join("facts")), &mut faults)?;
    let branches = collect(load_branches(&demo.join("branches.toml")), &mut faults)?;
    refuse_any(faults)?;
    Catalog::new(products, facts, branches)
}

/// Reads the products of a folder, by file name and as they stand in the file.
///
/// # Errors
/// [`CatalogError::Authoring`] with every fault of every file.
pub fn load_products(folder: &Path) -> Result<Vec<Product>, CatalogError> {
    let mut faults = Vec::new();
    let files = File::read_folder(folder, &mut faults);
    let entries = read_all::<ProductEntry>(&files, "product", &mut faults);
    authored::refuse_duplicates(&entries, &mut faults);
    let known: BTreeSet<&str> = entries.iter().map(|entry| entry.value.product.id.as_str()).collect();
    // An entry with a fault of its own is not among `entries`: naming it would only repeat that fault.
    let complete = faults.is_empty();
    for entry in &entries {
        entry.value.note_overlaps(entry, &mut faults);
        let required = entry.value.requires_product.as_ref();
        if let Some(id) = required.filter(|id| complete && !known.contains(id.get_ref().as_str())) {
            let problem = format!("{} does not exist", id.get_ref());
            let fix = "name a product of the catalogue";
            faults.push(entry.fault("eligibility.requires_product", id.span(), problem, fix));
        }
    }
    refuse_any(faults)?;
    Ok(entries.into_iter().map(|entry| entry.value.product).collect())
}

/// Reads the bank's own facts, by file name and as they stand in the file.
///
/// # Errors
/// [`CatalogError::Authoring`] with every fault of every file.
pub fn load_facts(folder: &Path) -> Result<Vec<Fact>, CatalogError> {
    let mut faults = Vec::new();
    let files = File::read_folder(folder, &mut faults);
    let entries = read_all::<BankFact>(&files, "fact", &mut faults);
    let (places, facts): (Vec<Located<'_, ()>>, Vec<Fact>) = entries
        .into_iter()
        .map(|entry| (Located { file: entry.file, span: entry.span, item: entry.item, value: () }, entry.value.0))
        .unzip();
    for (earlier, later) in super::overlaps(&facts) {
        let (fact, place) = (&facts[later], &places[later]);
        let problem = fact::overlap(fact, &facts[earlier], &places[earlier].place());
        faults.push(place.fault("from", place.span.clone(), problem, fact::OVERLAP_FIX));
    }
    refuse_any(faults)?;
    Ok(facts)
}

/// Reads the branches of a file.
///
/// # Errors
/// [`CatalogError::Authoring`] with every fault of the file.
pub fn load_branches(path: &Path) -> Result<Vec<Branch>, CatalogError> {
    let mut faults = Vec::new();
    let files: Vec<File> = File::read(path, &mut faults).into_iter().collect();
    let entries = read_all::<Branch>(&files, "branch", &mut faults);
    authored::refuse_duplicates(&entries, &mut faults);
    refuse_any(faults)?;
    Ok(entries.into_iter().map(|entry| entry.value).collect())
}

fn read_all<'f, T: Authored>(
    files: &'f [File],
    kind: &str,
    faults: &mut Vec<AuthoringFault>,
) -> Vec<Located<'f, T>> {
    files.iter().flat_map(|file| authored::items(file, kind, faults)).collect()
}

fn refuse_any(faults: Vec<AuthoringFault>) -> Result<(), CatalogError> {
    if faults.is_empty() { Ok(()) } else { Err(CatalogError::Authoring(faults)) }
}

/// Keeps the faults of one loader for the common report.
fn collect<T: Default>(
    loaded: Result<T, CatalogError>,
    faults: &mut Vec<AuthoringFault>,
) -> Result<T, CatalogError> {
    match loaded {
        Err(CatalogError::Authoring(more)) => {
            faults.extend(more);
            Ok(T::default())
        }
        other => other,
    }
}

impl Authored for Branch {
    fn read(value: &Spanned<DeValue<'_>>) -> Result<Self, Vec<Problem>> {
        authored::read_table(value, |fields| {
            let id = fields.required::<String>("id");
            if id.as_deref().is_some_and(|id| !values::is_upper_id(id)) {
                fields.wrong("id", "has other characters", "use capital letters, digits and hyphens, such as BR-001");
            }
            let (name, city, district) = (fields.required("name"), fields.required("city"), fields.required("district"));
            let (address, phone) = (fields.required("address"), fields.required::<String>("phone"));
            if phone.as_deref().is_some_and(|phone| !values::is_phone(phone)) {
                fields.wrong("phone", "is no phone number", values::PHONE_FIX);
            }
            let latitude = values::degrees(fields, "latitude", 90.0);
            let longitude = values::degrees(fields, "longitude", 180.0);
            let (weekday_hours, weekend_hours) = (fields.required("weekday_hours"), fields.required("weekend_hours"));
            let services = values::non_empty(fields, "services");
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
