//! Which crate depends on which, as Cargo says.
//!
//! Edges are the direct ones of our manifests; `resolved` is everything that Cargo would build
//! for any platform, so a crate that only another system needs is seen as well.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use cargo_metadata::{DependencyKind, MetadataCommand};

/// Our direct dependencies, and the names of all packages in the resolved graph.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    pub(crate) edges: Vec<Edge>,
    pub(crate) resolved: Vec<String>,
}

/// `from` names `to` in its manifest.
#[derive(Debug)]
pub(crate) struct Edge {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) development: bool,
    pub(crate) ours: bool,
}

impl Graph {
    /// Asks Cargo about the workspace at `root`.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let metadata = MetadataCommand::new().current_dir(root).exec().context("cargo metadata")?;
        let mut graph = Self::default();
        for package in metadata.workspace_packages() {
            // All examples are one customer of ours, however many there are.
            let is_example =
                package.manifest_path.starts_with(metadata.workspace_root.join("examples"));
            let from = if is_example { "examples" } else { package.name.as_str() };
            graph.edges.extend(package.dependencies.iter().map(|dependency| Edge {
                from: from.into(),
                to: dependency.name.clone(),
                development: dependency.kind == DependencyKind::Development,
                ours: dependency.path.is_some(),
            }));
        }
        graph.resolved = built(root)?;
        Ok(graph)
    }
}

/// The names of all packages that Cargo would build, for any platform. `cargo metadata` knows more: it also lists what
/// an optional dependency could bring, had anybody asked for it.
fn built(root: &Path) -> Result<Vec<String>> {
    let mut tree = Command::new("cargo");
    tree.args(["tree", "--workspace", "--target", "all", "--edges", "all", "--prefix", "none"]);
    let output = tree.args(["--format", "{p}"]).current_dir(root).output().context("cargo tree")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "cargo tree: {errors}");
    let text = String::from_utf8(output.stdout).context("cargo tree")?;
    let names = text.lines().filter_map(|line| line.split_whitespace().next());
    Ok(names.map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect())
}

#[cfg(test)]
impl Edge {
    pub(crate) fn normal(from: &str, to: &str) -> Self {
        let ours = to.starts_with("tenantry");
        Self { from: from.into(), to: to.into(), development: false, ours }
    }

    pub(crate) fn development(from: &str, to: &str) -> Self {
        Self { development: true, ..Self::normal(from, to) }
    }
}
