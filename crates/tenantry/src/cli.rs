//! The command line. The flags of settings are added from the table of settings, so that a setting has one
//! definition; the rest is declared here.

mod help;
mod slip;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Arg, ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use clap::{ColorChoice, ValueHint};

use crate::config::{Flags, SETTINGS};
use crate::exit::Exit;
use crate::trouble::Trouble;

#[cfg(test)]
pub(crate) use help::GROUPS;
pub(crate) use help::topic;

/// Multi-tenancy for the application you already have.
#[derive(Debug, Parser)]
#[command(name = "tenantry", version, disable_help_subcommand = true)]
#[command(arg_required_else_help = true, subcommand_required = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) globals: Globals,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command understands.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Everywhere")]
#[expect(clippy::struct_excessive_bools, reason = "they are flags of a command line")]
pub(crate) struct Globals {
    /// Answer in JSON, on the standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Print only what was asked for, and errors
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Print more
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
    /// Use colours: auto, always or never
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_default_value = true
    )]
    #[arg(hide_possible_values = true)]
    pub(crate) color: ColorChoice,
    /// Confirm everything
    #[arg(long, global = true)]
    pub(crate) yes: bool,
    /// Never ask; refuse instead
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    /// Read this file instead of ./tenantry.toml
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the server, on its own database or that of DATABASE_URL
    Serve {
        /// Take a database of its own, filled with invented data to look at [in ./.tenantry-demo]
        #[arg(long)]
        demo: bool,
    },
    /// Look at everything, and say what to do about it
    Doctor {
        /// Mend what can be mended without harm: file modes, and privileges, guards, views and functions
        #[arg(long)]
        fix: bool,
    },
    /// Bring a database to this version's schema, and back
    #[command(subcommand_required = true, arg_required_else_help = true)]
    Migrate {
        /// Which way
        #[command(subcommand)]
        direction: Direction,
    },
    /// Make an existing database multi-tenant while it is in use
    #[command(subcommand_required = true, arg_required_else_help = true)]
    Adopt {
        /// What to do
        #[command(subcommand)]
        action: crate::adopt::Action,
    },
    /// Attack a database, and show whether its organizations are apart
    Prove(Box<crate::prove::Arguments>),
    /// Show the settings and where they come from, or check them
    Config {
        /// What to do; show when it is left out
        #[command(subcommand)]
        action: Option<ConfigAction>,
    },
    /// Say what a TN code means, and what to do
    Explain {
        /// The code, such as TN0201; all of them when it is left out
        code: Option<String>,
    },
    /// Print the completions of a shell
    Completion {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Show the help of a command, of exit-codes or of configuration
    Help {
        /// The command or topic
        topic: Vec<String>,
    },
}

/// What to do with the configuration.
#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum ConfigAction {
    /// Show every setting: its value, and where that comes from; secrets are masked
    Show,
    /// Read every setting and say what cannot be used; needs no database
    Check,
    /// Print a tenantry.toml with every setting in it, as comments
    Example,
}

/// Which way to migrate.
#[derive(Debug, Subcommand)]
pub(crate) enum Direction {
    /// Apply what is pending, and let the server's logins in
    Up,
    /// Take the last migrations back, with the tables and rows they made
    Down {
        /// How many
        #[arg(default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
        steps: u16,
    },
    /// Show which migrations were applied
    Status {
        /// End with 3 when something is pending
        #[arg(long)]
        exit_code: bool,
    },
}

/// A command line that was understood.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) cli: Cli,
    pub(crate) flags: Flags,
}

/// What became of a command line.
#[derive(Debug)]
pub(crate) enum Parsed {
    /// Something to do.
    Request(Box<Request>),
    /// Help or the version, to be printed; and how the program ends then.
    Text(String, Exit),
}

/// The whole command line.
pub(crate) fn command() -> clap::Command {
    let mut command = Cli::command();
    for name in ["serve", "doctor", "migrate", "adopt", "prove", "config"] {
        // What any command takes as a flag can be shown and checked as one.
        let settings = SETTINGS.iter().filter(|setting| {
            setting.flag_of.contains(&name) || (name == "config" && !setting.flag_of.is_empty())
        });
        let flags = settings.map(|setting| {
            Arg::new(setting.name)
                .long(setting.flag())
                .value_name(setting.shape)
                .help(format!("{} [{}: {}]", setting.summary(), setting.name, setting.default))
                .help_heading("Settings")
                .global(matches!(name, "migrate" | "adopt" | "config"))
        });
        command = command.mut_subcommand(name, |command| command.args(flags));
    }
    help::dress(command)
}

/// Reads a command line.
pub(crate) fn parse(arguments: Vec<OsString>) -> Result<Parsed, Trouble> {
    use clap::error::ErrorKind;
    let known = command();
    // The first word that is a command is the one that was meant, wherever the slip is.
    let name = arguments.iter().skip(1).filter_map(|word| word.to_str());
    let name = name.map(str::to_owned).find(|word| known.find_subcommand(word).is_some());
    let matches = match known.try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => {
            let exit = match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Done,
                ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => Exit::Usage,
                _ => return Err(slip::trouble(&error, name.as_deref())),
            };
            return Ok(Parsed::Text(error.render().ansi().to_string(), exit));
        }
    };
    let cli =
        Cli::from_arg_matches(&matches).map_err(|error| slip::trouble(&error, name.as_deref()))?;
    let is_demo = matches!(cli.command, Command::Serve { demo: true });
    let flags = Flags { file: cli.globals.config.clone(), values: values(&matches), is_demo };
    Ok(Parsed::Request(Box::new(Request { cli, flags })))
}

/// The settings that stand on the command line.
fn values(matches: &ArgMatches) -> Vec<(&'static crate::config::Setting, String)> {
    let Some((_, matches)) = matches.subcommand() else { return Vec::new() };
    let value = |setting: &'static crate::config::Setting| {
        let value = matches.try_get_one::<String>(setting.name).ok()??;
        Some((setting, value.clone()))
    };
    SETTINGS.iter().filter_map(value).collect()
}

/// The choice of colours, read before anything else because errors are coloured too.
pub(crate) fn color(arguments: &[OsString]) -> anstream::ColorChoice {
    let words: Vec<&str> = arguments.iter().filter_map(|argument| argument.to_str()).collect();
    let joined = words.iter().find_map(|word| word.strip_prefix("--color="));
    let apart = words.iter().position(|word| *word == "--color").and_then(|at| words.get(at + 1));
    match joined.or(apart.copied()) {
        Some("always") => anstream::ColorChoice::Always,
        Some("never") => anstream::ColorChoice::Never,
        _ => anstream::ColorChoice::Auto,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_well_formed() {
        super::command().debug_assert();
    }
}
