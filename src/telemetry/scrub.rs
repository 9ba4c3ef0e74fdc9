//! The last step before a log line leaves the process: the finished line goes through a function that takes
//! secrets out. Must not know what a secret is, nor where lines come from.
//!
//! Why the finished line and not each field: messages, field values, span fields and nested error texts all
//! end up in it, whatever code wrote them and whatever type they had, so nothing can go round the function.
//! The price is that the function sees escapes (`\n`, `\u{200b}`) that formatting put between the digits of a
//! number; it has to read through them.

use std::io::{self, Write};

use tracing::Metadata;
use tracing_subscriber::fmt::MakeWriter;

use super::LogFormat;

/// Takes secrets out of one line, which comes without its end-of-line.
pub type Scrub = fn(&str) -> String;

/// Makes writers that scrub; see the module.
pub struct ScrubbedWriter<W> {
    scrub: Scrub,
    format: LogFormat,
    inner: W,
}

impl<W> ScrubbedWriter<W> {
    pub fn new(scrub: Scrub, format: LogFormat, inner: W) -> Self {
        Self { scrub, format, inner }
    }
}

impl<'w, W: MakeWriter<'w>> MakeWriter<'w> for ScrubbedWriter<W> {
    type Writer = ScrubbedLine<W::Writer>;

    fn make_writer(&'w self) -> Self::Writer {
        ScrubbedLine { scrub: self.scrub, format: self.format, inner: self.inner.make_writer(), line: Vec::new() }
    }

    fn make_writer_for(&'w self, meta: &Metadata<'_>) -> Self::Writer {
        ScrubbedLine {
            scrub: self.scrub,
            format: self.format,
            inner: self.inner.make_writer_for(meta),
            line: Vec::new(),
        }
    }
}

/// Collects one event and writes it, scrubbed, when the event is complete (that is, when this is dropped): a
/// number cut in two by the size of a buffer would not be recognised.
pub struct ScrubbedLine<W: Write> {
    scrub: Scrub,
    format: LogFormat,
    inner: W,
    line: Vec<u8>,
}

impl<W: Write> Write for ScrubbedLine<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.line.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<W: Write> Drop for ScrubbedLine<W> {
    fn drop(&mut self) {
        let text = String::from_utf8_lossy(&self.line);
        let line = text.trim_end_matches('\n');
        if line.is_empty() {
            return;
        }
        let scrubbed = match self.format {
            LogFormat::Text => (self.scrub)(line),
            LogFormat::Json => still_json(line, (self.scrub)(line)),
        };
        // A log that cannot be written must not stop the service, and there is nowhere left to report it.
        let _ = self.inner.write_all(format!("{scrubbed}\n").as_bytes()).and_then(|()| self.inner.flush());
    }
}

/// A secret that stood as a bare number leaves no JSON behind: the line then becomes the text of an object, so that
/// a log collector does not lose it.
fn still_json(line: &str, scrubbed: String) -> String {
    let reads = scrubbed == line || serde_json::from_str::<serde::de::IgnoredAny>(&scrubbed).is_ok();
    if reads { scrubbed } else { serde_json::json!({ "scrubbed": scrubbed }).to_string() }
}
