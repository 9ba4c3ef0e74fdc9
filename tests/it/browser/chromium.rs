//! One Chromium with its chromedriver on a port of its own; both end when this is dropped, whatever the test did.
//! Must not know any page of teller.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

const CHROMEDRIVER: &str = "/usr/bin/chromedriver";
const CHROMIUM: &str = "/usr/bin/chromium";
const INSTALL: &str = "install both with `apt-get install chromium chromium-driver`";
/// Longest wait for a condition. The first answer of a fresh server on a busy two-core machine takes seconds.
const PATIENCE: Duration = Duration::from_mins(1);
const LOOK_AGAIN: Duration = Duration::from_millis(40);

pub struct Chromium {
    pub client: Client,
    session: String,
    driver: Driver,
    _profile: tempfile::TempDir,
}

/// The chromedriver process. Declared apart so that it ends even when no session could be had.
struct Driver {
    process: Child,
    port: u16,
    /// Kept open: what it says later must not break it.
    _out: BufReader<ChildStdout>,
}

impl Driver {
    fn start() -> Self {
        for program in [CHROMEDRIVER, CHROMIUM] {
            assert!(std::path::Path::new(program).exists(), "{program} is missing: {INSTALL}");
        }
        let mut process = Command::new(CHROMEDRIVER)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{CHROMEDRIVER} does not start ({error}): {INSTALL}"));
        let mut out = BufReader::new(process.stdout.take().expect("its output is piped"));
        let port = out.by_ref().lines().map_while(Result::ok).find_map(|line| {
            let (_, rest) = line.split_once("started successfully on port ")?;
            rest.trim_end_matches('.').parse().ok()
        });
        let driver = Self { process, port: port.unwrap_or(0), _out: out };
        assert!(driver.port != 0, "{CHROMEDRIVER} ended without naming its port: {INSTALL}");
        driver
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Ends a session and with it its Chromium. By hand and blocking, because it runs while a failed test unwinds.
    fn end_session(&self, session: &str) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(stream, "DELETE /session/{session} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        stream.read(&mut [0; 256]).map(|_| ())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.driver.end_session(&self.session);
    }
}

impl Chromium {
    /// A fresh browser with an empty profile, 1280 × 800.
    pub async fn start() -> Self {
        let driver = Driver::start();
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let user_data = format!("--user-data-dir={}", profile.path().display());
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--window-size=1280,800",
            &user_data,
        ];
        let wishes = json!({
            "browserName": "chrome",
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": { "binary": CHROMIUM, "args": arguments },
        });
        let Value::Object(wishes) = wishes else { unreachable!("an object was written above") };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wishes)
            .connect(&driver.url())
            .await
            .unwrap_or_else(|error| panic!("Chromium does not start: {error}"));
        let session = client.session_id().await.expect("the driver answers").expect("a session has an id");
        client.update_timeouts(patience()).await.expect("timeouts can be set");
        Self { client, session, driver, _profile: profile }
    }

    pub async fn open(&self, url: &str) {
        self.client.goto(url).await.unwrap_or_else(|error| panic!("{url} does not open: {error}"));
    }

    /// Waits until a JavaScript expression holds.
    pub async fn until(&self, condition: &str) {
        let script = format!("return Boolean({condition})");
        let holds = async {
            let mut look = tokio::time::interval(LOOK_AGAIN);
            loop {
                look.tick().await;
                // A script may fall between two pages: then it is simply looked at again.
                if self.client.execute(&script, vec![]).await.is_ok_and(|held| held == json!(true)) {
                    return;
                }
            }
        };
        if tokio::time::timeout(PATIENCE, holds).await.is_err() {
            let shown = self.client.execute("return document.body.innerText", vec![]).await.unwrap_or_default();
            panic!("{PATIENCE:?} passed and this never held: {condition}\nThe page showed: {shown}");
        }
    }

    /// The value of a JavaScript expression.
    pub async fn value(&self, expression: &str) -> Value {
        let script = format!("return {expression}");
        self.client.execute(&script, vec![]).await.unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    pub async fn run(&self, script: &str) {
        let shown: String = script.chars().take(120).collect();
        self.client.execute(script, vec![]).await.unwrap_or_else(|error| panic!("{shown}: {error}"));
    }

    /// The visible text of the first element, once there is one.
    pub async fn text(&self, css: &str) -> String {
        self.until(&format!("document.querySelector({})", json!(css))).await;
        let element = self.client.find(Locator::Css(css)).await.unwrap_or_else(|error| panic!("{css}: {error}"));
        element.text().await.unwrap_or_else(|error| panic!("{css}: {error}"))
    }

    pub async fn count(&self, css: &str) -> u64 {
        let found = self.value(&format!("document.querySelectorAll({}).length", json!(css))).await;
        found.as_u64().expect("a length is a number")
    }

    /// A real click, as a hand would: it fails when something lies over the element.
    pub async fn click(&self, css: &str) {
        self.until(&format!("document.querySelector({})", json!(css))).await;
        let element = self.client.find(Locator::Css(css)).await.unwrap_or_else(|error| panic!("{css}: {error}"));
        element.click().await.unwrap_or_else(|error| panic!("{css} cannot be clicked: {error}"));
    }

    /// Puts `text` into a field in place of what is there.
    pub async fn type_into(&self, css: &str, text: &str) {
        let field = self.client.find(Locator::Css(css)).await.unwrap_or_else(|error| panic!("{css}: {error}"));
        field.clear().await.unwrap_or_else(|error| panic!("{css}: {error}"));
        field.send_keys(text).await.unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    pub async fn press_enter(&self, css: &str) {
        let field = self.client.find(Locator::Css(css)).await.unwrap_or_else(|error| panic!("{css}: {error}"));
        let enter = char::from(Key::Enter).to_string();
        field.send_keys(&enter).await.unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    /// Makes the viewport that of a phone. Chromium's own window cannot be narrower than about 500 pixels.
    pub async fn narrow(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": true });
        self.post("goog/cdp/execute", json!({ "cmd": "Emulation.setDeviceMetricsOverride", "params": metrics })).await;
        self.until(&format!("innerWidth === {width}")).await;
    }

    pub async fn fits_across(&self, page: &str) {
        let widths = self.value("[document.documentElement.scrollWidth, document.documentElement.clientWidth]").await;
        assert!(widths[0].as_u64() <= widths[1].as_u64(), "{page} scrolls sideways: {widths}");
    }

    /// Fails when the console holds a warning or an error: a script that threw, a refused request, a breach of the
    /// content security policy.
    pub async fn nothing_wrong(&self) {
        let entries = self.complaints().await;
        assert!(entries.is_empty(), "the console complains: {entries:#?}");
    }

    /// As [`Self::nothing_wrong`], but requests of `path` were meant to be refused, and were.
    pub async fn only_refused(&self, path: &str) {
        let entries = self.complaints().await;
        let (meant, other): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| {
            let message = entry["message"].as_str().unwrap_or_default();
            entry["source"] == "network" && message.contains(path) && message.contains("Failed to load resource")
        });
        assert!(other.is_empty(), "the console complains: {other:#?}");
        assert!(!meant.is_empty(), "no request of {path} was refused");
    }

    /// The warnings and errors since the last call.
    async fn complaints(&self) -> Vec<Value> {
        let entries = self.post("se/log", json!({ "type": "browser" })).await;
        let entries = entries.as_array().cloned().unwrap_or_else(|| panic!("no log: {entries}"));
        entries.into_iter().filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING").collect()
    }

    /// A command of chromedriver's own, outside the `WebDriver` standard.
    async fn post(&self, command: &str, body: Value) -> Value {
        let url = format!("{}/session/{}/{command}", self.driver.url(), self.session);
        let answer = reqwest::Client::new().post(&url).json(&body).send().await.expect("chromedriver answers");
        let status = answer.status();
        let mut answer: Value = answer.json().await.expect("chromedriver answers in JSON");
        assert!(status.is_success(), "{command}: {answer}");
        answer["value"].take()
    }
}

fn patience() -> fantoccini::wd::TimeoutConfiguration {
    fantoccini::wd::TimeoutConfiguration::new(Some(PATIENCE), Some(PATIENCE), Some(Duration::ZERO))
}
