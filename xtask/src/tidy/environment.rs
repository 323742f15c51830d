//! The environment is read in one file, so that the configuration reference cannot miss a name.

use super::Violation;
use crate::source::Source;
use crate::tree::Tree;

const HOME: &str = "crates/tenantry/src/config";
/// What `std::env` has that reads nothing.
const PURE: [&str; 3] = ["split_paths", "join_paths", "consts"];

/// Every use of `std::env` outside the configuration, tests and tools.
pub(crate) fn check(tree: &Tree) -> Vec<Violation> {
    tree.sources().filter(|source| !may_read(source)).flat_map(|source| uses(&source)).collect()
}

fn may_read(source: &Source) -> bool {
    let path = source.path.as_str();
    let is_config =
        path.strip_prefix(HOME).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'));
    let tools = ["xtask/", "bench/", "crates/tenantry-testkit/"];
    let is_tool = tools.iter().any(|tool| path.starts_with(tool));
    let is_example = path.starts_with("examples/") || path.contains("/examples/");
    is_config || is_tool || is_example || path.ends_with("build.rs") || source.is_test_file()
}

fn uses(source: &Source) -> Vec<Violation> {
    let instead = "read the environment in crates/tenantry/src/config.rs and hand the value down";
    source
        .mentions_std("env")
        .into_iter()
        .filter(|at| {
            !PURE.iter().any(|pure| source.code[*at..].starts_with(&format!("std::env::{pure}")))
        })
        .map(|at| Violation::new(format!("{}:{}", source.path, source.line(at)), instead))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_the_environment_elsewhere_is_refused() {
        let tree = Tree::of(&[
            ("crates/tenantry-db/src/a.rs", "\nfn a() { std::env::var(\"A\"); }"),
            ("crates/tenantry-db/src/b.rs", "use std::{env, fs};"),
            (
                "crates/tenantry-db/src/c.rs",
                "// std::env\n#[cfg(test)]\nmod tests { use std::env; }",
            ),
            ("bench/peers/a/src/settings.rs", "fn a() { std::env::var(\"A\"); }"),
            ("crates/tenantry-db/src/d.rs", "fn a() { std::env::split_paths(path) }"),
            ("crates/tenantry-db/tests/it/main.rs", "use std::env;"),
            ("crates/tenantry/src/config.rs", "use std::env;"),
            ("crates/tenantry/src/configure.rs", "use std::env;"),
        ]);
        let found: Vec<String> = check(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].starts_with("crates/tenantry-db/src/a.rs:2: read the environment in"));
    }
}
