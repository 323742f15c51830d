//! What goes wrong, as the API says it: RFC 9457 problem details with one code for each kind.
//!
//! The documentation of every code is its doc comment, and `docs/reference/errors.md` is generated
//! from this list: a code without an explanation does not compile.

use serde::Serialize;

use crate::id::RequestId;

macro_rules! error_codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $status:literal, $title:literal;)+) => {
        /// Every kind of problem the API answers with.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorCode { $($(#[doc = $doc])+ $name),+ }

        impl ErrorCode {
            /// All of them, in the order of the documents.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The stable code that programs compare.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// The HTTP status.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status),+ }
            }

            /// The same short sentence each time.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }

            /// What it means and what to do.
            #[must_use]
            pub const fn explanation(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+)),+ }
            }
        }
    };
}

error_codes! {
    /// The body is not JSON, or is JSON that no client would send by intent (too deep, duplicate keys). Nothing was changed.
    MalformedBody = "malformed_body", 400, "The body could not be read as JSON";
    /// A query parameter, header or path could not be read. Nothing was changed.
    MalformedRequest = "malformed_request", 400, "The request could not be read";
    /// The cursor was not made by this list, or belongs to another organization. Start again without a cursor.
    InvalidCursor = "invalid_cursor", 400, "The cursor is not one of this list";
    /// No credentials, or credentials that are wrong, expired or revoked. Sign in, or refresh the token.
    Unauthenticated = "unauthenticated", 401, "Authentication is needed";
    /// The e-mail address and the password do not belong together. The answer is the same when there is no such account.
    InvalidCredentials = "invalid_credentials", 401, "The e-mail address or the password is wrong";
    /// The refresh token is unknown, expired, revoked or was used before. A reused token ends its whole session: sign in again.
    InvalidRefreshToken = "invalid_refresh_token", 401, "The refresh token is not valid";
    /// The organization has as many of these as its limit allows. Nothing was changed; `limit` says how many that is.
    PlanLimitReached = "plan_limit_reached", 402, "The limit of the organization is reached";
    /// You can see it, but your role does not allow this. The detail names the missing permission.
    Forbidden = "forbidden", 403, "Your role does not allow this";
    /// It does not exist, or is not yours: the two are never told apart.
    NotFound = "not_found", 404, "Not found";
    /// The path exists, but not with this method; the header `Allow` lists those it has.
    MethodNotAllowed = "method_not_allowed", 405, "The method is not allowed here";
    /// The request did not arrive, or was not answered, in time.
    Timeout = "timeout", 408, "The request took too long";
    /// Another organization has this slug. Slugs are unique among all organizations, because they stand in addresses.
    SlugTaken = "slug_taken", 409, "The slug is taken";
    /// An account with this e-mail address exists. Sign in instead.
    EmailTaken = "email_taken", 409, "The e-mail address has an account";
    /// Path, headers, token or body name different organizations, and you are a member of both. Name one.
    OrganizationMismatch = "organization_mismatch", 409, "The request names two organizations";
    /// The request needs an organization and names none. Name one by path, by `X-Organization-ID`, or sign in to one.
    OrganizationRequired = "organization_required", 409, "The request names no organization";
    /// An organization keeps at least one owner: make somebody else an owner first.
    LastOwner = "last_owner", 409, "The organization keeps an owner";
    /// Who is to be added is there already. Change the role instead.
    AlreadyMember = "already_member", 409, "Already a member";
    /// A request with the same `Idempotency-Key` is still being worked on. Send it again after `Retry-After`.
    RequestInProgress = "request_in_progress", 409, "The same request is in progress";
    /// The thing was changed since you read it: `If-Match` names another version. Read it again.
    PreconditionFailed = "precondition_failed", 412, "It was changed meanwhile";
    /// The body is larger than the limit.
    BodyTooLarge = "body_too_large", 413, "The body is too large";
    /// The address is longer than the limit.
    UriTooLong = "uri_too_long", 414, "The address is too long";
    /// The body must be sent as `application/json`.
    UnsupportedMediaType = "unsupported_media_type", 415, "The body must be application/json";
    /// The body is JSON, but one or more fields are not what they must be; `errors` lists each. Nothing was changed.
    Invalid = "invalid", 422, "One or more fields are not valid";
    /// The `Idempotency-Key` was used before, for another body. Nothing was changed; a new request takes a new key.
    IdempotencyKeyReused = "idempotency_key_reused", 422, "The key was used for another request";
    /// The headers are larger than the limit.
    HeadersTooLarge = "headers_too_large", 431, "The headers are too large";
    /// Something went wrong on our side; the log has the cause under the request id. Look whether a change is there before you repeat it.
    Internal = "internal", 500, "Something went wrong on our side";
    /// The database is away or the server is busy; try again after the number of seconds in `Retry-After`.
    Unavailable = "unavailable", 503, "The service is busy or its database is away";
}

/// One field of a body, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct FieldError {
    /// The field, as a path: `name`, `members[2].email`; empty for the body as a whole.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

impl FieldError {
    /// A field's error.
    #[must_use]
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// Where the explanation of a code stands: on the reference page of the server that answers.
pub const PROBLEM_TYPE_BASE: &str = "/docs#problem-";

/// A problem, ready to be answered: `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", code.code())]
pub struct Problem {
    /// The kind.
    pub code: ErrorCode,
    /// This occurrence, in a sentence.
    pub detail: String,
    /// The fields that are wrong, for [`ErrorCode::Invalid`].
    pub errors: Vec<FieldError>,
    /// Seconds after which trying again may help.
    pub retry_after: Option<u32>,
    /// How many there may be, for [`ErrorCode::PlanLimitReached`].
    pub limit: Option<u64>,
}

impl Problem {
    /// A problem of this kind, in this sentence.
    #[must_use]
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), errors: Vec::new(), retry_after: None, limit: None }
    }

    /// Not found, of this kind of thing. The sentence is the same whether it is absent or another's.
    #[must_use]
    pub fn not_found(noun: &str) -> Self {
        Self::new(
            ErrorCode::NotFound,
            format!("There is no such {noun}, or it is not yours to see."),
        )
    }

    /// Several fields are wrong.
    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [one] if one.field.is_empty() => one.message.clone(),
            [one] => format!("{}: {}", one.field, one.message),
            many => format!("{} fields are not valid.", many.len()),
        };
        Self { errors, ..Self::new(ErrorCode::Invalid, detail) }
    }

    /// One field is wrong.
    #[must_use]
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError::new(field, message)])
    }

    /// The service is away for a moment.
    #[must_use]
    pub fn unavailable(detail: impl Into<String>, retry_after: u32) -> Self {
        Self { retry_after: Some(retry_after), ..Self::new(ErrorCode::Unavailable, detail) }
    }

    /// The body as it is sent.
    #[must_use]
    pub fn body(&self, request: Option<RequestId>) -> ProblemBody {
        ProblemBody {
            r#type: format!("{PROBLEM_TYPE_BASE}{}", self.code.code()),
            title: self.code.title().to_owned(),
            status: self.code.status(),
            detail: self.detail.clone(),
            instance: request.map(|id| format!("/requests/{id}")),
            code: self.code.code().to_owned(),
            request_id: request,
            errors: self.errors.clone(),
            retry_after: self.retry_after,
            limit: self.limit,
        }
    }
}

/// The JSON of a problem (RFC 9457, section 3.1, with our own members after `instance`).
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
#[schemars(rename = "Problem")]
pub struct ProblemBody {
    /// The address of the explanation of this kind of problem.
    pub r#type: String,
    /// The kind in a short sentence, the same each time.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// This occurrence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The stable code that programs compare.
    pub code: String,
    /// The request's id, as in the header `X-Request-ID` and in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<RequestId>,
    /// What is wrong with which field.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub errors: Vec<FieldError>,
    /// Seconds after which trying again may help.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// How many there may be, when a limit was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_their_statuses_are_errors() {
        let mut codes: Vec<_> = ErrorCode::ALL.iter().map(|code| code.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), ErrorCode::ALL.len());
        assert!(ErrorCode::ALL.iter().all(|code| (400..600).contains(&code.status())));
    }
}
