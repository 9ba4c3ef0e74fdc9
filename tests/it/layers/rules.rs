//! The rules of the house, as `docs/ARCHITECTURE.md` tells them to people. Must not know how Rust is read.

use super::source::{Named, functions, paths, tokens};

/// The modules and their layers. `domain` is the ground that the rest of layer 0 stands on as well.
pub const LAYERS: [(&str, u8); 18] = [
    ("domain", 0),
    ("clock", 0),
    ("telemetry", 0),
    ("text", 0),
    ("config", 1),
    ("privacy", 1),
    ("models", 2),
    ("store", 2),
    ("catalog", 3),
    ("customers", 3),
    ("risk", 3),
    ("knowledge", 3),
    ("recommend", 4),
    ("chat", 5),
    ("app", 6),
    ("http", 7),
    ("eval", 7),
    ("cli", 8),
];

/// Crates and the only places that may name them: a file, or a folder with what is in it.
const FENCES: [(&str, &[&str]); 11] = [
    ("candle_core", &["models"]),
    ("candle_nn", &["models"]),
    ("candle_transformers", &["models"]),
    ("tokenizers", &["models"]),
    ("qdrant_client", &["store/vectors/server"]),
    ("qdrant_edge", &["store/vectors/edge"]),
    ("sea_orm", &["store"]),
    ("sea_orm_migration", &["store"]),
    ("axum", &["http", "cli/serve"]),
    ("clap", &["cli"]),
    ("anyhow", &["cli", "app"]),
];

/// Calls that read or change the environment, and the one place for them.
const ENVIRONMENT: [&str; 6] = ["var", "var_os", "vars", "vars_os", "set_var", "remove_var"];
const ENVIRONMENT_PLACE: &str = "config";

pub const MAX_FILE_LINES: usize = 400;
pub const MAX_FUNCTION_LINES: usize = 70;

/// Everything wrong with a file, each as `path:line: what`.
pub fn check(path: &str, text: &str) -> Vec<String> {
    let tokens = tokens(text);
    let mut breaches = shape(path, text);
    for function in functions(&tokens) {
        if function.lines >= MAX_FUNCTION_LINES {
            let said = format!(
                "fn {} has {} lines; below {MAX_FUNCTION_LINES} it can be read at once",
                function.name, function.lines
            );
            breaches.push(format!("{path}:{}: {said}", function.line));
        }
    }
    let words: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
    for (at, token) in tokens.iter().enumerate() {
        let forbidden = if path.starts_with("src/") { stops(&words[at..]) } else { waits(&words[at..]) };
        breaches.extend(forbidden.map(|what| format!("{path}:{}: {what}", token.line)));
    }
    if let Some(file) = path.strip_prefix("src/").map(|file| file.trim_end_matches(".rs")).filter(|file| *file != "lib")
    {
        let named = paths(&tokens);
        breaches.extend(
            named.iter().filter_map(|named| Some(format!("{path}:{}: {}", named.line, misplaced(file, named)?))),
        );
        // One group of imports may lead into the same module twice.
        breaches.dedup();
    }
    breaches
}

fn shape(path: &str, text: &str) -> Vec<String> {
    let mut breaches = Vec::new();
    let lines = text.lines().count();
    if lines >= MAX_FILE_LINES {
        breaches.push(format!("{path}:1: {lines} lines; split it by what it knows, below {MAX_FILE_LINES}"));
    }
    if !text.starts_with("//!") {
        breaches.push(format!("{path}:1: opens without //! that says what it is for and what it must not know"));
    }
    if path.ends_with("/mod.rs") {
        breaches.push(format!("{path}:1: mod.rs; name the file after its module, beside the folder"));
    }
    breaches
}

/// What stops the program where it could have answered with an error.
fn stops(words: &[&str]) -> Option<String> {
    match words {
        [".", call @ ("unwrap" | "expect" | "unwrap_err" | "expect_err"), "(", ..] => {
            Some(format!(".{call}() in the sources"))
        }
        [call @ ("todo" | "unimplemented" | "panic" | "unreachable" | "dbg"), "!", ..] => {
            Some(format!("{call}! in the sources"))
        }
        _ => None,
    }
}

/// What makes a test say nothing, or say it late.
fn waits(words: &[&str]) -> Option<String> {
    match words {
        ["#", "[", "ignore", ..] => Some("an ignored test".to_owned()),
        ["sleep", "(", ..] => Some("sleeps; wait for the condition instead".to_owned()),
        ["assert", "!", "(", "true", ..] => Some("asserts nothing".to_owned()),
        _ => None,
    }
}

/// Why `file` (its path below `src`, without the ending) may not name this.
fn misplaced(file: &str, named: &Named) -> Option<String> {
    let own: Vec<&str> = file.split('/').collect();
    let pieces: Vec<&str> = named.path.iter().map(String::as_str).collect();
    let calls_environment = pieces.windows(2).any(|pair| pair[0] == "env" && ENVIRONMENT.contains(&pair[1]));
    if calls_environment && !is_in(file, ENVIRONMENT_PLACE) {
        return Some(format!("`{}`: environment variables are read in config.rs only", pieces.join("::")));
    }
    if let Some((fenced, places)) = FENCES.iter().find(|(fenced, _)| pieces[0] == *fenced) {
        let allowed = places.iter().any(|place| is_in(file, place));
        return (!allowed).then(|| format!("`{fenced}` may be named in {} only", places.join(" and ")));
    }
    let module = module_of(&own, &pieces)?;
    if module == own[0] {
        return None;
    }
    let Some(theirs) = layer(module) else {
        return Some(format!("`{module}` is no module with a layer; give it one in tests/it/layers/rules.rs"));
    };
    let ours = layer(own[0]).unwrap_or(u8::MAX);
    let ground = ours == 0 && module == "domain" && own[0] != "domain";
    (theirs >= ours && !ground).then(|| format!("{} (layer {ours}) imports {module} (layer {theirs})", own[0]))
}

/// Whether a file is `place` or lies in the folder of that name.
fn is_in(file: &str, place: &str) -> bool {
    file.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn layer(module: &str) -> Option<u8> {
    LAYERS.iter().find(|(known, _)| *known == module).map(|(_, layer)| *layer)
}

/// The crate's module that a path leads into: `crate::x::…`, `teller::x::…` or as many `super` as lead out.
fn module_of<'a>(own: &[&'a str], pieces: &[&'a str]) -> Option<&'a str> {
    match pieces {
        ["crate" | "teller", module, ..] => Some(module),
        ["super", ..] => {
            let ups = pieces.iter().take_while(|piece| **piece == "super").count();
            let stays = own.len().checked_sub(ups)?;
            if stays > 0 { Some(own[0]) } else { pieces.get(ups).copied() }
        }
        _ => None,
    }
}
