//! What a block must have printed: every line of it, with `…` for anything in between.
//!
//! JSON is compared without its white space, so a document may show an answer prettier than
//! the server sends it.

use anyhow::{Result, bail, ensure};

use super::addressed;

/// The lines that the output must contain.
#[derive(Debug)]
pub(super) struct Expectation {
    is_json: bool,
    lines: Vec<String>,
}

impl Expectation {
    /// Reads a block of the given language; one without a line that could fail is an error.
    pub(super) fn parse(language: &str, text: &str) -> Result<Self> {
        let is_json = match language {
            "json" => true,
            "text" => false,
            other => bail!("an expectation is ```text or ```json, not ```{other}"),
        };
        let lines: Vec<String> = text.lines().map(|line| normal(line, is_json)).collect();
        let says = |line: &String| line.chars().any(char::is_alphanumeric);
        ensure!(lines.iter().any(says), "the expectation expects nothing");
        Ok(Self { is_json, lines })
    }

    /// The same for a server at another address.
    pub(super) fn addressed(&self, base_url: &str) -> Self {
        let lines = self.lines.iter().map(|line| addressed(line, base_url)).collect();
        Self { is_json: self.is_json, lines }
    }

    /// The first line that the output does not contain.
    pub(super) fn unmet(&self, output: &str) -> Option<&str> {
        let output: Vec<String> = if self.is_json {
            vec![output.split_whitespace().collect()]
        } else {
            output.lines().map(Into::into).collect()
        };
        let is_met = |line: &String| output.iter().any(|printed| contains(printed, line));
        self.lines.iter().find(|line| !is_met(line) && !line.is_empty()).map(String::as_str)
    }
}

fn normal(line: &str, is_json: bool) -> String {
    if is_json {
        let packed: String = line.split_whitespace().collect();
        packed.trim_end_matches(',').into()
    } else {
        line.trim().into()
    }
}

/// Whether the parts of the line between `…` occur in this order.
fn contains(printed: &str, line: &str) -> bool {
    let mut rest = printed;
    line.split('…').all(|part| match rest.find(part) {
        Some(at) => {
            rest = &rest[at + part.len()..];
            true
        }
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unmet(language: &str, expected: &str, output: &str) -> Option<String> {
        Expectation::parse(language, expected).unwrap().unmet(output).map(Into::into)
    }

    #[test]
    fn text_is_compared_line_by_line_with_wildcards() {
        let output = "HTTP/1.1 201 Created\nlocation: /projects/prj_1?a\n";
        assert_eq!(unmet("text", "201 Created\nlocation: /projects/…?a", output), None);
        assert_eq!(unmet("text", "201 Created\n\nprj…HTTP", output), Some("prj…HTTP".into()));
        assert_eq!(unmet("text", "404", output), Some("404".into()));
    }

    #[test]
    fn json_is_compared_without_white_space() {
        let output = r#"{"id":"prj_1","name":"A b","tags":[]}"#;
        let expected = "{\n  \"id\": \"prj_…\",\n  \"name\": \"A b\",\n  …\n}";
        assert_eq!(unmet("json", expected, output), None);
        assert_eq!(unmet("json", "{\n  \"name\": \"C\"\n}", output), Some("\"name\":\"C\"".into()));
    }

    #[test]
    fn an_expectation_that_cannot_fail_is_an_error() {
        for text in ["", "…", "{\n}\n"] {
            assert!(Expectation::parse("json", text).is_err(), "{text}");
        }
        assert!(Expectation::parse("sh", "a").is_err());
    }
}
