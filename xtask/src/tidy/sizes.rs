//! A source file has at most 400 lines and a function at most 70.
//!
//! Tests beside the code count, since the file is read as a whole; a `tests.rs` of its own does
//! not, and neither does what a program wrote.

use super::Violation;
use crate::source::Source;
use crate::tree::Tree;

/// The longest a source file may be, in lines.
pub(crate) const FILE_CAP: usize = 400;
/// The longest a function may be, in lines.
pub(crate) const FUNCTION_CAP: usize = 70;

/// Every file and function over its cap.
pub(crate) fn check(tree: &Tree) -> Vec<Violation> {
    tree.sources().filter(is_capped).flat_map(|source| oversized(&source)).collect()
}

/// Whether the caps hold for this file.
pub(crate) fn is_capped(source: &Source) -> bool {
    source.path.contains("src/") && !source.is_test_file() && !source.is_generated()
}

/// The places in one file that are over the cap.
pub(crate) fn oversized(source: &Source) -> Vec<Violation> {
    let mut found = Vec::new();
    let lines = source.text.lines().count();
    if lines > FILE_CAP {
        let instead = format!("{lines} lines; split it by concept, {FILE_CAP} are the most");
        found.push(Violation::new(&source.path, instead));
    }
    for function in source.functions().iter().filter(|function| function.lines > FUNCTION_CAP) {
        let place = format!("{}:{}", source.path, function.line);
        let instead = format!(
            "fn {} has {} lines; name its parts, {FUNCTION_CAP} are the most",
            function.name, function.lines
        );
        found.push(Violation::new(place, instead));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_over_the_cap_is_refused() {
        let long = "\n".repeat(FILE_CAP + 1);
        let paths = ["crates/a/src/a.rs", "crates/a/src/a/tests.rs", "crates/a/tests/it/a.rs"];
        let found = check(&Tree::of(&paths.map(|path| (path, long.as_str()))));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].to_string().contains("401 lines"));
    }

    #[test]
    fn a_function_over_the_cap_is_refused() {
        let body = "\n".repeat(FUNCTION_CAP);
        let text =
            format!("fn long() {{{body}}}\n#[cfg(test)]\nmod tests {{ fn free() {{{body}}} }}\n");
        let found = check(&Tree::of(&[("xtask/src/a.rs", &text)]));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].to_string().contains("fn long has 71 lines"));
    }
}
