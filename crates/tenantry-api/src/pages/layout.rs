//! What all pages share: the head, the skip link, the bar at the top.
//!
//! Nothing here may need more than [`CONTENT_SECURITY_POLICY`] allows: no inline style, no script, no foreign host.

use super::html::Html;

/// The `Content-Security-Policy` header the pages are written for.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; \
     script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The same for a page with a form, which loads no script and is sent back to this server only.
pub const FORM_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";

/// Which page the bar marks as the current one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Current {
    Home,
    Manual,
    Reference,
    /// One that the bar does not lead to.
    Apart,
}

/// A whole HTML document around `content`, which brings its own `<main id="content">`.
pub(super) fn page(title: &str, version: &str, current: Current, content: &Html) -> String {
    let mut html = Html::new();
    html.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .raw("<meta name=\"color-scheme\" content=\"light dark\">\n")
        .wrap("<title>", title, "</title>\n")
        .raw("<link rel=\"icon\" type=\"image/svg+xml\" href=\"/assets/tenantry.svg\">\n")
        .raw("<link rel=\"stylesheet\" href=\"/assets/tenantry.css\">\n</head>\n<body>\n")
        .raw("<a class=\"skip\" href=\"#content\">Skip to the content</a>\n")
        .append(&bar(version, current))
        .append(content)
        .raw("\n</body>\n</html>\n");
    html.into_string()
}

fn bar(version: &str, current: Current) -> Html {
    let mark = |page| if page == current { "\" aria-current=\"page\">" } else { "\">" };
    let mut html = Html::new();
    html.raw("<header class=\"bar\"><a class=\"brand\" href=\"/")
        .raw(mark(Current::Home))
        .raw("<img src=\"/assets/tenantry.svg\" width=\"24\" height=\"24\" alt=\"\"> <b>Tenantry</b></a> ")
        .wrap("<span class=\"version\">", version, "</span>")
        .raw("<nav aria-label=\"Pages\"><a href=\"/docs/index")
        .raw(mark(Current::Manual))
        .raw("Documents</a> <a href=\"/docs")
        .raw(mark(Current::Reference))
        .raw("API</a> <a class=\"data\" href=\"/openapi.json\">OpenAPI</a></nav></header>\n");
    html
}
