//! Answers of one kind that are remembered: a bounded number, each under the subjects that can end it.
//!
//! Only what lets somebody in is kept; a refusal is asked for again each time. An answer is kept under the
//! moment at which its reading *began*: a change that overtakes the reading ends it before it is used.

use std::fmt;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quick_cache::Weighter;
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
    answers: Cache<K, Arc<Answer<V>>, BySubjects>,
    tally: Tally,
}

/// An answer takes the more room the more it is about: that of a person in a hundred organizations is a
/// list of them. Up to three subjects are the usual size.
#[derive(Debug, Clone)]
struct BySubjects;

const USUAL: usize = 3;

impl<K, V> Weighter<K, Arc<Answer<V>>> for BySubjects {
    fn weight(&self, _: &K, answer: &Arc<Answer<V>>) -> u64 {
        answer.subjects.len().max(USUAL) as u64
    }
}

struct Answer<V> {
    value: V,
    subjects: Box<[Subject]>,
    moment: Moment,
}

impl<K: Hash + Eq + Clone, V: Clone> Memory<K, V> {
    /// A memory of at most `most` answers of the usual size, or fewer larger ones.
    pub(crate) fn new(what: &'static str, most: usize) -> Self {
        let room = (most * USUAL) as u64;
        let answers = Cache::with_weighter(most, room, BySubjects);
        Self { what, answers, tally: Tally::default() }
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

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::Instant;

    use super::*;

    const SUBJECT: Subject = Subject::User(uuid::Uuid::from_u128(1));

    fn found(value: u32) -> Result<Found<u32>, Infallible> {
        Ok(Found { value, subjects: Some(vec![SUBJECT]) })
    }

    /// A watched process that has run for a moment.
    fn watched() -> Changes {
        let changes = Changes::default();
        changes.caught_up(Instant::now());
        changes
    }

    async fn ask(memory: &Memory<u32, u32>, changes: &Changes, value: u32) -> u32 {
        memory.ask(changes, 1, |_| true, async || found(value)).await.unwrap()
    }

    /// SE-5: the change commits after the reading has read and before its answer is kept.
    #[tokio::test]
    async fn an_answer_that_a_change_overtakes_is_not_used_again() {
        let (memory, changes) = (Memory::new("test", 10), watched());
        let overtaken = async || {
            let old = found(1);
            changes.note(&[SUBJECT]);
            old
        };
        assert_eq!(memory.ask(&changes, 1, |_| true, overtaken).await, Ok(1));
        assert_eq!(ask(&memory, &changes, 2).await, 2);
        assert_eq!(ask(&memory, &changes, 3).await, 2, "and this one is");
        changes.note(&[SUBJECT]);
        assert_eq!(ask(&memory, &changes, 4).await, 4);
        assert_eq!(memory.status(), MemoryStatus { what: "test", hits: 1, misses: 3, entries: 1 });
    }

    #[tokio::test]
    async fn what_is_no_longer_good_is_asked_for_and_a_refusal_is_not_kept() {
        let (memory, changes) = (Memory::new("test", 10), watched());
        assert_eq!(ask(&memory, &changes, 1).await, 1);
        let again = memory.ask(&changes, 1, |_| false, async || found(2)).await;
        assert_eq!(again, Ok(2));
        let refused = async || Ok::<_, Infallible>(Found { value: 0, subjects: None });
        assert_eq!(memory.ask(&changes, 1, |_| false, refused).await, Ok(0));
        assert_eq!(memory.status().entries, 0);
    }

    #[tokio::test]
    async fn nothing_is_kept_while_nobody_watches() {
        let (memory, changes) = (Memory::new("test", 10), Changes::default());
        assert_eq!(ask(&memory, &changes, 1).await, 1);
        assert_eq!(ask(&memory, &changes, 2).await, 2);
        assert_eq!(memory.status().entries, 0);
    }

    #[tokio::test]
    async fn the_number_of_answers_is_bounded() {
        let (memory, changes) = (Memory::new("test", 1_000), watched());
        for key in 0..100_000 {
            changes.caught_up(Instant::now());
            let read = async || found(key);
            assert_eq!(memory.ask(&changes, key, |_| true, read).await, Ok(key));
        }
        assert!(memory.status().entries <= 1_000, "{:?}", memory.status());
        for key in 0..100_000 {
            changes.caught_up(Instant::now());
            let subjects = Some(vec![SUBJECT; 30]);
            let read = async || Ok::<_, Infallible>(Found { value: key, subjects });
            memory.ask(&changes, key, |_| false, read).await.unwrap();
        }
        assert!(memory.status().entries <= 100, "ten times as large: {:?}", memory.status());
    }
}
