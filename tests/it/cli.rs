//! The program itself: arguments in, text and exit code out. 0 done, 1 a check failed, 2 cannot run, with one line.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use crate::support;

fn teller(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_teller"));
    command.args(arguments).env("TELLER_MODELS", crate::models::cache().root()).stdin(Stdio::null());
    for variable in ["TELLER_ADDR", "TELLER_API_KEY", "TELLER_DATA_DIR", "TELLER_DATABASE_URL", "TELLER_QDRANT_URL"] {
        command.env_remove(variable);
    }
    command
}

fn run(arguments: &[&str]) -> Output {
    teller(arguments).output().unwrap()
}

fn fails(arguments: &[&str], says: &[&str]) {
    let output = run(arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {error}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    for word in says {
        assert!(error.contains(word), "{arguments:?}: {word} is not in: {error}");
    }
    assert!(!error.contains("panicked"), "{error}");
}

#[test]
fn what_cannot_run_exits_with_2_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().to_str().unwrap();
    fails(&["dance"], &["dance"]);
    fails(&["serve", "--addr", "nowhere", "--data", empty], &["server.addr", "nowhere"]);
    fails(&["serve", "--addr", "0.0.0.0:0", "--data", empty], &["server.api_key"]);
    fails(&["serve", "--addr", "127.0.0.1:0", "--data", empty], &["holds no bank", "teller demo create"]);
    fails(&["serve", "--config", "/no/such/file", "--data", empty], &["/no/such/file"]);
    fails(&["eval", "nothing"], &["nothing", "intent"]);
    fails(&["models", "pull", "gpt-9"], &["gpt-9", "teller models list"]);
    fails(&["demo", "create", "--data", empty, "--customers", "0"], &["--customers"]);
    fails(&["recommend", "C 1", "--data", empty], &["customer_id"]);
}

#[test]
fn a_model_that_is_missing_or_corrupt_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (models, data) = (folder.path().join("models"), folder.path().join("data"));
    let data = data.to_str().unwrap();
    let with_models = |arguments: &[&str]| teller(arguments).env("TELLER_MODELS", &models).output().unwrap();
    let output = with_models(&["ask", "hello", "--data", data]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("tokenizer.json") && error.contains("teller models pull"), "{error}");
    std::fs::create_dir_all(models.join("multilingual-e5-small")).unwrap();
    std::fs::write(models.join("multilingual-e5-small/tokenizer.json"), "{}").unwrap();
    let output = with_models(&["ask", "hello", "--data", data]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("corrupt"));
    let output = with_models(&["models", "verify"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("corrupt"));
}

#[tokio::test]
async fn a_data_folder_in_use_is_refused() {
    let app = support::app().await;
    let folder = app.settings.data.folder.to_str().unwrap().to_owned();
    fails(&["ask", "hello", "--data", &folder], &["in use by another teller", &folder]);
}

#[test]
fn models_are_listed_with_where_they_are() {
    let output = run(&["models", "list"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success());
    assert!(text.contains("multilingual-e5-small@") && text.contains("(default)") && text.contains("e5-small-q4.bin"));
}

/// Ends the server whatever happens to the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn create(folder: &Path, customers: &str) -> Output {
    run(&["demo", "create", "--data", folder.to_str().unwrap(), "--customers", customers])
}

#[tokio::test]
async fn a_demo_bank_is_created_once_asked_served_and_stopped_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("bank");
    let created = create(&data, "20");
    assert!(created.status.success(), "{}", String::from_utf8_lossy(&created.stderr));
    let again = create(&data, "20");
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("already holds a bank"));
    let data = data.to_str().unwrap();
    let asked = run(&["ask", "我的信用卡丢了怎么办", "--data", data, "--json"]);
    let reply: serde_json::Value = serde_json::from_slice(&asked.stdout).unwrap();
    assert_eq!(reply["understanding"]["intent"], "report_lost_card");
    let listed = run(&["recommend", "C000001", "--data", data, "--json"]);
    let list: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert!(!list["items"].as_array().unwrap().is_empty());
    fails(&["recommend", "C999999", "--data", data], &["C999999", "does not exist"]);

    let mut server = Running(
        teller(&["serve", "--data", data, "--addr", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap(),
    );
    let mut output = BufReader::new(server.0.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    let url = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}")).to_owned();
    for path in ["/healthz", "/readyz", "/openapi.json", "/"] {
        assert!(reqwest::get(format!("{url}{path}")).await.unwrap().status().is_success(), "{path}");
    }
    let id = server.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert!(server.0.wait().unwrap().success(), "a signal ends the server in order");
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "", "standard output holds the address alone");
}
