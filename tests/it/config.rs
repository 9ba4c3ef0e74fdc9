//! The settings: what wins over what, every fault named with its place, nothing secret shown.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use teller::config::{ConfigError, MIN_API_KEY_CHARS, Overrides, Secret, Settings};
use teller::domain::Fault;
use teller::telemetry::LogFormat;

const KEY: &str = "0123456789abcdefGH";

/// Settings from the text of a file (named `teller.toml` in messages), variables and arguments.
fn load(file: &str, env: &[(&str, &str)], overrides: Overrides) -> Result<Settings, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("teller.toml");
    std::fs::write(&path, file).unwrap();
    let env: BTreeMap<String, String> =
        env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Settings::load(Some(&path), &|name| env.get(name).cloned(), overrides)
}

/// Each fault on a line, the folder of the file left out.
fn faults(result: Result<Settings, ConfigError>) -> Vec<String> {
    match result.expect_err("these settings have faults") {
        ConfigError::Invalid(faults) => faults
            .iter()
            .map(|fault| {
                let text = fault.to_string();
                text.find("teller.toml").map_or(text.clone(), |at| text[at..].to_owned())
            })
            .collect(),
        other @ ConfigError::File { .. } => panic!("{other}"),
    }
}

fn none() -> Overrides {
    Overrides::default()
}

#[test]
fn without_anything_the_defaults_hold() {
    let settings = Settings::load(None, &|_| None, none()).unwrap();
    assert_eq!(settings, Settings::default());
    assert!(settings.server.addr.ip().is_loopback(), "nobody else can reach a server that was just started");
    assert!(!settings.server.demo_login);
}

#[test]
fn arguments_win_over_variables_and_variables_over_the_file() {
    let file =
        "[server]\naddr = \"127.0.0.1:1\"\n[data]\nfolder = \"from-file\"\n[models]\nfolder = \"models-from-file\"\n";
    let env = [("TELLER_ADDR", "127.0.0.1:2"), ("TELLER_DATA_DIR", "from-env"), ("TELLER_LOG", "debug")];
    let given = Overrides { addr: Some("127.0.0.1:3".to_owned()), ..none() };
    let settings = load(file, &env, given).unwrap();
    assert_eq!(settings.server.addr.port(), 3);
    assert_eq!(settings.data.folder, PathBuf::from("from-env"));
    assert_eq!(settings.models.folder, PathBuf::from("models-from-file"));
    assert_eq!(settings.log.filter, "debug");
    assert_eq!(settings.chat, Settings::default().chat, "what nobody sets stays as it was");
}

#[test]
fn every_kind_of_value_is_read() {
    let file = format!(
        "[server]\naddr = \"[::1]:0\"\napi_key = \"{KEY}\"\ndemo_login = true\n[records]\nurl = \"postgres://u:p@db/t\"\n\
         [vectors]\nqdrant_url = \"https://q:6334\"\nqdrant_api_key = \"qk\"\n[queue]\nmax_queued_tokens = 0x1000\n\
         batch_tokens = 1_024\nworkers = 2\n[log]\nformat = \"json\"\nfilter = \"info,teller=debug\"\n"
    );
    let settings = load(&file, &[("TELLER_DATA", "/data/public")], none()).unwrap();
    assert_eq!(settings.server.addr.to_string(), "[::1]:0");
    assert!(settings.server.demo_login && settings.server.api_key.unwrap().matches(KEY));
    assert_eq!(settings.records.url.unwrap().expose(), "postgres://u:p@db/t");
    assert_eq!(settings.vectors.qdrant_url.unwrap(), "https://q:6334");
    assert_eq!(
        (settings.queue.max_queued_tokens, settings.queue.batch_tokens, settings.queue.workers),
        (4096, 1024, 2)
    );
    assert_eq!(settings.log.format, LogFormat::Json);
    assert_eq!(settings.public_data, Some(PathBuf::from("/data/public")));
    let local = load("[server]\naddr = \"localhost:9000\"\n", &[], none()).unwrap();
    assert_eq!(local.server.addr.to_string(), "127.0.0.1:9000");
}

#[test]
fn all_faults_are_told_at_once_in_the_order_of_their_lines() {
    let file = "[server]\naddr = \"here\"\ndemo_login = \"yes\"\n[queue]\nworkers = 0\nbatch_tokens = \"many\"\n\
                [chat]\nsession_hours = 1.5\n[log]\nformat = \"xml\"\nfilter = \"teller=loud\"\n";
    let given = Overrides { data: Some(PathBuf::from("")), ..none() };
    let told = faults(load(file, &[("TELLER_QDRANT_URL", "qdrant:6334")], given));
    let places: Vec<&str> = told.iter().map(|fault| fault.split(": ").next().unwrap()).collect();
    assert_eq!(
        places,
        [
            "teller.toml:2",
            "teller.toml:3",
            "teller.toml:5",
            "teller.toml:6",
            "teller.toml:8",
            "teller.toml:10",
            "teller.toml:11",
            "TELLER_QDRANT_URL",
            "--data",
        ]
    );
    for (at, part) in [
        (0, "server.addr = \"here\": must be an IP address and a port"),
        (1, "must be true or false"),
        (2, "queue.workers = 0: must be a whole number from 1 to 64"),
        (3, "must be a whole number from 512 to 10000000"),
        (4, "chat.session_hours (float): must be a whole number"),
        (5, "must be \"text\" or \"json\""),
        (6, "log filter"),
        (7, "must begin with http:// or https://"),
        (8, "is empty: give a value or leave the key out"),
    ] {
        assert!(told[at].contains(part), "{} should contain {part}", told[at]);
    }
}

#[test]
fn an_unknown_key_is_refused_and_the_nearest_one_named() {
    for (file, wanted) in [
        ("[server]\nadr = \"127.0.0.1:1\"\n", "teller.toml:2: server.adr: unknown key; did you mean `server.addr`?"),
        (
            "[queue]\nmax_tokens = 1\n",
            "teller.toml:2: queue.max_tokens: unknown key; did you mean `queue.max_queued_tokens`?",
        ),
        ("[server]\nfolder = \"x\"\n", "teller.toml:2: server.folder: unknown key; did you mean `data.folder`?"),
        ("addr = \"127.0.0.1:1\"\n", "teller.toml:1: addr: unknown key; did you mean `server.addr`?"),
        ("\n[srever]\naddr = 1\n", "teller.toml:2: srever: unknown section; did you mean [server]?"),
        ("chat = 3\n", "teller.toml:1: chat: must be a section: write [chat] on a line of its own"),
    ] {
        assert_eq!(faults(load(file, &[], none())), [wanted]);
    }
}

#[test]
fn a_file_that_is_not_toml_or_not_there_is_named() {
    let told = faults(load("[server]\naddr = 127.0.0.1\n[chat]\nsession_hours = 0\n", &[], none()));
    assert!(told[0].starts_with("teller.toml:2: not TOML"), "{told:?}");
    assert!(
        !told.iter().any(|fault| fault.contains("session_hours")),
        "guesses about a broken file would hide the fault"
    );

    let error = Settings::load(Some(Path::new("/nowhere/teller.toml")), &|_| None, none()).unwrap_err();
    assert!(error.to_string().starts_with("/nowhere/teller.toml: "), "{error}");
    assert_eq!(error.fault(), Fault::Caller);
}

#[test]
fn an_address_that_others_can_reach_needs_a_key() {
    let told = faults(load("[server]\naddr = \"0.0.0.0:8080\"\n", &[], none()));
    assert_eq!(told.len(), 1);
    assert!(
        told[0].starts_with("teller.toml:2: server.addr = \"0.0.0.0:8080\": others can reach this address"),
        "{told:?}"
    );
    assert!(told[0].contains("TELLER_API_KEY"));

    let given = Overrides { addr: Some("192.168.1.5:80".to_owned()), ..none() };
    assert!(faults(load("", &[], given))[0].starts_with("--addr: "));
    for addr in ["[::]:8080", "10.0.0.1:1", "[::ffff:127.0.0.1]:80"] {
        assert!(load("", &[("TELLER_ADDR", addr)], none()).is_err(), "{addr}");
    }

    let settings = load("[server]\naddr = \"0.0.0.0:8080\"\n", &[("TELLER_API_KEY", KEY)], none()).unwrap();
    assert!(!settings.server.addr.ip().is_loopback());
    for addr in ["127.0.0.1:0", "127.9.9.9:1", "[::1]:0"] {
        assert!(load("", &[("TELLER_ADDR", addr)], none()).is_ok(), "{addr}");
    }
}

#[test]
fn demo_users_never_sign_in_from_elsewhere() {
    let given = Overrides { addr: Some("0.0.0.0:80".to_owned()), demo_login: Some(true), ..none() };
    let told = faults(load("", &[("TELLER_API_KEY", KEY)], given));
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("--demo: server.demo_login = true: would let anybody"), "{told:?}");
}

#[test]
fn a_weak_or_empty_key_is_no_key() {
    assert_eq!(MIN_API_KEY_CHARS, 16);
    for (key, part) in
        [("short", "at least 16 characters"), ("", "is empty"), ("a key with spaces in it", "without spaces")]
    {
        let told = faults(load("", &[("TELLER_API_KEY", key), ("TELLER_ADDR", "0.0.0.0:1")], none()));
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("TELLER_API_KEY: server.api_key: ") && told[0].contains(part), "{told:?}");
    }
}

#[test]
fn a_batch_that_could_never_fill_is_refused() {
    let told = faults(load("[queue]\nmax_queued_tokens = 1024\n", &[], none()));
    assert!(told[0].starts_with("teller.toml:2: queue.max_queued_tokens = 1024: "), "{told:?}");
    let told = faults(load("[queue]\nbatch_tokens = 20000\n", &[], none()));
    assert!(told[0].starts_with("teller.toml:2: queue.batch_tokens = 20000: "), "{told:?}");
}

#[test]
fn secrets_are_never_shown() {
    let file = "[server]\napi_key = \"hunter2\"\napi_keys = \"hunter2-misspelt-key\"\n[records]\nurl = \"mysql://u:hunter2@db\"\n\
                [vectors]\nqdrant_url = \"http://u:hunter2@q\"\nqdrant_api_key = 7\n[log]\nfilter = \"info\"\n";
    let error = load(file, &[], none()).unwrap_err();
    for shown in [error.to_string(), format!("{error:?}")] {
        let shown = shown.replace("http://u:hunter2@q", "");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    let good =
        load("", &[("TELLER_API_KEY", KEY), ("TELLER_DATABASE_URL", "postgres://u:pw-of-db@h/t")], none()).unwrap();
    let shown = format!("{good:?}");
    assert!(!shown.contains(KEY) && !shown.contains("pw-of-db"), "{shown}");
    assert!(shown.contains("[secret]"));
}

#[test]
fn a_secret_matches_only_itself() {
    let secret = Secret::new(KEY);
    assert!(secret.matches(KEY));
    for guess in ["", "0123456789abcdefG", "0123456789abcdefGHI", "0123456789ABCDEFGH"] {
        assert!(!secret.matches(guess));
    }
}

/// The documented file without the `#` before its keys.
fn documented() -> String {
    let text = include_str!("../../config/teller.toml");
    let uncommented = text.lines().map(|line| match line.strip_prefix("# ") {
        Some(key)
            if key
                .split(" = ")
                .next()
                .is_some_and(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')) =>
        {
            key
        }
        _ => line,
    });
    uncommented.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_documented_file_names_every_key_and_shows_the_defaults() {
    let settings = load(include_str!("../../config/teller.toml"), &[], none()).unwrap();
    assert_eq!(settings, Settings::default());

    let table: toml::Table = documented().parse().unwrap();
    let mut listed: Vec<String> = Vec::new();
    for (section, keys) in &table {
        listed.extend(keys.as_table().unwrap().keys().map(|key| format!("{section}.{key}")));
    }
    let mut known: Vec<String> = Settings::keys().map(str::to_owned).collect();
    listed.sort();
    known.sort();
    assert_eq!(listed, known);
    load(&documented(), &[], none()).expect("the examples in the comments are good values");
}
