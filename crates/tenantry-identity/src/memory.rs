//! Answers of one kind that are remembered: a bounded number, each under the subjects that can end it.
//!
//! Only what lets somebody in is kept; a refusal is asked for again each time. An answer is kept under the
//! moment at which its reading *began*: a change that overtakes the reading ends it before it is used.

use std::fmt;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quick_cache::sync::Cache;
use tenantry_db::changes::{Changes, Moment, Subject};

/// The numbers of one memory, for who watches the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemoryStatus {
    /// What is remembered, in a word.
    pub what: &'static str,
    /// Questions that were answered from it.
    pub hits: u64,
    /// Questions that were not.
    pub misses: u64,
    /// How many answers are in it, also such as do not hold any more.
    pub entries: usize,
}

/// How often something was found, and how often not.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    hits: AtomicU64,
    misses: AtomicU64,
}

impl Tally {
    pub(crate) fn hit(&self) {
        self.hits.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn miss(&self) {
        self.misses.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn status(&self, what: &'static str, entries: usize) -> MemoryStatus {
        let (hits, misses) =
            (self.hits.load(Ordering::Relaxed), self.misses.load(Ordering::Relaxed));
        MemoryStatus { what, hits, misses, entries }
    }
}

/// What was read, and what can end it: `None` for what is not to be remembered.
pub(crate) struct Found<V> {
    pub(crate) value: V,
    pub(crate) subjects: Option<Vec<Subject>>,
}

/// The remembered answers to one kind of question.
pub(crate) struct Memory<K, V> {
    what: &'static str,
    answers: Cache<K, Arc<Answer<V>>>,
    tally: Tally,
}

struct Answer<V> {
    value: V,
    subjects: Box<[Subject]>,
    moment: Moment,
}

impl<K: Hash + Eq + Clone, V: Clone> Memory<K, V> {
    /// A memory of at most about `most` answers.
    pub(crate) fn new(what: &'static str, most: usize) -> Self {
        Self { what, answers: Cache::new(most), tally: Tally::default() }
    }

    /// The remembered answer if it holds and is still good; else what is read now.
    pub(crate) async fn ask<E>(
        &self,
        changes: &Changes,
        key: K,
        is_good: impl FnOnce(&V) -> bool,
        read: impl AsyncFnOnce() -> Result<Found<V>, E>,
    ) -> Result<V, E> {
        if let Some(answer) = self.answers.get(&key)
            && changes.holds(&answer.moment, &answer.subjects)
            && is_good(&answer.value)
        {
            self.tally.hit();
            return Ok(answer.value.clone());
        }
        self.tally.miss();
        let moment = changes.moment();
        let Found { value, subjects } = read().await?;
        match subjects {
            // While nobody looks after the marks nothing holds, and there is nothing to keep it for.
            Some(subjects) if changes.is_watched() => {
                let answer = Answer { value: value.clone(), subjects: subjects.into(), moment };
                self.answers.insert(key, Arc::new(answer));
            }
            Some(_) => {}
            None => drop(self.answers.remove(&key)),
        }
        Ok(value)
    }

    pub(crate) fn status(&self) -> MemoryStatus {
        self.tally.status(self.what, self.answers.len())
    }
}

impl<K, V> fmt::Debug for Memory<K, V> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is remembered is about people.
        formatter.debug_struct("Memory").field("what", &self.what).finish_non_exhaustive()
    }
}
