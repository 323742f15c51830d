//! The rules of the house that no compiler knows, one file each.
//!
//! Each rule is a function from the tree (or the graph of crates) to what breaks it, with a
//! message that says what to do instead. The tests below run every rule on the real tree.

mod arrows;
mod environment;
mod excerpts;
mod fences;
mod files;
mod graph;
mod invariants;
mod machine;
pub(crate) mod migrations;
mod purity;
pub(crate) mod sizes;
mod statements;
mod words;

use std::path::Path;

use anyhow::{Result, ensure};

use crate::tree::Tree;
use graph::Graph;

/// One place that breaks a rule, and what to do instead.
#[derive(Debug)]
pub(crate) struct Violation {
    place: String,
    instead: String,
}

impl Violation {
    /// At `place` (a path, or a path and a line, or a crate); `instead` is a whole sentence.
    pub(crate) fn new(place: impl Into<String>, instead: impl Into<String>) -> Self {
        Self { place: place.into(), instead: instead.into() }
    }
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.instead)
    }
}

const TREE_RULES: [fn(&Tree) -> Vec<Violation>; 10] = [
    environment::check,
    excerpts::check,
    files::check,
    invariants::check,
    machine::check,
    migrations::check_names,
    purity::check,
    sizes::check,
    statements::check,
    words::check,
];

const GRAPH_RULES: [fn(&Graph) -> Vec<Violation>; 3] =
    [arrows::check, fences::check, fences::check_banned];

/// Prints what breaks the rules below `root`, and fails if anything does.
pub(crate) fn run(root: &Path) -> Result<()> {
    let tree = Tree::read(root)?;
    let graph = Graph::read(root)?;
    let mut violations: Vec<Violation> = TREE_RULES.iter().flat_map(|rule| rule(&tree)).collect();
    violations.extend(GRAPH_RULES.iter().flat_map(|rule| rule(&graph)));
    violations.extend(migrations::check_hashes(root, &tree)?);
    for violation in &violations {
        println!("{violation}");
    }
    ensure!(violations.is_empty(), "{} places are not tidy", violations.len());
    println!("tidy: {} rules hold", TREE_RULES.len() + GRAPH_RULES.len() + 1);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::root;

    fn tree_holds(rule: fn(&Tree) -> Vec<Violation>) {
        nothing_in(&rule(&Tree::read(&root()).unwrap()));
    }

    fn graph_holds(rule: fn(&Graph) -> Vec<Violation>) {
        nothing_in(&rule(&Graph::read(&root()).unwrap()));
    }

    fn nothing_in(violations: &[Violation]) {
        let lines: Vec<String> = violations.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "not tidy:\n{}", lines.join("\n"));
    }

    #[test]
    fn crates_depend_only_along_the_arrows() {
        graph_holds(arrows::check);
    }

    #[test]
    fn fenced_crates_are_used_only_behind_their_fence() {
        graph_holds(fences::check);
    }

    #[test]
    fn no_banned_crate_is_in_the_resolved_graph() {
        graph_holds(fences::check_banned);
    }

    #[test]
    fn the_environment_is_read_in_one_file() {
        tree_holds(environment::check);
    }

    #[test]
    fn code_in_documents_is_what_its_file_says() {
        tree_holds(excerpts::check);
    }

    #[test]
    fn every_file_opens_with_what_it_holds() {
        tree_holds(files::check);
    }

    #[test]
    fn every_invariant_names_a_test_that_exists() {
        tree_holds(invariants::check);
    }

    #[test]
    fn no_file_names_one_machine() {
        tree_holds(machine::check);
    }

    #[test]
    fn every_migration_has_its_way_back() {
        tree_holds(migrations::check_names);
    }

    #[test]
    fn no_migration_was_edited_after_it_was_listed() {
        let tree = Tree::read(&root()).unwrap();
        nothing_in(&migrations::check_hashes(&root(), &tree).unwrap());
    }

    #[test]
    fn the_vocabulary_does_no_input_or_output() {
        tree_holds(purity::check);
    }

    #[test]
    fn files_and_functions_stay_under_the_cap() {
        tree_holds(sizes::check);
    }

    #[test]
    fn statements_live_behind_the_door() {
        tree_holds(statements::check);
    }

    #[test]
    fn nothing_is_unfinished_or_silenced() {
        tree_holds(words::check);
    }
}
