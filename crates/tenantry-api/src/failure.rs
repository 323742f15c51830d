//! Every error of the layers below as a problem. No wildcard: a new error asks for a decision here.

use aide::OperationOutput;
use axum::response::{IntoResponse, Response};
use tenantry_core::{ErrorCode, FieldError, Problem};
use tenantry_db::DbError;
use tenantry_identity::IdentityError;
use tenantry_store::StoreError;
use tenantry_tower::Refusal;

/// A problem as a handler's error.
#[derive(Debug)]
pub struct Failure(Problem);

impl Failure {
    /// The problem.
    #[must_use]
    pub fn into_problem(self) -> Problem {
        self.0
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        Refusal(self.0).into_response()
    }
}

impl OperationOutput for Failure {
    type Inner = Self;
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

/// The cause goes to the log, once, and not to the client.
fn internal(cause: &str) -> Problem {
    tracing::error!(cause, "a request failed on our side");
    Problem::new(ErrorCode::Internal, "The log has the cause under the request id.")
}

/// An error with its causes.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        Self(match &error {
            DbError::Unavailable { .. } => {
                tracing::warn!(%error, "the database is away");
                Problem::unavailable("The database is away for the moment. Nothing was changed.", 2)
            }
            DbError::CommitUnknown(_) => {
                tracing::warn!(%error, "the answer to a commit was lost");
                Problem::unavailable(
                    "The connection was lost while saving: look whether the change is there before you repeat it.",
                    2,
                )
            }
            DbError::TooSlow(_) | DbError::Collision(_) => {
                tracing::warn!(%error, "a statement gave up");
                Problem::unavailable("The database was too busy. Nothing was changed.", 1)
            }
            DbError::Constraint { .. }
            | DbError::Refused(_)
            | DbError::Row(_)
            | DbError::Value(_)
            | DbError::Unexpected(_) => internal(&error.describe()),
        })
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::SlugTaken => Problem::new(
                ErrorCode::SlugTaken,
                "Choose another slug, or leave it out to get a free one.",
            )
            .into(),
            StoreError::EmailTaken => Problem::new(
                ErrorCode::EmailTaken,
                "There is an account with this e-mail address: sign in instead.",
            )
            .into(),
            StoreError::NotAllowed => {
                Problem::new(ErrorCode::Forbidden, "Your role does not allow this here.").into()
            }
            StoreError::LastOwner => Problem::new(
                ErrorCode::LastOwner,
                "Make somebody else an owner first, or hand the ownership over.",
            )
            .into(),
            StoreError::LimitReached { limit } => Problem {
                limit: Some(limit),
                ..Problem::new(
                    ErrorCode::PlanLimitReached,
                    format!("The organization may have {limit} of these, and has them."),
                )
            }
            .into(),
            StoreError::UnknownClient => {
                Problem::field("client_id", "names no client of this organization").into()
            }
            StoreError::UnknownMember => {
                Problem::field("user_id", "names no member of this organization").into()
            }
            StoreError::AlreadyMember => {
                Problem::new(ErrorCode::AlreadyMember, "Change the role with PATCH.").into()
            }
            StoreError::Metadata(error) => Problem::field("metadata", error.to_string()).into(),
            StoreError::InProgress => Problem {
                retry_after: Some(1),
                ..Problem::new(
                    ErrorCode::RequestInProgress,
                    "A request with this Idempotency-Key is being worked on.",
                )
            }
            .into(),
            StoreError::KeyReused => Problem::new(
                ErrorCode::IdempotencyKeyReused,
                "This Idempotency-Key was sent with another body before. Take a new one.",
            )
            .into(),
            StoreError::Gone => {
                Problem::new(ErrorCode::NotFound, "Something that the request refers to is gone.")
                    .into()
            }
            StoreError::Database(error) => error.into(),
        }
    }
}

impl From<IdentityError> for Failure {
    fn from(error: IdentityError) -> Self {
        let problem = |code, detail: &str| Problem::new(code, detail);
        Self(match error {
            IdentityError::InvalidCredentials => problem(
                ErrorCode::InvalidCredentials,
                "Check both; the answer is the same when there is no such account.",
            ),
            IdentityError::InvalidRefreshToken => problem(
                ErrorCode::InvalidRefreshToken,
                "Sign in again to get a new pair of tokens.",
            ),
            IdentityError::Token(reason) => problem(
                ErrorCode::Unauthenticated,
                &format!("The access token was refused: {reason}."),
            ),
            IdentityError::SessionEnded => {
                problem(ErrorCode::Unauthenticated, "The session has ended. Sign in again.")
            }
            IdentityError::NotAMember => Problem::not_found("organization"),
            IdentityError::OrganizationMismatch => problem(
                ErrorCode::OrganizationMismatch,
                "Path, headers, token and body must name one organization. POST /auth/switch gives a token for another one.",
            ),
            IdentityError::OrganizationRequired => problem(
                ErrorCode::OrganizationRequired,
                "Name an organization in X-Organization-ID, or get a token for one with POST /auth/switch.",
            ),
            IdentityError::Password(reason) => {
                Problem::invalid(vec![FieldError::new("password", reason.to_string())])
            }
            IdentityError::Busy { retry_after } => {
                let seconds = u32::try_from(retry_after.as_secs()).unwrap_or(1).max(1);
                Problem::unavailable("Too many people are signing in at once.", seconds)
            }
            IdentityError::Store(error) => return error.into(),
            IdentityError::Settings(_)
            | IdentityError::Issue(_)
            | IdentityError::SigningKey(_)
            | IdentityError::Hash(_)
            | IdentityError::Random(_) => internal(&chain(&error)),
        })
    }
}
