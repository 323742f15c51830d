//! Attacks a database and shows whether its organizations are apart.
//!
//! Two throwaway organizations are made inside one transaction, each attacks the rows of the other as the
//! application's own role, and everything is rolled back. What the catalog alone can tell is read beside it
//! ([`lint`]), and the planner is asked how it would answer an organization's usual questions. A newcomer's usual
//! mistake is to think of this as a part of the server: it works on any PostgreSQL database, knows the sealed context
//! only as one way among others to enter an organization, and depends on none of the control plane.

mod arena;
pub mod attack;
mod catalog;
pub mod catalogue;
mod choice;
mod context;
mod error;
mod findings;
mod function;
pub mod lint;
mod party;
mod plan;
mod quote;
pub mod report;
mod rows;
pub mod rule;
mod run;
mod seal;
mod sequence;
mod table;
mod tenancy;
mod trial;
mod values;
mod view;

pub use error::ProveError;
pub use rule::all as rules;
pub use run::{Options, Progress, prove};
