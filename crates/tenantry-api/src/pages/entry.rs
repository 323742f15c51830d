//! One operation on the reference page: what it does and takes on the left, a call and its answer on the right.

use serde_json::Value;

use super::{
    example::Extent,
    field_list,
    html::{Html, anchor},
    operation::{Access, Body, Operation, Response},
    prose,
};

/// The places of parameters, and what their lists are called.
const PLACES: [(&str, &str); 3] =
    [("path", "<h4>Path</h4>"), ("query", "<h4>Query</h4>"), ("header", "<h4>Headers</h4>")];

/// The whole entry, with the operation's id as its anchor.
pub(super) fn entry(operation: &Operation<'_>) -> Html {
    let mut html = Html::new();
    html.wrap("<article class=\"operation\" id=\"", &operation.id, "\">\n<div class=\"says\">")
        .append(&head(operation))
        .append(&prose::blocks(operation.description));
    for (place, heading) in PLACES {
        let parameters = operation.parameters_in(place);
        if !parameters.is_empty() {
            html.raw(heading).append(&field_list::parameters(&parameters));
        }
    }
    if let Some(body) = &operation.body {
        html.append(&request_body(body));
    }
    html.append(&responses(operation)).raw("</div>\n").append(&call(operation)).raw("</article>\n");
    html
}

/// The method as a small label; the stylesheet colors it by `data-method`.
pub(super) fn method(method: &'static str) -> Html {
    let mut html = Html::new();
    html.raw("<span class=\"method\" data-method=\"")
        .raw(method)
        .raw("\">")
        .raw(method)
        .raw("</span>");
    html
}

fn head(operation: &Operation<'_>) -> Html {
    let mut html = Html::new();
    html.wrap("<h3><a href=\"#", &operation.id, "\">").text(operation.title).raw("</a></h3>");
    html.raw("<p class=\"route\">").append(&method(operation.method)).raw(" <code>");
    for (index, segment) in operation.path.split('/').enumerate() {
        html.raw(if index == 0 { "" } else { "/<wbr>" }).text(segment);
    }
    html.raw("</code></p><p class=\"access\">");
    match operation.access {
        Access::Public => html.raw("<span class=\"badge\">Open to everyone</span>"),
        Access::SignedIn => html.raw("<span class=\"badge\">Anyone signed in</span>"),
        Access::Permission(name) => html.raw("<span class=\"badge\" data-tone=\"ok\">Needs ").wrap(
            "<code>",
            name,
            "</code></span>",
        ),
    };
    if operation.deprecated {
        html.raw(" <span class=\"badge\" data-tone=\"warn\">Deprecated</span>");
    }
    html.raw("</p>");
    html
}

fn request_body(body: &Body<'_>) -> Html {
    let mut html = Html::new();
    html.raw("<h4>Body ").append(&kind(body));
    html.raw(if body.required { "</h4>" } else { " <span class=\"may\">optional</span></h4>" });
    html.append(&field_list::of(&body.schema, true));
    if body.schema.is_closed() {
        html.raw("<p class=\"aside\">Fields that are not listed are refused.</p>");
    }
    html
}

/// The name of what is carried, and the media type where it is not plain JSON.
fn kind(body: &Body<'_>) -> Html {
    let mut html = Html::new();
    html.wrap("<span class=\"kind\">", &body.schema.type_label(), "</span>");
    if body.media_type != "application/json" {
        html.wrap(" <span class=\"kind\">", body.media_type, "</span>");
    }
    html
}

fn responses(operation: &Operation<'_>) -> Html {
    let mut html = Html::new();
    if operation.responses.is_empty() {
        return html;
    }
    html.raw("<h4>Responses</h4><dl class=\"responses\">");
    for response in &operation.responses {
        html.append(&status(response)).raw("<dd>");
        html.append(&prose::inline(response.description));
        if let Some(body) = &response.body {
            html.raw(" ").append(&kind(body));
        }
        if !response.problems.is_empty() {
            html.append(&codes(response));
        }
        if let Some(body) = &response.body {
            let fields = field_list::of(&body.schema, false).into_string();
            if !fields.is_empty() {
                html.raw("<details><summary>Fields</summary>");
                html.append(&field_list::of(&body.schema, false)).raw("</details>");
            }
        }
        html.raw("</dd></div>");
    }
    html.raw("</dl>");
    html
}

fn status(response: &Response<'_>) -> Html {
    let mut html = Html::new();
    html.raw(if response.status.starts_with('2') { "<div data-tone=\"ok\">" } else { "<div>" });
    html.wrap("<dt class=\"num\">", response.status, "</dt>");
    html
}

fn codes(response: &Response<'_>) -> Html {
    let mut html = Html::new();
    html.raw("<ul class=\"codes\">");
    for problem in &response.problems {
        html.wrap("<li><a href=\"#problem-", &anchor(problem.code), "\"><code>")
            .text(problem.code)
            .raw("</code></a> <span>")
            .text(if problem.detail.is_empty() { problem.title } else { problem.detail })
            .raw("</span></li>");
    }
    html.raw("</ul>");
    html
}

/// A call that can be pasted, and what comes back.
fn call(operation: &Operation<'_>) -> Html {
    let mut html = Html::new();
    html.raw("<div class=\"shows\"><figure><figcaption>Request</figcaption><pre><code>")
        .text(&operation.curl())
        .raw("</code></pre></figure>");
    if let Some(response) = operation.success() {
        html.wrap(
            "<figure><figcaption>Response <span class=\"num\">",
            response.status,
            "</span></figcaption>",
        );
        match &response.body {
            Some(body) => html.wrap("<pre><code>", &shown(body), "</code></pre>"),
            None => html.raw("<p class=\"empty\">No body.</p>"),
        };
        html.raw("</figure>");
    }
    html.raw("</div>");
    html
}

fn shown(body: &Body<'_>) -> String {
    match body.example(Extent::Everything) {
        Value::String(text) if !body.media_type.ends_with("json") => text,
        value => format!("{value:#}"),
    }
}
