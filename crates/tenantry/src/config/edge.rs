//! The settings of the service's edge: origins, limits, and where it may be watched.

use tenantry_api::{AllowedOrigin, Edge, RateLimits};

use super::value::Reader;

/// Reads them.
pub(super) fn read(read: &mut Reader<'_>) -> Edge {
    let cors_origins =
        read.judged("TENANTRY_CORS_ORIGINS", "https://app.example.com", AllowedOrigin::list);
    Edge {
        cors_origins: cors_origins.unwrap_or_default(),
        rate_limits: rate_limits(read),
        ..Edge::default()
    }
}

fn rate_limits(read: &mut Reader<'_>) -> RateLimits {
    let usual = RateLimits::default();
    let mut limit = |name, usual| read.number(name, 0..=1_000_000).unwrap_or(usual);
    RateLimits {
        organization: limit("TENANTRY_RATE_LIMIT_ORGANIZATION", usual.organization),
        key: limit("TENANTRY_RATE_LIMIT_KEY", usual.key),
        address: limit("TENANTRY_RATE_LIMIT_ADDRESS", usual.address),
    }
}

/// The base address of a collector. Only `http://`: the client that sends traces speaks no TLS.
pub(super) fn collector(text: &str) -> Option<String> {
    let text = text.trim_end_matches('/');
    let is_plain = text.strip_prefix("http://").is_some_and(|rest| {
        !rest.is_empty() && !rest.starts_with('/') && !rest.contains(['?', '#', '@', ' '])
    });
    is_plain.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_is_reached_by_http_at_any_path() {
        for (text, read) in [
            ("http://127.0.0.1:4318", Some("http://127.0.0.1:4318")),
            ("http://collector:4318/otlp/", Some("http://collector:4318/otlp")),
            ("https://collector:4318", None),
            ("collector:4318", None),
            ("http://", None),
            ("http://user:secret@collector", None),
        ] {
            assert_eq!(collector(text).as_deref(), read);
        }
    }
}
