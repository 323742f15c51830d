//! What handlers answer. Something that was created or changed is answered only from what was
//! [`Committed`]: forgetting the commit, or its audit record, does not compile.

use aide::OperationOutput;
use aide::generate::GenContext;
use aide::openapi::{MediaType, Operation, Response as ResponseDocument, SchemaObject};
use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, ETAG, HeaderName};
use http::{HeaderValue, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;
use tenantry_core::page::PageBody;
use tenantry_db::Committed;
use tenantry_store::idempotency_keys::Answered;

use crate::etag;

/// Says that the request was done before, and this is its answer.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// 201: it was created, now or by the same request before.
#[derive(Debug)]
pub struct Created<T>(Creation<T>);

#[derive(Debug)]
enum Creation<T> {
    Now(Committed<T>),
    Earlier(Answered),
}

impl<T> Created<T> {
    /// It was created by this request.
    #[must_use]
    pub const fn now(value: Committed<T>) -> Self {
        Self(Creation::Now(value))
    }

    /// The same request was answered so before.
    pub(crate) const fn earlier(answered: Answered) -> Self {
        Self(Creation::Earlier(answered))
    }
}

/// 200: it was changed.
#[derive(Debug)]
pub struct Updated<T>(pub Committed<T>);
/// 204: it was deleted, or ended.
#[derive(Debug)]
pub struct Deleted(pub Committed<()>);
/// 200: it is shown.
#[derive(Debug)]
pub struct Shown<T>(pub T);
/// 200: what is meant for the caller alone and has no versions, such as tokens.
#[derive(Debug)]
pub struct Granted<T>(pub T);
/// 200: a page of a list.
#[derive(Debug)]
pub struct Listed<T>(pub PageBody<T>);

/// An object with its version.
fn versioned<T: Serialize>(status: StatusCode, value: &T) -> Response {
    match serde_json::to_vec(value) {
        Ok(json) => with_version(status, json),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written as JSON");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn with_version(status: StatusCode, json: Vec<u8>) -> Response {
    let tag = etag::of_bytes(&json);
    let mut response = (status, [(CONTENT_TYPE, "application/json")], json).into_response();
    if let Some(tag) = tag {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        match self.0 {
            Creation::Now(value) => versioned(StatusCode::CREATED, value.as_ref()),
            Creation::Earlier(Answered { status, answer }) => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::CREATED);
                let mut response = with_version(status, answer.into_bytes());
                response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
                response
            }
        }
    }
}

impl<T: Serialize> IntoResponse for Updated<T> {
    fn into_response(self) -> Response {
        versioned(StatusCode::OK, self.0.as_ref())
    }
}

impl IntoResponse for Deleted {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

impl<T: Serialize> IntoResponse for Shown<T> {
    fn into_response(self) -> Response {
        versioned(StatusCode::OK, &self.0)
    }
}

impl<T: Serialize> IntoResponse for Granted<T> {
    fn into_response(self) -> Response {
        Json(self.0).into_response()
    }
}

impl<T: Serialize> IntoResponse for Listed<T> {
    fn into_response(self) -> Response {
        Json(self.0).into_response()
    }
}

fn document<T: JsonSchema>(ctx: &mut GenContext, description: &str) -> ResponseDocument {
    let json_schema = ctx.schema.subschema_for::<T>();
    let schema = Some(SchemaObject { json_schema, external_docs: None, example: None });
    let media = MediaType { schema, ..MediaType::default() };
    let content = [("application/json".to_owned(), media)].into_iter().collect();
    ResponseDocument { description: description.to_owned(), content, ..ResponseDocument::default() }
}

macro_rules! documented {
    ($($name:ident, $status:literal, $description:literal, $body:ty;)+) => {$(
        impl<T: JsonSchema> OperationOutput for $name<T> {
            type Inner = T;

            fn operation_response(ctx: &mut GenContext, _: &mut Operation) -> Option<ResponseDocument> {
                Some(document::<$body>(ctx, $description))
            }

            fn inferred_responses(ctx: &mut GenContext, _: &mut Operation) -> Vec<(Option<u16>, ResponseDocument)> {
                vec![(Some($status), document::<$body>(ctx, $description))]
            }
        }
    )+};
}
documented! {
    Created, 201, "It was created.", T;
    Updated, 200, "It was changed.", T;
    Shown, 200, "Here it is.", T;
    Granted, 200, "Here it is.", T;
    Listed, 200, "A page of the list, the newest first.", PageBody<T>;
}

impl OperationOutput for Deleted {
    type Inner = ();

    fn inferred_responses(
        _: &mut GenContext,
        _: &mut Operation,
    ) -> Vec<(Option<u16>, ResponseDocument)> {
        let description = "It is gone.".to_owned();
        vec![(Some(204), ResponseDocument { description, ..ResponseDocument::default() })]
    }
}
