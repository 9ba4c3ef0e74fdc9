//! Holds the house to its rules: which layer may import which, which crate may be named where, and the shape of
//! files and functions. Reads the sources as text; must not know what the code does.

mod planted;
mod rules;
mod source;

use std::fs;
use std::path::{Path, PathBuf};

use rules::{LAYERS, check};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file under a folder, as its path from the root and its text.
fn files(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            // `Path::is_dir` follows links, which a checkout of only some modules is made of.
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

fn breaches(folder: &str) -> Vec<String> {
    let files = files(folder);
    assert!(!files.is_empty());
    files.iter().flat_map(|(path, text)| check(path, text)).collect()
}

#[test]
fn the_sources_keep_their_layers_fences_and_shape() {
    let breaches = breaches("src");
    assert!(breaches.is_empty(), "{} breaches:\n{}", breaches.len(), breaches.join("\n"));
}

#[test]
fn the_tests_keep_their_shape() {
    let breaches = breaches("tests");
    assert!(breaches.is_empty(), "{} breaches:\n{}", breaches.len(), breaches.join("\n"));
}

/// `docs/ARCHITECTURE.md` is the map: it names every module, and no file that is not there.
#[test]
fn the_map_fits_the_land() {
    let map =
        fs::read_to_string(root().join("docs/ARCHITECTURE.md")).expect("docs/ARCHITECTURE.md is the map of the code");
    let quoted: Vec<&str> = map.split('`').skip(1).step_by(2).collect();
    let missing: Vec<&str> = LAYERS
        .iter()
        .map(|(module, _)| *module)
        .filter(|module| !quoted.iter().any(|word| word.trim_end_matches(".rs").trim_end_matches('/') == *module))
        .collect();
    assert!(missing.is_empty(), "docs/ARCHITECTURE.md says nothing of {missing:?}");

    let is_path = |word: &&&str| {
        let tops = ["src/", "tests/", "config/", "models/", "prompts/", "eval/", "demo/", "web/", "docs/", "intents/"];
        tops.iter().any(|top| word.starts_with(top))
            && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-".contains(&b))
    };
    let exists = |word: &str| root().join(word).exists() || root().join("src").join(word).exists();
    let gone: Vec<_> = quoted.iter().filter(is_path).filter(|word| !exists(word)).collect();
    assert!(gone.is_empty(), "docs/ARCHITECTURE.md names what is not there: {gone:?}");
}

#[test]
fn every_module_of_the_crate_has_a_layer() {
    let lib = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    for module in lib.lines().filter_map(|line| line.strip_prefix("pub mod ")).map(|line| line.trim_end_matches(';')) {
        assert!(LAYERS.iter().any(|(known, _)| *known == module), "{module} has no layer in tests/it/layers/rules.rs");
        assert!(Path::new(&root()).join(format!("src/{module}.rs")).exists());
    }
}
