//! The work of operations that are not SQL alone. Each task begins and ends its own transactions, so it is called outside of
//! one; what was interrupted is simply asked for again.

mod enroll;
mod merge;
mod prepare;
mod prove;
mod session;

use tenantry_db::Config;
use tenantry_prove::report::Report;
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;

use crate::error::AdoptError;
use crate::operation::Task;
use crate::operations::Operation;
use crate::run::{Installation, Observer};

pub use prepare::{give_back_rights, losses, take_rights};

/// What a task may use.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// An administrator's way into the database, for tasks that need a session of their own.
    pub address: &'a Config,
    /// The engine's session: an administrator's, outside of a transaction, with `search_path = pg_catalog`.
    pub client: &'a Client,
    /// What is done.
    pub operation: &'a Operation,
    /// The secret of this installation.
    pub installation: Installation<'a>,
    /// Told what happens.
    pub observer: Observer<'a>,
    /// Stops between two databases of a merge.
    pub stop: &'a CancellationToken,
    /// How the address of another database, as the plan writes it, becomes one that can be connected to.
    pub sources: Sources<'a>,
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Context").field("operation", self.operation).finish_non_exhaustive()
    }
}

/// Adds what a plan does not say of another database's address: the password.
#[derive(Clone, Copy)]
pub struct Sources<'a>(pub &'a (dyn Fn(&str) -> Result<Config, AdoptError> + Sync));

impl std::fmt::Debug for Sources<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Sources")
    }
}

impl Sources<'_> {
    /// Addresses as they are written, for servers that ask for no password.
    pub const PLAIN: Sources<'static> = Sources(&plain);
}

fn plain(address: &str) -> Result<Config, AdoptError> {
    address.parse().map_err(|error| {
        AdoptError::Refused(format!("an address of the plan's merge cannot be read: {error}"))
    })
}

/// What came of a task.
#[derive(Debug, Clone, Default)]
pub struct Done {
    /// What a person should know, a line each.
    pub lines: Vec<String>,
    /// What the attack found, when there was one.
    pub report: Option<Report>,
    /// It was told to stop before the end, and has to be asked for again.
    pub was_stopped: bool,
}

impl Done {
    fn saying(lines: Vec<String>) -> Self {
        Self { lines, ..Self::default() }
    }
}

/// Does the task of an operation.
///
/// # Errors
/// See [`AdoptError`]. What a failed task had not finished, it left as it was.
pub async fn run(task: Task, context: &Context<'_>) -> Result<Done, AdoptError> {
    match (task, context.operation) {
        (Task::Prepare, Operation::Prepare(prepare)) => prepare::run(context, prepare).await,
        (Task::Withdraw, Operation::Prepare(_)) => prepare::withdraw(context).await,
        (Task::Enroll, Operation::Enroll(enroll)) => enroll::run(context.client, enroll).await,
        (Task::Merge, Operation::Merge(merge)) => merge::run(context, merge).await,
        (Task::Prove, Operation::Prove(prove)) => prove::run(context, prove).await,
        (task, _) => {
            Err(AdoptError::Refused(format!("the journal asks for {task:?} of another operation")))
        }
    }
}
