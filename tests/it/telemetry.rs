//! Log lines that hold no secret, metrics that stay bounded.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use teller::domain::Fault;
use teller::privacy::mask::mask;
use teller::telemetry::metrics::{ALL, Kind, OTHER, Values, install};
use teller::telemetry::{self, LogFormat, Stopwatch};
use tracing::{Dispatch, info, info_span, warn};

/// A log that can be read back.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn dispatch(&self, format: LogFormat, filter: &str) -> Dispatch {
        let log = self.clone();
        telemetry::dispatch(format, filter, |line| mask(line, None).text, move || log.clone()).unwrap()
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[derive(Debug, thiserror::Error)]
#[error("no such card: {0}")]
struct Deep(&'static str);

/// Writes secrets into every place of a log line that can hold text.
fn log_secrets() {
    let span = info_span!("turn", customer_phone = "13800138000");
    let _inside = span.enter();
    info!("card 4111 1111 1111 1111 in the message");
    info!(text = "身份证11010519491231002X", "in a field");
    info!(text = ?"4111\u{200b}1111\n1111\t1111", "with characters that formatting escapes");
    info!(list = ?vec!["a@example.com", "CVV 123"], "nested");
    warn!(error = &Deep("5500000000000004") as &dyn std::error::Error, "in an error");
    info!(number = 4_111_111_111_111_111_u64, "as a number");
}

#[test]
fn no_secret_reaches_a_log_line_whatever_its_place() {
    for format in [LogFormat::Text, LogFormat::Json] {
        let log = Log::default();
        tracing::dispatcher::with_default(&log.dispatch(format, "info"), log_secrets);
        let text = log.text();
        for secret in ["13800138000", "1111", "11010519491231002", "a@example.com", "123\"", "5500000000000004"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        assert_eq!(text.lines().count(), 6, "{text}");
        for token in ["[CARD]", "[ID]", "[PHONE]", "[EMAIL]", "[CVV]"] {
            assert!(text.contains(token), "{token} in {text}");
        }
    }
}

#[test]
fn json_lines_stay_json_with_their_fields() {
    let log = Log::default();
    tracing::dispatcher::with_default(&log.dispatch(LogFormat::Json, "info"), || {
        log_secrets();
        info!(took_ms = 12, route = "/v1/chat", customer = "C000001", "answered on 2026-11-24");
    });
    let lines: Vec<serde_json::Value> = log.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let number = lines[5]["scrubbed"].as_str().expect("a number that was a card is no JSON number any more");
    assert!(number.contains("[CARD]"));
    let last = lines.last().unwrap();
    assert_eq!(last["fields"]["took_ms"], 12);
    assert_eq!(last["fields"]["customer"], "C000001");
    assert_eq!(last["fields"]["message"], "answered on 2026-11-24");
    assert_eq!(last["level"], "INFO");
    assert!(last["timestamp"].as_str().unwrap().ends_with('Z'), "times in a log line are no secrets");
}

#[test]
fn the_filter_decides_what_is_logged_and_a_bad_one_is_explained() {
    let log = Log::default();
    tracing::dispatcher::with_default(&log.dispatch(LogFormat::Text, "warn"), || {
        info!("too quiet");
        warn!("loud enough");
    });
    assert!(log.text().contains("loud enough") && !log.text().contains("too quiet"));

    let error = telemetry::check_filter("teller=loud").unwrap_err();
    assert!(error.to_string().contains("`teller=loud`") && error.to_string().contains("info,teller=debug"), "{error}");
    assert_eq!(error.fault(), Fault::Caller);
    assert!(telemetry::check_filter("info,teller::chat=trace").is_ok());
}

#[test]
fn log_formats_have_names() {
    assert_eq!(LogFormat::parse("text"), Some(LogFormat::Text));
    assert_eq!(LogFormat::parse("json"), Some(LogFormat::Json));
    assert_eq!(LogFormat::parse("JSON"), None);
}

#[test]
fn every_metric_says_its_unit_and_what_it_means() {
    for metric in &ALL {
        assert!(metric.name.starts_with("teller_"), "{}", metric.name);
        assert!(metric.help.ends_with('.') && metric.help.len() > 20, "{}", metric.name);
        match metric.kind {
            Kind::Counter => assert!(metric.name.ends_with("_total"), "{}", metric.name),
            Kind::Gauge => assert!(!metric.name.ends_with("_total"), "{}", metric.name),
            Kind::Seconds(bounds) => {
                assert!(metric.name.ends_with("_seconds"), "{}", metric.name);
                assert!(bounds.is_sorted() && !bounds.is_empty());
            }
        }
        for (label, values) in metric.labels {
            assert!(!matches!(*label, "customer" | "session" | "text" | "id"), "{} {label}", metric.name);
            assert!(*values != Values::OneOf(&[]));
        }
    }
    let names: std::collections::BTreeSet<_> = ALL.iter().map(|metric| metric.name).collect();
    assert_eq!(names.len(), ALL.len());
}

#[test]
fn labels_stay_bounded_whatever_is_recorded() {
    let handle = install().unwrap();
    install().expect("a second call gives the same recorder");
    for number in 0..1000 {
        telemetry::gate_drop(&format!("rule-{number}"));
        telemetry::reply(&format!("kind-{number}"), "tlh");
        telemetry::http_request("/v1/chat", 600, 0.01);
    }
    telemetry::reply("answer", "zh");
    telemetry::http_request("/v1/chat", 200, 0.02);
    telemetry::encoded(0.005);
    telemetry::queue_tokens(7);
    telemetry::masked("card");
    let page = handle.render();
    let series = |name: &str| page.lines().filter(|line| line.starts_with(&format!("{name}{{"))).count();
    assert!(series("teller_gate_drops_total") <= 65, "{}", series("teller_gate_drops_total"));
    assert!(page.contains(&format!("rule=\"{OTHER}\"")));
    assert!(page.contains(&format!("kind=\"{OTHER}\",language=\"{OTHER}\"")), "{page}");
    assert!(page.contains("kind=\"answer\",language=\"zh\""));
    assert!(page.contains("teller_queue_tokens 7"));
    assert!(page.contains("teller_encode_duration_seconds_bucket"));
    assert!(page.contains("# HELP teller_masked_total"));
}

#[test]
fn a_stopwatch_only_goes_forward() {
    let watch = Stopwatch::start();
    let first = watch.elapsed();
    assert!(watch.elapsed() >= first && watch.seconds() >= 0.0);
}
