//! The page at `/`: what runs here, whether it is ready, and the first three commands.
//!
//! The commands are the quick start itself with this server's real address; they are pasted in order, each one
//! uses what the one before it left in the shell.

use serde_json::json;

use super::{
    curl,
    html::Html,
    layout::{self, Current},
};

/// What the page says about this server.
#[derive(Debug, Clone)]
pub struct HomeView<'a> {
    /// The version of Tenantry, for example `0.1.0`.
    pub version: &'a str,
    /// The version of the database server as it names itself, for example `15.14`; empty while unknown.
    pub postgres_version: String,
    /// The address under which callers reach this server, for example `http://127.0.0.1:8000`.
    pub public_url: String,
    /// Whether requests are served: the same answer as `/readyz`.
    pub ready: bool,
}

/// One of the commands a newcomer pastes.
#[derive(Debug, Clone)]
pub struct FirstStep {
    /// What it does, as a heading.
    pub title: &'static str,
    /// What there is to know before pasting it.
    pub note: &'static str,
    /// The command for a POSIX shell.
    pub command: String,
}

/// The pages of the server that are worth opening: address, name, what is there.
const LINKS: [(&str, &str, &str); 7] = [
    (
        "/docs/tutorials/first-organization",
        "Five minutes",
        "From nothing to an organization with members, projects and a log, step by step.",
    ),
    (
        "/docs/index",
        "Documents",
        "Guides, references and why it is as it is, of this very version.",
    ),
    (
        "/docs",
        "API reference",
        "Every operation with its permission, its fields and a command to try.",
    ),
    (
        "/openapi.json",
        "OpenAPI document",
        "The same as data, version 3.1, for clients and generators.",
    ),
    (
        "/.well-known/jwks.json",
        "Signing keys",
        "The public keys to verify access tokens with (EdDSA).",
    ),
    (
        "/.well-known/openid-configuration",
        "Discovery",
        "The issuer, the keys and the algorithms in one document.",
    ),
    ("/readyz", "Readiness", "What a load balancer asks before it sends requests."),
];

/// How a request reaches a row, in the order in which it can be stopped.
const BOUNDARY: [(&str, &str); 4] = [
    ("Who is calling", "The bearer token is verified and its session looked up."),
    ("Which organization", "Path, header and token must agree, and the caller must be a member."),
    (
        "What they may do",
        "The role in this organization holds the permission, or the answer is 403 or 404.",
    ),
    (
        "Which rows",
        "PostgreSQL verifies the sealed context itself. Rows of other organizations are not there to be read.",
    ),
];

/// The page at `/`, as HTML. Every value of the view is escaped.
#[must_use]
pub fn home(view: &HomeView<'_>) -> String {
    let mut html = Html::new();
    html.raw("<main id=\"content\" class=\"home\" tabindex=\"-1\">\n").append(&verdict(view));
    html.raw("<section><h2>The first three commands</h2><ol class=\"steps\">");
    for step in first_steps(&view.public_url) {
        html.wrap("<li><h3>", step.title, "</h3>")
            .wrap("<p>", step.note, "</p><pre><code>")
            .text(&step.command)
            .raw("</code></pre></li>");
    }
    html.raw(
        "</ol></section>\n<section><h2>How a request reaches a row</h2><ol class=\"boundary\">",
    );
    for (title, text) in BOUNDARY {
        html.wrap("<li><h3>", title, "</h3>").wrap("<p>", text, "</p></li>");
    }
    html.raw("</ol></section>\n<section><h2>What is served here</h2><ul class=\"links\">");
    for (address, name, text) in LINKS {
        html.wrap("<li><a href=\"", address, "\"><b>").text(name).raw("</b> ");
        html.wrap("<code>", address, "</code> ").wrap("<span>", text, "</span></a></li>");
    }
    html.raw("</ul></section>\n</main>");
    layout::page("Tenantry", view.version, Current::Home, &html)
}

/// The quick start against `public_url`: sign up, keep the token, create a project.
#[must_use]
pub fn first_steps(public_url: &str) -> [FirstStep; 3] {
    let signup = json!({
        "email": "user@example.com",
        "password": "securepassword123",
        "name": "Ada Example",
        "organization_name": "My Organization"
    });
    let project = json!({
        "name": "Marketing Campaign",
        "description": "Q1 campaign",
        "organization_id": "$ORGANIZATION_ID"
    });
    let post = |target, bearer, body| {
        let base = public_url.trim_end_matches('/');
        curl::Request { method: "POST", base, target, bearer, headers: &[], body: Some(body) }
            .command()
    };
    [
        FirstStep {
            title: "Sign up",
            note: "Creates a person, their organization, and the membership that makes them its owner.",
            command: format!("{} | tee signup.json", post("/auth/signup", false, &signup)),
        },
        FirstStep {
            title: "Keep the token",
            note: "The answer to the first command holds an access token, good for one organization.",
            command: [
                kept("ACCESS_TOKEN", "\"access_token\":\"\\([^\"]*\\)\""),
                kept("ORGANIZATION_ID", "\"\\(org_[^\"]*\\)\""),
            ]
            .join("\n"),
        },
        FirstStep {
            title: "Create a project",
            note: "The project belongs to that organization. A member of another one asks for it and gets 404.",
            // The shell fills in the variable, which it would not do between single quotes.
            command: post("/api/v1/projects", true, &project)
                .replace("$ORGANIZATION_ID", "'\"$ORGANIZATION_ID\"'"),
        },
    ]
}

/// A shell assignment of the first match of a pattern in the kept answer; needs nothing but `sed`.
pub(super) fn kept(variable: &str, pattern: &str) -> String {
    format!("{variable}=$(sed -n {} signup.json)", curl::quote(&format!("s/.*{pattern}.*/\\1/p")))
}

fn verdict(view: &HomeView<'_>) -> Html {
    let mut html = Html::new();
    if view.ready {
        html.raw("<section class=\"verdict\" data-tone=\"ok\"><div class=\"say\"><h1>Tenantry is running</h1>");
    } else {
        html.raw("<section class=\"verdict\" data-tone=\"warn\"><div class=\"say\"><h1>Tenantry is not ready</h1>")
            .raw("<p><strong>It is starting or stopping, or the database does not answer. Meanwhile requests get 503 with ")
            .raw("<code>Retry-After</code>.</strong></p>");
    }
    html.raw("<p>Accounts, organizations and projects for your application, each organization behind its own ")
        .raw("boundary. The server checks it, and PostgreSQL checks it again, row by row.</p></div>")
        .wrap("<dl class=\"facts\"><div><dt>Tenantry</dt><dd class=\"num\">", view.version, "</dd></div>");
    if !view.postgres_version.is_empty() {
        html.wrap(
            "<div><dt>PostgreSQL</dt><dd class=\"num\">",
            &view.postgres_version,
            "</dd></div>",
        );
    }
    html.wrap("<div><dt>Address</dt><dd><code>", &view.public_url, "</code></dd></div>")
        .raw("<div><dt>API</dt><dd><code>/api/v1</code></dd></div></dl></section>\n");
    html
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn view() -> HomeView<'static> {
        HomeView {
            version: "0.1.0",
            postgres_version: "15.14".to_owned(),
            public_url: "http://127.0.0.1:8000".to_owned(),
            ready: true,
        }
    }

    #[test]
    fn the_page_says_what_runs_and_where_everything_is() {
        let page = home(&view());
        for expected in [
            "Tenantry is running",
            "0.1.0",
            "15.14",
            "href=\"/docs\"",
            "href=\"/openapi.json\"",
            "href=\"/.well-known/jwks.json\"",
        ] {
            assert!(page.contains(expected), "{expected} is absent");
        }
        assert!(home(&HomeView { ready: false, ..view() }).contains("Tenantry is not ready"));
    }

    #[test]
    fn hostile_values_are_inert_and_the_page_needs_no_inline_style() {
        let evil = "\"><script>alert(1)</script>".to_owned();
        let page = home(&HomeView {
            version: &evil.clone(),
            postgres_version: evil.clone(),
            public_url: evil,
            ready: true,
        });
        for forbidden in ["<script", "style=", "<style", "src=\"http"] {
            assert!(!page.contains(forbidden), "{forbidden} in the page");
        }
    }

    #[test]
    fn the_three_commands_run_one_after_the_other_in_a_real_shell() -> std::io::Result<()> {
        let [signup, keep, create] = first_steps("http://127.0.0.1:8000/");
        let folder =
            std::env::temp_dir().join(format!("tenantry-first-steps-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        // The answer to signup in its compact form; `curl` is a function that prints the request, then the answer.
        let answer = "{\"access_token\":\"eyJ.a-b_c.d\",\"refresh_token\":\"r\",\"user\":{\"id\":\"usr_1\"},\"organization\":{\"id\":\"org_01jd8v\",\"slug\":\"my\"}}";
        let script = format!(
            "curl() {{ printf '%s\\n' \"$@\" >&2; printf '%s' '{answer}'; }}\n{}\n{}\n{} >/dev/null\n",
            signup.command, keep.command, create.command
        );
        let output = Command::new("sh").arg("-euc").arg(&script).current_dir(&folder).output()?;
        std::fs::remove_dir_all(&folder)?;
        let requests = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{requests}");
        assert!(requests.contains("http://127.0.0.1:8000/auth/signup\n"));
        assert!(requests.contains("Authorization: Bearer eyJ.a-b_c.d\n"));
        assert!(requests.contains("\"organization_id\": \"org_01jd8v\"\n"));
        Ok(())
    }
}
