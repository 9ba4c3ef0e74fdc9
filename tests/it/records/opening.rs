//! What a URL may say, and what a database that cannot be opened answers. No message shows a password.

use std::net::TcpListener;

use teller::domain::Fault;
use teller::store::records::{Records, RecordsError};

fn open(url: &str) -> Result<(), RecordsError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async { Records::open(url).await?.close().await })
}

fn refusal(url: &str) -> RecordsError {
    let error = open(url).expect_err(url);
    assert!(!format!("{error} {error:?}").contains("hunter2"), "the password shows: {error:?}");
    assert!(!error.to_string().contains('\n'), "one line: {error}");
    error
}

#[test]
fn a_url_of_another_kind_is_refused_without_its_password() {
    for (url, said) in [
        ("mysql://root:hunter2@localhost/teller", "mysql: is no database that teller knows"),
        ("root:hunter2@localhost", "write sqlite:///"),
        ("/var/lib/hunter2/teller.db", "write sqlite:///"),
        ("", "write sqlite:///"),
        ("postgres://root:hunter2@localhost:not-a-port/teller", "write postgres://"),
        ("sqlite:", "name a file"),
        ("sqlite://", "name a file"),
        ("sqlite::memory:", "name a file"),
        ("sqlite:///tmp/teller.db?mode=ro", "leave out '?'"),
    ] {
        let error = refusal(url);
        assert!(matches!(error, RecordsError::BadUrl(_)), "{url}: {error:?}");
        assert_eq!(error.fault(), Fault::Caller, "{url}");
        let message = error.to_string();
        assert!(message.starts_with("records.url: ") && message.contains(said), "{url}: {message}");
    }
}

#[test]
fn a_file_is_created_but_not_its_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |file: &str| folder.path().join(file);
    for (url, file) in [
        (format!("sqlite://{}", at("a.db").display()), "a.db"),
        (format!("sqlite:{}", at("b.db").display()), "b.db"),
        (format!("sqlite://{}?mode=rwc", at("c.db").display()), "c.db"),
        (format!("sqlite://{}", at("数据 100%20.db").display()), "数据 100%20.db"),
    ] {
        open(&url).expect(&url);
        assert!(at(file).is_file(), "{file}");
    }
    let error = refusal(&format!("sqlite://{}", at("missing/teller.db").display()));
    assert!(matches!(&error, RecordsError::NoFolder(which) if *which == at("missing")), "{error:?}");
    assert_eq!(error.fault(), Fault::Caller);
    assert!(!at("missing").exists());
}

#[test]
fn closing_leaves_everything_in_the_one_file() {
    let folder = tempfile::tempdir().expect("a folder");
    open(&format!("sqlite://{}/teller.db", folder.path().display())).expect("opened");
    for left in ["teller.db-wal", "teller.db-shm"] {
        assert!(!folder.path().join(left).exists(), "{left}");
    }
}

#[test]
fn a_file_that_is_no_database_is_damaged_and_stays_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("teller.db");
    let text = "These are my holiday photographs. ".repeat(300);
    std::fs::write(&file, &text).expect("written");
    let error = refusal(&format!("sqlite://{}", file.display()));
    assert!(matches!(error, RecordsError::Damaged(_)), "{error:?}");
    assert!(error.to_string().contains("teller.db is not a database"), "{error}");
    assert_eq!(std::fs::read_to_string(&file).expect("read"), text);
}

#[test]
fn a_folder_in_the_place_of_the_file_is_unavailable_and_named() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("teller.db")).expect("a folder");
    let error = refusal(&format!("sqlite://{}/teller.db", folder.path().display()));
    assert_eq!(error.fault(), Fault::Unavailable, "{error:?}");
    assert!(error.to_string().contains("teller.db"), "{error}");
}

#[test]
fn a_server_that_is_not_there_is_unavailable() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.local_addr().expect("its address").port()
    };
    let error = refusal(&format!("postgres://teller:hunter2@127.0.0.1:{port}/teller"));
    assert!(matches!(error, RecordsError::Unavailable(_)), "{error:?}");
    assert_eq!(error.fault(), Fault::Unavailable);
}

/// Accepts a connection and never says a word.
#[test]
fn a_server_that_does_not_speak_is_unavailable_within_seconds() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("its address").port();
    let error = refusal(&format!("postgres://teller:hunter2@127.0.0.1:{port}/teller"));
    assert!(matches!(&error, RecordsError::Unavailable(why) if why.contains("127.0.0.1")), "{error:?}");
}

#[test]
fn a_database_that_does_not_exist_is_unavailable() {
    let error = match open("postgres://postgres:hunter2@127.0.0.1:5432/teller_no_such_database") {
        Err(error) => error,
        Ok(()) => panic!("it does not exist"),
    };
    assert_eq!(error.fault(), Fault::Unavailable, "{error:?}");
    assert!(!error.to_string().contains("hunter2"), "{error}");
}
