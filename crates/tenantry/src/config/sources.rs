//! Where values come from, and which one wins: flags, then the environment, then `tenantry.toml`, then `.env`. An
//! empty value counts as not set, as shells and container files write it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use toml::de::DeTable;

use super::settings::{Class, SETTINGS, Setting};
use super::suggestion::suggest;
use crate::trouble::{Problem, Trouble};

/// Where a value was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Flag,
    Environment,
    /// A file and the line in it, from 1.
    File(PathBuf, usize),
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => formatter.write_str("the command line"),
            Self::Environment => formatter.write_str("the environment"),
            Self::File(path, line) => write!(formatter, "{}:{line}", path.display()),
        }
    }
}

/// Values by the name of their setting. Not `Debug`: some are secrets.
#[derive(Default)]
pub(crate) struct Values(BTreeMap<&'static str, (String, Origin)>);

impl Values {
    /// Takes a value unless a better source has one.
    pub(super) fn offer(&mut self, setting: &'static Setting, value: String, origin: Origin) {
        if !value.trim().is_empty() {
            self.0.entry(setting.name).or_insert((value, origin));
        }
    }

    /// The value of a setting, and where it was found.
    pub(crate) fn get(&self, name: &str) -> Option<(&str, &Origin)> {
        self.0.get(name).map(|(value, origin)| (value.trim(), origin))
    }
}

/// What `adopt connect` writes for an application: settings of theirs, not of ours, and often in the same environment.
pub(crate) const OF_APPLICATIONS: [&str; 2] = ["TENANTRY_CONTEXT_KEY", "TENANTRY_DATABASE"];

/// Names that begin like ours and are not, with the place where each stands.
pub(super) fn unknown_variables<'a>(
    names: impl Iterator<Item = (&'a str, Origin)>,
) -> Vec<Problem> {
    let ours = |name: &str| {
        OF_APPLICATIONS.contains(&name) || SETTINGS.iter().any(|setting| setting.name == name)
    };
    names
        .filter(|(name, _)| name.starts_with("TENANTRY_") && !ours(name))
        .map(|(name, origin)| {
            let known = SETTINGS.iter().map(|setting| setting.name);
            let problem = Problem::new("TN0307", format!("{name} in {origin} is not a setting"));
            match suggest(name, known) {
                Some(close) => problem.help(format!("did you mean {close} ?")),
                None => problem.help("tenantry help configuration"),
            }
        })
        .collect()
}

/// The assignments of a `.env` file, each with its line. Lines of another form are other programs' business and are
/// passed over.
pub(super) fn dotenv(text: &str) -> Vec<(usize, &str, String)> {
    let numbered = text.lines().enumerate();
    numbered
        .filter_map(|(index, line)| assignment(line).map(|(name, value)| (index + 1, name, value)))
        .collect()
}

fn assignment(line: &str) -> Option<(&str, String)> {
    let line = line.trim();
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, value) = line.split_once('=')?;
    let name = name.trim();
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (is_name && !name.is_empty()).then(|| (name, unquoted(value.trim())))
}

fn unquoted(value: &str) -> String {
    for quote in ['"', '\''] {
        let inner = value.strip_prefix(quote).and_then(|rest| rest.split_once(quote));
        if let Some((inner, _)) = inner {
            return inner.to_owned();
        }
    }
    // A comment begins behind a space; a # inside a value belongs to it.
    value.split(" #").next().unwrap_or_default().trim_end().to_owned()
}

/// The values of a `tenantry.toml`, each with its place.
pub(super) fn toml(
    path: &Path,
    text: &str,
) -> Result<Vec<(&'static Setting, String, Origin)>, Trouble> {
    let shown = path.display();
    let line_of = |at: usize| text.get(..at).unwrap_or(text).matches('\n').count() + 1;
    let unreadable = |error: &toml::de::Error| {
        let line = error.span().map(|span| line_of(span.start));
        let place = line.map(|line| format!(", line {line}")).unwrap_or_default();
        Problem::new("TN0306", format!("{shown} is not TOML{place}")).fact("cause", error.message())
    };
    let table: toml::Table = text.parse().map_err(|error| unreadable(&error))?;
    // The same text once more, for the places of the keys.
    let places = DeTable::parse(text).map_err(|error| unreadable(&error))?;
    let mut values = Vec::new();
    let mut problems = Vec::new();
    for key in places.get_ref().keys() {
        let line = line_of(key.span().start);
        let Some(value) = table.get(key.get_ref().as_ref()) else { continue };
        match entry(key.get_ref(), value) {
            Ok((setting, text)) => values.push((setting, text, Origin::File(path.into(), line))),
            Err(problem) => problems.push((line, problem.fact("file", format!("{shown}:{line}")))),
        }
    }
    problems.sort_by_key(|(line, _)| *line);
    let problems: Vec<Problem> = problems.into_iter().map(|(_, problem)| problem).collect();
    if problems.is_empty() { Ok(values) } else { Err(Trouble::new(problems)) }
}

fn entry(key: &str, value: &toml::Value) -> Result<(&'static Setting, String), Problem> {
    let Some(setting) = SETTINGS.iter().find(|setting| setting.key == key) else {
        let problem = Problem::new("TN0304", format!("there is no setting \"{key}\""));
        return Err(match suggest(key, SETTINGS.iter().map(|setting| setting.key)) {
            Some(close) => problem.help(format!("did you mean {close} ?")),
            None => problem.help("tenantry help configuration"),
        });
    };
    if setting.class == Class::Secret {
        let problem = Problem::new("TN0309", format!("\"{key}\" is a secret"));
        return Err(problem
            .help(format!("set {} in the environment instead", setting.name))
            .help("or leave it out: the first start makes one, readable only by you"));
    }
    match plain(value) {
        Some(text) => Ok((setting, text)),
        None => Err(Problem::new("TN0305", format!("\"{key}\" is a {}", value.type_str()))
            .fact("wanted", setting.shape)),
    }
}

fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(flag) => Some(flag.to_string()),
        toml::Value::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(plain).collect();
            Some(items?.join(","))
        }
        toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Table(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dotenv_file_is_read_as_shells_and_container_tools_write_it() {
        let text = "# comment\nA=1\nexport B='two words'\nC=\"x\" # note\n D = a#b # c\nnot an assignment\nE=\n=x\n";
        let wanted =
            [(2, "A", "1"), (3, "B", "two words"), (4, "C", "x"), (5, "D", "a#b"), (7, "E", "")];
        assert_eq!(dotenv(text), wanted.map(|(line, name, value)| (line, name, value.to_owned())));
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_one_that_was_meant() {
        let trouble = toml(Path::new("tenantry.toml"), "listn = \"a\"\n").unwrap_err();
        assert_eq!(trouble.problems[0].code, Some("TN0304"));
        assert_eq!(trouble.problems[0].help, ["did you mean listen ?"]);
    }

    #[test]
    fn a_value_knows_its_line() {
        let values =
            toml(Path::new("t.toml"), "# first\nlog = \"info\"\n\nlisten = \"a\"\n").unwrap();
        let mut places: Vec<String> =
            values.iter().map(|(setting, _, origin)| format!("{} {origin}", setting.key)).collect();
        places.sort_unstable();
        assert_eq!(places, ["listen t.toml:4", "log t.toml:2"]);
    }

    #[test]
    fn a_secret_is_refused_in_a_file_that_is_committed() {
        let trouble = toml(Path::new("tenantry.toml"), "jwt_secret_key = \"x\"\n").unwrap_err();
        assert_eq!(trouble.problems[0].code, Some("TN0309"));
    }

    #[test]
    fn an_unknown_variable_is_warned_about_and_others_are_not() {
        let names = ["TENANTRY_LISTN", "SUPABASE_URL", "TENANTRY_LISTEN", "TENANTRY_CONTEXT_KEY"];
        let found = unknown_variables(names.into_iter().map(|name| (name, Origin::Environment)));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].help, ["did you mean TENANTRY_LISTEN ?"]);
    }
}
