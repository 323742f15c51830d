//! What the extractors write into the OpenAPI document.

use aide::generate::GenContext;
use aide::openapi::{
    HeaderStyle, MediaType, Operation, Parameter, ParameterData, ParameterSchemaOrContent,
    ReferenceOr, Response, Responses, SchemaObject, StatusCode,
};
use tenantry_core::ErrorCode;
use tenantry_core::problem::ProblemBody;

const CODES: &str = "x-tenantry-codes";

/// The operation needs a bearer token.
pub(crate) fn require_bearer(operation: &mut Operation) {
    let requirement = [("bearer".to_owned(), Vec::new())].into_iter().collect();
    operation.security = vec![requirement];
}

/// The headers that may name the organization, and a project in it.
pub(crate) fn document_organization_headers(ctx: &mut GenContext, operation: &mut Operation) {
    for (name, description) in [
        ("X-Organization-ID", "The organization, by its id. Must agree with path, token and body."),
        ("X-Organization", "The organization, by its slug. Must agree with path, token and body."),
        (
            "X-Project-ID",
            "The project that the request is about, by its id. Must be one of the organization's.",
        ),
        (
            "X-Project",
            "The project that the request is about, by its slug. Must be one of the organization's.",
        ),
    ] {
        document_header(ctx, operation, name, description);
    }
}

/// The operation reads this header, if it is there.
pub fn document_header(
    ctx: &mut GenContext,
    operation: &mut Operation,
    name: &str,
    description: &str,
) {
    let format = ParameterSchemaOrContent::Schema(SchemaObject {
        json_schema: ctx.schema.subschema_for::<String>(),
        external_docs: None,
        example: None,
    });
    let parameter_data = ParameterData {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        required: false,
        deprecated: None,
        format,
        example: None,
        examples: Default::default(),
        explode: None,
        extensions: Default::default(),
    };
    let header = Parameter::Header { parameter_data, style: HeaderStyle::Simple };
    operation.parameters.push(ReferenceOr::Item(header));
}

/// The operation may answer with this problem. Codes of one status share a response.
pub fn document_problem(ctx: &mut GenContext, operation: &mut Operation, code: ErrorCode) {
    let responses = &mut operation.responses.get_or_insert_with(Responses::default).responses;
    let status = StatusCode::Code(code.status());
    let entry = responses.entry(status).or_insert_with(|| {
        let schema = ctx.schema.subschema_for::<ProblemBody>();
        let media = MediaType {
            schema: Some(SchemaObject { json_schema: schema, external_docs: None, example: None }),
            ..MediaType::default()
        };
        let content = [("application/problem+json".to_owned(), media)].into_iter().collect();
        ReferenceOr::Item(Response { content, ..Response::default() })
    });
    let ReferenceOr::Item(response) = entry else { return };
    let codes =
        response.extensions.entry(CODES.to_owned()).or_insert_with(|| serde_json::json!([]));
    let Some(codes) = codes.as_array_mut() else { return };
    if codes.iter().any(|known| known == code.code()) {
        return;
    }
    codes.push(code.code().into());
    if !response.description.is_empty() {
        response.description.push_str("; ");
    }
    response.description.push_str(code.title());
}

/// The problem codes that a response documents.
#[must_use]
pub fn problem_codes(response: &serde_json::Value) -> Vec<String> {
    let codes = response.get(CODES).and_then(serde_json::Value::as_array);
    codes.into_iter().flatten().filter_map(|code| code.as_str().map(str::to_owned)).collect()
}
