//! What an administrator decides about the edge of the service: who may call it from a browser, how often, and
//! who may watch it. The default lets no other origin in, limits, and shows its metrics on this machine.

use crate::cors::AllowedOrigin;
use crate::rate_limits::RateLimits;

/// The edge of a service.
#[derive(Debug, Clone, Default)]
pub struct Edge {
    /// The origins whose pages may read answers (WB-3); none when empty.
    pub cors_origins: Vec<AllowedOrigin>,
    /// How often it may be called (RT-1).
    pub rate_limits: RateLimits,
}
