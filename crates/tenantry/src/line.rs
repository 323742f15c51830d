//! How far a run is, for somebody who watches: one line on the terminal that is written over, and taken away at the
//! end. Where nobody watches, nothing is written.

use std::io::{IsTerminal as _, Write as _};

use crate::paint::{self, paint};
use crate::screen::Screen;

/// The line. Dropped, it is taken away.
#[derive(Debug)]
pub(crate) struct Line {
    is_shown: bool,
    width: usize,
}

impl Line {
    pub(crate) fn new(screen: &Screen) -> Self {
        let is_shown = !screen.is_quiet && std::io::stderr().is_terminal();
        Self { is_shown, width: screen.width }
    }

    /// Writes over the line: how far, and what is in hand.
    pub(crate) fn show(&self, head: &str, name: &str) {
        if self.is_shown {
            let name = name.replace(char::is_control, " ");
            let room = self.width.saturating_sub(head.chars().count() + 6);
            let name: String = name.chars().take(room).collect();
            self.write(&format!("  {head}  {}", paint(paint::DIM, &name)));
        }
    }

    #[expect(clippy::unused_self, reason = "only who has the line may write it")]
    fn write(&self, text: &str) {
        // Whoever closes the terminal has seen enough.
        let mut out = anstream::stderr().lock();
        let _closed = write!(out, "\r\u{1b}[K{text}").and_then(|()| out.flush());
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.is_shown {
            self.write("");
        }
    }
}
