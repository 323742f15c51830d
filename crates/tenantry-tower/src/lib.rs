//! axum and tower: handlers whose first argument says who may call them.
//!
//! [`Authorized<P>`](Authorized), [`SignedIn`] and [`Public`] are the three ways to say it, and
//! [`route`] accepts no handler that says nothing. The same argument documents the operation: security
//! scheme, permission and refusals of the OpenAPI document are derived from it.

mod authorized;
mod document;
mod gate;
mod knock;
mod problem;
mod public;
pub mod route;
mod signed_in;

pub use authorized::Authorized;
pub use document::{document_header, document_problem, problem_codes};
pub use gate::{Decision, Gate, Gatekeeper};
pub use knock::Knock;
pub use problem::{Refusal, render_problem};
pub use public::Public;
pub use route::Guard;
pub use signed_in::SignedIn;
