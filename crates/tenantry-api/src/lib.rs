//! The HTTP surface of the control plane: one file a resource, one page of routes.
//!
//! A handler's first argument says who may call it, its answer for a change is made of what was
//! committed, and every error is rendered in one place as `application/problem+json`.

mod accounts;
mod answer;
mod body;
mod doorkeeper;
mod envelope;
mod failure;
mod framing;
mod health;
pub mod openapi;
mod organizations;
pub mod origin;
pub mod pages;
mod projects;
mod query;
pub mod router;
mod server;
mod service;
mod site;
mod well_known;

pub use answer::{Created, Deleted, Listed, Shown, Updated};
pub use body::Json;
pub use failure::Failure;
pub use server::serve;
pub use service::{Service, ServiceSettings};
