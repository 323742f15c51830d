//! One HTTP request as a `curl` command that can be pasted into a shell.
//!
//! Everything that is not written here is quoted or percent-encoded: an example value in the document can change
//! what the request says, never what the shell does.

use serde_json::Value;

/// The request to be written down.
#[derive(Debug)]
pub(super) struct Request<'a> {
    /// `GET`, `POST`, …
    pub(super) method: &'a str,
    /// Where the server is, without a trailing slash; may be a shell variable of [`BASE_VARIABLE`].
    pub(super) base: &'a str,
    /// Path and query as made by [`path_and_query`]: percent-encoded, possibly with shell variables.
    pub(super) target: &'a str,
    /// Whether the access token is sent.
    pub(super) bearer: bool,
    /// Further headers.
    pub(super) headers: &'a [(String, String)],
    /// The JSON body.
    pub(super) body: Option<&'a Value>,
}

/// What stands for the server's address in a document that does not name it.
pub(super) const BASE_VARIABLE: &str = "$TENANTRY_URL";

impl Request<'_> {
    /// The command, over several lines when it has headers or a body.
    pub(super) fn command(&self) -> String {
        let mut parts = vec![match self.method {
            "GET" => format!("curl {}", self.address()),
            method => format!("curl -X {method} {}", self.address()),
        }];
        if self.bearer {
            parts.push("-H \"Authorization: Bearer $ACCESS_TOKEN\"".to_owned());
        }
        for (name, value) in self.headers {
            parts.push(format!("-H {}", quote(&format!("{name}: {value}"))));
        }
        if let Some(body) = self.body {
            parts.push("-H \"Content-Type: application/json\"".to_owned());
            parts.push(format!("-d {}", quote(&indented(body))));
        }
        parts.join(" \\\n  ")
    }

    fn address(&self) -> String {
        let base = if self.base == BASE_VARIABLE {
            self.base.to_owned()
        } else {
            encode(self.base, ":/@[]%")
        };
        let address = format!("{base}{}", self.target);
        if address.contains(['$', '?', '&', '[', '@']) { format!("\"{address}\"") } else { address }
    }
}

/// Fills a path template and adds a query: each piece is a value, or a shell variable named after the parameter.
pub(super) fn path_and_query(
    template: &str,
    path: &[(String, Option<String>)],
    query: &[(String, Option<String>)],
) -> String {
    let mut target = String::new();
    for (index, segment) in template.split('/').enumerate() {
        if index > 0 {
            target.push('/');
        }
        let name = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        match name {
            Some(name) => {
                let value = path.iter().find(|(known, _)| known == name);
                target.push_str(&piece(name, value.and_then(|(_, value)| value.as_deref())));
            }
            None => target.push_str(&encode(segment, "")),
        }
    }
    for (index, (name, value)) in query.iter().enumerate() {
        target.push(if index == 0 { '?' } else { '&' });
        target.push_str(&format!("{}={}", encode(name, ""), piece(name, value.as_deref())));
    }
    target
}

/// A word the shell takes literally.
pub(super) fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// JSON over several lines, the following lines indented like the command's own.
pub(super) fn indented(body: &Value) -> String {
    format!("{body:#}").replace('\n', "\n  ")
}

fn piece(name: &str, value: Option<&str>) -> String {
    match value {
        Some(value) => encode(value, ":"),
        None => {
            let letter =
                |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
            // The braces end the name where a letter follows.
            format!("${{{}}}", name.chars().map(letter).collect::<String>())
        }
    }
}

/// Percent-encodes all but the unreserved characters and `also`.
fn encode(text: &str, also: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        let character = char::from(byte);
        if byte.is_ascii_alphanumeric() || "-._~".contains(character) || also.contains(character) {
            encoded.push(character);
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use serde_json::json;

    use super::*;

    /// Runs a command in a shell whose `curl` prints each argument on a line of its own.
    fn arguments(command: &str) -> std::io::Result<Vec<String>> {
        let script = format!(
            "ACCESS_TOKEN=t; PROJECT=p; curl() {{ printf '%s\\036' \"$@\"; }}\n{command}\n"
        );
        let output = Command::new("sh").arg("-c").arg(script).output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(text.trim_end_matches('\u{1e}').split('\u{1e}').map(str::to_owned).collect())
    }

    #[test]
    fn a_post_reads_as_in_the_quick_start() {
        let body = json!({"name": "Brand voice"});
        let command = Request {
            method: "POST",
            base: "http://localhost:8000",
            target: "/api/projects",
            bearer: true,
            headers: &[],
            body: Some(&body),
        }
        .command();
        assert_eq!(
            command,
            "curl -X POST http://localhost:8000/api/projects \\\n  -H \"Authorization: Bearer $ACCESS_TOKEN\" \\\n  \
             -H \"Content-Type: application/json\" \\\n  -d '{\n    \"name\": \"Brand voice\"\n  }'"
        );
    }

    #[test]
    fn a_real_shell_hands_over_exactly_the_request_even_with_hostile_values() -> std::io::Result<()>
    {
        let body = json!({"name": "it's $(touch x) `id` \"quoted\""});
        let target = path_and_query(
            "/api/v1/projects/{project}/{other}",
            &[("other".to_owned(), Some("a b\"; rm -rf $HOME".to_owned()))],
            &[("limit".to_owned(), Some("20".to_owned()))],
        );
        let command = Request {
            method: "PATCH",
            base: "http://[::1]:8000",
            target: &target,
            bearer: true,
            headers: &[("X-Note".to_owned(), "it's $HOME".to_owned())],
            body: Some(&body),
        }
        .command();
        let got = arguments(&command)?;
        assert_eq!(got[..2], ["-X", "PATCH"]);
        assert_eq!(
            got[2],
            "http://[::1]:8000/api/v1/projects/p/a%20b%22%3B%20rm%20-rf%20%24HOME?limit=20"
        );
        assert_eq!(got[4], "Authorization: Bearer t");
        assert_eq!(got[6], "X-Note: it's $HOME");
        assert_eq!(serde_json::from_str::<Value>(&got[10]).ok(), Some(body));
        Ok(())
    }

    #[test]
    fn without_a_known_address_the_command_names_a_variable() {
        let request = Request {
            method: "GET",
            base: BASE_VARIABLE,
            target: "/livez",
            bearer: false,
            headers: &[],
            body: None,
        };
        assert_eq!(request.command(), "curl \"$TENANTRY_URL/livez\"");
    }
}
