//! No file names a path or a host of the machine it was written on.

use super::Violation;
use crate::tree::Tree;

/// In pieces, so that this file does not break its own rule.
const PATTERNS: [&str; 6] = [
    concat!("/wo", "rk/"),
    concat!("/fa", "rm/"),
    concat!("/ro", "ot/."),
    concat!("static.", "crates.io"),
    concat!("index.", "crates.io"),
    concat!("registry.", "npmjs.org"),
];

/// Lock files name the registry that everybody uses, and Cargo writes them.
const EXEMPT: [&str; 3] = ["Cargo.lock", "package-lock.json", "pnpm-lock.yaml"];

/// Every line that names one.
pub(crate) fn check(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in tree.files().filter(|file| !EXEMPT.iter().any(|name| file.path.ends_with(name))) {
        for (number, line) in file.text.lines().enumerate() {
            for pattern in PATTERNS.iter().filter(|pattern| names(line, pattern)) {
                let place = format!("{}:{}", file.path, number + 1);
                let instead =
                    format!("{pattern} is one machine's; write a relative path or leave it out");
                found.push(Violation::new(place, instead));
            }
        }
    }
    found
}

/// Whether the path or host starts in this line; `/net/work/` or `/api/v1/work/` do not start one.
fn names(line: &str, pattern: &str) -> bool {
    line.match_indices(pattern).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '}'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pattern_is_refused() {
        for pattern in PATTERNS {
            let text = format!("fine\nsee {pattern}x\n");
            let tree = Tree::of(&[("README.md", text.as_str()), ("Cargo.lock", text.as_str())]);
            let found = check(&tree);
            assert_eq!(found.len(), 1, "{pattern}: {found:?}");
            assert!(found[0].to_string().starts_with("README.md:2: "));
        }
    }

    #[test]
    fn a_path_that_only_contains_the_word_is_fine() {
        let tree = Tree::of(&[("README.md", concat!("GET /api/v1/wo", "rk/1"))]);
        assert!(check(&tree).is_empty());
    }
}
