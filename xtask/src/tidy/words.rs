//! Words that say something is unfinished or silenced do not reach the main branch.

use super::Violation;
use crate::source::Source;
use crate::tree::Tree;

const WORDS: [(&str, &str); 7] = [
    ("todo!", "finish it, or leave it out and say so in the README"),
    ("unimplemented!", "finish it, or leave it out and say so in the README"),
    ("dbg!", "log it with tracing, or leave it out"),
    ("#[allow(", "write #[expect(lint, reason = \"…\")], which complains once it is needless"),
    ("#![allow(", "write #![expect(lint, reason = \"…\")], which complains once it is needless"),
    ("#[ignore]", "make the test fast enough to run always, or move it to an example"),
    ("#[ignore =", "make the test fast enough to run always, or move it to an example"),
];

/// Every such word in code; tests count too, texts and comments do not.
pub(crate) fn check(tree: &Tree) -> Vec<Violation> {
    tree.sources().flat_map(|source| uses(&source)).collect()
}

fn uses(source: &Source) -> Vec<Violation> {
    let mut found = Vec::new();
    for (word, instead) in WORDS {
        found.extend(crate::source::words(&source.code, word).map(|at| {
            let place = format!("{}:{}", source.path, source.line(at));
            Violation::new(place, format!("`{word}`: {instead}"))
        }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_refused_in_code_only() {
        for (word, _) in WORDS {
            let code = format!("//! {word}\nconst A: &str = \"{word}\";\n{word}");
            let found = check(&Tree::of(&[("a.rs", &code)]));
            assert_eq!(found.len(), 1, "{word}: {found:?}");
            assert!(found[0].to_string().starts_with("a.rs:3: "));
        }
    }

    #[test]
    fn tests_are_no_excuse() {
        let code = "#[cfg(test)]\nmod tests {\n    #[test]\n    #[ignore]\n    fn a() {}\n}\n";
        assert_eq!(check(&Tree::of(&[("a.rs", code)])).len(), 1);
    }
}
