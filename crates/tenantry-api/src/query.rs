//! The query of a list: how many rows, and from where.

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use aide::operation::{ParamLocation, add_parameters, parameters_from_schema};
use axum::extract::{FromRequestParts, Query};
use http::request::Parts;
use schemars::JsonSchema;
use serde::Deserialize;
use tenantry_core::page::{CursorKey, DEFAULT_LIMIT, List, MAX_LIMIT, Page};
use tenantry_core::{ErrorCode, Problem};
use tenantry_tower::{Refusal, document_problem};

use crate::failure::Failure;

/// `?limit=…&cursor=…`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListQuery {
    /// How many rows, 1 to 100; 25 when absent.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    limit: Option<u16>,
    /// `next_cursor` of the page before.
    #[serde(default)]
    cursor: Option<String>,
}

impl ListQuery {
    pub(crate) fn page(&self, cursors: &CursorKey, list: &List<'_>) -> Result<Page, Failure> {
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Problem::field("limit", format!("must be 1 to {MAX_LIMIT}")).into());
        }
        let after = match &self.cursor {
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

impl<S: Sync> FromRequestParts<S> for ListQuery {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        match Query::<Self>::try_from_uri(&parts.uri) {
            Ok(Query(query)) => Ok(query),
            Err(error) => Err(Problem::invalid(vec![tenantry_core::FieldError::new(
                "",
                format!("The query is not one of this list: {}.", error.body_text()),
            )])
            .into()),
        }
    }
}

impl OperationInput for ListQuery {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        let schema = ctx.schema.subschema_for::<Self>();
        let parameters = parameters_from_schema(ctx, schema, ParamLocation::Query);
        add_parameters(ctx, operation, parameters);
        document_problem(ctx, operation, ErrorCode::InvalidCursor);
        document_problem(ctx, operation, ErrorCode::Invalid);
    }
}
