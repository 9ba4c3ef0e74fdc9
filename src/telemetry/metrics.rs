//! Every metric of teller, declared once: name with its unit, help text, labels with bounded values.
//! Must not know who records or who scrapes. A label never holds a customer, a session or any free text: each
//! value opens a time series that lives as long as the process.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, Mutex, PoisonError};

use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use super::TelemetryError;

/// What is recorded in place of a label value that is not allowed, or is one too many.
pub const OTHER: &str = "other";

/// Most values of a label whose values are not listed here.
const MAX_LABEL_VALUES: usize = 64;

/// The values a label may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// These only.
    OneOf(&'static [&'static str]),
    /// Names fixed in the code of a higher layer (route templates, rules); the first 64 seen.
    FirstSeen,
}

/// What a metric measures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Only grows; its name ends in `_total`.
    Counter,
    /// A level now; its name ends in what is counted.
    Gauge,
    /// A distribution of seconds over these upper bounds; its name ends in `_seconds`.
    Seconds(&'static [f64]),
}

/// One metric as declared.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    pub name: &'static str,
    pub kind: Kind,
    pub help: &'static str,
    pub labels: &'static [(&'static str, Values)],
}

/// From a cached page to the slowest turn with retrieval that a person would still wait for.
const REQUEST_SECONDS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// One short query takes about 5 ms, a full batch of passages on a busy machine a second.
const ENCODE_SECONDS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];

const STATUS_CLASS: Values = Values::OneOf(&["1xx", "2xx", "3xx", "4xx", "5xx"]);
const REPLY_KIND: Values = Values::OneOf(&["answer", "clarify", "flow", "recommend", "handoff", "refuse"]);
const LANGUAGE: Values = Values::OneOf(&["zh", "en"]);

const HTTP_REQUESTS: Metric = Metric {
    name: "teller_http_requests_total",
    kind: Kind::Counter,
    help: "HTTP requests answered, by route template and class of status.",
    labels: &[("route", Values::FirstSeen), ("status_class", STATUS_CLASS)],
};
const HTTP_SECONDS: Metric = Metric {
    name: "teller_http_request_duration_seconds",
    kind: Kind::Seconds(REQUEST_SECONDS),
    help: "Seconds from the request's head to the end of the answer's head, by route template.",
    labels: &[("route", Values::FirstSeen)],
};
const ENCODE: Metric = Metric {
    name: "teller_encode_duration_seconds",
    kind: Kind::Seconds(ENCODE_SECONDS),
    help: "Seconds of one pass of the encoder over one batch.",
    labels: &[],
};
const QUEUE_TOKENS: Metric =
    Metric { name: "teller_queue_tokens", kind: Kind::Gauge, help: "Tokens waiting before the encoder.", labels: &[] };
const QUEUE_REFUSED: Metric = Metric {
    name: "teller_queue_refused_total",
    kind: Kind::Counter,
    help: "Texts refused because the encoder's queue was full.",
    labels: &[],
};
const REPLIES: Metric = Metric {
    name: "teller_replies_total",
    kind: Kind::Counter,
    help: "Chat replies, by kind and language.",
    labels: &[("kind", REPLY_KIND), ("language", LANGUAGE)],
};
const RECOMMENDATIONS: Metric = Metric {
    name: "teller_recommendations_total",
    kind: Kind::Counter,
    help: "Recommendation lists made.",
    labels: &[],
};
const GATE_DROPS: Metric = Metric {
    name: "teller_gate_drops_total",
    kind: Kind::Counter,
    help: "Products kept off a recommendation list, by the rule that forbade them.",
    labels: &[("rule", Values::FirstSeen)],
};
const MASKED: Metric = Metric {
    name: "teller_masked_total",
    kind: Kind::Counter,
    help: "Secrets masked in customers' messages, by kind.",
    labels: &[("kind", Values::FirstSeen)],
};

/// All metrics, in the order of this file.
pub const ALL: [Metric; 9] =
    [HTTP_REQUESTS, HTTP_SECONDS, ENCODE, QUEUE_TOKENS, QUEUE_REFUSED, REPLIES, RECOMMENDATIONS, GATE_DROPS, MASKED];

static RECORDER: LazyLock<Result<PrometheusHandle, String>> = LazyLock::new(install_once);

/// Installs the process's recorder on the first call; every call returns the handle that renders `/metrics`.
/// Whoever serves should call `run_upkeep` on it every few seconds, so that samples do not pile up between scrapes.
///
/// # Errors
/// [`TelemetryError::Metrics`] when another recorder was installed before.
pub fn install() -> Result<PrometheusHandle, TelemetryError> {
    RECORDER.clone().map_err(TelemetryError::Metrics)
}

fn install_once() -> Result<PrometheusHandle, String> {
    let mut builder = PrometheusBuilder::new();
    for metric in &ALL {
        if let Kind::Seconds(bounds) = metric.kind {
            let name = Matcher::Full(metric.name.to_owned());
            builder = builder.set_buckets_for_metric(name, bounds).map_err(|error| error.to_string())?;
        }
    }
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).map_err(|error| error.to_string())?;
    ALL.iter().for_each(describe);
    Ok(handle)
}

/// Announces a metric, and starts it at nothing where it has no labels: a dashboard shows 0 rather than a gap.
fn describe(metric: &Metric) {
    match metric.kind {
        Kind::Counter => describe_counter!(metric.name, metric.help),
        Kind::Gauge => describe_gauge!(metric.name, metric.help),
        Kind::Seconds(_) => describe_histogram!(metric.name, Unit::Seconds, metric.help),
    }
    match metric.kind {
        Kind::Counter if metric.labels.is_empty() => counter!(metric.name).increment(0),
        Kind::Gauge if metric.labels.is_empty() => gauge!(metric.name).set(0.0),
        _ => (),
    }
}

/// Records an answered request. `route` is the template (`/v1/customers/{id}`), never the path asked for.
pub fn http_request(route: &str, status: u16, seconds: f64) {
    count(&HTTP_REQUESTS, &[route, status_class(status)]);
    histogram!(HTTP_SECONDS.name, labels(&HTTP_SECONDS, &[route])).record(seconds);
}

fn status_class(status: u16) -> &'static str {
    match status / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

/// Records the seconds of one encoder pass.
pub fn encoded(seconds: f64) {
    histogram!(ENCODE.name).record(seconds);
}

/// Sets the number of tokens now waiting before the encoder.
pub fn queue_tokens(tokens: usize) {
    #[expect(clippy::cast_precision_loss, reason = "the queue's bound is far below 2^52")]
    gauge!(QUEUE_TOKENS.name).set(tokens as f64);
}

/// Records a text refused by the full queue.
pub fn queue_refused() {
    count(&QUEUE_REFUSED, &[]);
}

/// Records a chat reply: its kind (`answer`, …) and language (`zh`, `en`).
pub fn reply(kind: &str, language: &str) {
    count(&REPLIES, &[kind, language]);
}

/// Records a recommendation list.
pub fn recommendation() {
    count(&RECOMMENDATIONS, &[]);
}

/// Records a product dropped by a gate.
pub fn gate_drop(rule: &str) {
    count(&GATE_DROPS, &[rule]);
}

/// Records a masked secret, by its kind's code.
pub fn masked(kind: &str) {
    count(&MASKED, &[kind]);
}

fn count(metric: &Metric, values: &[&str]) {
    counter!(metric.name, labels(metric, values)).increment(1);
}

fn labels(metric: &Metric, values: &[&str]) -> Vec<metrics::Label> {
    let pairs = metric.labels.iter().zip(values);
    pairs.map(|((label, allowed), value)| metrics::Label::new(*label, bounded(label, *allowed, value))).collect()
}

/// The value itself if it is allowed, [`OTHER`] if not.
fn bounded(label: &'static str, allowed: Values, value: &str) -> String {
    let fits = match allowed {
        Values::OneOf(list) => list.contains(&value),
        Values::FirstSeen => first_seen(label, value),
    };
    if fits { value.to_owned() } else { OTHER.to_owned() }
}

fn first_seen(label: &'static str, value: &str) -> bool {
    static SEEN: Mutex<BTreeMap<&'static str, BTreeSet<String>>> = Mutex::new(BTreeMap::new());
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let values = seen.entry(label).or_default();
    if values.contains(value) {
        return true;
    }
    values.len() < MAX_LABEL_VALUES && values.insert(value.to_owned())
}
