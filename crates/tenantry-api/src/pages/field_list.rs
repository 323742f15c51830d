//! The fields of a body and the parameters of a call, as a definition list.
//!
//! Nested objects are flattened to paths (`user.email`, `data[].name`), so that a reader never has to open
//! something to learn what may be sent.

use super::{
    html::Html,
    operation::Parameter,
    prose,
    schema::{Limit, Schema},
};

/// How many objects deep the fields of a body are listed.
const DEEPEST: usize = 4;

/// One line of the list.
#[derive(Debug)]
struct Field {
    path: String,
    kind: String,
    required: bool,
    limits: Vec<Limit>,
    description: String,
}

/// The parameters of one place.
pub(super) fn parameters(parameters: &[&Parameter<'_>]) -> Html {
    let fields = parameters.iter().map(|parameter| Field {
        path: parameter.name.to_owned(),
        // A path, a query or a header cannot say null; leaving the parameter out is what it means there.
        kind: parameter.schema.bare_label(),
        required: parameter.required,
        limits: parameter.schema.limits(),
        description: parameter.description.to_owned(),
    });
    list(fields.collect(), true)
}

/// The fields of a body. In a response every field is simply there, so `marks` (required or optional) is off.
pub(super) fn of(schema: &Schema<'_>, marks: bool) -> Html {
    let mut fields = Vec::new();
    collect(schema, "", true, &mut Vec::new(), &mut fields);
    list(fields, marks)
}

fn collect(
    schema: &Schema<'_>,
    prefix: &str,
    certain: bool,
    above: &mut Vec<String>,
    into: &mut Vec<Field>,
) {
    let name = schema.name.map(str::to_owned);
    let circular = name.as_ref().is_some_and(|name| above.contains(name));
    if circular || above.len() > DEEPEST {
        return;
    }
    above.push(name.unwrap_or_default());
    if let Some(items) = schema.items() {
        collect(&items, &format!("{prefix}[]"), certain, above, into);
    }
    for part in schema.parts() {
        collect(&part, prefix, certain, above, into);
    }
    for alternative in schema.alternatives() {
        collect(&alternative, prefix, false, above, into);
    }
    for (name, property, required) in schema.properties() {
        let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
        if into.iter().any(|known| known.path == path) {
            continue;
        }
        into.push(Field {
            path: path.clone(),
            kind: property.type_label(),
            required: required && certain,
            limits: limits(&property),
            description: property.description().to_owned(),
        });
        collect(&property, &path, certain, above, into);
    }
    above.pop();
}

/// The limits of a field, or of its items when it is a list.
fn limits(schema: &Schema<'_>) -> Vec<Limit> {
    let mut limits = schema.limits();
    if let Some(items) = schema.items() {
        limits.extend(items.limits().into_iter().map(|limit| Limit {
            words: format!("each {}", limit.words),
            literals: limit.literals,
        }));
    }
    limits
}

fn list(fields: Vec<Field>, marks: bool) -> Html {
    let mut html = Html::new();
    if fields.is_empty() {
        return html;
    }
    html.raw("<dl class=\"fields\">");
    for field in fields {
        html.raw("<div><dt>").append(&path(&field.path));
        html.wrap(" <span class=\"kind\">", &field.kind, "</span>");
        match (marks, field.required) {
            (true, true) => html.raw(" <span class=\"must\">required</span>"),
            (true, false) => html.raw(" <span class=\"may\">optional</span>"),
            (false, _) => &mut html,
        };
        html.raw("</dt>");
        if !field.description.is_empty() {
            html.raw("<dd>").append(&prose::inline(&joined(&field.description))).raw("</dd>");
        }
        if !field.limits.is_empty() {
            html.raw("<dd class=\"limits\">").append(&said(&field.limits)).raw("</dd>");
        }
        html.raw("</div>");
    }
    html.raw("</dl>");
    html
}

/// The last part of the path stands out from what leads to it.
fn path(path: &str) -> Html {
    let mut html = Html::new();
    let (lead, last) = path.rsplit_once('.').map_or(("", path), |(lead, last)| (lead, last));
    html.raw("<code>");
    if !lead.is_empty() {
        html.wrap("<span class=\"lead\">", lead, ".</span><wbr>");
    }
    html.text(last).raw("</code>");
    html
}

fn said(limits: &[Limit]) -> Html {
    let mut html = Html::new();
    for (index, limit) in limits.iter().enumerate() {
        html.raw(if index == 0 { "" } else { " <span class=\"dot\">·</span> " }).text(&limit.words);
        for literal in &limit.literals {
            html.wrap(" <code>", literal, "</code>");
        }
    }
    html
}

/// Doc comments are wrapped for the source; a field's description is one running line.
fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{super::document::Document, *};

    fn rendered(schema: &Value) -> String {
        let root = json!({"components": {"schemas": {
            "User": {"type": "object", "required": ["email"], "properties": {
                "email": {"type": "string", "format": "email", "maxLength": 254, "description": "Where mail\n goes."}
            }},
            "Tree": {"type": "object", "properties": {"parent": {"$ref": "#/components/schemas/Tree"}}}
        }}});
        of(&Schema::of(Document::new(&root), schema), true).into_string()
    }

    #[test]
    fn nested_fields_are_listed_by_their_path_with_their_limits() {
        let html = rendered(&json!({"type": "object", "required": ["user"], "properties": {
            "user": {"$ref": "#/components/schemas/User"},
            "data": {"type": "array", "items": {"$ref": "#/components/schemas/User"}}
        }}));
        assert!(html.contains(
            "<code>user</code> <span class=\"kind\">User</span> <span class=\"must\">required"
        ));
        assert!(html.contains("<span class=\"lead\">user.</span><wbr>email</code>"));
        assert!(html.contains("<span class=\"lead\">data[].</span><wbr>email</code>"));
        assert!(html.contains("<dd>Where mail goes.</dd><dd class=\"limits\">email <span class=\"dot\">·</span> at most 254 characters</dd>"));
    }

    #[test]
    fn a_nullable_field_says_so_and_is_optional() {
        let html = rendered(&json!({"type": "object", "properties": {
            "owner": {"anyOf": [{"$ref": "#/components/schemas/User"}, {"type": "null"}]}
        }}));
        assert!(
            html.contains("<span class=\"kind\">User or null</span> <span class=\"may\">optional")
        );
    }

    #[test]
    fn a_schema_that_contains_itself_is_listed_once() {
        let html = rendered(&json!({"$ref": "#/components/schemas/Tree"}));
        assert_eq!(html.matches("<dt>").count(), 1);
    }

    #[test]
    fn hostile_names_and_limits_are_inert() {
        let html = rendered(&json!({"type": "object", "properties": {
            "<b>": {"type": "string", "pattern": "<script>", "description": "<i>"}
        }}));
        assert!(
            html.contains("&lt;b&gt;")
                && html.contains("&lt;script&gt;")
                && html.contains("&lt;i&gt;")
        );
        assert!(!html.contains("<script>"));
    }
}
