//! The line that ends a request, for a person: what was asked, what came of it and how long it took stand in columns,
//! and the ids at the end. Every other line is written as ever.

use std::fmt::{self, Debug, Write as _};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// Where these lines come from.
const TARGET: &str = "tenantry_api::request";

/// Writes lines of requests itself, and leaves the others to `F`.
#[derive(Debug)]
pub(super) struct RequestLine<F>(F);

impl<F> RequestLine<F> {
    pub(super) const fn before(others: F) -> Self {
        Self(others)
    }
}

impl<S, N, F> FormatEvent<S, N> for RequestLine<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        if event.metadata().target() != TARGET {
            return self.0.format_event(context, writer, event);
        }
        let mut line = Line::default();
        event.record(&mut line);
        SystemTime.format_time(&mut writer)?;
        writer.write_str(&line.text(writer.has_ansi_escapes()))?;
        writeln!(writer)
    }
}

/// The fields of one line.
#[derive(Debug, Default)]
struct Line {
    method: String,
    path: String,
    status: u64,
    milliseconds: u64,
    bytes: Option<u64>,
    rest: String,
}

impl Line {
    fn text(&self, is_colored: bool) -> String {
        let Self { method, path, status, milliseconds, bytes, rest } = self;
        let color = match status {
            500.. => 31,
            400..=499 => 33,
            _ => 32,
        };
        let status = if is_colored {
            format!("\u{1b}[{color}m{status}\u{1b}[0m")
        } else {
            status.to_string()
        };
        let bytes = bytes.map_or_else(|| "-".to_owned(), |bytes| format!("{bytes} B"));
        // A path is whatever the client sent, and this may be a terminal.
        let path = path.escape_debug();
        format!("  {status} {method:<6} {path}  {milliseconds} ms  {bytes}{rest}")
    }

    fn keep(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() != "message" && field.name() != "route" {
            // Writing to a string cannot fail.
            let _ = write!(self.rest, "  {value:?}");
        }
    }
}

impl Visit for Line {
    fn record_u64(&mut self, field: &Field, value: u64) {
        match field.name() {
            "status" => self.status = value,
            "milliseconds" => self.milliseconds = value,
            "bytes" => self.bytes = Some(value),
            _ => self.keep(field, &value),
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "method" => value.clone_into(&mut self.method),
            "path" => value.clone_into(&mut self.path),
            _ => self.keep(field, &format_args!("{value}")),
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.keep(field, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stands_in_columns_and_shows_no_control_characters() {
        let mut line = Line {
            method: "GET".to_owned(),
            path: "/api/v1/projects".to_owned(),
            status: 200,
            milliseconds: 3,
            bytes: Some(412),
            rest: "  org_1  req_2".to_owned(),
        };
        assert_eq!(line.text(false), "  200 GET    /api/v1/projects  3 ms  412 B  org_1  req_2");
        line.path = "/\u{1b}[2J\n".to_owned();
        (line.status, line.bytes) = (404, None);
        let colored = "  \u{1b}[33m404\u{1b}[0m GET    /\\u{1b}[2J\\n  3 ms  -  org_1  req_2";
        assert_eq!(line.text(true), colored);
    }
}
