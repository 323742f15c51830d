//! One attack on one object, and how it is judged. Denial is SQLSTATE 42501 or no row; anything else that stops an attack
//! is an error of the attempt, and the cell says that it was not run. An attack that got nothing counts for something only
//! when the row's own organization gets something in the same way.

use crate::arena::{Answer, Arena, Ask, Entry};
use crate::attack::Attack;
use crate::error::ProveError;
use crate::report::{Cell, Outcome};

/// Statements to try, one after the other; the worst answer counts.
#[derive(Debug)]
pub(crate) struct Trial {
    pub(crate) attack: Attack,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) expected: &'static str,
    pub(crate) control: Option<Attempt>,
    /// The role holds no privilege for this at all, not for a single column either.
    pub(crate) is_closed: bool,
}

/// One statement of a trial.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) entry: Entry,
    pub(crate) ask: Ask,
    pub(crate) statement: String,
    pub(crate) constraint: Constraint,
    /// What it is, when there are several: `with an edited seal`.
    pub(crate) note: String,
    /// A statement that counts rows of the other afterwards, as the administrator: there must be one, the one that was made.
    pub(crate) look: Option<String>,
}

/// What it means when a constraint stops the statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Constraint {
    /// Row security comes before constraints, so it had let the row through.
    Leaks,
    /// It is what should stop it: nothing there to point at.
    Holds,
    /// It tells that the value is taken.
    Reveals,
    /// Nothing is known then.
    Hides,
    /// Any failure tells nothing, and another attempt of the same attack says more.
    Ignored,
}

impl Attempt {
    pub(crate) fn new(entry: Entry, ask: Ask, statement: impl Into<String>) -> Self {
        Self {
            entry,
            ask,
            statement: statement.into(),
            constraint: Constraint::Hides,
            note: String::new(),
            look: None,
        }
    }

    pub(crate) fn when_constrained(mut self, constraint: Constraint) -> Self {
        self.constraint = constraint;
        self
    }

    /// What counts is whether the other has one row afterwards, no fewer and no more.
    pub(crate) fn looking(mut self, look: String) -> Self {
        self.look = Some(look);
        self
    }

    pub(crate) fn noted(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

impl Attempt {
    async fn made(&self, arena: &Arena<'_>) -> Result<Answer, ProveError> {
        let Some(look) = &self.look else {
            return arena.attempt(&self.entry, self.ask, &self.statement).await;
        };
        let (answer, after) =
            arena.attempt_and_look(&self.entry, self.ask, &self.statement, look).await?;
        Ok(match (&answer, after) {
            (Answer::Counted { .. }, Answer::Counted { rows, .. }) if rows != 1 => {
                Answer::Counted { rows: 1, first: Vec::new() }
            }
            (Answer::Counted { .. }, _) => Answer::Counted { rows: 0, first: Vec::new() },
            (Answer::Failed { .. }, _) => answer,
        })
    }
}

impl Trial {
    pub(crate) const fn new(
        attack: Attack,
        attempts: Vec<Attempt>,
        expected: &'static str,
    ) -> Self {
        Self { attack, attempts, expected, control: None, is_closed: false }
    }

    /// Says that the role may not do this to any row, so that a refusal is the whole answer.
    pub(crate) const fn closed(mut self, is_closed: bool) -> Self {
        self.is_closed = is_closed;
        self
    }

    pub(crate) fn with_control(mut self, control: Attempt) -> Self {
        self.control = Some(control);
        self
    }

    /// Runs it.
    pub(crate) async fn run(&self, arena: &Arena<'_>) -> Result<Cell, ProveError> {
        let mut worst: Option<(Judged, &Attempt, Answer)> = None;
        for attempt in &self.attempts {
            // What goes over a whole table is tried only where nothing less has shown it.
            let is_shown = matches!(worst, Some((Judged::Leaked(_), ..)));
            if is_shown && attempt.constraint == Constraint::Ignored {
                continue;
            }
            let answer = attempt.made(arena).await?;
            let judged = judge(attempt, &answer);
            if worst.as_ref().is_none_or(|(before, ..)| judged > *before) {
                worst = Some((judged, attempt, answer));
            }
        }
        let Some((judged, attempt, answer)) = worst else {
            return Ok(does_not_apply(self.attack, "there is nothing to try"));
        };
        let (outcome, control) = self.against_control(arena, judged, &answer).await?;
        let note =
            if attempt.note.is_empty() { String::new() } else { format!("{}: ", attempt.note) };
        Ok(Cell {
            attack: self.attack,
            outcome,
            sql: arena.shown(&attempt.entry, &attempt.statement),
            expected: self.expected.to_owned(),
            got: format!("{note}{}", words(attempt, &answer, &judged)),
            control,
        })
    }

    async fn against_control(
        &self,
        arena: &Arena<'_>,
        judged: Judged,
        answer: &Answer,
    ) -> Result<(Outcome, String), ProveError> {
        let Some(control) = &self.control else {
            return Ok((judged.outcome(answer), String::new()));
        };
        let own = arena.attempt(&control.entry, control.ask, &control.statement).await?;
        let said = describe(&own);
        let outcome = match (judged, &own) {
            (Judged::Leaked(_) | Judged::Revealed, _) => judged.outcome(answer),
            // Refused to everybody: either the role holds no privilege for it at all, or what was tried was not the right thing.
            (Judged::Refused, Answer::Failed { state, .. }) if state == "42501" && !self.is_closed => {
                Outcome::NotRun { why: format!("the row's own organization is refused in the same way: {said}") }
            }
            // Whoever may do it at all was told apart from whoever may not.
            (Judged::Refused, _) => Outcome::Refused,
            (Judged::Error, _) => judged.outcome(answer),
            (Judged::NoRows, Answer::Counted { rows: 1.., .. }) => Outcome::NoRows,
            (Judged::NoRows, Answer::Failed { state, .. }) if state.starts_with("23") => Outcome::NoRows,
            (Judged::NoRows, Answer::Counted { .. }) if self.attack.group() == crate::attack::Group::Write => {
                Outcome::DoesNotApply { why: "no policy lets the role do this, to its own organization's row neither".to_owned() }
            }
            (Judged::NoRows, Answer::Counted { .. }) => Outcome::NotRun {
                why: "the row's own organization does not find it either, so that nothing is learnt from another not finding it".to_owned(),
            },
            (Judged::NoRows, Answer::Failed { .. }) => {
                Outcome::NotRun { why: format!("the row's own organization could not do it either: {said}") }
            }
        };
        Ok((outcome, said))
    }
}

/// The answer to one attempt; a later one is worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Judged {
    NoRows,
    Refused,
    Error,
    Revealed,
    Leaked(u64),
}

impl Judged {
    fn outcome(self, answer: &Answer) -> Outcome {
        match self {
            Self::NoRows => Outcome::NoRows,
            Self::Refused => Outcome::Refused,
            Self::Error => Outcome::NotRun { why: describe(answer) },
            Self::Revealed => Outcome::Revealed,
            Self::Leaked(rows) => Outcome::Leaked { rows },
        }
    }
}

fn judge(attempt: &Attempt, answer: &Answer) -> Judged {
    match answer {
        Answer::Failed { .. } if attempt.constraint == Constraint::Ignored => Judged::NoRows,
        Answer::Counted { rows: 0, .. } => Judged::NoRows,
        Answer::Counted { rows, .. } => Judged::Leaked(*rows),
        Answer::Failed { state, .. } if state == "42501" => Judged::Refused,
        Answer::Failed { state, .. } if state.starts_with("23") => match attempt.constraint {
            Constraint::Leaks => Judged::Leaked(1),
            Constraint::Holds if state == "23503" => Judged::Refused,
            Constraint::Reveals if state == "23505" || state == "23P01" => Judged::Revealed,
            // Foreign keys are looked at last: by then every key was free.
            Constraint::Reveals if state == "23503" => Judged::NoRows,
            Constraint::Holds | Constraint::Reveals | Constraint::Hides | Constraint::Ignored => {
                Judged::Error
            }
        },
        // A policy that reads a setting which is not there, or casts an empty one, fails before it shows anything.
        Answer::Failed { state, .. } if is_closed_by_error(attempt, state) => Judged::Refused,
        Answer::Failed { .. } => Judged::Error,
    }
}

fn is_closed_by_error(attempt: &Attempt, state: &str) -> bool {
    matches!(attempt.entry, Entry::Nobody | Entry::Only(_))
        && matches!(state, "42704" | "22P02" | "22023")
}

fn words(attempt: &Attempt, answer: &Answer, judged: &Judged) -> String {
    match (answer, judged) {
        (Answer::Failed { state, message }, Judged::Leaked(_)) => {
            format!(
                "row security let it through, and only a constraint stopped this one: {message} ({state})"
            )
        }
        (Answer::Failed { state, message }, Judged::Refused)
            if state != "42501" && attempt.constraint != Constraint::Holds =>
        {
            format!("no row, but an error instead of none: {message} ({state})")
        }
        _ => describe(answer),
    }
}

/// An answer in words.
pub(crate) fn describe(answer: &Answer) -> String {
    match answer {
        Answer::Counted { rows: 0, .. } => "0 rows".to_owned(),
        Answer::Counted { rows: 1, .. } => "1 row".to_owned(),
        Answer::Counted { rows, .. } if *rows >= 10_000 => "10,000 rows or more".to_owned(),
        Answer::Counted { rows, .. } => format!("{rows} rows"),
        Answer::Failed { state, message } if state == "57014" => {
            format!("it took too long ({message})")
        }
        Answer::Failed { state, message } => format!("{message} ({state})"),
    }
}

/// A cell of an attack that has nothing to try.
pub(crate) fn does_not_apply(attack: Attack, why: &str) -> Cell {
    empty(attack, Outcome::DoesNotApply { why: why.to_owned() })
}

/// A cell of an attack that could not be tried.
pub(crate) fn not_run(attack: Attack, why: impl Into<String>) -> Cell {
    empty(attack, Outcome::NotRun { why: why.into() })
}

fn empty(attack: Attack, outcome: Outcome) -> Cell {
    Cell {
        attack,
        outcome,
        sql: String::new(),
        expected: String::new(),
        got: String::new(),
        control: String::new(),
    }
}
