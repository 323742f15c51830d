//! Tells what happens while it happens: a few lines that are written over on a terminal, a line every ten seconds where
//! nobody watches, a line of JSON an event for programs. What is done is told for good, and what is in hand only for now.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tenantry_adopt::progress::Event;

use super::board::Board;
use super::{phase_line, programs};
use crate::clean;
use crate::paint::{self, paint};
use crate::screen::Screen;
use crate::text::wrap;

/// How often a terminal is written over at the most.
const REDRAW: Duration = Duration::from_millis(100);
/// How often a log is told.
const REPEAT: Duration = Duration::from_secs(10);

/// To whom it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Audience {
    /// Somebody at a terminal.
    Terminal,
    /// A log.
    Log,
    /// A program.
    Program,
    /// Nobody: `--quiet`.
    Nobody,
}

/// The one who tells.
#[derive(Debug)]
pub(super) struct Live<'a> {
    screen: &'a Screen,
    audience: Audience,
    is_undoing: bool,
    is_stopping: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    board: Board,
    /// When the phase began, as far as this process saw it.
    begun: Instant,
    told: Option<Instant>,
    /// How many lines stand on the terminal and will be written over.
    standing: usize,
}

impl<'a> Live<'a> {
    /// `is_undoing`: what is told of a phase is how it was done, which is not how it is taken back.
    pub(super) fn new(screen: &'a Screen, is_undoing: bool) -> Self {
        let audience = if screen.is_json {
            Audience::Program
        } else if screen.is_quiet {
            Audience::Nobody
        } else if std::io::stderr().is_terminal() {
            Audience::Terminal
        } else {
            Audience::Log
        };
        let state =
            State { board: Board::default(), begun: Instant::now(), told: None, standing: 0 };
        Self {
            screen,
            audience,
            is_undoing,
            is_stopping: AtomicBool::new(false),
            state: Mutex::new(state),
        }
    }

    /// Something happened.
    pub(super) fn event(&self, event: &Event) {
        if self.audience == Audience::Program {
            if let Ok(line) = programs::event(event) {
                self.screen.answer(&line);
            }
            return;
        }
        let mut state = self.state();
        if matches!(event, Event::PhaseBegun { .. }) {
            state.begun = Instant::now();
        }
        state.board.note(event);
        if let Event::PhaseDone { progress } = event {
            self.take_away(&mut state);
            let mut progress = progress.clone();
            if self.is_undoing {
                progress.seconds = state.begun.elapsed().as_secs_f64();
                progress.longest_lock_ms = 0.0;
            }
            self.screen.say(&phase_line::text(&progress, self.screen.width.min(120)));
        }
        if let Event::Note { line } = event {
            self.take_away(&mut state);
            self.note(line);
        }
        let is_news = matches!(event, Event::PhaseDone { .. } | Event::Blocked { .. });
        self.tell(&mut state, is_news);
    }

    /// A remark of a step, below the phase that it belongs to.
    fn note(&self, text: &str) {
        let width = self.screen.width.min(120).saturating_sub(5);
        let lines = wrap(&clean::text(text), width).join("\n     ");
        self.screen.say(&paint(paint::DIM, &format!("   · {lines}")));
    }

    /// Time went by.
    pub(super) fn tick(&self) {
        if self.audience != Audience::Program {
            self.tell(&mut self.state(), false);
        }
    }

    /// It was told to stop, and will when it can.
    pub(super) fn stopping(&self) {
        self.is_stopping.store(true, Ordering::Relaxed);
        let mut state = self.state();
        match self.audience {
            Audience::Log => say("stopping after the statement or batch that runs"),
            _ => self.tell(&mut state, true),
        }
    }

    /// It is over: what was only for now is taken away.
    pub(super) fn end(&self) {
        self.take_away(&mut self.state());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, state: &mut State, is_news: bool) {
        let pause = if self.audience == Audience::Terminal { REDRAW } else { REPEAT };
        let is_due = state.told.is_none_or(|told| told.elapsed() >= pause);
        if state.board.is_empty() || !(is_due || is_news) {
            return;
        }
        state.told = Some(Instant::now());
        match self.audience {
            Audience::Terminal => {
                let seconds = state.begun.elapsed().as_secs();
                let is_stopping = self.is_stopping.load(Ordering::Relaxed);
                // The last column stays free: a terminal that wraps there would lose count of the lines.
                let width = self.screen.width.min(120).saturating_sub(1);
                let lines = state.board.lines(seconds, is_stopping, width);
                draw(&above(state.standing), &lines);
                state.standing = lines.len();
            }
            Audience::Log => {
                if let Some(line) = state.board.line() {
                    say(&line);
                }
            }
            Audience::Program | Audience::Nobody => {}
        }
    }

    fn take_away(&self, state: &mut State) {
        if self.audience == Audience::Terminal && state.standing > 0 {
            draw(&above(state.standing), &[]);
            state.standing = 0;
        }
    }
}

/// Goes back to the first of so many lines and clears from there on.
fn above(lines: usize) -> String {
    if lines == 0 { String::new() } else { format!("\u{1b}[{lines}A\r\u{1b}[J") }
}

fn draw(back: &str, lines: &[String]) {
    let mut text = back.to_owned();
    for line in lines {
        let _ = writeln!(text, "{line}");
    }
    // Whoever closes the terminal has seen enough.
    let mut out = anstream::stderr().lock();
    let _closed = write!(out, "{text}").and_then(|()| out.flush());
}

fn say(line: &str) {
    let _closed = writeln!(anstream::stderr().lock(), "{line}");
}
