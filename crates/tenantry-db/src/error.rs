//! What can go wrong at the door, sorted by what the caller should do about it.

use tokio_postgres::error::SqlState;

use crate::wire::{ServerError, WireError};

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
        source: Option<WireError>,
    },
    /// The connection died while COMMIT was under way, or nothing answered it: the change may or may
    /// not have been saved.
    #[error("the connection was lost while committing")]
    CommitUnknown(#[source] Option<WireError>),
    /// A statement took longer than it may, or waited longer for a lock than it may.
    #[error("the statement took too long")]
    TooSlow(#[source] WireError),
    /// Two transactions got in each other's way; the same request may succeed when repeated.
    #[error("the transaction collided with another one")]
    Collision(#[source] WireError),
    /// A named constraint refused the change.
    #[error("the constraint {name} refused the change")]
    Constraint {
        /// The constraint's or unique index's name.
        name: String,
        /// The driver's own error.
        #[source]
        source: WireError,
    },
    /// Postgres refused: a privilege is missing, the sealed context was not accepted, or rows were copied into a table
    /// under row security ([`WireError::CopyIntoProtected`]).
    #[error("the database refused the statement")]
    Refused(#[source] WireError),
    /// A row has another shape than the statement promised. A bug of ours.
    #[error("a row could not be read")]
    Row(#[source] WireError),
    /// A stored value is none that this version knows. Whoever meets this denies.
    #[error("a stored value could not be read: {0}")]
    Value(&'static str),
    /// The connection could not be encrypted as the address demands: the server speaks no TLS, or has a
    /// certificate that is not believed.
    #[error("the connection could not be encrypted")]
    Encryption(#[source] WireError),
    /// Anything else. A bug of ours.
    #[error("the statement failed")]
    Unexpected(#[source] WireError),
}

impl DbError {
    /// The database could not be reached at all.
    pub(crate) const fn away(reason: &'static str) -> Self {
        Self::Unavailable { reason, source: None }
    }

    /// A row could not be read, whosever row it is.
    pub fn row(error: impl Into<WireError>) -> Self {
        Self::Row(error.into())
    }

    /// Every kind, by the word that counts of it carry.
    pub const KINDS: [&'static str; 10] = [
        "unavailable",
        "commit_unknown",
        "too_slow",
        "collision",
        "constraint",
        "refused",
        "row",
        "value",
        "encryption",
        "unexpected",
    ];

    /// Which of [`KINDS`](Self::KINDS) it is.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        let [away, unknown, slow, collision, constraint, refused, row, value, encryption, other] =
            Self::KINDS;
        match self {
            Self::Unavailable { .. } => away,
            Self::CommitUnknown(_) => unknown,
            Self::TooSlow(_) => slow,
            Self::Collision(_) => collision,
            Self::Constraint { .. } => constraint,
            Self::Refused(_) => refused,
            Self::Row(_) => row,
            Self::Value(_) => value,
            Self::Encryption(_) => encryption,
            Self::Unexpected(_) => other,
        }
    }

    /// The error and its causes for a log: what Postgres says of a row (its `DETAIL`) is left out,
    /// because that is somebody's data.
    #[must_use]
    pub fn describe(&self) -> String {
        let mut text = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&told(cause));
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
                source.detail()?.parse().ok()
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
        WireError::from(source).into()
    }
}

impl From<WireError> for DbError {
    fn from(source: WireError) -> Self {
        let Some(state) = source.code().cloned() else {
            return if is_tls(&source) {
                Self::Encryption(source)
            } else if source.is_connection() {
                Self::Unavailable { reason: "the connection was lost", source: Some(source) }
            } else if matches!(source, WireError::Late(_)) {
                Self::TooSlow(source)
            } else if matches!(source, WireError::Column { .. } | WireError::NoColumn(_)) {
                Self::Row(source)
            } else {
                Self::Unexpected(source)
            };
        };
        let constraint = source.constraint().map(str::to_owned);
        match (&state, constraint) {
            (_, Some(name)) if state.code().starts_with("23") => Self::Constraint { name, source },
            (&SqlState::INSUFFICIENT_PRIVILEGE, _) => Self::Refused(source),
            _ if matches!(source, WireError::CopyIntoProtected(_)) => Self::Refused(source),
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

/// An error for a log: of what PostgreSQL says, the message and the places, and not the detail.
fn told(error: &(dyn std::error::Error + 'static)) -> String {
    if let Some(error) = error.downcast_ref::<ServerError>() {
        return placed(error.to_string(), [error.table.as_deref(), error.constraint.as_deref()]);
    }
    match error.downcast_ref::<tokio_postgres::error::DbError>() {
        Some(error) => {
            let text = format!("{}: {}", error.code().code(), error.message());
            placed(text, [error.table(), error.constraint()])
        }
        None => error.to_string(),
    }
}

fn placed(text: String, places: [Option<&str>; 2]) -> String {
    places.into_iter().flatten().fold(text, |text, place| format!("{text} ({place})"))
}

/// The driver keeps the kind of its errors to itself, but not their words, which are constants of its own.
fn is_tls(error: &WireError) -> bool {
    matches!(error, WireError::Driver(error) if error.to_string().starts_with("error performing TLS handshake"))
}
