//! Which of our crates may depend on which: arrows point down only.
//!
//! A new arrow is a decision: it gets its row here in a commit of its own.

use super::Violation;
use super::graph::{Edge, Graph};

/// A crate, and those of ours that it may use.
const ARROWS: [(&str, &[&str]); 14] = [
    ("tenantry-core", &[]),
    ("tenantry-embedded", &[]),
    ("tenantry-db", &["core"]),
    ("tenantry-prove", &["db", "core"]),
    ("tenantry-tower", &["core"]),
    ("tenantry-store", &["db", "core"]),
    ("tenantry-identity", &["store", "db", "core"]),
    ("tenantry-api", &["identity", "store", "tower", "db", "core"]),
    ("tenantry-adopt", &["prove", "store", "db", "core"]),
    (
        "tenantry",
        &["api", "identity", "store", "embedded", "adopt", "prove", "tower", "db", "core"],
    ),
    ("tenantry-testkit", &["api", "identity", "store", "embedded", "tower", "db", "core"]),
    // An example stands where a customer stands: an application beside the control plane, and a database to run on.
    ("examples", &["api", "identity", "store", "embedded", "prove", "tower", "db", "core"]),
    // So does the suite that measures it: an application, its data and its load.
    ("tenantry-bench", &["api", "identity", "store", "embedded", "tower", "db", "core"]),
    ("xtask", &[]),
];

/// What tests may use beyond the arrows of their crate. `core`, `embedded` and `prove` use none of it.
const FOR_TESTS: [&str; 4] = ["testkit", "embedded", "prove", "identity"];

/// Every arrow between our crates that the table does not have.
pub(crate) fn check(graph: &Graph) -> Vec<Violation> {
    graph.edges.iter().filter(|edge| edge.ours).filter_map(forbidden).collect()
}

fn forbidden(edge: &Edge) -> Option<Violation> {
    let Some((_, allowed)) = ARROWS.iter().find(|(from, _)| *from == edge.from) else {
        let instead = "a new crate; give it a row in xtask/src/tidy/arrows.rs, below what uses it";
        return Some(Violation::new(&edge.from, instead));
    };
    let to = edge.to.strip_prefix("tenantry-").unwrap_or(&edge.to);
    let for_tests = edge.development && !allowed.is_empty() && FOR_TESTS.contains(&to);
    if allowed.contains(&to) || for_tests {
        return None;
    }
    let instead = if to == "testkit" {
        "the testkit is for tests; move it to [dev-dependencies]".into()
    } else {
        format!(
            "may not depend on {}; pass what it needs down, or move it to a crate that both use",
            edge.to
        )
    };
    Some(Violation::new(&edge.from, instead))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(edges: Vec<Edge>) -> Vec<String> {
        let graph = Graph { edges, resolved: Vec::new() };
        check(&graph).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_arrow_that_points_up_is_refused() {
        let found = complaints(vec![
            Edge::normal("tenantry-db", "tenantry-store"),
            Edge::normal("tenantry-core", "tenantry-embedded"),
            Edge::development("tenantry-core", "tenantry-testkit"),
        ]);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].starts_with("tenantry-db: may not depend on tenantry-store"));
    }

    #[test]
    fn the_testkit_is_only_for_tests() {
        assert!(complaints(vec![Edge::development("tenantry-api", "tenantry-testkit")]).is_empty());
        let found = complaints(vec![Edge::normal("tenantry-api", "tenantry-testkit")]);
        assert!(found[0].contains("[dev-dependencies]"), "{found:?}");
    }

    #[test]
    fn a_crate_without_a_row_is_named() {
        let found = complaints(vec![Edge::normal("tenantry-new", "tenantry-core")]);
        assert!(found[0].contains("give it a row"), "{found:?}");
    }
}
