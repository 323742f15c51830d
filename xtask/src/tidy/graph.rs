//! Which crate depends on which, from `cargo metadata`.
//!
//! Edges are the direct ones of our manifests; `resolved` is everything that Cargo would build
//! for any platform, so a crate that only another system needs is seen as well.

use std::path::Path;

use anyhow::{Context, Result};
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
        let resolve = metadata.resolve.context("cargo metadata left out the resolved graph")?;
        let built = |id| metadata.packages.iter().find(|package| &package.id == id);
        graph.resolved = resolve
            .nodes
            .iter()
            .filter_map(|node| built(&node.id))
            .map(|package| package.name.to_string())
            .collect();
        Ok(graph)
    }
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
