//! Which of other people's crates may be used where, and which nowhere.
//!
//! A fence keeps a decision: there is one door to rows, one place that hashes a password.

use super::Violation;
use super::graph::{Edge, Graph};

struct Fence {
    packages: &'static [&'static str],
    normal: &'static [&'static str],
    tests: &'static [&'static str],
    instead: &'static str,
}

const FENCES: [Fence; 4] = [
    Fence {
        packages: &["tokio-postgres", "postgres", "deadpool", "deadpool-postgres"],
        // prove attacks what is behind the door, and adopt builds the door: both come in by the wall. bench measures
        // what the door costs beside the wall.
        normal: &[
            "tenantry-db",
            "tenantry-adopt",
            "tenantry-prove",
            "tenantry-testkit",
            "tenantry-bench",
        ],
        tests: &["tenantry-db", "tenantry-store", "tenantry-embedded"],
        instead: "open a TenantTx, or a PlatformTx, of tenantry-db",
    },
    Fence {
        packages: &["axum"],
        normal: &[
            "tenantry-tower",
            "tenantry-api",
            "tenantry-testkit",
            "tenantry",
            "examples",
            "tenantry-bench",
        ],
        tests: &[],
        instead: "keep HTTP in tenantry-tower and tenantry-api",
    },
    Fence {
        packages: &["jsonwebtoken", "argon2", "bcrypt"],
        normal: &["tenantry-identity"],
        tests: &[],
        instead: "call tenantry-identity, the one place that knows who is calling",
    },
    Fence {
        packages: &["anyhow"],
        normal: &["tenantry", "xtask", "tenantry-testkit", "examples", "tenantry-bench"],
        tests: &[],
        instead: "write a thiserror enum, so that the caller can tell the failures apart",
    },
];

const BANNED: [(&str, &str); 8] = [
    ("openssl", "use aws-lc-rs, so that the build stays pure cargo"),
    ("openssl-sys", "use aws-lc-rs, so that the build stays pure cargo"),
    ("native-tls", "use rustls on aws-lc-rs, the same on every platform"),
    ("ring", "use aws-lc-rs; one provider of cryptography is enough"),
    ("rsa", "use aws-lc-rs, which verifies RS256 already"),
    ("sqlx", "use tokio-postgres behind tenantry-db"),
    ("sqlx-core", "use tokio-postgres behind tenantry-db"),
    ("sqlx-postgres", "use tokio-postgres behind tenantry-db"),
];

/// Every direct dependency on the wrong side of its fence.
pub(crate) fn check(graph: &Graph) -> Vec<Violation> {
    graph.edges.iter().filter_map(crossed).collect()
}

/// Every banned crate that Cargo would build, whoever brought it.
pub(crate) fn check_banned(graph: &Graph) -> Vec<Violation> {
    let is_there = |name: &str| graph.resolved.iter().any(|package| package == name);
    let banned = BANNED.iter().filter(|(name, _)| is_there(name));
    banned
        .map(|(name, instead)| {
            Violation::new(*name, format!("{instead}; `cargo tree -i {name}` shows who brings it"))
        })
        .collect()
}

fn crossed(edge: &Edge) -> Option<Violation> {
    let fence = FENCES.iter().find(|fence| fence.packages.contains(&edge.to.as_str()))?;
    let from = edge.from.as_str();
    let allowed = fence.normal.contains(&from) || edge.development && fence.tests.contains(&from);
    (!allowed).then(|| Violation::new(from, format!("uses {}; {}", edge.to, fence.instead)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(edges: Vec<Edge>) -> Vec<String> {
        let graph = Graph { edges, resolved: Vec::new() };
        check(&graph).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_driver_outside_the_door_is_refused() {
        let found = complaints(vec![
            Edge::normal("tenantry-api", "tokio-postgres"),
            Edge::normal("tenantry-store", "deadpool"),
            Edge::development("tenantry-store", "tokio-postgres"),
            Edge::normal("tenantry-db", "tokio-postgres"),
        ]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("open a TenantTx"));
    }

    #[test]
    fn each_other_fence_refuses_the_wrong_side() {
        for (from, to) in
            [("tenantry-store", "axum"), ("tenantry-api", "argon2"), ("tenantry-db", "anyhow")]
        {
            assert_eq!(complaints(vec![Edge::normal(from, to)]).len(), 1, "{from} {to}");
            assert_eq!(complaints(vec![Edge::development(from, to)]).len(), 1, "{from} {to}");
        }
    }

    #[test]
    fn a_banned_crate_anywhere_in_the_graph_is_refused() {
        let resolved = vec!["serde".into(), "ring".into(), "ring-buffer".into()];
        let found = check_banned(&Graph { edges: Vec::new(), resolved });
        assert_eq!(found.len(), 1);
        assert!(found[0].to_string().contains("cargo tree -i ring"));
    }
}
