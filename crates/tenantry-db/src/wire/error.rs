//! What can go wrong on a connection: the server says so, or the connection does.

use std::error::Error;
use std::io;

use postgres_protocol::message::backend::ErrorResponseBody;
use tokio_postgres::error::SqlState;

/// A failed statement, or a failed connection.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// PostgreSQL answered an error.
    #[error(transparent)]
    Server(Box<ServerError>),
    /// The connection was closed.
    #[error("the connection was closed")]
    Closed,
    /// Bytes could not be sent, received or understood.
    #[error("the connection failed: {0}")]
    Io(#[source] io::Error),
    /// The server answered something that does not fit what was asked.
    #[error("the server answered out of turn")]
    Unexpected,
    /// A statement was given to a call that is for others.
    #[error("the statement does not fit the call: {0}")]
    Misplaced(&'static str),
    /// PostgreSQL copies into no table whose rows it guards.
    #[error(
        "COPY FROM does not reach a table under row security: insert into it, many rows at once by `insert … select … \
         from unnest(…)`, or from a temporary table that was copied into, where the login may make one"
    )]
    CopyIntoProtected(#[source] Box<ServerError>),
    /// It had as long as a statement may take.
    #[error("it took too long: {0}")]
    Late(&'static str),
    /// COMMIT was answered with a rollback.
    #[error("the transaction was rolled back")]
    RolledBack,
    /// The address leads nowhere.
    #[error("the address cannot be used: {0}")]
    Address(&'static str),
    /// A statement has not as many parameters as there are values.
    #[error("the statement takes {expected} values, and {given} were given")]
    Parameters {
        /// How many the statement takes.
        expected: usize,
        /// How many there were.
        given: usize,
    },
    /// A value does not fit its parameter.
    #[error("the value of ${parameter} does not fit: {source}")]
    Parameter {
        /// Which, from 1.
        parameter: usize,
        /// Why.
        source: Box<dyn Error + Send + Sync>,
    },
    /// A row has no such column.
    #[error("there is no column {0}")]
    NoColumn(String),
    /// A column's value is not what was asked for.
    #[error("the column {column} cannot be read: {source}")]
    Column {
        /// Its name.
        column: String,
        /// Why.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The driver's, while logging in or on an administrator's connection.
    #[error(transparent)]
    Driver(#[from] tokio_postgres::Error),
}

impl WireError {
    /// A COPY among the statements that answer rows.
    pub(crate) const COPY: Self = Self::Misplaced("it is a COPY, which copy_out and copy_in run");

    /// The SQLSTATE, when PostgreSQL said one.
    #[must_use]
    pub fn code(&self) -> Option<&SqlState> {
        match self {
            Self::Server(error) | Self::CopyIntoProtected(error) => Some(&error.code),
            Self::Driver(error) => error.code(),
            _ => None,
        }
    }

    /// What PostgreSQL said, in one line.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        match self {
            Self::Server(error) | Self::CopyIntoProtected(error) => Some(&error.message),
            Self::Driver(error) => Some(error.as_db_error()?.message()),
            _ => None,
        }
    }

    /// The constraint that refused, when one did.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Server(error) | Self::CopyIntoProtected(error) => error.constraint.as_deref(),
            Self::Driver(error) => error.as_db_error()?.constraint(),
            _ => None,
        }
    }

    /// What PostgreSQL adds to its message. It may hold somebody's data.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Server(error) | Self::CopyIntoProtected(error) => error.detail.as_deref(),
            Self::Driver(error) => error.as_db_error()?.detail(),
            _ => None,
        }
    }

    /// Whether the connection, and not the statement, is what failed.
    #[must_use]
    pub fn is_connection(&self) -> bool {
        match self {
            Self::Closed | Self::Io(_) => true,
            Self::Driver(error) => {
                error.is_closed()
                    || Error::source(error).is_some_and(|source| source.is::<io::Error>())
            }
            _ => false,
        }
    }
}

impl From<ServerError> for WireError {
    fn from(error: ServerError) -> Self {
        Self::Server(Box::new(error))
    }
}

/// An error as PostgreSQL describes it (its protocol, "Error and Notice Message Fields").
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}: {message}", code.code())]
pub struct ServerError {
    /// The SQLSTATE.
    pub code: SqlState,
    /// What went wrong, in one line.
    pub message: String,
    /// More about it. It may hold somebody's data.
    pub detail: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
    /// The table that it is about.
    pub table: Option<String>,
    /// The constraint that refused.
    pub constraint: Option<String>,
    /// The server's function that said so: unlike the message, it is the same in every language.
    pub(super) routine: Option<String>,
}

impl ServerError {
    pub(super) fn read(body: &ErrorResponseBody) -> Result<Self, WireError> {
        let mut read = Self {
            code: SqlState::INTERNAL_ERROR,
            message: String::new(),
            detail: None,
            hint: None,
            table: None,
            constraint: None,
            routine: None,
        };
        let mut fields = body.fields();
        while let Some(field) =
            fallible_iterator::FallibleIterator::next(&mut fields).map_err(WireError::Io)?
        {
            let value = String::from_utf8_lossy(field.value_bytes()).into_owned();
            match field.type_() {
                b'C' => read.code = SqlState::from_code(&value),
                b'M' => read.message = value,
                b'D' => read.detail = Some(value),
                b'H' => read.hint = Some(value),
                b't' => read.table = Some(value),
                b'n' => read.constraint = Some(value),
                b'R' => read.routine = Some(value),
                _ => {}
            }
        }
        Ok(read)
    }
}
