//! `tenantry-core` is words and rules only: it asks no clock, opens no file and waits for nothing.

use super::Violation;
use crate::source::Source;
use crate::tree::Tree;

const MODULES: [&str; 4] = ["fs", "process", "thread", "env"];
/// Of `std::net` only the sockets: an address is a value like any other.
const WORDS: [&str; 9] = [
    "tokio",
    "async",
    ".await",
    "println!",
    "eprintln!",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "ToSocketAddrs",
];

/// Every place in the sources of `tenantry-core` that reaches outside.
pub(crate) fn check(tree: &Tree) -> Vec<Violation> {
    tree.sources()
        .filter(|source| source.path.starts_with("crates/tenantry-core/src/"))
        .flat_map(|source| reaches(&source))
        .collect()
}

fn reaches(source: &Source) -> Vec<Violation> {
    let modules = MODULES.iter().flat_map(|module| source.mentions_std(module));
    let words = WORDS.iter().flat_map(|word| source.mentions(word));
    modules
        .chain(words)
        .map(|at| {
            let place = format!("{}:{}", source.path, source.line(at));
            Violation::new(place, "core does no input or output; take the value as an argument")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reaching_outside_is_refused_in_core_only() {
        for line in [
            "use tokio::time;",
            "async fn a() {}",
            "use std::{fs, io};",
            "use std::net::TcpStream;",
        ] {
            let inside = Tree::of(&[("crates/tenantry-core/src/a.rs", line)]);
            assert_eq!(check(&inside).len(), 1, "{line}");
            let outside = Tree::of(&[("crates/tenantry-db/src/a.rs", line)]);
            assert!(check(&outside).is_empty(), "{line}");
        }
        let value = Tree::of(&[("crates/tenantry-core/src/a.rs", "use std::net::IpAddr;")]);
        assert!(check(&value).is_empty());
    }
}
