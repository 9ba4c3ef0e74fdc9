//! What only the embedded engine has to do: own its folder, keep what it acknowledged, and not grow without end.

use std::fs;
use std::path::Path;
use std::time::Duration;

use teller::domain::Fault;
use teller::store::vectors::edge::{EdgeOptions, EdgeStore};
use teller::store::vectors::{Collection, KeyKind, VectorError, VectorStore};

use super::{ids, near, point, spec};

const C: Collection = Collection::Products;
const UNIT: [f32; 4] = [1.0, 0.0, 0.0, 0.0];

/// A store whose timer never flushes.
fn never_flushing(folder: &Path) -> EdgeStore {
    let options = EdgeOptions { flush_every: Duration::from_hours(1), ..EdgeOptions::default() };
    EdgeStore::open_with(folder, options).unwrap()
}

/// The folder as a kill at this moment would leave it; the lock is not copied.
fn as_after_a_kill(from: &Path) -> tempfile::TempDir {
    fn copy(from: &Path, to: &Path) {
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let to = to.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                fs::create_dir(&to).unwrap();
                copy(&entry.path(), &to);
            } else {
                fs::copy(entry.path(), to).unwrap();
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    copy(from, folder.path());
    folder
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_has_one_store_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let first = EdgeStore::open(folder.path()).unwrap();
    let error = EdgeStore::open(folder.path()).err().unwrap();
    assert!(matches!(error, VectorError::InUse(_)), "{error}");
    assert_eq!(error.fault(), Fault::Caller);
    assert!(error.to_string().contains("--data"), "{error}");
    first.ping().await.unwrap();
    first.close().await.unwrap();
    // Closed is enough: the store need not be gone.
    EdgeStore::open(folder.path()).unwrap().close().await.unwrap();
    assert!(first.ping().await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn points_are_there_after_closing_and_after_a_store_that_was_only_dropped() {
    let folder = tempfile::tempdir().unwrap();
    for (round, closes) in [(0_u8, true), (1, false), (2, true)] {
        let store = EdgeStore::open(folder.path()).unwrap();
        store.open_collection(C, &spec()).await.unwrap();
        assert_eq!(store.count(C).await.unwrap(), u64::from(round));
        store.upsert(C, vec![point(&format!("p{round}"), [1.0, f32::from(round), 0.0, 0.0])]).await.unwrap();
        if closes {
            store.close().await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_a_kill_before_any_flush() {
    let folder = tempfile::tempdir().unwrap();
    let store = never_flushing(folder.path());
    store.open_collection(C, &spec()).await.unwrap();
    store.upsert(C, (0..600).map(|i| point(&format!("p{i:03}"), UNIT)).collect()).await.unwrap();
    store.index_key(C, "name", KeyKind::Keyword).await.unwrap(); // which flushes
    store.upsert(C, vec![point("p000", [0.0, 1.0, 0.0, 0.0]), point("new", [0.0, 0.0, 1.0, 0.0])]).await.unwrap();
    store.delete(C, &["p001".to_owned()]).await.unwrap();

    let left = as_after_a_kill(folder.path());
    for _ in 0..2 {
        let again = never_flushing(left.path());
        again.open_collection(C, &spec()).await.unwrap();
        assert_eq!(again.count(C).await.unwrap(), 600);
        let moved = again.get(C, &["p000".to_owned(), "p001".to_owned()]).await.unwrap();
        assert_eq!(moved[0].as_ref().unwrap().dense, [0.0, 1.0, 0.0, 0.0]);
        assert_eq!(moved[1], None);
        assert_eq!(ids(&again.search(C, near([0.0, 0.0, 1.0, 0.0], 1)).await.unwrap()), ["new"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_cut_off_in_the_middle_takes_nothing_else_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = never_flushing(folder.path());
    store.open_collection(C, &spec()).await.unwrap();
    store.upsert(C, vec![point("a", UNIT)]).await.unwrap();
    let whole = fs::metadata(folder.path().join("products.journal")).unwrap().len();
    store.upsert(C, vec![point("b", UNIT)]).await.unwrap();

    let left = as_after_a_kill(folder.path());
    let journal = left.path().join("products.journal");
    for cut in [whole + 1, whole + 11, whole + 40] {
        let bytes = fs::read(folder.path().join("products.journal")).unwrap();
        fs::write(&journal, &bytes[..usize::try_from(cut).unwrap()]).unwrap();
        let again = never_flushing(left.path());
        again.open_collection(C, &spec()).await.unwrap();
        assert!(again.get(C, &["a".to_owned()]).await.unwrap()[0].is_some());
        assert_eq!(fs::metadata(&journal).unwrap().len(), 0, "what was repeated is flushed and forgotten");
        again.upsert(C, vec![point("c", UNIT)]).await.unwrap();
        again.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_timer_flushes_without_being_asked() {
    let folder = tempfile::tempdir().unwrap();
    let options = EdgeOptions { flush_every: Duration::from_millis(5), ..EdgeOptions::default() };
    let store = EdgeStore::open_with(folder.path(), options).unwrap();
    store.open_collection(C, &spec()).await.unwrap();
    store.upsert(C, vec![point("a", UNIT)]).await.unwrap();
    let journal = folder.path().join("products.journal");
    let forgotten = async {
        while fs::metadata(&journal).unwrap().len() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), forgotten).await.expect("a flush by the timer");
    assert_eq!(store.count(C).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_engines_log_does_not_grow_without_end() {
    let folder = tempfile::tempdir().unwrap();
    let options = EdgeOptions { log_file_bytes: 16 << 10, log_files: 2, flush_every: Duration::from_hours(1) };
    let store = EdgeStore::open_with(folder.path(), options.clone()).unwrap();
    store.open_collection(C, &spec()).await.unwrap();
    let log = || fs::read_dir(folder.path().join("products/wal")).unwrap().count();
    for round in 0..40_u8 {
        let batch = (0..50).map(|i| point(&format!("p{i:02}"), [1.0, f32::from(round), 0.0, 0.0])).collect();
        store.upsert(C, batch).await.unwrap();
        store.flush().await.unwrap();
        assert!(log() <= 8, "{} files after round {round}", log());
        // The newest of each must have been applied: the engine drops writes it takes for old ones.
        let found = store.get(C, &["p00".to_owned(), "p49".to_owned()]).await.unwrap();
        let length = 1.0_f32.hypot(f32::from(round));
        for point in found {
            assert!((point.unwrap().dense[0] - 1.0 / length).abs() < 1e-5, "round {round}");
        }
    }
    drop(store);
    let store = EdgeStore::open_with(folder.path(), options).unwrap();
    store.open_collection(C, &spec()).await.unwrap();
    assert_eq!(store.count(C).await.unwrap(), 50);
    store.upsert(C, vec![point("p00", UNIT)]).await.unwrap();
    assert_eq!(store.get(C, &["p00".to_owned()]).await.unwrap()[0].as_ref().unwrap().dense, UNIT);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damaged_files_are_named_and_never_taken_for_an_empty_collection() {
    let folder = tempfile::tempdir().unwrap();
    let store = EdgeStore::open(folder.path()).unwrap();
    store.open_collection(C, &spec()).await.unwrap();
    store.upsert(C, vec![point("a", UNIT)]).await.unwrap();
    drop(store);
    let file = folder.path().join("products.json");
    let right = fs::read(&file).unwrap();
    fs::write(&file, "{").unwrap();
    let store = EdgeStore::open(folder.path()).unwrap();
    let error = store.open_collection(C, &spec()).await.unwrap_err();
    assert!(error.to_string().contains("products.json") && error.to_string().contains("reindex"), "{error}");
    fs::write(&file, right).unwrap();
    store.open_collection(C, &spec()).await.unwrap();
    assert_eq!(store.count(C).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collection_half_made_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = EdgeStore::open(folder.path()).unwrap();
    store.open_collection(C, &spec()).await.unwrap();
    store.upsert(C, vec![point("a", UNIT)]).await.unwrap();
    drop(store);
    fs::remove_file(folder.path().join("products.json")).unwrap();
    let store = EdgeStore::open(folder.path()).unwrap();
    store.open_collection(C, &spec()).await.unwrap();
    assert_eq!(store.count(C).await.unwrap(), 0);
}
