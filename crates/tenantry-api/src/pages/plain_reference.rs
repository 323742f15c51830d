//! The OpenAPI document as one page of Markdown: what `docs/reference/api.md` holds.
//!
//! Headings are operation ids, so that an anchor is the same here and on the page at `/docs`. Shapes are listed once
//! at the end instead of at each operation that answers them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::{
    document::{Document, Group},
    operation::{Access, Body, Operation, Parameter, Response},
    schema::Schema,
};

/// Named objects that operations take or answer, by name.
type Shapes<'a> = BTreeMap<&'a str, Schema<'a>>;

/// The whole reference as Markdown.
#[must_use]
pub fn plain_reference(document: &Value) -> String {
    let document = Document::new(document);
    let groups = document.groups();
    let shared = shared_headers(&groups);
    let mut shapes = Shapes::new();
    let mut text = String::new();
    if !shared.is_empty() {
        text.push_str(
            "\nOperations that need a permission take these besides their own parameters:\n",
        );
        arguments(&mut text, &shared);
    }
    for group in &groups {
        let _ = write!(text, "\n## {}\n\n{}\n", group.name, group.description);
        overview(&mut text, group);
        for operation in &group.operations {
            entry(&mut text, operation, &shared, &mut shapes);
        }
    }
    text.push_str(
        "\n## Shapes\n\nWhat operations take and answer. A field that may be absent says so.\n",
    );
    for (name, shape) in &shapes {
        let _ = write!(text, "\n### {}\n\n", spoken(name));
        if !shape.description().is_empty() {
            let _ = writeln!(text, "{}\n", running(shape.description()));
        }
        fields(&mut text, shape);
    }
    text
}

/// The headers of every operation that needs a permission, listed once instead of at each of them.
fn shared_headers<'d, 'a>(groups: &'d [Group<'a>]) -> Vec<&'d Parameter<'a>> {
    let operations = groups.iter().flat_map(|group| &group.operations);
    let needy: Vec<_> =
        operations.filter(|one| matches!(one.access, Access::Permission(_))).collect();
    let is_everywhere = |parameter: &&Parameter<'_>| {
        needy.iter().all(|one| one.parameters.iter().any(|other| is_same(other, parameter)))
    };
    let first = needy.first().map(|one| one.parameters_in("header")).unwrap_or_default();
    if needy.len() < 2 { Vec::new() } else { first.into_iter().filter(is_everywhere).collect() }
}

fn is_same(one: &Parameter<'_>, other: &Parameter<'_>) -> bool {
    one.name == other.name && one.place == other.place
}

fn overview(text: &mut String, group: &Group<'_>) {
    text.push_str("\n| Operation | | Who may call it |\n|---|---|---|\n");
    for operation in &group.operations {
        let _ = writeln!(
            text,
            "| [`{0}`](#{0}) | `{1} {2}` | {3} |",
            operation.id,
            operation.method,
            operation.path,
            who(operation)
        );
    }
}

fn who(operation: &Operation<'_>) -> String {
    match operation.access {
        Access::Public => "everybody".to_owned(),
        Access::SignedIn => "anyone signed in".to_owned(),
        Access::Permission(name) => format!("`{name}`"),
    }
}

fn entry<'a>(
    text: &mut String,
    operation: &Operation<'a>,
    shared: &[&Parameter<'_>],
    shapes: &mut Shapes<'a>,
) {
    let _ = write!(
        text,
        "\n### {}\n\n**{}.** `{} {}`, for {}.\n",
        operation.id,
        operation.title,
        operation.method,
        operation.path,
        who(operation)
    );
    if !operation.description.is_empty() {
        let _ = write!(text, "\n{}\n", operation.description.trim());
    }
    let places = ["path", "query", "header"].into_iter();
    let mut own: Vec<_> = places.flat_map(|place| operation.parameters_in(place)).collect();
    if matches!(operation.access, Access::Permission(_)) {
        own.retain(|parameter| !shared.iter().any(|other| is_same(other, parameter)));
    }
    if !own.is_empty() {
        arguments(text, &own);
    }
    if let Some(body) = &operation.body {
        request(text, body, shapes);
    }
    text.push('\n');
    operation.responses.iter().for_each(|response| answer(text, response, shapes));
    let _ = write!(text, "\n```sh\n{}\n```\n", operation.curl());
}

fn arguments(text: &mut String, parameters: &[&Parameter<'_>]) {
    text.push_str("\n| Parameter | In | Takes | |\n|---|---|---|---|\n");
    for parameter in parameters {
        let _ = writeln!(
            text,
            "| `{}`{} | {} | {} | {} |",
            parameter.name,
            if parameter.required { "" } else { " (optional)" },
            parameter.place,
            cell(&kind(&parameter.schema, &parameter.schema.bare_label())),
            cell(parameter.description)
        );
    }
}

fn request<'a>(text: &mut String, body: &Body<'a>, shapes: &mut Shapes<'a>) {
    let must = if body.required { "" } else { ", which may be left out" };
    let _ = write!(text, "\nThe body, {}{must}:\n\n", body.schema.type_label());
    fields(text, &body.schema);
    for (_, property, _) in body.schema.properties() {
        collect(&property, shapes);
    }
    if body.schema.is_closed() {
        text.push_str("\nFields that are not listed are refused.\n");
    }
}

fn answer<'a>(text: &mut String, response: &Response<'a>, shapes: &mut Shapes<'a>) {
    let _ = write!(text, "- **{}**", response.status);
    if let Some(body) = &response.body {
        let _ = write!(text, " {}", label(&body.schema));
        if body.media_type != "application/json" {
            let _ = write!(text, " as `{}`", body.media_type);
        }
        collect(&body.schema, shapes);
    }
    if response.problems.is_empty() && !response.description.is_empty() {
        let _ = write!(text, " {}", running(response.description));
    }
    for (index, problem) in response.problems.iter().enumerate() {
        let separator = if index == 0 { " " } else { ", " };
        let _ = write!(text, "{separator}[`{0}`](errors.md#{0})", problem.code);
    }
    text.push('\n');
}

/// The fields of an object, one level deep: what lies in them has a name of its own.
fn fields(text: &mut String, schema: &Schema<'_>) {
    let mut properties = schema.properties();
    let parts = schema.parts();
    properties.extend(parts.iter().flat_map(Schema::properties));
    if properties.is_empty() {
        let _ = writeln!(text, "{}", schema.type_label());
        return;
    }
    text.push_str("| Field | Type | |\n|---|---|---|\n");
    for (name, property, required) in properties {
        let _ = writeln!(
            text,
            "| `{name}`{} | {} | {} |",
            if required { "" } else { " (optional)" },
            cell(&kind(&property, &label(&property))),
            cell(property.description())
        );
    }
}

/// Remembers the named objects in a schema, and those in them.
fn collect<'a>(schema: &Schema<'a>, shapes: &mut Shapes<'a>) {
    if let Some(items) = schema.items() {
        collect(&items, shapes);
    }
    let inner = schema.parts().into_iter().chain(schema.alternatives());
    inner.for_each(|schema| collect(&schema, shapes));
    let properties = schema.properties();
    match schema.name {
        Some(name) if properties.is_empty() || shapes.contains_key(name) => return,
        Some(name) => drop(shapes.insert(name, *schema)),
        None => {}
    }
    properties.iter().for_each(|(_, property, _)| collect(property, shapes));
}

/// The type, linked where it has a place among the shapes.
fn label(schema: &Schema<'_>) -> String {
    let plain = schema.type_label();
    let inner = schema.items();
    let named = inner.as_ref().unwrap_or(schema);
    match named.name.filter(|_| !named.properties().is_empty()) {
        Some(name) => {
            let name = spoken(name);
            let anchor = name.to_lowercase().replace(' ', "-");
            plain.replacen(&name, &format!("[{name}](#{anchor})"), 1)
        }
        None => plain,
    }
}

/// A type with the rules that a value must keep.
fn kind(schema: &Schema<'_>, label: &str) -> String {
    let mut said = label.to_owned();
    for limit in schema.limits() {
        let _ = write!(said, ", {}", limit.words);
        let literals: Vec<String> =
            limit.literals.iter().map(|literal| format!("`{literal}`")).collect();
        if !literals.is_empty() {
            let _ = write!(said, " {}", literals.join(" "));
        }
    }
    said
}

/// Generic components are generated as `Page_for_Project`.
fn spoken(name: &str) -> String {
    name.replace("_for_", " of ")
}

/// One line that does not end a table's cell.
fn cell(text: &str) -> String {
    running(text).replace('|', "\\|")
}

fn running(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{super::sample, *};

    #[test]
    fn every_operation_stands_there_with_its_permission_codes_and_command() {
        let document = sample::document();
        let text = plain_reference(&document);
        for id in sample::operation_ids(&document) {
            assert_eq!(text.matches(&format!("\n### {id}\n")).count(), 1, "{id}");
            assert_eq!(text.matches(&format!("[`{id}`](#{id})")).count(), 1, "{id}");
        }
        assert_eq!(text.matches("\n```sh\ncurl ").count(), sample::OPERATIONS);
        assert!(text.contains("`POST /api/v1/projects`, for `project:create`."), "{text}");
        assert!(text.contains("[`slug_taken`](errors.md#slug_taken)"));
    }

    #[test]
    fn every_link_to_a_shape_has_its_heading() {
        let text = plain_reference(&sample::document());
        let links: Vec<&str> =
            text.split("](#").skip(1).filter_map(|rest| rest.split(')').next()).collect();
        assert!(links.len() > sample::OPERATIONS);
        for link in links {
            let is_there = text
                .lines()
                .filter_map(|line| line.strip_prefix("### "))
                .any(|heading| heading.to_lowercase().replace(' ', "-") == link);
            assert!(is_there, "#{link} leads nowhere");
        }
    }

    #[test]
    fn a_pipe_in_a_description_does_not_end_its_cell() {
        assert_eq!(cell("a |\n b"), "a \\| b");
    }
}
