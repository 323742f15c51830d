//! The reference: the whole OpenAPI document on one page, so that the browser's own search finds everything.
//!
//! The list of operations is written twice, as a rail for wide windows and as a fold for narrow ones; the
//! stylesheet shows exactly one of them, which saves the page from needing a script.

use serde_json::Value;

use super::{
    curl::BASE_VARIABLE,
    document::{Document, Group},
    entry,
    html::{Html, anchor},
    layout::{self, Current},
    manual, prose,
};

/// The reference page of an OpenAPI 3.1 document, as HTML.
///
/// Each operation is found under its `operationId` (`#project_create`), each problem code under
/// `#problem-<code>`, each tag under `#tag-<name>`. Every text of the document is escaped.
#[must_use]
pub fn reference(document: &Value) -> String {
    let document = Document::new(document);
    let groups = document.groups();
    let mut html = Html::new();
    html.raw("<div class=\"reference\">\n<nav class=\"rail\" aria-label=\"Operations\">")
        .append(&manual::kinds())
        .append(&contents(document, &groups))
        .raw("</nav>\n<main id=\"content\" tabindex=\"-1\">\n")
        .append(&introduction(document))
        .raw("<details class=\"fold\"><summary>All operations</summary><nav aria-label=\"Operations\">")
        .append(&manual::kinds())
        .append(&contents(document, &groups))
        .raw("</nav></details>\n")
        .append(&authentication(document));
    for group in &groups {
        html.append(&section(group));
    }
    html.append(&problems(document)).raw("</main>\n</div>");
    let title = format!("{} reference", document.info("title"));
    layout::page(title.trim(), document.info("version"), Current::Reference, &html)
}

fn introduction(document: Document<'_>) -> Html {
    let mut html = Html::new();
    html.raw("<section class=\"opening\"><h1>API reference</h1>")
        .append(&prose::blocks(document.info("description")))
        .wrap("<p class=\"base\">Base address <code>", document.base(), "</code></p>");
    if document.base() == BASE_VARIABLE {
        html.raw("<p class=\"aside\">Set this variable in your shell to the address of the server, without a slash at its end.</p>");
    }
    html.raw("</section>\n");
    html
}

fn contents(document: Document<'_>, groups: &[Group<'_>]) -> Html {
    let mut html = Html::new();
    for group in groups {
        html.wrap("<h2><a href=\"#tag-", &anchor(group.name), "\">")
            .text(group.name)
            .raw("</a></h2><ul>");
        for operation in &group.operations {
            html.wrap("<li><a href=\"#", &operation.id, "\">")
                .wrap("<span>", operation.title, "</span> ")
                .append(&entry::method(operation.method))
                .raw("</a></li>");
        }
        html.raw("</ul>");
    }
    let shared = [
        (
            !document.security_schemes().is_empty(),
            "<li><a href=\"#authentication\"><span>Authentication</span></a></li>",
        ),
        (
            !document.problems().is_empty(),
            "<li><a href=\"#problems\"><span>Problems</span></a></li>",
        ),
    ];
    if shared.iter().any(|(shown, _)| *shown) {
        html.raw("<h2>For all of them</h2><ul>");
        for (_, link) in shared.iter().filter(|(shown, _)| *shown) {
            html.raw(link);
        }
        html.raw("</ul>");
    }
    html
}

fn authentication(document: Document<'_>) -> Html {
    let mut html = Html::new();
    let schemes = document.security_schemes();
    if schemes.is_empty() {
        return html;
    }
    html.raw("<section class=\"group\" id=\"authentication\"><h2>Authentication</h2><dl class=\"fields\">");
    for (name, scheme) in schemes {
        let text = |field: &str| scheme[field].as_str().unwrap_or_default();
        let place = if text("type") == "http" { "Authorization" } else { text("name") };
        let form = if text("scheme").eq_ignore_ascii_case("bearer") {
            "Bearer …"
        } else {
            text("scheme")
        };
        html.wrap("<div><dt><code>", name, "</code> <span class=\"kind\">")
            .text(&format!("{place}: {form}"))
            .raw("</span></dt><dd>")
            .append(&prose::blocks(text("description")))
            .raw("</dd></div>");
    }
    html.raw("</dl></section>\n");
    html
}

fn section(group: &Group<'_>) -> Html {
    let mut html = Html::new();
    html.wrap("<section class=\"group\" id=\"tag-", &anchor(group.name), "\"><h2>")
        .text(group.name)
        .raw("</h2>")
        .append(&prose::blocks(group.description));
    for operation in &group.operations {
        html.append(&entry::entry(operation));
    }
    html.raw("</section>\n");
    html
}

fn problems(document: Document<'_>) -> Html {
    let mut html = Html::new();
    let problems = document.problems();
    if problems.is_empty() {
        return html;
    }
    html.raw("<section class=\"group\" id=\"problems\"><h2>Problems</h2>")
        .raw("<p>Every refusal is <code>application/problem+json</code>. Programs decide by <code>code</code>; ")
        .raw("<code>title</code> and <code>detail</code> are for people.</p><dl class=\"responses\">");
    let mut anchored: Vec<&str> = Vec::new();
    for problem in problems {
        // A code that comes with several statuses has one anchor, at the first of them.
        if anchored.contains(&problem.code) {
            html.raw("<div>");
        } else {
            anchored.push(problem.code);
            html.wrap("<div id=\"problem-", &anchor(problem.code), "\">");
        }
        html.wrap("<dt class=\"num\">", problem.status, "</dt><dd>")
            .wrap("<code>", problem.code, "</code> ")
            .text(if problem.title.is_empty() { problem.detail } else { problem.title })
            .raw("</dd></div>");
    }
    html.raw("</dl></section>\n");
    html
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::sample, *};

    #[test]
    fn every_operation_is_present_under_its_anchor_and_in_the_list() {
        let document = sample::document();
        let page = reference(&document);
        for id in sample::operation_ids(&document) {
            assert!(
                page.contains(&format!("<article class=\"operation\" id=\"{id}\">")),
                "{id} is absent"
            );
            assert_eq!(
                page.matches(&format!("<li><a href=\"#{id}\">")).count(),
                2,
                "{id} is not listed"
            );
        }
        assert_eq!(page.matches("<article ").count(), sample::OPERATIONS);
    }

    #[test]
    fn permissions_problem_codes_and_open_operations_are_named() {
        let page = reference(&sample::document());
        assert!(page.contains("Needs <code>project:create</code>"));
        assert!(page.contains("Open to everyone"));
        assert!(page.contains("Anyone signed in"));
        assert!(page.contains("<a href=\"#problem-slug_taken\"><code>slug_taken</code></a>"));
        assert!(page.contains("id=\"problem-slug_taken\""));
        assert!(page.contains("Fields that are not listed are refused."));
    }

    #[test]
    fn every_link_within_the_page_has_a_target_and_no_id_is_used_twice() {
        let page = reference(&sample::document());
        let ids: Vec<&str> = attribute(&page, " id=\"");
        for target in attribute(&page, "href=\"#") {
            assert!(ids.contains(&target), "#{target} leads nowhere");
        }
        let unique: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(unique.len(), ids.len());
    }

    #[test]
    fn a_code_that_comes_with_two_statuses_has_one_anchor() {
        let media =
            json!({"content": {"application/problem+json": {"example": {"code": "conflict"}}}});
        let page = reference(
            &json!({"paths": {"/a": {"get": {"responses": {"409": media, "412": media}}}}}),
        );
        assert_eq!(page.matches("id=\"problem-conflict\"").count(), 1);
        assert!(page.contains("<dt class=\"num\">412</dt><dd><code>conflict</code>"));
    }

    #[test]
    fn the_page_needs_no_inline_style_no_script_and_no_other_host() {
        let page = reference(&sample::document());
        for forbidden in ["style=", "<style", "<script", "onclick", "src=\"http", "href=\"http"] {
            assert!(!page.contains(forbidden), "{forbidden} in the page");
        }
    }

    #[test]
    fn a_hostile_document_is_inert_and_an_empty_one_is_a_page() {
        let evil = "\"><script>alert(1)</script>";
        let page = reference(&json!({
            "info": {"title": evil, "version": evil, "description": evil},
            "servers": [{"url": format!("https://{evil}")}],
            "tags": [{"name": evil, "description": evil}],
            "components": {"securitySchemes": {evil: {"type": evil, "name": evil, "description": evil}}},
            "paths": {evil: {"post": {
                "operationId": evil, "summary": evil, "description": evil, "tags": [evil], "x-tenantry-permission": evil,
                "parameters": [{"name": evil, "in": "query", "required": true, "description": evil, "schema": {"default": evil}}],
                "requestBody": {"content": {evil: {"schema": {"title": evil, "properties": {evil: {"description": evil}}}}}},
                "responses": {evil: {"description": evil, "content": {"application/problem+json": {"example": {"code": evil, "detail": evil}}}}}
            }}}
        }));
        assert!(!page.contains("<script"));
        assert!(reference(&json!({})).contains("<h1>API reference</h1>"));
    }

    fn attribute<'a>(page: &'a str, start: &str) -> Vec<&'a str> {
        page.split(start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
    }
}
