//! What a command prints on the standard output, and how it asks. `--quiet` silences everything but answers that
//! were asked for; without a terminal nothing is ever asked.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

/// How wide text is when nobody says.
const USUAL_WIDTH: usize = 100;

/// The standard output with the choices of the command line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Screen {
    /// `--json`.
    pub(crate) is_json: bool,
    /// `--quiet`.
    pub(crate) is_quiet: bool,
    /// `--no-input`.
    pub(crate) may_not_ask: bool,
    /// Characters in a line.
    pub(crate) width: usize,
}

impl Screen {
    /// Prints what was asked for.
    pub(crate) fn answer(&self, text: &str) {
        // Whoever closes the pipe has seen enough.
        let _closed = writeln!(anstream::stdout().lock(), "{}", text.trim_end());
    }

    /// Prints what is good to know.
    pub(crate) fn say(&self, text: &str) {
        if !self.is_quiet && !self.is_json {
            self.answer(text);
        }
    }

    /// Whether somebody watches and can type.
    pub(crate) fn may_ask(&self) -> bool {
        !self.may_not_ask && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    /// Asks, on the standard error, and answers the line that was typed.
    pub(crate) fn ask(&self, question: &str) -> std::io::Result<String> {
        let mut out = anstream::stderr().lock();
        write!(out, "{question}")?;
        out.flush()?;
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line)?;
        Ok(line.trim().to_owned())
    }
}

/// The width of the terminal.
pub(crate) fn width() -> usize {
    let size = terminal_size::terminal_size_of(std::io::stdout())
        .or_else(|| terminal_size::terminal_size_of(std::io::stderr()));
    size.map(|(terminal_size::Width(width), _)| usize::from(width))
        .or_else(crate::config::columns)
        .unwrap_or(USUAL_WIDTH)
        .max(40)
}
