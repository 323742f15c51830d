//! What programs wrote and people checked in: snapshots, grids, schemas, compile-fail messages.
//!
//! The convention: a test that compares with a checked-in file writes it instead when
//! `TENANTRY_BLESS=1` is set. Here we only make sure that nobody cheats: no test writes without
//! being asked, and no snapshot lies about that no test reads.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};

use crate::step::Outcome;
use crate::tree::Tree;

/// The outputs of the tree at one moment.
#[derive(Debug)]
pub(crate) struct Outputs {
    files: BTreeMap<String, String>,
}

impl Outputs {
    /// Reads all outputs below `root`.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        Ok(Self::of(&Tree::read(root)?))
    }

    fn of(tree: &Tree) -> Self {
        let outputs = tree.files().filter(|file| is_output(&file.path));
        Self { files: outputs.map(|file| (file.path.clone(), file.text.clone())).collect() }
    }

    /// Fails, with their names, when outputs are no longer what they were.
    pub(crate) fn check_unchanged(&self, root: &Path) -> Result<Outcome> {
        let changed = self.changed(&Self::read(root)?);
        Ok(verdict(&changed, "was written while the tests ran; look at it and commit it"))
    }

    /// Fails when there are snapshots that the tests, by insta's own account, did not read.
    pub(crate) fn check_referenced(&self, references: &Path) -> Result<Outcome> {
        let read = match std::fs::read_to_string(references) {
            Ok(read) => read,
            // Insta makes the file with the first snapshot that is read.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error).context("the list of snapshots that were read"),
        };
        Ok(verdict(&self.unread(&read), "is read by no test; delete it"))
    }

    fn changed(&self, later: &Self) -> Vec<String> {
        let paths = self.files.keys().chain(later.files.keys());
        let mut changed: Vec<String> =
            paths.filter(|path| self.files.get(*path) != later.files.get(*path)).cloned().collect();
        changed.sort();
        changed.dedup();
        changed
    }

    fn unread(&self, read: &str) -> Vec<String> {
        let is_read = |path: &str| read.lines().any(|line| Path::new(line).ends_with(path));
        let snapshots = self.files.keys().filter(|path| path.ends_with(".snap"));
        snapshots.filter(|path| !is_read(path)).cloned().collect()
    }
}

fn is_output(path: &str) -> bool {
    path.contains("/tests/output/")
        || path.contains("/tests/ui/") && path.ends_with(".stderr")
        || path.ends_with(".snap")
        || path.ends_with("/schema.sql")
        || path.starts_with("docs/reference/")
}

fn verdict(paths: &[String], fault: &str) -> Outcome {
    for path in paths {
        println!("{path} {fault}");
    }
    if paths.is_empty() { Outcome::Passed } else { Outcome::Failed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_that_a_test_wrote_is_noticed() {
        let path = "crates/a/tests/output/endpoints.txt";
        let before = Outputs::of(&Tree::of(&[(path, "old"), ("README.md", "old")]));
        let after = Outputs::of(&Tree::of(&[(path, "new"), ("README.md", "new"), ("a.snap", "")]));
        assert_eq!(before.changed(&after), ["a.snap", path]);
        assert!(before.changed(&before).is_empty());
    }

    #[test]
    fn a_snapshot_that_nobody_reads_is_noticed() {
        let outputs = Outputs::of(&Tree::of(&[
            ("crates/a/tests/it/snapshots/it__a.snap", ""),
            ("crates/a/tests/it/snapshots/it__b.snap", ""),
        ]));
        let read = "/somewhere/crates/a/tests/it/snapshots/it__a.snap\n";
        assert_eq!(outputs.unread(read), ["crates/a/tests/it/snapshots/it__b.snap"]);
    }
}
