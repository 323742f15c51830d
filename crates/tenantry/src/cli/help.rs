//! The help: it starts with examples, groups the commands by what they are for, and ends with the options. The
//! topics are generated from the tables they explain.

mod adopting;

use std::fmt::Write as _;

use clap::Command;

use crate::config::SETTINGS;
use crate::exit::Exit;
use crate::paint::{self, paint};
use crate::text::wrap;
use crate::trouble::{Problem, Trouble};

/// The commands by what they are for. A test holds that every command has its place.
pub(crate) const GROUPS: [(&str, &[&str]); 3] = [
    ("Run", &["serve", "doctor", "config"]),
    ("Database", &["adopt", "prove", "migrate"]),
    ("Learn", &["explain", "help", "completion"]),
];

const EXAMPLES: [(&str, &str); 7] = [
    ("tenantry serve", "a server with its own database, on port 8000"),
    ("tenantry serve --demo", "the same, with invented data to look at"),
    ("tenantry doctor", "look at everything, and say what to do about it"),
    ("tenantry migrate up", "bring the database of DATABASE_URL to this version"),
    ("tenantry adopt plan", "what it takes to make your database multi-tenant"),
    ("tenantry prove", "attack it, and show whether organizations are apart"),
    ("tenantry explain TN0201", "what an error means"),
];

const PROVING: [(&str, &str); 6] = [
    ("tenantry prove", "as the settings say"),
    ("tenantry prove --as my_app", "as your application's role"),
    ("tenantry prove --context \"set app.org = {org}\"", "entered your way"),
    ("tenantry prove --only lint", "look, and attack nothing"),
    ("tenantry prove --sarif a.sarif --junit a.xml", "for a pipeline"),
    ("tenantry prove --deny oracle,not-run", "red for less than a leak"),
];

/// The topics of `tenantry help` that are no commands.
const TOPICS: [&str; 2] = ["exit-codes", "configuration"];

/// Gives every command its examples and the template.
pub(super) fn dress(command: Command) -> Command {
    let root = format!("{}\n{}", examples(&EXAMPLES), groups(&command));
    let styles = clap::builder::Styles::styled()
        .header(paint::STRONG)
        .usage(paint::STRONG)
        .literal(paint::LINK)
        .placeholder(paint::DIM);
    command
        .styles(styles)
        .term_width(crate::screen::width().min(120))
        .before_help(root)
        .help_template(format!(
            "{{about}}\n\n{{before-help}}{}\n{{options}}{{after-help}}",
            heading("Everywhere")
        ))
        .after_help("tenantry help exit-codes | configuration   explains the rest.")
        .mut_subcommand("serve", |serve| {
            with(
                serve,
                &[
                    ("tenantry serve", "with a cluster in ./.tenantry"),
                    ("tenantry serve --demo", "with invented data"),
                    ("tenantry serve --listen 0.0.0.0:8000", "reachable from outside"),
                    ("DATABASE_URL=postgres://db/app tenantry serve", "on a migrated database"),
                ],
            )
        })
        .mut_subcommand("doctor", |doctor| {
            with(
                doctor,
                &[
                    ("tenantry doctor", "also while the server runs"),
                    ("tenantry doctor --verbose", "with the checks that passed"),
                    ("tenantry doctor --json | jq .checks", "for programs"),
                ],
            )
        })
        .mut_subcommand("migrate", |migrate| {
            with(
                migrate,
                &[
                    ("tenantry migrate status", "what was applied, what is pending"),
                    ("tenantry migrate up", "apply what is pending"),
                    ("tenantry migrate down 1", "take the last one back; asks first"),
                ],
            )
        })
        .mut_subcommand("prove", |prove| with(prove, &PROVING))
        .mut_subcommand("adopt", adopting::dress)
        .mut_subcommand("config", |config| {
            with(
                config,
                &[
                    ("tenantry config", "what holds, and from where"),
                    ("tenantry config check", "before a deployment; 2 when wrong"),
                    ("tenantry config example > tenantry.toml", "a file to begin with"),
                ],
            )
        })
        .mut_subcommand("completion", |completion| {
            with(completion, &[("source <(tenantry completion bash)", "for this shell")])
        })
}

fn with(command: Command, list: &[(&str, &str)]) -> Command {
    command
        .before_help(examples(list))
        .help_template("{about}\n\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}")
        .after_help("tenantry help configuration   lists every setting.")
}

fn heading(text: &str) -> String {
    paint(paint::STRONG, &format!("{text}:"))
}

fn examples(list: &[(&str, &str)]) -> String {
    let width = list.iter().map(|(line, _)| line.chars().count()).max().unwrap_or_default();
    let mut out = format!("{}\n", heading("Examples"));
    for (line, about) in list {
        let line = paint(paint::LINK, &format!("{line:<width$}"));
        let _ = writeln!(out, "  {line}   {}", paint(paint::DIM, about));
    }
    out
}

fn groups(command: &Command) -> String {
    let mut out = String::new();
    for (group, names) in GROUPS {
        let _ = writeln!(out, "{}", heading(group));
        for name in names {
            let about = command.find_subcommand(name).and_then(Command::get_about);
            let about = about.map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(out, "  {}{about}", paint(paint::LINK, &format!("{name:<12}")));
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// The text of `tenantry help TOPIC`.
pub(crate) fn topic(words: &[String], width: usize) -> Result<String, Trouble> {
    let mut command = super::command();
    match words {
        [] => return Ok(command.render_long_help().ansi().to_string()),
        [topic] if topic == "exit-codes" => return Ok(exit_codes()),
        [topic] if topic == "configuration" => return Ok(configuration(width)),
        _ => {}
    }
    // Building fills in what subcommands inherit: the global options.
    command.build();
    let mut found = &mut command;
    for word in words {
        let Some(next) = found.find_subcommand_mut(word) else {
            let topics = TOPICS.join(", ");
            return Err(Problem::slip(format!("there is no command or topic \"{word}\""))
                .help(format!("topics: {topics}"))
                .help("tenantry help   lists the commands")
                .into());
        };
        found = next;
    }
    Ok(found.render_help().ansi().to_string())
}

fn exit_codes() -> String {
    let mut out = format!("{}\n", heading("Exit codes"));
    for exit in Exit::ALL {
        let number = paint(paint::LINK, &format!("{:>5}", exit.number()));
        let _ = writeln!(out, "{number}   {}", exit.meaning());
    }
    out
}

fn configuration(width: usize) -> String {
    let intro = "A setting is taken from the command line, else from the environment, else from tenantry.toml in the \
        working directory (or --config FILE), else from .env there.";
    let mut out = wrap(intro, width.min(100)).join("\n");
    out.push_str("\n\n");
    for setting in SETTINGS {
        let name = paint(paint::LINK, setting.name);
        let _ = writeln!(out, "{name} {}", paint(paint::DIM, setting.shape));
        let about = format!("{} Default: {}.", setting.about, setting.default);
        for line in wrap(&about, width.min(100).saturating_sub(4)) {
            let _ = writeln!(out, "    {line}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_stands_in_one_group() {
        let mut grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| *names).copied().collect();
        let command = crate::cli::command();
        let mut names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        grouped.sort_unstable();
        names.sort_unstable();
        assert_eq!(grouped, names);
    }

    #[test]
    fn no_line_that_is_not_broken_by_clap_is_wider_than_80() {
        let mut command = crate::cli::command();
        command.build();
        let all = command.get_subcommands().chain(std::iter::once(&command));
        for text in all.filter_map(Command::get_before_help) {
            let text = text.to_string();
            assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        }
    }

    #[test]
    fn every_example_is_understood() {
        for (line, _) in EXAMPLES {
            let words = line.split(' ').map(std::ffi::OsString::from).collect();
            assert!(crate::cli::parse(words).is_ok(), "{line}");
        }
    }
}
