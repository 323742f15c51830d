//! What is known of a run while it goes on: fed with events, it says what stands on the screen now. It draws nothing and
//! reads no clock, so that every screen can be looked at in a test.

use std::fmt::Write as _;

use tenantry_adopt::error::Holder;
use tenantry_adopt::name::TableName;
use tenantry_adopt::progress::Event;
use tenantry_adopt::step::Phase;

use super::steps::place;
use super::words::{holder, left, number};
use crate::clean;
use crate::paint::{self, paint};
use crate::text::{shortened, wrap};

/// So many tables that are being filled are shown.
const SHOWN: usize = 4;
/// The widest that a name may make its column.
const WIDEST: usize = 28;

/// How far the backfill of a table is.
#[derive(Debug, Clone)]
struct Filling {
    table: TableName,
    done: i64,
    of: i64,
    rate: f64,
}

/// What is going on.
#[derive(Debug, Default)]
pub(super) struct Board {
    phase: Option<Phase>,
    steps: usize,
    done: usize,
    title: String,
    fillings: Vec<Filling>,
    slowed: Option<String>,
    blocked: Option<(TableName, u32, Vec<Holder>)>,
    attack: Option<(String, usize, usize)>,
}

impl Board {
    /// Takes note of what happened.
    pub(super) fn note(&mut self, event: &Event) {
        match event {
            Event::PhaseBegun { phase, steps } => {
                *self = Self { phase: Some(*phase), steps: *steps, ..Self::default() };
            }
            Event::StepBegun { title, .. } => {
                self.title = clean::text(title);
                self.blocked = None;
                self.slowed = None;
            }
            Event::Batch { table, done, of, rate, .. } => {
                self.blocked = None;
                self.fill(Filling { table: table.clone(), done: *done, of: *of, rate: *rate });
            }
            Event::Slowed { reason } => self.slowed = Some(clean::text(reason)),
            Event::Blocked { table, attempt, holders } => {
                self.blocked = Some((table.clone(), *attempt, holders.clone()));
            }
            Event::StepDone { .. } => {
                self.done += 1;
                self.blocked = None;
                self.slowed = None;
                // What is filled is counted from here on.
                self.fillings.retain(|filling| filling.done < filling.of);
            }
            Event::PhaseDone { .. } => *self = Self::default(),
            // It is told for good.
            Event::Note { .. } => {}
            Event::Attack { object, done, of } => {
                self.attack = Some((clean::text(object), *done, *of));
            }
        }
    }

    fn fill(&mut self, filling: Filling) {
        match self.fillings.iter_mut().find(|known| known.table == filling.table) {
            Some(known) => *known = filling,
            None => self.fillings.push(filling),
        }
    }

    /// Whether there is nothing to show: no phase runs.
    pub(super) const fn is_empty(&self) -> bool {
        self.phase.is_none()
    }

    /// The lines that stand on a terminal, with how many seconds the phase has run.
    pub(super) fn lines(&self, seconds: u64, is_stopping: bool, width: usize) -> Vec<String> {
        let Some(phase) = self.phase else { return Vec::new() };
        let head =
            format!(" {} {:<10} {} of {}", place(phase), phase.name(), self.done, self.steps);
        let time = format!("{seconds} s");
        let room = width.saturating_sub(head.chars().count() + time.len() + 6);
        let title = shortened(&self.title, room.max(10));
        let gap =
            width.saturating_sub(head.chars().count() + 3 + title.chars().count() + time.len());
        let mut lines = vec![format!(
            "{}   {}{}{}",
            paint(paint::STRONG, &head),
            paint(paint::DIM, &title),
            " ".repeat(gap.max(2)),
            paint(paint::DIM, &time)
        )];
        let name = self.fillings.iter().map(|filling| filling.table.shown().chars().count());
        let name = name.max().unwrap_or_default().min(WIDEST).min(width / 4);
        lines.extend(self.fillings.iter().take(SHOWN).map(|filling| filling.line(name, width)));
        if let Some((object, done, of)) = &self.attack {
            let text = format!("   {done} of {of} attacked   {object}");
            lines.push(paint(paint::DIM, &shortened(&text, width)));
        }
        lines.extend(self.hindrance(width));
        let footer = if is_stopping {
            "   Stopping after the statement or batch that runs …"
        } else {
            "   Ctrl-C stops safely; so does  tenantry adopt pause  from elsewhere"
        };
        lines.push(paint(paint::DIM, &shortened(footer, width)));
        lines
    }

    /// What holds the work up.
    fn hindrance(&self, width: usize) -> Vec<String> {
        let mut texts = Vec::new();
        if let Some((table, attempt, holders)) = &self.blocked {
            let table = clean::text(&table.shown());
            texts.push(format!(
                "waiting for a lock on {table}, try {attempt}; your application goes on"
            ));
            texts.extend(holders.iter().map(|found| format!("held by {}", holder(found))));
        }
        texts.extend(self.slowed.iter().map(|reason| format!("slower: {reason}")));
        let mut lines = Vec::new();
        for (index, text) in texts.iter().enumerate() {
            for (number, line) in wrap(text, width.saturating_sub(5)).iter().enumerate() {
                let mark = if index + number == 0 { "▲" } else { " " };
                lines.push(format!("   {}", paint(paint::WARNING, &format!("{mark} {line}"))));
            }
        }
        lines
    }

    /// One line for a log, where nobody watches.
    pub(super) fn line(&self) -> Option<String> {
        let phase = self.phase?;
        let mut out = format!("{}  {} of {}", phase.name(), self.done, self.steps);
        if !self.title.is_empty() {
            let _ = write!(out, "  {}", self.title);
        }
        if let Some(filling) = self.fillings.last() {
            let _ = write!(out, "  {}", filling.words());
        }
        if let Some((object, done, of)) = &self.attack {
            let _ = write!(out, "  {done} of {of} attacked, now {object}");
        }
        if let Some((table, attempt, holders)) = &self.blocked {
            let _ = write!(
                out,
                "  waiting for a lock on {}, try {attempt}",
                clean::text(&table.shown())
            );
            for found in holders {
                let _ = write!(out, "; held by {}", holder(found));
            }
        }
        if let Some(reason) = &self.slowed {
            let _ = write!(out, "  slower: {reason}");
        }
        Some(out)
    }
}

impl Filling {
    /// `content_chunks   ━━━━━━━╸━━━━━   51%    612,880 / 1,204,553   2,698 rows/s   4 min left`
    fn line(&self, name: usize, width: usize) -> String {
        let table = clean::text(&self.table.shown());
        let table = format!("{:<name$}", shortened(&table, name));
        let figures =
            format!("{:>3}%  {} / {}", self.percent(), number(self.done), number(self.of));
        let speed = [Some(self.speed()), left(self.of - self.done, self.rate)];
        let speed: Vec<String> = speed.into_iter().flatten().collect();
        let fixed = 3 + name + 3 + 3 + figures.chars().count();
        let mut tail = String::new();
        for part in speed {
            if fixed + 8 + tail.chars().count() + 3 + part.chars().count() <= width {
                let _ = write!(tail, "   {part}");
            }
        }
        let room = width.saturating_sub(fixed + tail.chars().count()).clamp(8, 36);
        let bar = self.bar(room);
        format!("   {table}   {bar}   {figures}{}", paint(paint::DIM, &tail))
    }

    fn bar(&self, room: usize) -> String {
        let full = room * self.percent() / 100;
        let tip = usize::from(full < room && full > 0);
        let filled = format!("{}{}", "━".repeat(full.saturating_sub(tip)), "╸".repeat(tip));
        let rest = "━".repeat(room - full.saturating_sub(tip) - tip);
        format!("{}{}", paint(paint::GOOD, &filled), paint(paint::DIM, &rest))
    }

    /// How far it is. Rows that are added meanwhile never make it more than all.
    fn percent(&self) -> usize {
        let of = self.of.max(self.done).max(1);
        usize::try_from(self.done.clamp(0, of).saturating_mul(100) / of).unwrap_or_default()
    }

    #[expect(clippy::cast_possible_truncation, reason = "a fraction of a row is not wanted")]
    fn speed(&self) -> String {
        format!("{} rows/s", number(self.rate.clamp(0.0, 1e12) as i64))
    }

    fn words(&self) -> String {
        let mut out = format!(
            "{} {}%  {} of {} rows  {}",
            clean::text(&self.table.shown()),
            self.percent(),
            number(self.done),
            number(self.of),
            self.speed()
        );
        if let Some(left) = left(self.of - self.done, self.rate) {
            let _ = write!(out, "  {left}");
        }
        out
    }
}
