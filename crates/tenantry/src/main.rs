//! The program `tenantry`: it reads the command line and the configuration, runs one command, and turns whatever
//! went wrong into a message and an exit code. Everything of substance is in the libraries.

mod adopt;
mod backing;
mod clean;
mod cli;
mod codes;
mod config;
mod doctor;
mod exit;
mod explain;
mod failure;
mod keys;
mod line;
mod mask;
mod migrate;
mod paint;
mod prove;
#[cfg(test)]
mod reference;
mod schema;
mod screen;
mod serve;
mod settings;
mod signals;
mod telemetry;
mod text;
mod trouble;

use std::ffi::OsString;
use std::process::ExitCode;

use crate::cli::{Command, Globals, Parsed, Request};
use crate::config::Config;
use crate::exit::Exit;
use crate::screen::Screen;
use crate::telemetry::Volume;
use crate::trouble::{Problem, Style, Trouble, report};

fn main() -> ExitCode {
    let arguments = config::arguments();
    cli::color(&arguments).write_global();
    let width = screen::width();
    let (style, done) = run(arguments, width);
    done.unwrap_or_else(|trouble| {
        report(&trouble, style, width);
        trouble.exit
    })
    .into()
}

/// Understands the command line and does what it says. The style is how a trouble is reported.
fn run(arguments: Vec<OsString>, width: usize) -> (Style, Result<Exit, Trouble>) {
    let request = match cli::parse(arguments) {
        Ok(Parsed::Request(request)) => request,
        Ok(Parsed::Text(text, exit)) => {
            screen(&Globals::default(), width).answer(&text);
            return (Style::Text, Ok(exit));
        }
        Err(trouble) => return (Style::Text, Err(trouble)),
    };
    let style = if request.cli.globals.json { Style::Json } else { Style::Text };
    let screen = screen(&request.cli.globals, width);
    let answered = match &request.cli.command {
        Command::Explain { code } => explain::run(code.as_deref(), &screen),
        Command::Config { action } => settings::run(*action, &request.flags, &screen),
        Command::Completion { shell } => {
            clap_complete::generate(
                *shell,
                &mut cli::command(),
                "tenantry",
                &mut std::io::stdout(),
            );
            Ok(Exit::Done)
        }
        Command::Help { topic } => cli::topic(topic, width).map(|text| {
            screen.answer(&text);
            Exit::Done
        }),
        Command::Serve { .. }
        | Command::Doctor { .. }
        | Command::Migrate { .. }
        | Command::Adopt { .. }
        | Command::Prove(_) => {
            return configured(&request, &screen, style);
        }
    };
    (style, answered)
}

fn screen(globals: &Globals, width: usize) -> Screen {
    Screen { is_json: globals.json, is_quiet: globals.quiet, may_not_ask: globals.no_input, width }
}

/// The commands that need the configuration, a log and a runtime.
fn configured(request: &Request, screen: &Screen, style: Style) -> (Style, Result<Exit, Trouble>) {
    let globals = &request.cli.globals;
    let is_serving = matches!(request.cli.command, Command::Serve { .. });
    let config = match Config::load(&request.flags) {
        Ok(config) => config,
        Err(trouble) => {
            // What the format would have been is not known; the standard error decides.
            let is_json = is_serving && telemetry::is_json(config::LogFormat::Auto);
            return (if is_json { Style::Json } else { style }, Err(trouble));
        }
    };
    let is_json = is_serving && (globals.json || telemetry::is_json(config.log_format));
    let style = if is_json { Style::Json } else { style };
    let traces = match telemetry::start(&config, volume(globals, is_serving), is_json) {
        Ok(traces) => traces,
        Err(problem) => return (style, Err(problem.into())),
    };
    for warning in &config.warnings {
        if is_json {
            let help = warning.help.join("; ");
            tracing::warn!(code = warning.code, help, "{}", warning.title);
        } else if !globals.quiet && !matches!(request.cli.command, Command::Doctor { .. }) {
            trouble::caution(warning, screen.width);
        }
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let problem = Problem::new("TN0604", "the runtime could not be started");
            return (style, Err(problem.fact("cause", error.to_string()).into()));
        }
    };
    let done = runtime.block_on(async {
        match &request.cli.command {
            Command::Serve { .. } => serve::run(&config, screen).await,
            Command::Doctor { fix } => doctor::run(&config, *fix, globals.verbose, screen).await,
            Command::Migrate { direction } => {
                migrate::run(&config, direction, globals.yes, screen).await
            }
            Command::Adopt { action } => {
                let manner = adopt::Manner {
                    is_confirmed: globals.yes,
                    is_verbose: globals.verbose,
                    screen,
                };
                Box::pin(adopt::run(&config, action, manner)).await
            }
            Command::Prove(arguments) => {
                prove::run(&config, arguments, globals.verbose, screen).await
            }
            Command::Config { .. }
            | Command::Explain { .. }
            | Command::Completion { .. }
            | Command::Help { .. } => Ok(Exit::Done),
        }
    });
    if let Some(traces) = traces {
        traces.finish();
    }
    (style, done)
}

/// A server tells what happens; another command speaks for itself.
fn volume(globals: &Globals, is_serving: bool) -> Volume {
    if globals.verbose && is_serving {
        Volume::Verbose
    } else if is_serving && !globals.quiet {
        Volume::Normal
    } else if globals.quiet {
        Volume::Quiet
    } else {
        Volume::Warnings
    }
}
