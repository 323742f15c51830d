//! What this process knows of changes to access, so that what was remembered is never believed past one.
//!
//! A remembered answer carries the [`Moment`] at which its reading *began*. It holds only while none of
//! its subjects changed since, while it is young, and while the marks that other servers leave in the
//! database were read a moment ago. Whatever fails, fails towards asking the database again.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tenantry_core::TenantScope;
use tenantry_core::id::{IdKind, kind};
use uuid::Uuid;

use crate::audit::Event;
use crate::platform_tx::AccountEvent;

/// How long an answer is remembered at the most.
pub const LONGEST: Duration = Duration::from_secs(30);
/// How long ago the last successful reading of the marks may have begun.
pub const UNSEEN: Duration = Duration::from_millis(1_500);
/// How many changes are told apart before all of them together stand for everything.
const MOST: usize = 100_000;

/// What a remembered answer depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// An account: whether it may sign in, what it is called, where it is a member and as what.
    User(Uuid),
    /// A session: whether it lives, and until when.
    Session(Uuid),
    /// An organization: whether it is there, and its names.
    Organization(Uuid),
}

impl Subject {
    /// The subject of a mark in the database; `None` for a kind that this version does not know.
    #[must_use]
    pub fn of_mark(kind: &str, id: Uuid) -> Option<Self> {
        match kind {
            "user" => Some(Self::User(id)),
            "session" => Some(Self::Session(id)),
            "organization" => Some(Self::Organization(id)),
            _ => None,
        }
    }

    /// What a committed change in an organization may have changed access to. Ownership may have come
    /// from whoever did it, so that is never left out.
    pub(crate) fn of_event(event: &Event, scope: &TenantScope) -> Vec<Self> {
        let Some(id) = event.subject_id else { return Vec::new() };
        let subject = match event.subject_kind {
            kind::User::PREFIX => Self::User(id),
            kind::Organization::PREFIX => Self::Organization(id),
            kind::Session::PREFIX => Self::Session(id),
            _ => return Vec::new(),
        };
        let actor = scope.user().map(|user| Self::User(user.uuid()));
        [subject].into_iter().chain(actor).collect()
    }

    /// What a committed change of an account may have changed access to.
    pub(crate) fn of_account_event(event: &AccountEvent) -> Vec<Self> {
        let session = event.session.map(|session| Self::Session(session.uuid()));
        [Self::User(event.user.uuid())].into_iter().chain(session).collect()
    }
}

/// When a reading began: how many changes were known then, and the time.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    sequence: u64,
    time: Instant,
}

/// The changes of the last half minute.
#[derive(Debug)]
pub struct Changes {
    marks: RwLock<Marks>,
    /// The sequence of the last change. Written after the change is in `marks`.
    latest: AtomicU64,
    /// When the last successful reading of the database's marks began: nanoseconds after `start`, and 0
    /// before the first one.
    read: AtomicU64,
    start: Instant,
}

#[derive(Debug, Default)]
struct Marks {
    changed: HashMap<Subject, (u64, Instant)>,
    /// Nothing of before is believed, whatever it is about.
    floor: u64,
}

impl Default for Changes {
    fn default() -> Self {
        Self {
            marks: RwLock::default(),
            latest: AtomicU64::new(0),
            read: AtomicU64::new(0),
            start: Instant::now(),
        }
    }
}

impl Changes {
    /// Now: to be taken before a reading begins whose answer is to be remembered.
    #[must_use]
    pub fn moment(&self) -> Moment {
        Moment { sequence: self.latest.load(Ordering::Acquire), time: Instant::now() }
    }

    /// Whether what was read from this moment on still holds for these subjects.
    #[must_use]
    pub fn holds(&self, moment: &Moment, subjects: &[Subject]) -> bool {
        if moment.time.elapsed() >= LONGEST || !self.is_watched() {
            return false;
        }
        if self.latest.load(Ordering::Acquire) <= moment.sequence {
            return true;
        }
        let marks = self.marks.read().unwrap_or_else(PoisonError::into_inner);
        let is_older = |subject| {
            marks.changed.get(subject).is_none_or(|(sequence, _)| *sequence <= moment.sequence)
        };
        marks.floor <= moment.sequence && subjects.iter().all(is_older)
    }

    /// Whether the marks of the database were read a moment ago. Nothing remembered holds otherwise.
    #[must_use]
    pub fn is_watched(&self) -> bool {
        self.unseen().is_some_and(|unseen| unseen < UNSEEN)
    }

    /// How long ago the last successful reading of the marks began; `None` before the first one.
    #[must_use]
    pub fn unseen(&self) -> Option<Duration> {
        let read = self.read.load(Ordering::Acquire);
        (read > 0).then(|| self.start.elapsed().saturating_sub(Duration::from_nanos(read)))
    }

    /// Something is known to have changed: what was read of it before is not believed any more.
    pub fn note(&self, subjects: &[Subject]) {
        if subjects.is_empty() {
            return;
        }
        let mut marks = self.marks.write().unwrap_or_else(PoisonError::into_inner);
        let sequence = self.latest.load(Ordering::Acquire) + 1;
        let now = Instant::now();
        marks.changed.extend(subjects.iter().map(|subject| (*subject, (sequence, now))));
        if marks.changed.len() > MOST {
            marks.changed = HashMap::new();
            marks.floor = sequence;
        }
        self.latest.store(sequence, Ordering::Release);
    }

    /// Anything may have changed: nothing of before is believed any more.
    pub fn note_everything(&self) {
        let mut marks = self.marks.write().unwrap_or_else(PoisonError::into_inner);
        let sequence = self.latest.load(Ordering::Acquire) + 1;
        marks.changed = HashMap::new();
        marks.floor = sequence;
        self.latest.store(sequence, Ordering::Release);
    }

    /// A reading of the marks that began then has succeeded, and all that it found is noted.
    pub fn caught_up(&self, began: Instant) {
        let nanoseconds = began.saturating_duration_since(self.start).as_nanos().max(1);
        self.read.store(u64::try_from(nanoseconds).unwrap_or(u64::MAX), Ordering::Release);
        let mut marks = self.marks.write().unwrap_or_else(PoisonError::into_inner);
        // What was read before a change of so long ago is too old anyhow.
        marks.changed.retain(|_, (_, at)| at.elapsed() <= LONGEST);
    }
}

/// What a commit may have changed access to.
#[derive(Debug, Clone)]
pub(crate) struct Touched {
    changes: Arc<Changes>,
    /// `None`: anything.
    subjects: Option<Vec<Subject>>,
}

impl Touched {
    pub(crate) const fn subjects(changes: Arc<Changes>, subjects: Vec<Subject>) -> Self {
        Self { changes, subjects: Some(subjects) }
    }

    pub(crate) const fn anything(changes: Arc<Changes>) -> Self {
        Self { changes, subjects: None }
    }

    pub(crate) fn note(&self) {
        match &self.subjects {
            Some(subjects) => self.changes.note(subjects),
            None => self.changes.note_everything(),
        }
    }
}

#[cfg(test)]
mod tests;
