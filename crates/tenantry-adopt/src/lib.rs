//! Makes the database of an application multi-tenant while the application runs, and takes it back.
//!
//! From the outside in: [`plan`](plan::plan) reads a database and writes down what belongs to an organization, as a file
//! that a person reviews; the file and the schema give a list of [`Step`](step::Step)s; [`apply`](run::apply) does them one
//! after the other and remembers each in the database itself. A newcomer's usual mistake is to execute a statement
//! somewhere else: `lock.rs` is the only place that changes a table, because it is the only one that knows how not to make the
//! application wait.

mod backfill;
pub mod classification;
pub mod classify;
pub mod decisions;
pub mod error;
pub mod evidence;
pub mod finding;
mod journal;
mod lock;
pub mod name;
pub mod operation;
pub mod operations;
pub mod plan;
mod privileges;
pub mod progress;
pub mod run;
pub mod schema;
mod session;
pub mod shadow;
pub mod step;
pub mod summary;
pub mod task;

pub use error::AdoptError;
