//! One operation of the document: who may call it, what it takes, what it answers.
//!
//! The permission comes from the extensions that the handler's own argument wrote; an operation that carries
//! neither extension is read by the OpenAPI rules for `security`.

use serde_json::Value;

use super::{
    curl,
    document::Document,
    example::{self, Extent},
    html,
    schema::Schema,
};

/// One method on one path.
#[derive(Debug)]
pub(super) struct Operation<'a> {
    document: Document<'a>,
    pub(super) id: String,
    pub(super) method: &'static str,
    pub(super) path: &'a str,
    pub(super) tag: Option<&'a str>,
    pub(super) title: &'a str,
    pub(super) description: &'a str,
    pub(super) deprecated: bool,
    pub(super) access: Access<'a>,
    pub(super) parameters: Vec<Parameter<'a>>,
    pub(super) body: Option<Body<'a>>,
    pub(super) responses: Vec<Response<'a>>,
}

/// Who may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access<'a> {
    /// Anyone, without credentials.
    Public,
    /// Anyone who is signed in.
    SignedIn,
    /// Whoever holds this permission in the organization.
    Permission(&'a str),
}

/// A part of the path, the query or the headers.
#[derive(Debug)]
pub(super) struct Parameter<'a> {
    pub(super) name: &'a str,
    pub(super) place: &'a str,
    pub(super) required: bool,
    pub(super) description: &'a str,
    pub(super) schema: Schema<'a>,
    example: Option<&'a Value>,
}

/// What a request or a response carries.
#[derive(Debug)]
pub(super) struct Body<'a> {
    pub(super) media_type: &'a str,
    pub(super) required: bool,
    pub(super) schema: Schema<'a>,
    example: Option<&'a Value>,
}

/// One status an operation may answer with.
#[derive(Debug)]
pub(super) struct Response<'a> {
    pub(super) status: &'a str,
    pub(super) description: &'a str,
    pub(super) body: Option<Body<'a>>,
    pub(super) problems: Vec<Problem<'a>>,
}

/// One way in which an operation is refused.
#[derive(Debug)]
pub(super) struct Problem<'a> {
    pub(super) status: &'a str,
    pub(super) code: &'a str,
    pub(super) title: &'a str,
    pub(super) detail: &'a str,
}

/// The media type of every refusal.
const PROBLEM_JSON: &str = "application/problem+json";

impl<'a> Operation<'a> {
    /// Reads the definition of one method of a path.
    pub(super) fn read(
        document: Document<'a>,
        method: &'static str,
        path: &'a str,
        item: &'a Value,
        definition: &'a Value,
    ) -> Self {
        let summary = definition["summary"].as_str().filter(|text| !text.is_empty());
        let named = definition["operationId"].as_str().map(html::anchor);
        let body = document.resolve(&definition["requestBody"]);
        Self {
            document,
            id: named.unwrap_or_else(|| html::anchor(&format!("{method} {path}"))),
            method,
            path,
            tag: definition["tags"][0].as_str(),
            title: summary.unwrap_or(path),
            description: definition["description"].as_str().unwrap_or_default(),
            deprecated: definition["deprecated"] == true,
            access: Access::read(document, definition),
            parameters: parameters(document, item, definition),
            body: Body::read(document, body, body["required"] == true),
            responses: responses(document, definition),
        }
    }

    /// The parameters in one place (`path`, `query`, `header`).
    pub(super) fn parameters_in(&self, place: &str) -> Vec<&Parameter<'a>> {
        self.parameters.iter().filter(|parameter| parameter.place == place).collect()
    }

    /// A request that can be pasted, made of the document's own examples.
    pub(super) fn curl(&self) -> String {
        let values = |place: &str, all: bool| -> Vec<(String, Option<String>)> {
            let wanted = self.parameters_in(place).into_iter().filter(|one| all || one.required);
            wanted.map(|one| (one.name.to_owned(), one.example())).collect()
        };
        let target =
            curl::path_and_query(self.path, &values("path", true), &values("query", false));
        let headers: Vec<(String, String)> = values("header", false)
            .into_iter()
            .map(|(name, value)| (name, value.unwrap_or_else(|| "…".to_owned())))
            .collect();
        let body = self.body.as_ref().map(|body| body.example(Extent::Needed));
        curl::Request {
            method: self.method,
            base: self.document.base(),
            target: &target,
            bearer: self.access != Access::Public,
            headers: &headers,
            body: body.as_ref(),
        }
        .command()
    }

    /// The first response that means success.
    pub(super) fn success(&self) -> Option<&Response<'a>> {
        self.responses.iter().find(|response| response.status.starts_with('2'))
    }
}

impl<'a> Access<'a> {
    fn read(document: Document<'a>, definition: &'a Value) -> Self {
        if let Some(permission) = definition["x-tenantry-permission"].as_str() {
            return Self::Permission(permission);
        }
        let secured = match definition["security"].as_array() {
            Some(schemes) => !schemes.is_empty(),
            None => document.is_secured(),
        };
        let public = definition["x-tenantry-public"] == true || !secured;
        if public { Self::Public } else { Self::SignedIn }
    }
}

impl Parameter<'_> {
    fn example(&self) -> Option<String> {
        let value = self.example.cloned().or_else(|| example::stated(&self.schema))?;
        Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    }
}

impl<'a> Body<'a> {
    fn read(document: Document<'a>, holder: &'a Value, required: bool) -> Option<Self> {
        let content = holder["content"].as_object()?;
        let (media_type, media) = content.iter().find(|(kind, _)| *kind != PROBLEM_JSON)?;
        let schema = Schema::of(document, media.get("schema")?);
        Some(Self {
            media_type,
            required,
            schema,
            example: media_examples(document, media).first().map(|it| it.1),
        })
    }

    /// The document's example, or one made from the schema's examples.
    pub(super) fn example(&self, extent: Extent) -> Value {
        self.example.cloned().unwrap_or_else(|| example::of(&self.schema, extent))
    }
}

fn parameters<'a>(
    document: Document<'a>,
    item: &'a Value,
    definition: &'a Value,
) -> Vec<Parameter<'a>> {
    let own = definition["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    let shared = item["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut found: Vec<Parameter<'a>> = Vec::new();
    for value in own.iter().chain(shared).map(|value| document.resolve(value)) {
        let (Some(name), Some(place)) = (value["name"].as_str(), value["in"].as_str()) else {
            continue;
        };
        // What the operation says about a parameter replaces what its path says.
        if found.iter().any(|known| known.name == name && known.place == place) {
            continue;
        }
        let schema = Schema::of(document, &value["schema"]);
        let said = value["description"].as_str().filter(|text| !text.is_empty());
        found.push(Parameter {
            name,
            place,
            required: value["required"] == true,
            description: said.unwrap_or_else(|| schema.description()),
            schema,
            example: media_examples(document, value).first().map(|it| it.1),
        });
    }
    found
}

/// The responses of an operation, or of the components: those may come from anywhere.
pub(super) fn responses<'a>(document: Document<'a>, definition: &'a Value) -> Vec<Response<'a>> {
    let responses = definition["responses"].as_object().into_iter().flatten();
    let mut responses: Vec<Response<'a>> = responses
        .map(|(status, value)| {
            let value = document.resolve(value);
            Response {
                status,
                description: value["description"].as_str().unwrap_or_default(),
                body: Body::read(document, value, true),
                problems: problems(document, status, &value["content"][PROBLEM_JSON]),
            }
        })
        .collect();
    responses.sort_by_key(|response| response.status);
    responses
}

fn problems<'a>(document: Document<'a>, status: &'a str, media: &'a Value) -> Vec<Problem<'a>> {
    media_examples(document, media)
        .into_iter()
        .filter_map(|(name, value)| {
            let text = |field: &str| value[field].as_str();
            let code = text("code").or(name)?;
            let title = text("title").unwrap_or_default();
            Some(Problem { status, code, title, detail: text("detail").unwrap_or_default() })
        })
        .collect()
}

/// The examples of a media type or a parameter, with their names when they have any: the map of OpenAPI, the
/// single `example`, or a plain list.
fn media_examples<'a>(
    document: Document<'a>,
    media: &'a Value,
) -> Vec<(Option<&'a str>, &'a Value)> {
    let named =
        media["examples"].as_object().into_iter().flatten().filter_map(|(name, example)| {
            Some((Some(name.as_str()), document.resolve(example).get("value")?))
        });
    let listed = media["examples"].as_array().into_iter().flatten().map(|example| (None, example));
    let single = media.get("example").map(|example| (None, example));
    named.chain(listed).chain(single).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::sample, *};

    fn find(root: &Value, id: &str) -> Option<String> {
        let groups = Document::new(root).groups();
        let mut operations = groups.iter().flat_map(|group| &group.operations);
        operations.find(|operation| operation.id == id).map(Operation::curl)
    }

    #[test]
    fn the_command_is_built_from_the_schemas_examples() {
        let root = sample::document();
        assert_eq!(
            find(&root, "project_create").as_deref(),
            Some(
                "curl -X POST http://127.0.0.1:8000/api/v1/projects \\\n  -H \"Authorization: Bearer $ACCESS_TOKEN\" \\\n  \
                 -H \"Content-Type: application/json\" \\\n  -d '{\n    \"name\": \"Marketing Campaign\",\n    \
                 \"organization_id\": \"org_01jd8v4m0gfp8s3ke4x5w6y7za\",\n    \"description\": \"Q1 2027 campaign\"\n  }'"
            )
        );
        assert_eq!(
            find(&root, "organization_read").as_deref(),
            Some(
                "curl http://127.0.0.1:8000/api/v1/organizations/current \\\n  -H \"Authorization: Bearer $ACCESS_TOKEN\""
            )
        );
    }

    #[test]
    fn a_public_operation_is_called_without_a_token() {
        let command = find(&sample::document(), "account_login").unwrap_or_default();
        assert!(command.contains("/auth/login") && !command.contains("Authorization"));
    }

    #[test]
    fn access_follows_the_extensions_and_then_the_security_rules() {
        let open = json!({});
        let secured = json!({"security": [{"bearer": []}]});
        let said = |root: &Value, definition: Value| {
            format!("{:?}", Access::read(Document::new(root), &definition))
        };
        assert_eq!(said(&open, json!({})), "Public");
        assert_eq!(said(&open, json!({"security": [{"bearer": []}]})), "SignedIn");
        assert_eq!(said(&secured, json!({})), "SignedIn");
        assert_eq!(said(&secured, json!({"security": []})), "Public");
        assert_eq!(said(&secured, json!({"x-tenantry-public": true})), "Public");
        let create = json!({"x-tenantry-permission": "project:create"});
        assert_eq!(said(&open, create), "Permission(\"project:create\")");
    }

    #[test]
    fn problem_codes_come_from_named_single_and_listed_examples() {
        let root = json!({});
        let codes = |media: Value| -> Vec<String> {
            problems(Document::new(&root), "409", &media)
                .iter()
                .map(|one| one.code.to_owned())
                .collect()
        };
        assert_eq!(
            codes(json!({"examples": {"slug_taken": {"value": {"title": "Taken"}}}})),
            ["slug_taken"]
        );
        assert_eq!(codes(json!({"example": {"code": "last_owner"}})), ["last_owner"]);
        assert_eq!(codes(json!({"examples": [{"code": "a"}, {"code": "b"}]})), ["a", "b"]);
    }
}
