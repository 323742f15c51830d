//! What to ask a peer. Most have the four routes of the agreement; one with addresses of its own says them in a file
//! `routes.json` beside its program.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

/// What the workloads ask peers. Not every peer has an answer to everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// W1: the twenty newest documents of the caller's organization.
    Documents,
    /// W3: who is signed in.
    Me,
    /// W4: whether the caller may do something in the organization.
    Permission,
    /// W5: a hundred members of the organization, with their addresses.
    Members,
}

/// Where a peer answers which question.
#[derive(Debug)]
pub(super) enum Routes {
    /// At the addresses that `bench/peers/README.md` lists under "Routes".
    Agreed,
    /// At those of its own file.
    Own(Box<Own>),
}

/// The content of `routes.json`. A question that it leaves out is not asked.
#[derive(Debug, Deserialize)]
pub(super) struct Own {
    /// The header that carries the credential.
    credential: String,
    /// What every request carries besides; `{port}` stands for the peer's port.
    #[serde(default)]
    headers: std::collections::BTreeMap<String, String>,
    #[serde(rename = "W1")]
    documents: Option<Question>,
    #[serde(rename = "W3")]
    me: Option<Question>,
    #[serde(rename = "W4")]
    permission: Option<Question>,
    #[serde(rename = "W5")]
    members: Option<Question>,
}

#[derive(Debug, Deserialize)]
struct Question {
    method: String,
    path: String,
    body: Option<serde_json::Value>,
}

impl Routes {
    /// As the file of the peer's program says; without one, as agreed. A variant's name begins with its program's.
    pub(super) fn of_peer(folder: &Path, name: &str) -> Result<Self> {
        let program = if name == "better-auth-cookie-cache" { "better-auth" } else { name };
        let file = &folder.join(program).join("routes.json");
        if !file.exists() {
            return Ok(Self::Agreed);
        }
        let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let own = serde_json::from_str(&text).with_context(|| file.display().to_string())?;
        Ok(Self::Own(Box::new(own)))
    }

    /// Method, path and body, in which `{organization}` is left to be filled in; nothing when the peer has no answer.
    pub(super) fn of(&self, route: Route) -> Option<(String, String, Option<String>)> {
        let agreed = |method: &str, path: &str, body: Option<&str>| {
            Some((method.to_owned(), path.to_owned(), body.map(str::to_owned)))
        };
        match (self, route) {
            (Self::Agreed, Route::Documents) => agreed("GET", "/documents", None),
            (Self::Agreed, Route::Me) => agreed("GET", "/me", None),
            (Self::Agreed, Route::Members) => agreed("GET", "/members", None),
            (Self::Agreed, Route::Permission) => {
                agreed("POST", "/permissions", Some(r#"{"permission":"documents.write"}"#))
            }
            (Self::Own(own), Route::Documents) => own.documents.as_ref().map(Question::text),
            (Self::Own(own), Route::Me) => own.me.as_ref().map(Question::text),
            (Self::Own(own), Route::Permission) => own.permission.as_ref().map(Question::text),
            (Self::Own(own), Route::Members) => own.members.as_ref().map(Question::text),
        }
    }

    /// The name of the header that carries a credential the peer has made.
    pub(super) fn credential(&self) -> &str {
        match self {
            Self::Agreed => "authorization",
            Self::Own(own) => &own.credential,
        }
    }

    /// What every request carries besides the credential, as lines.
    pub(super) fn headers(&self, port: u16) -> Vec<String> {
        let Self::Own(own) = self else { return Vec::new() };
        let line = |(name, value): (&String, &String)| {
            format!("{name}: {}", value.replace("{port}", &port.to_string()))
        };
        own.headers.iter().map(line).collect()
    }
}

impl Question {
    fn text(&self) -> (String, String, Option<String>) {
        let body = self.body.as_ref().map(ToString::to_string);
        (self.method.clone(), self.path.clone(), body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peers_own_file_says_what_it_has_and_the_rest_is_not_asked() {
        let text = r#"{"credential":"cookie","headers":{"origin":"http://127.0.0.1:{port}"},
            "W4":{"method":"POST","path":"/p","body":{"organizationId":"{organization}"}}}"#;
        let routes = Routes::Own(serde_json::from_str(text).unwrap());
        let (method, path, body) = routes.of(Route::Permission).unwrap();
        assert_eq!((method.as_str(), path.as_str()), ("POST", "/p"));
        assert_eq!(body.unwrap(), r#"{"organizationId":"{organization}"}"#);
        assert_eq!(routes.of(Route::Documents), None);
        assert_eq!(routes.headers(7), ["origin: http://127.0.0.1:7"]);
        assert_eq!(routes.credential(), "cookie");
    }
}
