//! What the kernel says a process and all its descendants have used. PostgreSQL and the peers work in children, some of
//! which end: their time is then in what their parent has waited for, so no time is lost and none counted twice.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};

/// Ticks of `/proc/PID/stat` in a second: Linux shows 100 to every program, whatever it counts itself.
const TICK: u64 = 10_000_000;

/// The time that a tree of processes had used at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Used {
    processes: BTreeMap<u32, Process>,
    /// Nanoseconds of children that have ended and were waited for.
    ended: u64,
}

/// One process of it, in nanoseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Process {
    /// Of each thread that lives, exactly.
    threads: BTreeMap<u32, u64>,
    /// Of all its threads that there ever were, in whole ticks.
    total: u64,
}

impl Used {
    /// Of a process and its descendants now.
    pub(crate) fn by(root: u32) -> Result<Self> {
        Self::of(&tree(root)?)
    }

    /// Of one process now, without its descendants.
    pub(crate) fn alone(process: u32) -> Result<Self> {
        let mut used = Self::of(&[process])?;
        used.ended = 0;
        Ok(used)
    }

    fn of(processes: &[u32]) -> Result<Self> {
        let mut used = Self::default();
        for process in processes.iter().copied() {
            // One may end while we look: its parent has its time then.
            let Ok(stat) = fs::read_to_string(format!("/proc/{process}/stat")) else { continue };
            let stat = Stat::parse(&stat).context("/proc/PID/stat")?;
            used.ended += stat.waited_for * TICK;
            let mut threads = BTreeMap::new();
            for thread in numbers(&format!("/proc/{process}/task")) {
                let path = format!("/proc/{process}/task/{thread}/schedstat");
                if let Some(time) = fs::read_to_string(path).ok().and_then(|text| on_cpu(&text)) {
                    threads.insert(thread, time);
                }
            }
            used.processes.insert(process, Process { threads, total: stat.total * TICK });
        }
        Ok(used)
    }

    /// Nanoseconds from `earlier` to this moment.
    pub(crate) fn since(&self, earlier: &Self) -> u64 {
        let nothing = Process::default();
        let running: u64 = self
            .processes
            .iter()
            .map(|(id, process)| process.since(earlier.processes.get(id).unwrap_or(&nothing)))
            .sum();
        let gone = earlier.processes.iter().filter(|(id, _)| !self.processes.contains_key(id));
        let counted: u64 = gone.flat_map(|(_, process)| process.threads.values()).sum();
        running + self.ended.saturating_sub(earlier.ended).saturating_sub(counted)
    }
}

impl Process {
    fn since(&self, earlier: &Self) -> u64 {
        let before = |thread: &u32| earlier.threads.get(thread).copied().unwrap_or(0);
        let exact: u64 =
            self.threads.iter().map(|(thread, time)| time.saturating_sub(before(thread))).sum();
        let rough = self.total.saturating_sub(earlier.total);
        // Threads that came and went are only in the rough figure, which is as good as a tick at each end.
        if rough > exact + 2 * TICK { rough } else { exact }
    }
}

/// A process and its descendants.
pub(crate) fn tree(root: u32) -> Result<Vec<u32>> {
    let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for process in numbers("/proc") {
        let Ok(text) = fs::read_to_string(format!("/proc/{process}/stat")) else { continue };
        if let Some(stat) = Stat::parse(&text) {
            children.entry(stat.parent).or_default().push(process);
        }
    }
    let mut found = vec![root];
    let mut at = 0;
    while let Some(process) = found.get(at) {
        found.extend(children.get(process).into_iter().flatten());
        at += 1;
    }
    Ok(found)
}

/// The proportional share of memory of a process and its descendants, in bytes: pages that several share are divided
/// among them, so the sum over PostgreSQL's processes counts its shared buffers once.
pub(crate) fn proportional_memory(root: u32) -> Result<u64> {
    Ok(sum(root, "smaps_rollup", "Pss:")? * 1024)
}

/// The resident memory of a process and its descendants, in bytes. Shared pages are counted by each of them.
pub(crate) fn resident_memory(root: u32) -> Result<u64> {
    Ok(sum(root, "status", "VmRSS:")? * 1024)
}

fn sum(root: u32, file: &str, field: &str) -> Result<u64> {
    let of = |process: u32| {
        let text = fs::read_to_string(format!("/proc/{process}/{file}")).unwrap_or_default();
        kilobytes(&text, field)
    };
    Ok(tree(root)?.into_iter().map(of).sum())
}

/// A field of a file of the kernel that says kilobytes; 0 where there is none, as in a process that has just ended.
pub(crate) fn kilobytes(text: &str, field: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(field));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

fn numbers(folder: &str) -> Vec<u32> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

/// The first number of `schedstat`: nanoseconds on a processor.
fn on_cpu(text: &str) -> Option<u64> {
    text.split_whitespace().next()?.parse().ok()
}

#[derive(Debug, PartialEq, Eq)]
struct Stat {
    parent: u32,
    /// Ticks of all its threads, in user and kernel mode.
    total: u64,
    /// Ticks of children that were waited for, in user and kernel mode.
    waited_for: u64,
}

impl Stat {
    /// The name in parentheses may hold anything, so fields are counted after the last parenthesis.
    fn parse(text: &str) -> Option<Self> {
        let (_, rest) = text.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let ticks = |index: usize| fields.get(index)?.parse::<u64>().ok();
        Some(Self {
            parent: fields.get(1)?.parse().ok()?,
            total: ticks(11)? + ticks(12)?,
            waited_for: ticks(13)? + ticks(14)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stat_line_is_read_whatever_the_name_of_the_program() {
        let line = "42 (a) b (c)) S 7 42 42 0 -1 4194560 500 900 0 0 11 22 33 44 20 0 1 0 100 1 1";
        assert_eq!(Stat::parse(line), Some(Stat { parent: 7, total: 33, waited_for: 77 }));
        assert_eq!(Stat::parse("no stat"), None);
    }

    fn process(times: &[(u32, u64)], ticks: u64) -> Process {
        Process { threads: times.iter().copied().collect(), total: ticks * TICK }
    }

    #[test]
    fn a_child_that_ended_between_two_looks_is_counted_once() {
        let before = Used {
            processes: [(1, process(&[(1, 100)], 0)), (2, process(&[(2, 50)], 0))].into(),
            ended: 0,
        };
        // Process 2 used 30 more and ended; process 3 came.
        let after = Used {
            processes: [(1, process(&[(1, 110)], 0)), (3, process(&[(3, 5)], 0))].into(),
            ended: 80,
        };
        assert_eq!(after.since(&before), 10 + 5 + 30);
        assert_eq!(before.since(&before), 0);
    }

    #[test]
    fn a_thread_that_came_and_went_is_counted_by_the_tick() {
        let (before, after) = (process(&[(1, 100)], 0), process(&[(1, 200)], 5));
        assert_eq!(after.since(&before), 5 * TICK);
        assert_eq!(process(&[(1, 200)], 1).since(&before), 100);
    }

    #[test]
    fn our_own_time_and_memory_can_be_read() {
        let own = std::process::id();
        let before = Used::by(own).unwrap();
        let sum = (0..3_000_000_u64).fold(0, |sum, value| crate::seed::scatter(sum ^ value));
        assert_ne!(sum, 1);
        assert!(Used::by(own).unwrap().since(&before) > 0);
        assert!(proportional_memory(own).unwrap() > 0 && resident_memory(own).unwrap() > 0);
    }
}
