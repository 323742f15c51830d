//! The graph of what points at what: declared foreign keys and what the rows say. Partitions are not in it; what they
//! declare is said of the table that they are a part of.

use std::collections::BTreeMap;

use crate::classification::{Link, LinkKind};
use crate::evidence::Evidence;
use crate::name::TableName;
use crate::schema::{ForeignKey, Schema, Table};

use super::soft;

/// All tables that have a verdict of their own, in the schema's order.
#[derive(Debug)]
pub(crate) struct Graph<'a> {
    /// The tables, with what they point at.
    pub(crate) nodes: Vec<Node<'a>>,
    index: BTreeMap<&'a TableName, usize>,
}

/// A table.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    /// The table.
    pub(crate) table: &'a Table,
    /// What it points at.
    pub(crate) edges: Vec<Edge>,
    /// What points at it, each once, without itself.
    pub(crate) children: Vec<usize>,
}

/// From a child to a parent.
#[derive(Debug, Clone)]
pub(crate) struct Edge {
    /// The parent.
    pub(crate) parent: usize,
    /// As the plan says it.
    pub(crate) link: Link,
    /// How sure it is that a row belongs to whom its parent belongs to, from 0 to 1.
    pub(crate) confidence: f32,
    /// What that rests on.
    pub(crate) basis: Basis,
}

/// What says that an edge is there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Basis {
    /// A foreign key.
    Declared {
        /// The share of rows where it is null, where that is known. The largest of its columns.
        null_fraction: Option<f32>,
        /// Whether every row was checked.
        is_validated: bool,
    },
    /// Values of a sample.
    Values {
        /// Rows looked at.
        sampled: i64,
        /// Of those, rows with a value.
        filled: i64,
        /// Of those, rows whose parent is not there.
        missing: i64,
        /// Whether the name says so too.
        is_named: bool,
    },
}

impl<'a> Graph<'a> {
    /// The graph of a schema. Evidence is left out to see what foreign keys alone say.
    pub(crate) fn new(schema: &'a Schema, evidence: Option<&Evidence>) -> Self {
        let tables = schema.tables.iter().filter(|table| table.partition_of.is_none());
        let nodes: Vec<Node<'a>> =
            tables.map(|table| Node { table, edges: Vec::new(), children: Vec::new() }).collect();
        let index = nodes.iter().enumerate().map(|(at, node)| (&node.table.name, at)).collect();
        let mut graph = Self { nodes, index };
        graph.read_foreign_keys(schema);
        for edge in evidence.map(|evidence| soft::edges(schema, evidence)).unwrap_or_default() {
            graph.add_soft(schema, edge);
        }
        graph.note_children();
        graph
    }

    /// Where a table is; a partition is where the whole is.
    pub(crate) fn at(&self, schema: &Schema, name: &TableName) -> Option<usize> {
        self.index.get(&whole(schema, name)).copied()
    }

    /// The table's name.
    pub(crate) fn name(&self, at: usize) -> &'a TableName {
        &self.nodes[at].table.name
    }

    fn read_foreign_keys(&mut self, schema: &'a Schema) {
        // What the whole declares comes before what its partitions repeat of it.
        let (parts, wholes): (Vec<_>, Vec<_>) =
            schema.tables.iter().partition(|table| table.partition_of.is_some());
        for table in wholes.into_iter().chain(parts) {
            let Some(child) = self.at(schema, &table.name) else { continue };
            for key in &table.foreign_keys {
                let parent = whole(schema, &key.parent);
                if let Some(at) = self.index.get(&parent).copied() {
                    let edge = declared(table, key, parent, at);
                    self.add(child, edge);
                }
            }
        }
    }

    fn add_soft(&mut self, schema: &Schema, soft: soft::SoftEdge) {
        let (Some(child), Some(parent)) =
            (self.at(schema, &soft.child), self.at(schema, &soft.edge.link.parent))
        else {
            return;
        };
        let mut edge = Edge { parent, ..soft.edge };
        edge.link.parent = self.name(parent).clone();
        self.add(child, edge);
    }

    /// Adds an edge, unless the same columns point at the same parent already.
    fn add(&mut self, child: usize, edge: Edge) {
        let is_same = |other: &Edge| {
            let is_kind = matches!(edge.link.kind, LinkKind::Polymorphic { .. })
                == matches!(other.link.kind, LinkKind::Polymorphic { .. });
            other.parent == edge.parent && other.link.columns == edge.link.columns && is_kind
        };
        if !self.nodes[child].edges.iter().any(is_same) {
            self.nodes[child].edges.push(edge);
        }
    }

    fn note_children(&mut self) {
        for child in 0..self.nodes.len() {
            let parents: Vec<usize> =
                self.nodes[child].edges.iter().map(|edge| edge.parent).collect();
            for parent in parents {
                let children = &mut self.nodes[parent].children;
                if parent != child && !children.contains(&child) {
                    children.push(child);
                }
            }
        }
    }
}

/// The table that a partition is a part of, or the table itself.
pub(crate) fn whole(schema: &Schema, name: &TableName) -> TableName {
    let mut name = name.clone();
    // Bounded, because a schema that was made up could name itself as its own whole.
    for _ in 0..schema.tables.len() {
        match schema.table(&name).and_then(|table| table.partition_of.clone()) {
            Some(parent) => name = parent,
            None => break,
        }
    }
    name
}

/// What a foreign key says. A partition's own key says it of some rows only, so it never counts as total for the whole.
fn declared(table: &Table, key: &ForeignKey, parent: TableName, at: usize) -> Edge {
    let columns = key.columns.iter().filter_map(|name| table.column(name));
    let is_never_null = columns.clone().all(|column| column.is_not_null);
    let fractions: Option<Vec<f32>> = columns
        .map(|column| if column.is_not_null { Some(0.0) } else { column.null_fraction })
        .collect();
    let null_fraction = fractions.map(|all| all.into_iter().fold(0.0, f32::max));
    let is_total = is_never_null && key.is_validated && table.partition_of.is_none();
    let confidence = match null_fraction {
        _ if is_total => 0.97,
        _ if is_never_null => 0.85,
        Some(fraction) if fraction <= 0.0 => 0.88,
        Some(fraction) if fraction <= 0.05 => 0.8,
        Some(_) => 0.7,
        None => 0.75,
    };
    Edge {
        parent: at,
        link: Link {
            columns: key.columns.clone(),
            parent,
            parent_columns: key.parent_columns.clone(),
            kind: LinkKind::ForeignKey(key.name.clone()),
            is_total,
            cast: None,
        },
        confidence,
        basis: Basis::Declared { null_fraction, is_validated: key.is_validated },
    }
}

/// From this many rows on, a column that may be null and never was is taken for one that every row has.
const ENOUGH: i64 = 20;

impl Edge {
    /// Whether every row that was looked at has a parent, though the column may be null. Enough to say that a table is an
    /// organization's; not enough to say that no row will ever be without one.
    pub(crate) fn is_filled(&self) -> bool {
        match self.basis {
            Basis::Declared { null_fraction, is_validated } => {
                is_validated && null_fraction.is_some_and(|share| share <= 0.0)
            }
            Basis::Values { sampled, filled, missing, is_named } => {
                let is_clean = is_named && missing == 0 && filled == sampled && filled >= ENOUGH;
                // A column that fits several tables as well is believed less, and is not meant here.
                is_clean && self.confidence >= 0.85
            }
        }
    }

    /// The order in which links are tried: first those that every row has, then foreign keys, then what names and values
    /// say, then pairs that count only sometimes.
    pub(crate) fn rank(&self) -> (bool, u8) {
        let kind = match (&self.link.kind, self.basis) {
            (LinkKind::ForeignKey(_), _) => 0,
            (LinkKind::Polymorphic { .. }, _) => 3,
            (LinkKind::Soft, Basis::Values { is_named: false, .. }) => 2,
            (LinkKind::Soft, _) => 1,
        };
        (!self.link.is_total, kind)
    }
}
