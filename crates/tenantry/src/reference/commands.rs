//! The page of the command line, made from the very definition that reads it.

use std::fmt::Write as _;

use clap::{Arg, Command};

use crate::exit::Exit;

const HEAD: &str = "\
# The command line

<!-- Generated from crates/tenantry/src/cli.rs; `cargo xtask bless` writes it. -->

`tenantry help COMMAND` says the same in the terminal. What was asked for goes to the standard output, everything else
to the standard error. Settings that are no flag here stand in the [configuration](configuration.md).

";

/// The page.
pub(super) fn page() -> String {
    let mut command = crate::cli::command();
    command.build();
    let mut out = HEAD.to_owned();
    index(&mut out, &command);
    out.push_str("\n## Everywhere\n\nEvery command takes these.\n\n");
    options(&mut out, command.get_arguments());
    for subcommand in listed(&command) {
        section(&mut out, subcommand, "tenantry", 2);
    }
    exit_codes(&mut out);
    out
}

/// The commands in the order of the help.
fn listed(command: &Command) -> impl Iterator<Item = &Command> {
    let names = crate::cli::GROUPS.iter().flat_map(|(_, names)| *names);
    names.filter_map(|name| command.find_subcommand(name))
}

fn about(command: &Command) -> String {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    escaped(&about)
}

/// A text for a cell of a table.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

fn index(out: &mut String, command: &Command) {
    out.push_str("| Command | |\n|---|---|\n");
    for subcommand in listed(command) {
        let name = subcommand.get_name();
        let _ = writeln!(out, "| [`{name}`](#tenantry-{name}) | {} |", about(subcommand));
    }
}

fn section(out: &mut String, command: &Command, parent: &str, level: usize) {
    let name = format!("{parent} {}", command.get_name());
    let _ = writeln!(out, "\n{} {name}\n\n{}.", "#".repeat(level), about(command));
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").trim();
    let _ = writeln!(out, "\n```text\n{usage}\n```");
    if let Some(examples) = command.get_before_help() {
        let plain = anstream::adapter::strip_str(&examples.to_string()).to_string();
        let lines: Vec<&str> = plain.lines().filter(|line| line.starts_with("  ")).collect();
        if !lines.is_empty() {
            let lines: Vec<&str> = lines.iter().map(|line| line.trim()).collect();
            let _ = writeln!(out, "\nExamples:\n\n```text\n{}\n```", lines.join("\n"));
        }
    }
    if command.get_arguments().any(is_own) {
        out.push('\n');
        options(out, command.get_arguments().filter(|argument| is_own(argument)));
    }
    for subcommand in command.get_subcommands().filter(|command| command.get_name() != "help") {
        section(out, subcommand, &name, level + 1);
    }
}

/// Neither one of those that stand under "Everywhere", nor a setting that a subcommand has from its parent.
fn is_own(argument: &Arg) -> bool {
    argument.get_help_heading() != Some("Everywhere") && argument.get_id() != "help"
}

fn options<'a>(out: &mut String, arguments: impl Iterator<Item = &'a Arg>) {
    out.push_str("| | |\n|---|---|\n");
    for argument in arguments {
        let value = argument.get_value_names().and_then(|names| names.first());
        let takes_value = argument.get_action().takes_values();
        let name = match (argument.get_long(), argument.get_short()) {
            (Some(long), Some(short)) => format!("-{short}, --{long}"),
            (Some(long), None) => format!("--{long}"),
            (None, _) => format!("[{}]", argument.get_id().as_str().to_uppercase()),
        };
        let name = match value {
            Some(value) if takes_value && argument.get_long().is_some() => {
                format!("{name} {value}")
            }
            _ => name,
        };
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(out, "| `{}` | {} |", name.replace('|', "\\|"), escaped(&help));
    }
}

fn exit_codes(out: &mut String) {
    out.push_str("\n## Exit codes\n\nThe numbers are an interface: one never changes its meaning.\n\n| Code | Meaning |\n|---|---|\n");
    for exit in Exit::ALL {
        let _ = writeln!(out, "| {} | {} |", exit.number(), escaped(exit.meaning()));
    }
}
