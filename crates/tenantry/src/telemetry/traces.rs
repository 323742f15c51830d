//! Traces by OTLP over HTTP, when a collector is configured: one span a request, which continues the `traceparent`
//! that came with it. Sending is a thread's business beside the requests; a collector that is away costs them
//! nothing, and is said once.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{Status, TraceContextExt as _, TracerProvider as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use tenantry_api::Trace;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::conventions::Conventional;
use super::sender::Sender;
use crate::config::Config;
use crate::trouble::Problem;

/// How long the last spans may take on their way out.
const LAST_SPANS: Duration = Duration::from_secs(2);

/// The spans that are on their way to a collector.
#[derive(Debug)]
pub(crate) struct Traces(SdkTracerProvider);

impl Traces {
    /// Begins to send, when the configuration says where to.
    pub(super) fn start(config: &Config) -> Result<Option<Self>, Problem> {
        let Some(collector) = &config.trace_collector else { return Ok(None) };
        let failed = |error: &dyn std::error::Error| {
            Problem::new("TN0604", "traces cannot be sent").fact("cause", error.to_string())
        };
        let sender = Sender::new().map_err(|error| failed(&error))?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(sender)
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{collector}/v1/traces"))
            .build()
            .map_err(|error| failed(&error))?;
        let resource = Resource::builder()
            .with_service_name(config.trace_service_name.clone())
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(Conventional(exporter))
            .with_resource(resource)
            .build();
        Ok(Some(Self(provider)))
    }

    pub(super) fn tracer(&self) -> SdkTracer {
        self.0.tracer("tenantry")
    }

    /// Sends what is left.
    pub(crate) fn finish(self) {
        if let Err(error) = self.0.shutdown_with_timeout(LAST_SPANS) {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// Continues the traces of others.
#[derive(Debug, Default)]
pub(crate) struct Continuation(TraceContextPropagator);

impl Continuation {
    pub(crate) fn shared() -> Arc<dyn Trace> {
        Arc::new(Self::default())
    }
}

impl Trace for Continuation {
    fn begin(&self, span: &Span, headers: &HeaderMap) {
        let parent = self.0.extract_with_context(&Context::new(), &HeaderExtractor(headers));
        if parent.span().span_context().is_valid()
            && let Err(error) = span.set_parent(parent)
        {
            // The span is not one that is kept.
            tracing::debug!(%error, "a trace was not continued");
        }
    }

    fn end(&self, span: &Span, status: StatusCode) {
        span.set_attribute("http.response.status_code", i64::from(status.as_u16()));
        if status.is_server_error() {
            span.set_status(Status::error(status.as_str().to_owned()));
        }
    }
}
