//! What can go wrong at the door, sorted by what the caller should do about it.

use tokio_postgres::error::SqlState;

/// A failed statement or transaction.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The database is away, is starting, or has no connection left. Trying again may help.
    #[error("the database is not available: {reason}")]
    Unavailable {
        /// What was seen.
        reason: &'static str,
        /// The driver's own error, when there is one.
        #[source]
        source: Option<tokio_postgres::Error>,
    },
    /// The connection died while COMMIT was under way: the change may or may not have been saved.
    #[error("the connection was lost while committing")]
    CommitUnknown(#[source] tokio_postgres::Error),
    /// A statement took longer than it may, or waited longer for a lock than it may.
    #[error("the statement took too long")]
    TooSlow(#[source] tokio_postgres::Error),
    /// Two transactions got in each other's way; the same request may succeed when repeated.
    #[error("the transaction collided with another one")]
    Collision(#[source] tokio_postgres::Error),
    /// A named constraint refused the change.
    #[error("the constraint {name} refused the change")]
    Constraint {
        /// The constraint's or unique index's name.
        name: String,
        /// The driver's own error.
        #[source]
        source: tokio_postgres::Error,
    },
    /// Postgres refused: a privilege is missing, or the sealed context was not accepted.
    #[error("the database refused the statement")]
    Refused(#[source] tokio_postgres::Error),
    /// A row has another shape than the statement promised. A bug of ours.
    #[error("a row could not be read")]
    Row(#[source] tokio_postgres::Error),
    /// A stored value is none that this version knows. Whoever meets this denies.
    #[error("a stored value could not be read: {0}")]
    Value(&'static str),
    /// Anything else. A bug of ours.
    #[error("the statement failed")]
    Unexpected(#[source] tokio_postgres::Error),
}

impl DbError {
    /// The database could not be reached at all.
    pub(crate) const fn away(reason: &'static str) -> Self {
        Self::Unavailable { reason, source: None }
    }

    /// The error and its causes for a log: what Postgres says of a row (its `DETAIL`) is left out,
    /// because that is somebody's data.
    #[must_use]
    pub fn describe(&self) -> String {
        let mut text = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            text.push_str(": ");
            match cause.downcast_ref::<tokio_postgres::error::DbError>() {
                Some(error) => {
                    text.push_str(&format!("{} {}", error.code().code(), error.message()));
                    for place in [error.table(), error.constraint()].into_iter().flatten() {
                        text.push_str(&format!(" ({place})"));
                    }
                }
                None => text.push_str(&cause.to_string()),
            }
            source = cause.source();
        }
        text
    }

    /// The name of the constraint that refused the change, if one did.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Constraint { name, .. } => Some(name),
            _ => None,
        }
    }

    /// The limit that refused the change, when it was one of `tenantry.count_usage()`: its constraints are
    /// named `usage_limit_…`, and their detail is the limit and nobody's data.
    #[must_use]
    pub fn usage_limit(&self) -> Option<u64> {
        match self {
            Self::Constraint { name, source } if name.starts_with("usage_limit_") => {
                source.as_db_error()?.detail()?.parse().ok()
            }
            _ => None,
        }
    }

    /// Whether the same request may succeed in a moment.
    #[must_use]
    pub const fn is_temporary(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::TooSlow(_) | Self::Collision(_))
    }
}

impl From<tokio_postgres::Error> for DbError {
    fn from(source: tokio_postgres::Error) -> Self {
        let Some(state) = source.code().cloned() else {
            return if source.is_closed() || is_io(&source) {
                Self::Unavailable { reason: "the connection was lost", source: Some(source) }
            } else {
                Self::Unexpected(source)
            };
        };
        let constraint =
            source.as_db_error().and_then(|error| error.constraint()).map(str::to_owned);
        match (&state, constraint) {
            (_, Some(name)) if state.code().starts_with("23") => Self::Constraint { name, source },
            (&SqlState::INSUFFICIENT_PRIVILEGE, _) => Self::Refused(source),
            (&SqlState::QUERY_CANCELED | &SqlState::LOCK_NOT_AVAILABLE, _) => Self::TooSlow(source),
            (&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED, _) => {
                Self::Collision(source)
            }
            _ if matches!(&state.code()[..2], "08" | "53" | "57")
                || state == SqlState::READ_ONLY_SQL_TRANSACTION =>
            {
                Self::Unavailable {
                    reason: "the database does not take work at the moment",
                    source: Some(source),
                }
            }
            _ => Self::Unexpected(source),
        }
    }
}

fn is_io(error: &tokio_postgres::Error) -> bool {
    std::error::Error::source(error).is_some_and(|source| source.is::<std::io::Error>())
}
