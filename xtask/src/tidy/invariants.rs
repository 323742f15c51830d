//! The architecture document names, for every invariant, the test that holds it; a test that any document names exists.
//!
//! The notation is `test: path/to/file.rs::name_of_the_test` in backticks; without a name it is
//! a whole file, such as a compile-fail case.

use super::Violation;
use crate::tree::{File, Tree};

const DOCUMENT: &str = "docs/ARCHITECTURE.md";

/// Every invariant without a test, and every test that a document names and nobody wrote.
pub(crate) fn check(tree: &Tree) -> Vec<Violation> {
    let documents = tree.files().filter(|file| file.path.ends_with(".md"));
    let mut found: Vec<Violation> = documents.flat_map(|file| missing(tree, file)).collect();
    let Some(document) = tree.file(DOCUMENT) else { return found };
    let invariants = invariants(&document.text);
    if invariants.is_empty() {
        let instead = "has no numbered list under a heading with the word Invariants; write it";
        found.push(Violation::new(DOCUMENT, instead));
    }
    for invariant in invariants.iter().filter(|text| named(text).next().is_none()) {
        let start: String = invariant.chars().take(60).collect();
        let instead = format!("\"{start}…\" names no test; add `test: path::name` in backticks");
        found.push(Violation::new(DOCUMENT, instead));
    }
    found
}

fn missing(tree: &Tree, file: &File) -> Vec<Violation> {
    let lines = file.text.lines().enumerate();
    let named = lines.flat_map(|(at, line)| named(line).map(move |test| (at + 1, test)));
    named
        .filter(|(_, test)| !exists(tree, test))
        .map(|(line, test)| {
            let instead = format!("there is no test {test}; name the one that holds this");
            Violation::new(format!("{}:{line}", file.path), instead)
        })
        .collect()
}

/// The tests that a text names.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2).filter_map(|code| code.strip_prefix("test: ").map(str::trim))
}

fn exists(tree: &Tree, test: &str) -> bool {
    let (path, function) = test.split_once("::").unwrap_or((test, ""));
    let Some(file) = tree.file(path) else { return false };
    let name = function.rsplit("::").next().unwrap_or(function);
    name.is_empty() || is_test(&file.text, name)
}

/// Whether a function of this name follows an attribute that makes it a test.
fn is_test(text: &str, name: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let heads = [format!("fn {name}("), format!("async fn {name}(")];
    let is_attribute = |line: &&&str| line.starts_with("#[") || line.starts_with("//");
    lines
        .iter()
        .enumerate()
        .filter(|(_, line)| heads.iter().any(|head| line.starts_with(head)))
        .any(|(at, _)| {
            let above = lines[..at].iter().rev().take_while(is_attribute);
            above
                .into_iter()
                .any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))
        })
}

/// The numbered items of the section on invariants, each with the lines that continue it.
fn invariants(text: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    let mut is_inside = false;
    for line in text.lines() {
        if line.starts_with('#') {
            is_inside = line.to_lowercase().contains("invariant");
        } else if is_inside && is_numbered(line) {
            items.push(line.into());
        } else if let Some(item) = items.last_mut().filter(|_| is_inside) {
            item.push('\n');
            item.push_str(line);
        }
    }
    items
}

fn is_numbered(line: &str) -> bool {
    line.split_once(". ").is_some_and(|(number, _)| number.parse::<u32>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(document: &str) -> Vec<String> {
        let tree = Tree::of(&[
            (DOCUMENT, document),
            ("crates/a/tests/it/a.rs", "#[test]\nfn it_holds() {}\nfn helper() {}\n"),
            ("crates/a/tests/ui/no_tenant.rs", "fn main() {}"),
        ]);
        check(&tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_test_that_does_not_exist_is_refused() {
        let found = complaints(
            "## Invariants\n1. A. `test: crates/a/tests/it/a.rs::it_holds`\n\
             2. B. `test: crates/a/tests/it/a.rs::it_hold`\n3. C. `test: crates/a/tests/ui/x.rs`\n\
             4. D. `test: crates/a/tests/it/a.rs::helper`\n",
        );
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].starts_with("docs/ARCHITECTURE.md:3: there is no test"));
    }

    #[test]
    fn a_test_that_another_document_names_must_exist_too() {
        let tree =
            Tree::of(&[("docs/guides/a.md", "A. `test: crates/a/tests/it/a.rs::it_holds`\n")]);
        let found: Vec<String> = check(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("docs/guides/a.md:1: there is no test"));
    }

    #[test]
    fn an_invariant_without_a_test_is_refused() {
        let found = complaints(
            "# Invariants\n1. First,\n   goes on (`test: crates/a/tests/ui/no_tenant.rs`).\n2. Second.\n",
        );
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("\"2. Second.…\" names no test"));
    }

    #[test]
    fn a_document_without_invariants_is_refused() {
        assert_eq!(complaints("# Architecture\n1. Not under the heading.\n").len(), 1);
    }
}
