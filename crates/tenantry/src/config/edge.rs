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
