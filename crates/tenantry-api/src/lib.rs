//! The HTTP surface of the control plane: one file a resource, one page of routes.
//!
//! A handler's first argument says who may call it, its answer for a change is made of what was
//! committed, and every error is rendered in one place as `application/problem+json`.

mod accounts;
mod answer;
mod body;
mod bookkeeping;
mod cors;
mod doorkeeper;
mod edge;
mod envelope;
mod exchange;
mod failure;
mod framing;
mod health;
mod metrics;
pub mod openapi;
mod organizations;
mod origin;
pub mod pages;
mod projects;
mod query;
mod rate_limits;
mod request_counts;
pub mod router;
mod server;
mod service;
mod site;
mod trace;
mod watch;
mod well_known;

pub use answer::{Created, Deleted, Listed, Shown, Updated};
pub use body::Json;
pub use cors::{AllowedOrigin, OriginError};
pub use edge::Edge;
pub use failure::Failure;
pub use rate_limits::RateLimits;
pub use server::serve;
pub use service::{Service, ServiceSettings};
pub use trace::Trace;
