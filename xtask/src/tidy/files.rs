//! Every source file opens with `//!`, and no file is called `mod.rs`.

use super::Violation;
use crate::source::Source;
use crate::tree::Tree;

/// Every file without an opening, and every `mod.rs`.
pub(crate) fn check(tree: &Tree) -> Vec<Violation> {
    tree.sources().flat_map(|source| [unopened(&source), unnamed(&source)]).flatten().collect()
}

fn unopened(source: &Source) -> Option<Violation> {
    let is_ours = source.path.starts_with("crates/") && source.path.contains("/src/");
    let first = source.text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    // A crate whose README is its documentation includes it instead.
    let is_open = first.starts_with("//!") || first.starts_with("#![doc = include_str!");
    if is_open || !(is_ours || source.path.starts_with("xtask/src/")) || source.is_generated() {
        return None;
    }
    let instead =
        "open with `//!`: what the file holds, and the one thing a newcomer would get wrong";
    Some(Violation::new(&source.path, instead))
}

fn unnamed(source: &Source) -> Option<Violation> {
    let folder = source.path.strip_suffix("/mod.rs")?;
    Some(Violation::new(&source.path, format!("call it {folder}.rs, so that its tab has a name")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_an_opening_is_refused() {
        let tree = Tree::of(&[
            ("crates/a/src/lib.rs", "//! Good.\n"),
            ("crates/a/src/bad.rs", "// Not a doc comment.\n//! Too late.\n"),
            ("crates/a/src/empty.rs", ""),
            ("crates/a/tests/it/main.rs", "mod a;\n"),
        ]);
        let found: Vec<String> = check(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("crates/a/src/bad.rs: open with"));
    }

    #[test]
    fn a_nameless_module_file_is_refused() {
        let tree = Tree::of(&[("crates/a/tests/it/support/mod.rs", "")]);
        assert!(check(&tree)[0].to_string().contains("call it crates/a/tests/it/support.rs"));
    }
}
