//! Counts by caller in a fixed amount of memory, built as a cache of a processor is: a caller belongs to one set of
//! eight places, and when all eight are taken the one that has called least makes room. So a flood of new callers
//! pushes out other rare callers, and never one that is near its limit (RT-1).

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::WINDOW;

/// Places of a set.
const PLACES: usize = 8;

/// How a caller stands in its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Whether this request may go on.
    pub(crate) is_allowed: bool,
    /// Requests a window.
    pub(crate) quota: u32,
    /// Requests that are left in the window.
    pub(crate) remaining: u32,
    /// Seconds until the next window begins; never 0.
    pub(crate) reset: u32,
}

/// The window of one caller. `others` is what the other servers have counted in it, as of the last exchange.
#[derive(Debug, Clone, Copy)]
struct Slot {
    caller: u128,
    started_at: i64,
    own: u32,
    sent: u32,
    others: u32,
}

const EMPTY: Slot = Slot { caller: 0, started_at: i64::MIN, own: 0, sent: 0, others: 0 };

impl Slot {
    const fn used(&self) -> u32 {
        self.own.saturating_add(self.others)
    }
}

type Set = [Slot; PLACES];

/// What one caller has added to its window since the last exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) caller: u128,
    pub(super) started_at: i64,
    pub(super) added: u32,
    /// What is known of the window in all.
    pub(super) used: u32,
}

/// Windows of at most so many callers.
#[derive(Debug)]
pub(crate) struct WindowTable {
    sets: Box<[Mutex<Set>]>,
    /// Keyed at random, so that nobody can choose addresses that share a set.
    hasher: RandomState,
}

impl WindowTable {
    pub(super) fn new(callers: usize) -> Self {
        let sets = (0..callers.div_ceil(PLACES)).map(|_| Mutex::new([EMPTY; PLACES])).collect();
        Self { sets, hasher: RandomState::new() }
    }

    /// How many callers there is room for.
    #[cfg(test)]
    pub(super) fn places(&self) -> usize {
        self.sets.len() * PLACES
    }

    /// The bytes that they take.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.sets)
    }

    fn set(&self, caller: u128) -> Option<MutexGuard<'_, Set>> {
        let sets = u64::try_from(self.sets.len()).ok().filter(|sets| *sets > 0)?;
        let index = usize::try_from(self.hasher.hash_one(caller) % sets).ok()?;
        Some(lock(self.sets.get(index)?))
    }

    /// Counts a request unless the quota is used up.
    pub(super) fn take(&self, caller: u128, now: i64, quota: u32) -> Standing {
        let started_at = window(caller, now);
        let Some(mut set) = self.set(caller) else { return standing(0, started_at, now, quota) };
        let slot = place(&mut set, (caller, started_at), now);
        let before = standing(slot.used(), started_at, now, quota);
        if !before.is_allowed {
            return before;
        }
        slot.own += 1;
        Standing { is_allowed: true, ..standing(slot.used(), started_at, now, quota) }
    }

    /// As [`take`](Self::take), and nothing is counted.
    pub(super) fn look(&self, caller: u128, now: i64, quota: u32) -> Standing {
        let started_at = window(caller, now);
        let used = self.set(caller).and_then(|set| {
            let slot =
                set.iter().find(|slot| slot.caller == caller && slot.started_at == started_at);
            slot.map(Slot::used)
        });
        standing(used.unwrap_or(0), started_at, now, quota)
    }

    /// The windows that have not ended and in which this process has counted at least so many requests.
    pub(super) fn shares(&self, now: i64, least: u32) -> Vec<Share> {
        let mut shares = Vec::new();
        for set in &self.sets {
            let is_running = |slot: &&Slot| slot.started_at.saturating_add(WINDOW) > now;
            shares.extend(
                lock(set).iter().filter(is_running).filter(|slot| slot.own >= least).map(|slot| {
                    Share {
                        caller: slot.caller,
                        started_at: slot.started_at,
                        added: slot.own.saturating_sub(slot.sent),
                        used: slot.used(),
                    }
                }),
            );
        }
        shares
    }

    /// Notes that a share was saved, and what all servers together have counted when that is known.
    pub(super) fn settle(&self, share: Share, total: Option<u32>) {
        let Some(mut set) = self.set(share.caller) else { return };
        let same = set
            .iter_mut()
            .find(|slot| slot.caller == share.caller && slot.started_at == share.started_at);
        if let Some(slot) = same {
            // The place may have been given away and back since the share was taken.
            slot.sent = slot.sent.saturating_add(share.added).min(slot.own);
            slot.others = total.map_or(slot.others, |total| total.saturating_sub(slot.sent));
        }
    }
}

/// Nothing in here can be left half done, so a panic elsewhere does not spoil it.
fn lock(set: &Mutex<Set>) -> MutexGuard<'_, Set> {
    set.lock().unwrap_or_else(PoisonError::into_inner)
}

/// When the caller's window began. Each caller has a second of its own, the same on every server, so that not all
/// who were refused come back at once.
fn window(caller: u128, now: i64) -> i64 {
    let phase = i64::try_from(caller % WINDOW.unsigned_abs() as u128).unwrap_or(0);
    now - (now - phase).rem_euclid(WINDOW)
}

fn standing(used: u32, started_at: i64, now: i64, quota: u32) -> Standing {
    let reset = (started_at + WINDOW - now).clamp(1, WINDOW);
    Standing {
        is_allowed: used < quota,
        quota,
        remaining: quota.saturating_sub(used),
        reset: u32::try_from(reset).unwrap_or(1),
    }
}

/// The caller's place in its set, begun anew when its window is another one.
fn place(set: &mut Set, (caller, started_at): (u128, i64), now: i64) -> &mut Slot {
    let fresh = Slot { caller, started_at, ..EMPTY };
    let known = set.iter().position(|slot| slot.caller == caller && slot.started_at > i64::MIN);
    let index = known.unwrap_or_else(|| {
        // A window that is over costs nobody anything.
        let is_over = |slot: &Slot| slot.started_at.saturating_add(WINDOW) <= now;
        let rank = |slot: &Slot| if is_over(slot) { 0 } else { slot.used().saturating_add(1) };
        let ranked = set.iter().enumerate().min_by_key(|(_, slot)| rank(slot));
        ranked.map_or(0, |(index, _)| index)
    });
    let slot = &mut set[index];
    if slot.caller != caller || slot.started_at != started_at {
        *slot = fresh;
    }
    slot
}
