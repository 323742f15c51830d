//! What an administrator decides about the edge of the service: who may call it from a browser, how often, and
//! who may watch it. The default lets no other origin in, limits, and shows its metrics on this machine.

use std::sync::Arc;

use crate::cors::AllowedOrigin;
use crate::rate_limits::RateLimits;
use crate::trace::Trace;

/// The edge of a service.
#[derive(Debug, Clone)]
pub struct Edge {
    /// The origins whose pages may read answers (WB-3); none when empty.
    pub cors_origins: Vec<AllowedOrigin>,
    /// How often it may be called (RT-1).
    pub rate_limits: RateLimits,
    /// Whether `/metrics` is answered on the main address, to callers on this machine.
    pub shows_metrics: bool,
    /// Who keeps traces, if anybody does.
    pub trace: Option<Arc<dyn Trace>>,
}

impl Default for Edge {
    fn default() -> Self {
        Self {
            cors_origins: Vec::new(),
            rate_limits: RateLimits::default(),
            shows_metrics: true,
            trace: None,
        }
    }
}
