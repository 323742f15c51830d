//! The HTTP surface of the control plane: one file a resource, one page of routes.
//!
//! A handler's first argument says who may call it, its answer for a change is made of what was
//! committed, and every error is rendered in one place as `application/problem+json`.

mod accounts;
mod admission;
mod answer;
mod audit_events;
mod body;
mod bookkeeping;
mod clients;
mod cors;
mod crowd;
pub mod demo;
mod denial;
mod doorkeeper;
mod edge;
mod envelope;
mod etag;
mod exchange;
mod failure;
mod form;
mod framing;
mod health;
mod idempotent;
mod members;
mod metrics;
pub mod openapi;
mod organizations;
pub mod origin;
pub mod pages;
mod path;
mod permissions;
mod project_header;
mod project_members;
mod projects;
mod query;
mod rate_limits;
mod request_counts;
pub mod router;
mod server;
mod service;
mod settings;
mod setup;
mod site;
mod sweeping;
mod trace;
mod usage;
mod watch;
mod well_known;

pub use answer::{Created, CreatedOnce, Deleted, Granted, Listed, Shown, Updated};
pub use body::Json;
pub use cors::{AllowedOrigin, OriginError};
pub use edge::Edge;
pub use failure::Failure;
pub use idempotent::Idempotent;
pub use rate_limits::RateLimits;
pub use server::{Limits, Server, Tls, TlsError, serve};
pub use service::{Service, ServiceSettings};
pub use trace::Trace;
