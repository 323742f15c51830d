//! The settings of the service's edge: origins, limits, and where it may be watched.

use tenantry_api::{AllowedOrigin, Edge};

use super::value::Reader;

/// Reads them.
pub(super) fn read(read: &mut Reader<'_>) -> Edge {
    let cors_origins =
        read.judged("TENANTRY_CORS_ORIGINS", "https://app.example.com", AllowedOrigin::list);
    Edge { cors_origins: cors_origins.unwrap_or_default() }
}
