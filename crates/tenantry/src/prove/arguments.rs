//! The command line of `prove`. What is a default and what was asked for is decided here; nothing below reads it.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum, ValueHint};
use tenantry_prove::Options;
use tenantry_prove::attack::Attack;
use tenantry_prove::report::{Deny, Part, Report};

use crate::trouble::{Problem, Trouble};

/// What to attack, as whom, and where to write what came of it.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The database [DATABASE_URL, which keeps a password out of the list of processes]
    #[arg(long, value_name = "URL", help_heading = "What is attacked")]
    database: Option<String>,
    /// The role to attack as: the application's own [tenantry_app, or else the login]
    #[arg(long = "as", value_name = "ROLE", help_heading = "What is attacked")]
    role: Option<String>,
    /// The statement that enters an organization, with {org} and {user} [read off the policies]
    #[arg(long, value_name = "STATEMENT", help_heading = "What is attacked")]
    context: Option<String>,
    /// The column that names the organization [read off names and policies]
    #[arg(long, value_name = "NAME", help_heading = "What is attacked")]
    tenant_column: Option<String>,
    /// Tables whose rows belong to nobody, on purpose
    #[arg(long, value_name = "TABLE,…", value_delimiter = ',', help_heading = "What is attacked")]
    shared: Vec<String>,
    /// Objects and attacks to leave out; a name may end in *
    #[arg(long, value_name = "OBJECT,…", value_delimiter = ',', help_heading = "What is attacked")]
    skip: Vec<String>,
    /// Only these: lint, attack or plan; attacks such as probe; objects
    #[arg(long, value_name = "PART|ATTACK|OBJECT,…", value_delimiter = ',')]
    #[arg(help_heading = "What is attacked")]
    only: Vec<String>,
    /// How long one statement may take; a longer one counts as not run; 10 when left out
    #[arg(long, value_name = "SECONDS", default_value_t = 10, hide_default_value = true)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=3600))]
    #[arg(help_heading = "What is attacked")]
    statement_timeout: u16,
    /// Show a report again that --json wrote, and attack nothing
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "The report")]
    #[arg(conflicts_with_all = ["database", "role", "context", "tenant_column", "shared", "skip", "only"])]
    pub(super) from: Option<PathBuf>,
    /// End with 5 also for: oracle, not-run, warnings
    #[arg(long, value_name = "WHAT,…", value_delimiter = ',', help_heading = "The report")]
    #[arg(hide_possible_values = true)]
    deny: Vec<Denied>,
    /// Write a page to read and to pass on; - is the standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "The report")]
    pub(super) html: Option<PathBuf>,
    /// Write the findings for code scanning
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "The report")]
    pub(super) sarif: Option<PathBuf>,
    /// Write every attack as a test case
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "The report")]
    pub(super) junit: Option<PathBuf>,
}

/// What can be denied beside leaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Denied {
    /// Answers that reveal.
    Oracle,
    /// What could not be tried.
    NotRun,
    /// Warnings.
    Warnings,
}

impl Arguments {
    /// What ends the run red.
    pub(super) fn deny(&self) -> Deny {
        let has = |what| self.deny.contains(&what);
        Deny {
            oracle: has(Denied::Oracle),
            not_run: has(Denied::NotRun),
            warnings: has(Denied::Warnings),
        }
    }

    /// What the engine has to know.
    pub(super) fn options(&self) -> Options {
        Options {
            role: self.role.clone(),
            context: self.context.as_deref().map(quoted),
            tenant_column: self.tenant_column.clone(),
            shared: self.shared.clone(),
            skip: self.skip.clone(),
            only: self.only.clone(),
            statement_timeout: Duration::from_secs(self.statement_timeout.into()),
        }
    }

    /// The address that was given here.
    pub(super) fn address(&self) -> Result<Option<tenantry_db::Config>, Trouble> {
        let Some(text) = &self.database else { return Ok(None) };
        let address = text.parse().map_err(|error: tenantry_db::ConfigError| {
            // The driver's words do not repeat the text, which may hold a password.
            Problem::new("TN0305", "--database is not a database's address")
                .fact("cause", error.to_string())
                .fact("wanted", "postgres://user@host:port/database")
                .help(super::HELP)
        })?;
        Ok(Some(address))
    }

    /// Refuses a word of `--only` that chose nothing: a slip there would leave everything out, and all would be well.
    pub(super) fn ensure_chosen(&self, report: &Report) -> Result<(), Trouble> {
        let parts = [Part::Lint, Part::Attack, Part::Plan].map(Part::name);
        let is_known = |word: &&String| {
            let word = word.trim();
            parts.contains(&word)
                || Attack::ALL.iter().any(|attack| attack.name() == word)
                || report.objects.iter().any(|object| is_called(&object.name, word))
                || report.findings.iter().any(|finding| is_called(&finding.object, word))
        };
        let Some(word) = self.only.iter().find(|word| !is_known(word)) else { return Ok(()) };
        let attacks: Vec<&str> = Attack::ALL.iter().map(|attack| attack.name()).collect();
        Err(Problem::new("TN1007", format!("there is nothing called \"{word}\" to try"))
            .fact("parts", parts.join(", "))
            .fact("attacks", attacks.join(", "))
            .fact("objects", "as SQL writes them, such as public.projects")
            .into())
    }
}

/// The statement with its placeholders as SQL literals, where they do not stand in one already.
fn quoted(statement: &str) -> String {
    let mut out = String::with_capacity(statement.len());
    let mut is_inside = false;
    let mut rest = statement;
    while let Some(next) = rest.chars().next() {
        let placeholder = ["{org}", "{user}"].into_iter().find(|word| rest.starts_with(word));
        let taken = placeholder.map_or(next.len_utf8(), str::len);
        match placeholder {
            Some(word) if !is_inside => {
                out.push('\'');
                out.push_str(word);
                out.push('\'');
            }
            _ => out.push_str(&rest[..taken]),
        }
        is_inside ^= next == '\'';
        rest = &rest[taken..];
    }
    out
}

/// Whether an object is meant by a word: its name with the schema or without, with its arguments or without. A word
/// that ends in a star is how a name begins.
fn is_called(name: &str, word: &str) -> bool {
    let bare = name.strip_prefix("public.").unwrap_or(name);
    let without_arguments = |name: &str| name.split('(').next().unwrap_or_default().to_owned();
    let names =
        [name.to_owned(), bare.to_owned(), without_arguments(name), without_arguments(bare)];
    match word.strip_suffix('*') {
        Some(beginning) => names.iter().any(|name| name.starts_with(beginning)),
        None => names.iter().any(|name| name == word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of a command, as a shell would part them.
    fn words(line: &str) -> Vec<std::ffi::OsString> {
        let line = line.split(" > ").next().unwrap_or_default();
        let parts = line.split('"').enumerate();
        parts
            .flat_map(|(index, part)| match index % 2 {
                0 => part.split_whitespace().map(Into::into).collect(),
                _ => vec![part.into()],
            })
            .collect()
    }

    #[test]
    fn every_command_of_the_guide_is_understood() {
        let guide = include_str!("../../../../docs/guides/prove-in-ci.md");
        let lines = guide.lines().map(|line| line.trim_start_matches(['-', ' ']));
        let lines = lines.map(|line| line.strip_prefix("run: ").unwrap_or(line));
        let commands: Vec<&str> =
            lines.filter(|line| line.starts_with("tenantry prove --")).collect();
        assert_eq!(commands.len(), 7, "{commands:#?}");
        for command in commands {
            assert!(crate::cli::parse(words(command)).is_ok(), "{command}");
        }
    }

    #[test]
    fn placeholders_are_quoted_unless_they_stand_in_a_literal() {
        for (statement, read) in [
            ("set app.org = {org}", "set app.org = '{org}'"),
            ("set app.org = '{org}'", "set app.org = '{org}'"),
            ("select enter({org}, {user})", "select enter('{org}', '{user}')"),
            ("set jwt.claims = '{\"sub\":\"{user}\"}'", "set jwt.claims = '{\"sub\":\"{user}\"}'"),
            ("select 'it''s', {org}, 'é'", "select 'it''s', '{org}', 'é'"),
        ] {
            assert_eq!(quoted(statement), read);
        }
    }

    #[test]
    fn an_object_goes_by_each_of_its_names() {
        let names = ["public.search(text)", "search(text)", "public.search", "search", "sea*"];
        assert!(names.iter().all(|word| is_called("public.search(text)", word)));
        let others = ["searc", "text", "billing.search", "public", ""];
        assert!(!others.iter().any(|word| is_called("public.search(text)", word)));
        assert!(is_called("billing.\"InvoiceLines\"", "billing.*"));
    }
}
