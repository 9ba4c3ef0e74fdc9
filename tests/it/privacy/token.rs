//! Tokens: whose they are, until when, and that nobody else can make or change one.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use chrono::{DateTime, Duration, TimeZone, Utc};
use proptest::prelude::*;
use teller::domain::Fault;
use teller::privacy::token::{SigningKey, TokenError};

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 24, 9, 0, 0).unwrap()
}

fn key() -> SigningKey {
    SigningKey::from_bytes([7; 32])
}

#[test]
fn a_token_gives_back_its_subject_until_it_ends() {
    let token = key().issue("session", "S-1", now() + Duration::hours(1));
    assert_eq!(key().open("session", &token, now()).unwrap(), "S-1");
    assert_eq!(key().open("session", &token, now() + Duration::seconds(3599)).unwrap(), "S-1");
    let late = key().open("session", &token, now() + Duration::hours(1)).unwrap_err();
    assert!(matches!(late, TokenError::Expired));
    assert_eq!(late.fault(), Fault::Denied);
}

#[test]
fn a_token_is_good_for_its_purpose_and_its_installation_only() {
    let token = key().issue("session", "S-1", now() + Duration::hours(1));
    assert!(matches!(key().open("sign-in", &token, now()), Err(TokenError::Forged)));
    assert!(matches!(SigningKey::from_bytes([8; 32]).open("session", &token, now()), Err(TokenError::Forged)));
}

#[test]
fn what_is_no_token_is_refused_without_being_shown() {
    for text in ["", ".", "zz.zz", "00.00", "abc", "ABCD.ABCD", "0011", &"a".repeat(5000), "密码.密码"] {
        let error = key().open("session", text, now()).unwrap_err();
        assert!(matches!(error, TokenError::Malformed | TokenError::Forged), "{text}: {error}");
        assert_eq!(error.fault(), Fault::Denied);
        assert!(text.len() < 3 || !error.to_string().contains(text));
    }
}

proptest! {
    #[test]
    fn changing_any_character_breaks_a_token(subject in "[A-Za-z0-9._-]{0,64}", at in any::<prop::sample::Index>(), with in "[0-9a-f.]") {
        let token = key().issue("session", &subject, now() + Duration::hours(1));
        prop_assert_eq!(key().open("session", &token, now()).unwrap(), subject);
        let at = at.index(token.len());
        let changed = format!("{}{with}{}", &token[..at], &token[at + 1..]);
        prop_assert!(changed == token || key().open("session", &changed, now()).is_err());
    }

    #[test]
    fn a_header_and_a_cookie_can_carry_any_token(subject in any::<String>()) {
        let token = key().issue("sign-in", &subject, now());
        prop_assert!(token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.'));
    }
}

#[test]
fn the_key_is_made_once_and_only_its_owner_can_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let made = SigningKey::load_or_create(folder.path()).unwrap();
    let token = made.issue("session", "S-1", now() + Duration::hours(1));
    let file = folder.path().join("signing.key");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside the key");

    let read = SigningKey::load_or_create(folder.path()).unwrap();
    assert_eq!(read.open("session", &token, now()).unwrap(), "S-1");
    let other = tempfile::tempdir().unwrap();
    let stranger = SigningKey::load_or_create(other.path()).unwrap();
    assert!(stranger.open("session", &token, now()).is_err(), "two installations have two keys");
}

#[test]
fn an_unfit_key_file_is_named_with_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("signing.key");
    fs::write(&file, b"short").unwrap();
    let error = SigningKey::load_or_create(folder.path()).unwrap_err();
    assert!(error.to_string().contains("signing.key") && error.to_string().contains("5 bytes"), "{error}");
    assert_eq!(error.fault(), Fault::Unavailable);

    fs::write(&file, [1; 32]).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let error = SigningKey::load_or_create(folder.path()).unwrap_err();
    assert!(error.to_string().contains("chmod 600"), "{error}");

    let error = SigningKey::load_or_create(&folder.path().join("missing")).unwrap_err();
    assert!(error.to_string().contains("missing"), "{error}");
}

#[test]
fn a_key_shows_nothing_of_itself() {
    assert_eq!(format!("{:?}", SigningKey::from_bytes([255; 32])), "SigningKey([secret])");
}
