//! What handlers answer. Something that was created or changed is answered only from what was
//! [`Committed`]: forgetting the commit, or its audit record, does not compile.

use aide::OperationOutput;
use aide::generate::GenContext;
use aide::openapi::{MediaType, Operation, Response as ResponseDocument, SchemaObject};
use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use tenantry_core::page::PageBody;
use tenantry_db::Committed;

/// 201: it was created.
#[derive(Debug)]
pub struct Created<T>(pub Committed<T>);
/// 200: it was changed.
#[derive(Debug)]
pub struct Updated<T>(pub Committed<T>);
/// 204: it was deleted, or ended.
#[derive(Debug)]
pub struct Deleted(pub Committed<()>);
/// 200: it is shown.
#[derive(Debug)]
pub struct Shown<T>(pub T);
/// 200: a page of a list.
#[derive(Debug)]
pub struct Listed<T>(pub PageBody<T>);

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, Json(self.0.into_inner())).into_response()
    }
}

impl<T: Serialize> IntoResponse for Updated<T> {
    fn into_response(self) -> Response {
        Json(self.0.into_inner()).into_response()
    }
}

impl IntoResponse for Deleted {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

impl<T: Serialize> IntoResponse for Shown<T> {
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
