//! The query of a list: how many rows, from where, and which of them.

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use aide::operation::{ParamLocation, add_parameters, parameters_from_schema};
use axum::extract::{FromRequestParts, Query};
use http::request::Parts;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use tenantry_core::page::{CursorKey, DEFAULT_LIMIT, List, MAX_LIMIT, Page};
use tenantry_core::{ErrorCode, FieldError, Problem};
use tenantry_tower::{Refusal, document_problem};

use crate::failure::Failure;

/// Declares the query of a list: its filters beside `limit` and `cursor`. Anything else is refused.
macro_rules! list_query {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name {
            /// How many rows, 1 to 100; 25 when absent.
            #[serde(default)]
            #[schemars(range(min = 1, max = 100))]
            limit: Option<u16>,
            /// `next_cursor` of the page before.
            #[serde(default)]
            cursor: Option<String>,
            $($(#[$about])* #[serde(default)] pub(crate) $field: $kind,)*
        }

        impl $crate::query::Paging for $name {
            fn paging(&self) -> (Option<u16>, Option<&str>) {
                (self.limit, self.cursor.as_deref())
            }
        }
    };
}
pub(crate) use list_query;

list_query! {
    /// `?limit=…&cursor=…`
    ListQuery {}
}

/// A query that says how many rows and from where.
pub(crate) trait Paging {
    /// Limit and cursor as they were sent.
    fn paging(&self) -> (Option<u16>, Option<&str>);

    /// The page that is asked for.
    fn page(&self, cursors: &CursorKey, list: &List<'_>) -> Result<Page, Failure> {
        let (limit, cursor) = self.paging();
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Problem::field("limit", format!("must be 1 to {MAX_LIMIT}")).into());
        }
        let after = match cursor {
            None => None,
            Some(cursor) => Some(cursors.decode(list, cursor).map_err(|_| {
                Problem::new(
                    ErrorCode::InvalidCursor,
                    "Send next_cursor of the page before, or none to start again.",
                )
            })?),
        };
        Ok(Page { limit, after })
    }
}

/// The query of a list, read and checked.
#[derive(Debug)]
pub(crate) struct Asked<Q>(pub(crate) Q);

impl<S: Sync, Q: DeserializeOwned> FromRequestParts<S> for Asked<Q> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        match Query::<Q>::try_from_uri(&parts.uri) {
            Ok(Query(query)) => Ok(Self(query)),
            Err(error) => Err(Problem::invalid(vec![FieldError::new(
                "",
                format!("The query is not one of this list: {}.", error.body_text()),
            )])
            .into()),
        }
    }
}

impl<Q: JsonSchema> OperationInput for Asked<Q> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        let schema = ctx.schema.subschema_for::<Q>();
        let parameters = parameters_from_schema(ctx, schema, ParamLocation::Query);
        add_parameters(ctx, operation, parameters);
        document_problem(ctx, operation, ErrorCode::InvalidCursor);
        document_problem(ctx, operation, ErrorCode::Invalid);
    }
}
