//! A request's body: JSON of one type, within limits, or a problem that says which field is wrong.

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::{MediaType, Operation, RequestBody, SchemaObject};
use aide::operation::set_body;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use http::header::CONTENT_TYPE;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use tenantry_core::{ErrorCode, FieldError, Problem};
use tenantry_tower::{Refusal, document_problem};

use crate::server::BodyFault;

/// The most bytes of a body (LM-1).
pub(crate) const MAX_BODY: usize = 256 * 1024;
const MAX_DEPTH: usize = 32;
const MAX_ITEMS: usize = 1_000;

/// A body that was read and is what it must be.
#[derive(Debug)]
pub struct Json<T>(pub T);

/// The bytes of a body that says it is JSON, within the limit.
#[derive(Debug)]
pub(crate) struct Raw(pub(crate) Bytes);

impl Raw {
    /// Reads the bytes as a value.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<Json<T>, Problem> {
        parse(&self.0).map(Json)
    }
}

impl<S: Sync> FromRequest<S> for Raw {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        let media = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let essence = media.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(Problem::new(
                ErrorCode::UnsupportedMediaType,
                "Send  Content-Type: application/json",
            )
            .into());
        }
        Ok(Self(read_limited(request.into_body()).await?))
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        Ok(Raw::from_request(request, state).await?.parse()?)
    }
}

/// The bytes of a body, unless they are too many or break off.
pub(crate) async fn read_limited(body: Body) -> Result<Bytes, Problem> {
    axum::body::to_bytes(body, MAX_BODY).await.map_err(|error| broken(&error))
}

impl<T: JsonSchema> OperationInput for Json<T> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        let json_schema = ctx.schema.subschema_for::<T>();
        let schema = Some(SchemaObject { json_schema, external_docs: None, example: None });
        let media = MediaType { schema, ..MediaType::default() };
        let content = [("application/json".to_owned(), media)].into_iter().collect();
        set_body(ctx, operation, RequestBody { content, required: true, ..RequestBody::default() });
        for code in [
            ErrorCode::MalformedBody,
            ErrorCode::BodyTooLarge,
            ErrorCode::UnsupportedMediaType,
            ErrorCode::Invalid,
        ] {
            document_problem(ctx, operation, code);
        }
    }
}

/// Why a body did not come to its end.
fn broken(error: &(dyn std::error::Error + 'static)) -> Problem {
    for cause in std::iter::successors(Some(error), |cause| cause.source()) {
        if cause.is::<http_body_util::LengthLimitError>() {
            let detail = format!("A body has at most {MAX_BODY} bytes.");
            return Problem::new(ErrorCode::BodyTooLarge, detail);
        }
        match cause.downcast_ref::<BodyFault>() {
            Some(fault @ BodyFault::Pause(_)) => {
                return Problem::new(ErrorCode::Timeout, sentence(fault));
            }
            Some(fault @ BodyFault::Crowd) => return Problem::unavailable(sentence(fault), 1),
            None => {}
        }
    }
    Problem::new(ErrorCode::MalformedBody, "The body broke off.")
}

/// What went wrong, as a sentence of its own.
fn sentence(fault: &BodyFault) -> String {
    match fault {
        BodyFault::Pause(limit) => {
            format!("The body sent nothing for {} seconds.", limit.as_secs())
        }
        BodyFault::Crowd => "Too many bodies are being received at once.".to_owned(),
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    within_bounds(bytes)?;
    // serde would also take the fields from an array, by their order.
    if bytes.trim_ascii_start().starts_with(b"[") {
        let error = FieldError::new("", "The body must be a JSON object, not an array.");
        return Err(Problem::invalid(vec![error]));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| explain(&error))?;
    reader
        .end()
        .map_err(|_| Problem::new(ErrorCode::MalformedBody, "Something follows the JSON value."))?;
    Ok(value)
}

fn explain(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let inner = error.inner();
    let text = inner.to_string();
    let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
    // JSON by its grammar, but not a text or a number that can be stored.
    let is_value = message.contains("surrogate")
        || message.contains("hex escape")
        || message.contains("number out of range");
    if !inner.is_data() && !is_value {
        return Problem::new(ErrorCode::MalformedBody, format!("The body is not JSON: {text}."));
    }
    let path = error.path().to_string();
    let path = if path == "." { String::new() } else { path };
    // serde names a missing or unknown field in the message; the path leads to what it is missing from.
    let named =
        message.strip_prefix("missing field `").or_else(|| message.strip_prefix("unknown field `"));
    let named = named
        .or_else(|| message.strip_prefix("duplicate field `"))
        .and_then(|rest| rest.split('`').next());
    let (field, message) = match named {
        Some(name) if message.starts_with("missing") => {
            (join(&path, name), "is missing".to_owned())
        }
        Some(name) if message.starts_with("duplicate") => {
            (join(&path, name), "is there twice".to_owned())
        }
        Some(name) => (join(&path, name), "is not a field of this body".to_owned()),
        None => (path, message.to_owned()),
    };
    Problem::invalid(vec![FieldError::new(field, message)])
}

/// The path already ends in the name where serde had begun to read the field.
fn join(path: &str, name: &str) -> String {
    if path.is_empty() || path == name {
        name.to_owned()
    } else if path.ends_with(&format!(".{name}")) {
        path.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// Refuses what is nested too deep or lists too much before anything is built of it.
fn within_bounds(bytes: &[u8]) -> Result<(), Problem> {
    let mut items: Vec<usize> = Vec::new();
    let (mut in_text, mut escaped) = (false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'{' | b'[' => items.push(1),
            b'}' | b']' => drop(items.pop()),
            b',' => {
                if let Some(count) = items.last_mut() {
                    *count += 1;
                }
            }
            _ => {}
        }
        if items.len() > MAX_DEPTH || items.last().is_some_and(|count| *count > MAX_ITEMS) {
            let detail = format!(
                "A body is nested at most {MAX_DEPTH} deep and lists at most {MAX_ITEMS} things."
            );
            return Err(Problem::new(ErrorCode::MalformedBody, detail));
        }
    }
    Ok(())
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use tenantry_core::name::DisplayName;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Sample {
        name: DisplayName,
        count: Option<i32>,
    }

    fn refusal(text: &str) -> (u16, String) {
        let problem = parse::<Sample>(text.as_bytes()).unwrap_err();
        (
            problem.code.status(),
            problem.errors.first().map(|error| error.field.clone()).unwrap_or_default(),
        )
    }

    #[test]
    fn what_is_wrong_is_said_of_the_field_that_is_wrong() {
        // VA-1, VA-2
        for (text, status, field) in [
            ("", 400, ""),
            ("{", 400, ""),
            ("nul", 400, ""),
            (r#"{"name":"a"} x"#, 400, ""),
            (r#"{"name":"a",}"#, 400, ""),
            ("[]", 422, ""),
            (r#"["a",1]"#, 422, ""),
            ("{}", 422, "name"),
            (r#"{"name":1}"#, 422, "name"),
            (r#"{"name":""}"#, 422, "name"),
            (r#"{"name":"a\u0000b"}"#, 422, "name"),
            (r#"{"name":"\ud800"}"#, 422, "name"),
            (r#"{"name":"a","name":"b"}"#, 422, "name"),
            (r#"{"name":"a","more":1}"#, 422, "more"),
            (r#"{"name":"a","count":1.5}"#, 422, "count"),
            (r#"{"name":"a","count":1e400}"#, 422, "count"),
            (r#"{"name":"a","count":9223372036854775808}"#, 422, "count"),
        ] {
            assert_eq!(refusal(text), (status, field.to_owned()), "{text}");
        }
        assert!(parse::<Sample>(br#"{"name":"a","count":null}"#).is_ok());
        assert_eq!(parse::<Sample>(b"{\"name\":\"\xff\"}").unwrap_err().code.status() / 100, 4);
    }

    #[test]
    fn depth_and_length_are_bounded() {
        // LM-1
        assert_eq!(refusal(&"[".repeat(100_000)).0, 400);
        assert_eq!(refusal(&format!("[{}1]", "1,".repeat(2_000))).0, 400);
        assert!(
            within_bounds(br#"{"name":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"[["}"#).is_ok()
        );
    }
}
