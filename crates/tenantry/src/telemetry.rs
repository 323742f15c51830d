//! Log lines: text on a terminal, JSON elsewhere, on the standard error in either case. The standard output stays
//! free for what a command was asked for.

mod conventions;
mod request_line;
mod sender;
mod traces;

use std::io::IsTerminal as _;

use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

use crate::config::{Config, LogFormat};
use crate::trouble::Problem;

use request_line::RequestLine;
pub(crate) use traces::{Continuation, Traces};

/// Whether a text is a filter.
pub(crate) fn is_filter(text: &str) -> bool {
    EnvFilter::try_new(text).is_ok()
}

/// Whether log lines are JSON.
pub(crate) fn is_json(format: LogFormat) -> bool {
    match format {
        LogFormat::Json => true,
        LogFormat::Text => false,
        LogFormat::Auto => !std::io::stderr().is_terminal(),
    }
}

/// How much is logged when the configuration does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Volume {
    /// Only what is wrong.
    Quiet,
    /// What is odd or wrong.
    Warnings,
    /// What happens.
    Normal,
    /// How it happens.
    Verbose,
}

impl Volume {
    const fn filter(self) -> &'static str {
        match self {
            Self::Quiet => "error",
            Self::Warnings => "warn",
            Self::Normal => "info",
            Self::Verbose => {
                "info,tenantry=debug,tenantry_api=debug,tenantry_db=debug,tenantry_embedded=debug,tenantry_identity=debug"
            }
        }
    }
}

/// Starts the log, and the traces when a collector is configured. `is_json` is what [`is_json`] said, unless `--json`
/// asked for it.
pub(crate) fn start(
    config: &Config,
    volume: Volume,
    is_json: bool,
) -> Result<Option<Traces>, Problem> {
    let filter = config.log.as_deref().unwrap_or_else(|| volume.filter());
    let filter = EnvFilter::try_new(filter).unwrap_or_default();
    let log = fmt::layer().with_writer(std::io::stderr);
    let log = if is_json {
        log.json().flatten_event(true).with_span_list(false).boxed()
    } else {
        let choice = anstream::AutoStream::choice(&std::io::stderr());
        let is_colored = choice != anstream::ColorChoice::Never;
        let others = fmt::format().compact().with_target(false);
        log.with_ansi(is_colored).event_format(RequestLine::before(others)).boxed()
    };
    let traces = Traces::start(config)?;
    let spans = traces.as_ref().map(|traces| {
        // Only spans of requests: what a library does between them is not ours to tell.
        let is_ours = filter_fn(|meta| meta.is_span() && meta.name() == "request");
        tracing_opentelemetry::layer().with_tracer(traces.tracer()).with_filter(is_ours)
    });
    tracing_subscriber::registry().with(log.with_filter(filter)).with(spans).init();
    if is_json {
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string);
            tracing::error!(place, "{}", panic.payload_as_str().unwrap_or("a panic"));
        }));
    }
    Ok(traces)
}
