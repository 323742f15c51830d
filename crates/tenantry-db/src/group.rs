//! What is sent together. Each function is one round trip, once its statements are prepared (rows that are copied have a
//! pace of their own): a group of statements with a single Sync, after which the server answers all of them. When one
//! fails, it passes over the rest.

mod copy;

use tokio_postgres::error::SqlState;

use crate::connection::Connection;
use crate::context_statement::Credentials;
use crate::session::Parameters;
use crate::wire::{Prepared, Row, WireError};

pub(crate) use copy::{copied, copy_in, copy_out};

/// What a group begins with.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Opening<'a> {
    /// The context, which also says that nothing is written; without credentials neither, and what writes is not refused:
    /// that a look-up only reads is its statement's doing. The group's Sync is the end of the transaction.
    Reading(Option<&'a Credentials>),
    /// BEGIN and the context.
    Writing(Option<&'a Credentials>),
    /// Nothing: the transaction is open.
    Opened,
}

// Not "read write": a server that takes no writes would refuse BEGIN itself, and the group with it. So it is the
// write that is refused (25006).
const BEGIN: &str = "begin isolation level read committed";
const COMMIT: &str = "commit";

/// The opening's statements, ready to be sent.
#[derive(Debug, Default)]
struct Opened<'a> {
    begin: Option<Prepared>,
    context: Option<Entering<'a>>,
}

/// The context, and the statement that sets it.
#[derive(Debug)]
struct Entering<'a> {
    statement: Prepared,
    credentials: &'a Credentials,
    is_reading: bool,
}

impl<'a> Entering<'a> {
    async fn prepare(
        connection: &mut Connection,
        credentials: &'a Credentials,
        is_reading: bool,
    ) -> Result<Self, WireError> {
        let statement = connection.prepare(credentials.statement(is_reading)).await?;
        Ok(Self { statement, credentials, is_reading })
    }

    fn add(&self, connection: &mut Connection) -> Result<(), WireError> {
        let Self { statement, credentials, is_reading } = self;
        credentials.with_values(*is_reading, |values| connection.wire.execute(statement, values))
    }
}

impl<'a> Opening<'a> {
    async fn prepare(self, connection: &mut Connection) -> Result<Opened<'a>, WireError> {
        let (credentials, is_reading) = match self {
            Self::Reading(credentials) => (credentials, true),
            Self::Writing(credentials) => (credentials, false),
            Self::Opened => return Ok(Opened::default()),
        };
        let begin = if is_reading { None } else { Some(connection.prepare(BEGIN).await?) };
        let context = match credentials {
            Some(credentials) => {
                Some(Entering::prepare(connection, credentials, is_reading).await?)
            }
            None => None,
        };
        Ok(Opened { begin, context })
    }
}

impl Opened<'_> {
    /// Adds the statements; answers how many.
    fn add(&self, connection: &mut Connection) -> Result<usize, WireError> {
        let mut count = 0;
        if let Some(begin) = &self.begin {
            connection.wire.execute(begin, &[])?;
            count += 1;
        }
        if let Some(entering) = &self.context {
            entering.add(connection)?;
            count += 1;
        }
        Ok(count)
    }
}

/// Runs a statement and answers its rows.
pub(crate) async fn query(
    connection: &mut Connection,
    opening: Opening<'_>,
    sql: &'static str,
    parameters: Parameters<'_>,
) -> Result<Vec<Row>, WireError> {
    let statement = connection.prepare(sql).await?;
    let opened = opening.prepare(connection).await?;
    let before = collected(connection, |connection| {
        let before = opened.add(connection)?;
        connection.wire.execute(&statement, parameters)?;
        Ok(before)
    })?;
    connection.wire.end_group();
    connection.wire.flush().await?;
    let answer = async {
        passed(connection, before).await?;
        connection.wire.rows(&statement).await
    };
    let answer = answer.await;
    concluded(connection, answer).await
}

/// Sets the context in a transaction that is open.
pub(crate) async fn enter(
    connection: &mut Connection,
    credentials: &Credentials,
) -> Result<(), WireError> {
    Entering::prepare(connection, credentials, false).await?.add(connection)?;
    connection.wire.end_group();
    connection.wire.flush().await?;
    let answer = passed(connection, 1).await;
    concluded(connection, answer).await
}

/// Has everything prepared that a last group takes, so that it is one round trip whatever happens to it.
pub(crate) async fn prepare(
    connection: &mut Connection,
    credentials: Option<&Credentials>,
    sql: &'static str,
) -> Result<(), WireError> {
    connection.prepare(sql).await?;
    connection.prepare(COMMIT).await?;
    if let Some(credentials) = credentials {
        connection.prepare(credentials.statement(false)).await?;
    }
    Ok(())
}

/// Runs the last statement, if there is one more, and COMMIT. The wash of the connection goes with them; its answer is
/// owed afterwards.
pub(crate) async fn finish(
    connection: &mut Connection,
    last: Option<(&'static str, Parameters<'_>)>,
) -> Result<(), WireError> {
    let commit = connection.prepare(COMMIT).await?;
    let last = match last {
        Some((sql, parameters)) => Some((connection.prepare(sql).await?, parameters)),
        None => None,
    };
    collected(connection, |connection| {
        if let Some((statement, parameters)) = &last {
            connection.wire.execute(statement, parameters)?;
        }
        connection.wire.execute(&commit, &[])?;
        connection.wire.end_group();
        add_wash(connection)
    })?;
    connection.wire.flush().await?;
    let answer = async {
        passed(connection, usize::from(last.is_some())).await?;
        let tag = connection.wire.complete(drop).await?;
        if tag == "COMMIT" { Ok(()) } else { Err(WireError::RolledBack) }
    };
    let answer = answer.await;
    concluded(connection, answer).await
}

/// Runs a statement that is a whole transaction by itself, and commits it. The wash goes with it, as in [`finish`].
pub(crate) async fn write_once(
    connection: &mut Connection,
    credentials: Option<&Credentials>,
    sql: &'static str,
    parameters: Parameters<'_>,
) -> Result<(), WireError> {
    let statement = connection.prepare(sql).await?;
    let context = match credentials {
        Some(credentials) => Some(Entering::prepare(connection, credentials, false).await?),
        None => None,
    };
    let opened = Opened { begin: None, context };
    let before = collected(connection, |connection| {
        let before = opened.add(connection)?;
        connection.wire.execute(&statement, parameters)?;
        connection.wire.end_group();
        add_wash(connection)?;
        Ok(before)
    })?;
    connection.wire.flush().await?;
    let answer = passed(connection, before + 1).await;
    concluded(connection, answer).await
}

/// A group by itself. Nothing of it is prepared, so nothing of it can have been replaced.
fn add_wash(connection: &mut Connection) -> Result<(), WireError> {
    connection.wire.execute_text(&wash(connection.prepared_count()))?;
    connection.wire.end_group();
    Ok(())
}

/// The statement that washes a session in which the driver has so many statements.
pub(crate) fn wash(driver_statements: usize) -> String {
    format!("select tenantry.wash({driver_statements})")
}

/// Collects a group. One that cannot be collected is not sent at all.
fn collected<T>(
    connection: &mut Connection,
    collect: impl FnOnce(&mut Connection) -> Result<T, WireError>,
) -> Result<T, WireError> {
    let mark = connection.wire.mark();
    let collected = collect(connection);
    if collected.is_err() {
        connection.wire.take_back(mark);
    }
    collected
}

/// Reads the answers of so many statements.
async fn passed(connection: &mut Connection, statements: usize) -> Result<(), WireError> {
    for _ in 0..statements {
        connection.wire.complete(drop).await?;
    }
    Ok(())
}

/// Reads to the end of the group, unless the connection is gone.
async fn concluded<T>(
    connection: &mut Connection,
    answer: Result<T, WireError>,
) -> Result<T, WireError> {
    if answer.as_ref().is_err_and(WireError::is_connection) {
        return answer;
    }
    let ready = connection.wire.ready().await;
    let answer = answer?;
    ready.map(|()| answer)
}

/// Whether a failed COMMIT may have been saved: its answer was lost, or the server went away over it.
pub(crate) fn is_ambiguous(error: &WireError) -> bool {
    match error {
        // Said before anything was sent, or by the server itself.
        WireError::RolledBack | WireError::Parameters { .. } | WireError::Parameter { .. } => false,
        error => error
            .code()
            .is_none_or(|state| state.code().starts_with("08") || state.code().starts_with("57P0")),
    }
}

/// The connection's prepared statements are not what they were: somebody deallocated them, or the
/// schema changed under them. Every later borrower would fail in the same way.
pub(crate) fn is_stale(error: &WireError) -> bool {
    // The same SQLSTATE, about a table and not about a statement.
    if matches!(error, WireError::CopyIntoProtected(_)) {
        return false;
    }
    matches!(
        error.code(),
        Some(&SqlState::INVALID_SQL_STATEMENT_NAME | &SqlState::FEATURE_NOT_SUPPORTED)
    )
}
