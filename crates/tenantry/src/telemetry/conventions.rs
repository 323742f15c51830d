//! Names as OpenTelemetry's conventions for HTTP have them. Our own spans and log lines use shorter words; they are
//! changed on the way out, so that a log line does not carry both.

use std::time::Duration;

use opentelemetry::trace::SpanKind;
use opentelemetry::{Key, Value};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

/// Our words, and theirs.
const NAMES: [(&str, &str); 4] = [
    ("method", "http.request.method"),
    ("route", "http.route"),
    ("request", "tenantry.request.id"),
    ("organization", "tenantry.organization.id"),
];

/// An exporter behind the conventions.
#[derive(Debug)]
pub(super) struct Conventional<E>(pub(super) E);

impl<E: SpanExporter> SpanExporter for Conventional<E> {
    fn export(&self, mut batch: Vec<SpanData>) -> impl Future<Output = OTelSdkResult> + Send {
        batch.iter_mut().for_each(rename);
        self.0.export(batch)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }
}

fn rename(span: &mut SpanData) {
    if span.name != "request" {
        return;
    }
    span.span_kind = SpanKind::Server;
    let mut words: [Option<Value>; 2] = [None, None];
    for attribute in &mut span.attributes {
        let known = NAMES.iter().position(|(ours, _)| *ours == attribute.key.as_str());
        let Some(index) = known else { continue };
        attribute.key = Key::from_static_str(NAMES[index].1);
        if let Some(word) = words.get_mut(index) {
            *word = Some(attribute.value.clone());
        }
    }
    if let [Some(method), Some(route)] = words {
        span.name = format!("{method} {route}").into();
    }
}
