//! How somebody who keeps traces hears of requests. The service itself keeps none, and knows no format of them.

use std::fmt::Debug;

use http::{HeaderMap, StatusCode};
use tracing::Span;

/// Follows requests from service to service.
pub trait Trace: Debug + Send + Sync {
    /// A request has begun under this span; its headers may say whose part it is.
    fn begin(&self, span: &Span, headers: &HeaderMap);

    /// The request of this span was answered.
    fn end(&self, span: &Span, status: StatusCode);
}
