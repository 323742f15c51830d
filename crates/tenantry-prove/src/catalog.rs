//! What a database consists of, as far as a role can reach it: read once, in a handful of statements over `pg_catalog`.
//! System objects and those of extensions are left out. What the role may do is asked of PostgreSQL, which knows about
//! PUBLIC and memberships.

mod read;

use crate::quote::identifier;
use crate::report::Kind;

/// Everything that is read.
#[derive(Debug)]
pub(crate) struct Catalog {
    pub(crate) server: String,
    pub(crate) database: String,
    /// Who is logged in.
    pub(crate) login: String,
    pub(crate) login_is_superuser: bool,
    pub(crate) backend: i32,
    pub(crate) role: String,
    /// Settings that are stored for the role, which it has from the start of a connection.
    pub(crate) role_settings: Vec<StoredSetting>,
    /// Where names are looked for when a connection says nothing.
    pub(crate) search_path: String,
    /// Whether the sealed context is installed.
    pub(crate) is_sealed: bool,
    pub(crate) relations: Vec<Relation>,
    pub(crate) foreign_keys: Vec<ForeignKey>,
    pub(crate) functions: Vec<Function>,
    pub(crate) sequences: Vec<Sequence>,
    pub(crate) fingerprint: String,
}

/// A setting that is stored for a role or a database.
#[derive(Debug, Clone)]
pub(crate) struct StoredSetting {
    pub(crate) name: String,
    pub(crate) value: String,
    /// The role could not set it itself.
    pub(crate) needs_superuser: bool,
}

/// A table, partition, view, materialized view or foreign table.
#[derive(Debug, Clone)]
pub(crate) struct Relation {
    pub(crate) oid: u32,
    pub(crate) schema: String,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Its rows are in its partitions.
    pub(crate) is_partitioned: bool,
    /// What it is a partition or an heir of.
    pub(crate) parents: Vec<u32>,
    pub(crate) columns: Vec<Column>,
    pub(crate) uniques: Vec<Unique>,
    pub(crate) row_security: bool,
    pub(crate) policies: Vec<Policy>,
    pub(crate) may: Privileges,
    /// Holds so little that a statement over all of it takes no time: a megabyte at the most, and no partitions.
    pub(crate) is_small: bool,
    /// Of a view: the relations it reads, through other views too.
    pub(crate) reads: Vec<u32>,
}

/// What the role may do with a relation, by way of its own grants, those of its roles and PUBLIC's.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Privileges {
    pub(crate) select: bool,
    pub(crate) insert: bool,
    pub(crate) update: bool,
    pub(crate) delete: bool,
    /// One column is enough for these.
    pub(crate) some_select: bool,
    pub(crate) some_insert: bool,
    pub(crate) some_update: bool,
}

/// A column.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) type_name: String,
    pub(crate) not_null: bool,
    /// Computed from other columns, or an identity that is always generated: an update cannot set it.
    pub(crate) is_generated: bool,
    pub(crate) may_select: bool,
    pub(crate) may_insert: bool,
    pub(crate) may_update: bool,
}

/// A key, a unique index or an exclusion constraint.
#[derive(Debug, Clone)]
pub(crate) struct Unique {
    pub(crate) name: String,
    pub(crate) is_primary: bool,
    pub(crate) is_exclusion: bool,
    /// Its plain columns; empty when it is over expressions.
    pub(crate) columns: Vec<String>,
    pub(crate) is_partial: bool,
    pub(crate) is_deferrable: bool,
}

/// A policy of a table.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    /// Its two expressions, and the sources of the functions that they call, through other functions too.
    pub(crate) text: String,
    /// The columns that the expressions name.
    pub(crate) columns: Vec<String>,
}

/// A foreign key.
#[derive(Debug, Clone)]
pub(crate) struct ForeignKey {
    pub(crate) name: String,
    pub(crate) child: u32,
    pub(crate) parent: u32,
    pub(crate) columns: Vec<String>,
    pub(crate) parent_columns: Vec<String>,
}

/// A function or procedure that the role may call.
#[derive(Debug, Clone)]
pub(crate) struct Function {
    pub(crate) schema: String,
    pub(crate) name: String,
    /// `name(type, type)`, as SQL names it.
    pub(crate) signature: String,
    pub(crate) is_procedure: bool,
    pub(crate) is_definer: bool,
    /// Names (possibly empty) and types of the arguments that are passed in, without those that have a default.
    pub(crate) arguments: Vec<(String, String)>,
    /// Some of its types exist only inside the server, so that SQL cannot call it.
    pub(crate) is_internal: bool,
}

/// A sequence that the role may read in some way.
#[derive(Debug, Clone)]
pub(crate) struct Sequence {
    pub(crate) schema: String,
    pub(crate) name: String,
    /// The table whose column it numbers.
    pub(crate) owner: Option<u32>,
    pub(crate) may_select: bool,
}

impl Relation {
    /// The name as SQL writes it, with the schema.
    pub(crate) fn sql(&self) -> String {
        format!("{}.{}", identifier(&self.schema), identifier(&self.name))
    }

    /// Without the schema where that is `public`, which is how people speak of it.
    pub(crate) fn shown(&self) -> String {
        if self.schema == "public" { identifier(&self.name) } else { self.sql() }
    }

    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// A table of which rows are made: not a view.
    pub(crate) const fn is_table(&self) -> bool {
        matches!(self.kind, Kind::Table | Kind::Partition)
    }

    /// Whether the role can do anything with it.
    pub(crate) fn is_reachable(&self) -> bool {
        let Privileges { select, insert, update, delete, some_insert, .. } = self.may;
        select
            || insert
            || some_insert
            || update
            || delete
            || self.columns.iter().any(|column| column.may_select || column.may_update)
    }

    /// The columns that tell a row from all others: the primary key, or a unique index over columns that are never null.
    pub(crate) fn key(&self) -> Option<&Unique> {
        let is_key = |unique: &&Unique| {
            !unique.is_exclusion
                && !unique.is_partial
                && !unique.columns.is_empty()
                && unique
                    .columns
                    .iter()
                    .all(|name| self.column(name).is_some_and(|column| column.not_null))
        };
        let primary = self.uniques.iter().find(|unique| unique.is_primary);
        primary.or_else(|| self.uniques.iter().find(is_key))
    }

    /// The columns that the role may read, as a list for `select`; `*` when that is all of them.
    pub(crate) fn readable(&self) -> String {
        if self.may.select {
            return "*".to_owned();
        }
        let names: Vec<String> = self
            .columns
            .iter()
            .filter(|column| column.may_select)
            .map(|column| identifier(&column.name))
            .collect();
        // Without any, PostgreSQL is to be the one who refuses.
        if names.is_empty() { "*".to_owned() } else { names.join(", ") }
    }
}

impl Catalog {
    pub(crate) fn relation(&self, oid: u32) -> Option<&Relation> {
        self.relations.iter().find(|relation| relation.oid == oid)
    }

    /// Whether rows are made in a table by its own name: in a plain one, in a partition that the role reaches, and in a
    /// partitioned one of which it reaches no partition.
    pub(crate) fn holds_rows(&self, relation: &Relation) -> bool {
        let is_reached = |oid: u32| self.leaves(oid).iter().any(|leaf| leaf.is_reachable());
        if relation.is_partitioned {
            return relation.parents.is_empty() && !is_reached(relation.oid);
        }
        let root = relation.parents.first().map(|parent| self.root_of(*parent));
        let is_partition =
            root.and_then(|oid| self.relation(oid)).is_some_and(|root| root.is_partitioned);
        !is_partition || relation.is_reachable() || root.is_some_and(is_reached)
    }

    fn root_of(&self, oid: u32) -> u32 {
        let above = self.relation(oid).and_then(|relation| relation.parents.first().copied());
        above.map_or(oid, |above| self.root_of(above))
    }

    /// The partitions and heirs of a relation that hold rows themselves, at any depth.
    pub(crate) fn leaves(&self, oid: u32) -> Vec<&Relation> {
        let mut found = Vec::new();
        for child in self.relations.iter().filter(|relation| relation.parents.contains(&oid)) {
            if child.is_partitioned {
                found.extend(self.leaves(child.oid));
            } else {
                found.push(child);
            }
        }
        found
    }
}
