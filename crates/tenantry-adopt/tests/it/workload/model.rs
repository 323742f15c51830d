//! What a writer knows to be in the database, because it put it there and was told that it is done.

use std::collections::BTreeMap;

/// A row: its text, and the key of the row that it points at, if any.
pub(super) type Known = (String, Option<String>);

/// Rows by key, a map a table.
#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    pub(super) parents: BTreeMap<String, Known>,
    pub(super) children: BTreeMap<String, Known>,
    pub(super) roots: BTreeMap<String, Known>,
    pub(super) members: BTreeMap<String, Known>,
}

impl Model {
    /// In the order of [`Application::tables`](super::application::Application::tables).
    pub(super) fn tables(&self) -> [&BTreeMap<String, Known>; 4] {
        [&self.parents, &self.children, &self.roots, &self.members]
    }

    /// Deleting a parent takes its children with it.
    pub(super) fn delete_parent(&mut self, key: &str) {
        self.parents.remove(key);
        self.children.retain(|_, (_, parent)| parent.as_deref() != Some(key));
    }

    /// Deleting a root leaves its members without one.
    pub(super) fn delete_root(&mut self, key: &str) {
        self.roots.remove(key);
        for (_, root) in self.members.values_mut() {
            root.take_if(|root| root == key);
        }
    }

    /// The children of a parent, by key.
    pub(super) fn children_of(&self, parent: &str) -> Vec<String> {
        let of_it = |(_, (_, owner)): &(&String, &Known)| owner.as_deref() == Some(parent);
        self.children.iter().filter(of_it).map(|(key, _)| key.clone()).collect()
    }
}

/// What of a table is not as it was written, a line a row.
pub(super) fn differences(
    table: &str,
    wanted: &BTreeMap<String, Known>,
    found: &BTreeMap<String, Known>,
) -> Vec<String> {
    let missing = wanted.iter().filter_map(|(key, row)| match found.get(key) {
        None => Some(format!("{table} has lost {key}: {row:?}")),
        Some(other) if other != row => {
            Some(format!("{table} has {other:?} as {key} instead of {row:?}"))
        }
        Some(_) => None,
    });
    let unknown = found.iter().filter(|(key, _)| !wanted.contains_key(*key));
    missing
        .chain(unknown.map(|(key, row)| format!("{table} has {key} that nobody wrote: {row:?}")))
        .collect()
}
