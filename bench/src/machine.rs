//! On what it was measured: figures without their machine are no figures.

use std::collections::BTreeMap;
use std::process::Command;

use serde::{Deserialize, Serialize};

/// The machine and the programs on it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Machine {
    pub(crate) processor: String,
    pub(crate) cores: usize,
    pub(crate) memory_bytes: u64,
    pub(crate) kernel: String,
    /// Programs and packages with their versions.
    pub(crate) versions: BTreeMap<String, String>,
}

impl Machine {
    /// This one.
    pub(crate) fn read() -> Self {
        let file = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let (processors, memory) = (file("/proc/cpuinfo"), file("/proc/meminfo"));
        let mut versions = BTreeMap::new();
        for (name, program) in [("rustc", "rustc"), ("node", "node"), ("python", "python3")] {
            if let Some(version) = version(program) {
                versions.insert(name.to_owned(), version);
            }
        }
        versions.insert("tenantry".to_owned(), commit());
        Self {
            processor: field(&processors, "model name").unwrap_or_else(|| "unknown".to_owned()),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory_bytes: kilobytes(&memory) * 1024,
            kernel: file("/proc/sys/kernel/osrelease").trim().to_owned(),
            versions,
        }
    }
}

/// Our own version: the commit, and whether the tree holds more than it.
fn commit() -> String {
    let git = |words: &[&str]| {
        let output = Command::new("git").args(words).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let commit = git(&["rev-parse", "--short=12", "HEAD"]);
    // What documents say changes nothing of what is measured.
    let changed = git(&["status", "--porcelain", "--", "crates", "bench/src", "Cargo.lock"]);
    match (commit, changed) {
        (Some(commit), Some(changed)) if changed.is_empty() => format!("commit {commit}"),
        (Some(commit), _) => format!("commit {commit}, with changes"),
        (None, _) => "not a checkout".to_owned(),
    }
}

/// How many processes wanted a processor during the last minute.
pub(crate) fn load_average() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0.0)
}

fn field(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn kilobytes(meminfo: &str) -> u64 {
    let total = field(meminfo, "MemTotal").unwrap_or_default();
    total.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// What a program says of itself; the first word that has a number in it.
fn version(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let is_number =
        |word: &&str| word.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit());
    Some(text.split_whitespace().find(is_number)?.trim_start_matches('v').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_and_memory_are_read_from_the_kernels_files() {
        let text = "processor\t: 0\nmodel name\t: A processor @ 2.5GHz\n";
        assert_eq!(field(text, "model name").unwrap(), "A processor @ 2.5GHz");
        assert_eq!(kilobytes("MemTotal:       24576 kB\nMemFree: 1 kB\n"), 24_576);
        assert!(Machine::read().cores > 0);
    }
}
