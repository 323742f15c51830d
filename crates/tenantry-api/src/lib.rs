//! The HTTP surface of the control plane: one file a resource, one page of routes.
//!
//! A handler's first argument says who may call it, its answer for a change is made of what was
//! committed, and every error is rendered in one place as `application/problem+json`.

mod accounts;
mod answer;
mod audit_events;
mod body;
mod clients;
mod denial;
mod doorkeeper;
mod envelope;
mod etag;
mod failure;
mod framing;
mod health;
mod idempotent;
mod members;
pub mod openapi;
mod organizations;
mod origin;
pub mod pages;
mod path;
mod project_header;
mod project_members;
mod projects;
mod query;
pub mod router;
mod server;
mod service;
mod settings;
mod site;
mod usage;
mod well_known;

pub use answer::{Created, Deleted, Granted, Listed, Shown, Updated};
pub use body::Json;
pub use failure::Failure;
pub use server::serve;
pub use service::{Service, ServiceSettings};
