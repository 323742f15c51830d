//! How a database says whose a row is: the column that names the organization, the table of organizations, that of
//! people, and how each table belongs. Nothing here is believed by an attack: rows are made for two organizations, and
//! an attack asks for those rows. What is guessed only decides how the rows are made and what a table is called.

mod column;
mod way;

use std::collections::HashMap;

use crate::catalog::{Catalog, Column, ForeignKey, Relation};
use crate::error::ProveError;
use crate::lint::Classified;
use crate::quote::identifier;

pub(crate) use column::{is_person_column, normalized};
pub(crate) use way::Way;

/// What is known of a database's organizations.
#[derive(Debug)]
pub(crate) struct Tenancy {
    /// Its name without case and underscores: `organizationid`.
    pub(crate) tenant_column: Option<String>,
    /// The table whose rows are the organizations.
    pub(crate) root: Option<u32>,
    /// The table whose rows are the people.
    pub(crate) people: Option<u32>,
    pub(crate) way: Way,
    classes: HashMap<u32, Class>,
}

/// How a table belongs to an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Class {
    /// A row is an organization.
    Root,
    /// It has the column.
    Direct(String),
    /// A foreign key leads to a table that belongs.
    Via(u32),
    /// A row is a person, or belongs to one.
    Person,
    /// It belongs to nobody, on purpose: nothing that the role can write, or so it was said.
    Shared,
    /// It belongs to nobody as far as can be seen, and the role writes it.
    Unclassified,
}

/// What the person who runs it says about the database.
#[derive(Debug, Default, Clone)]
pub(crate) struct Told {
    pub(crate) tenant_column: Option<String>,
    pub(crate) shared: Vec<String>,
    pub(crate) context: Option<String>,
}

impl Told {
    /// Refuses a way in that would end the transaction in which everything is taken back.
    pub(crate) fn ensure_harmless(&self) -> Result<(), ProveError> {
        let ends =
            ["begin", "commit", "rollback", "abort", "end", "savepoint", "release", "prepare"];
        let words = self.context.iter().flat_map(|statement| statement.split(';'));
        let first = |statement: &str| statement.split_whitespace().next().map(str::to_lowercase);
        match words.filter_map(first).find(|word| ends.contains(&word.as_str())) {
            Some(word) => Err(ProveError::Enter(format!(
                "it must not begin or end a transaction, and says {word}"
            ))),
            None => Ok(()),
        }
    }

    /// Refuses a name that nothing has.
    pub(crate) fn ensure_known(&self, catalog: &Catalog) -> Result<(), ProveError> {
        let is_table =
            |name: &&String| !catalog.relations.iter().any(|relation| is_named(relation, name));
        if let Some(name) = self.shared.iter().find(is_table) {
            return Err(ProveError::NoSuchName { option: "--shared", name: name.clone() });
        }
        let Some(column) = &self.tenant_column else { return Ok(()) };
        let wanted = normalized(column);
        let has = |relation: &Relation| {
            relation.columns.iter().any(|column| normalized(&column.name) == wanted)
        };
        if catalog.relations.iter().any(has) {
            return Ok(());
        }
        Err(ProveError::NoSuchName { option: "--tenant-column", name: column.clone() })
    }
}

/// Tables by which other tools remember what they did.
const HOUSEKEEPING: [&str; 10] = [
    "schema_migrations",
    "_prisma_migrations",
    "alembic_version",
    "ar_internal_metadata",
    "django_migrations",
    "flyway_schema_history",
    "knex_migrations",
    "knex_migrations_lock",
    "__drizzle_migrations",
    "goose_db_version",
];

impl Tenancy {
    /// Reads it off the catalog.
    pub(crate) fn read(catalog: &Catalog, told: &Told) -> Self {
        let tenant_column = told
            .tenant_column
            .as_deref()
            .map(normalized)
            .or_else(|| column::tenant_column(catalog));
        let way = Way::read(catalog, told.context.as_deref());
        let root = tenant_column.as_deref().and_then(|name| column::root(catalog, name));
        let people = column::people(catalog, root);
        let mut tenancy = Self { tenant_column, root, people, way, classes: HashMap::new() };
        tenancy.classify(catalog, &told.shared);
        tenancy
    }

    /// The class of a table; of a partition that of its parent.
    pub(crate) fn class(&self, oid: u32) -> &Class {
        self.classes.get(&oid).unwrap_or(&Class::Shared)
    }

    /// Whether a row of the table is somebody's.
    pub(crate) fn is_owned(&self, oid: u32) -> bool {
        !matches!(self.class(oid), Class::Shared)
    }

    /// The tenant column of a relation, as it is spelled there.
    pub(crate) fn column_of<'a>(&self, relation: &'a Relation) -> Option<&'a str> {
        let wanted = self.tenant_column.as_deref()?;
        let found = relation.columns.iter().find(|column| normalized(&column.name) == wanted)?;
        Some(&found.name)
    }

    /// In a few words, for the report.
    pub(crate) fn belongs(&self, catalog: &Catalog, oid: u32) -> String {
        match self.class(oid) {
            Class::Root => "root".to_owned(),
            Class::Direct(column) => identifier(column),
            Class::Via(parent) => {
                let parent = catalog.relation(*parent);
                format!("via {}", parent.map_or_else(String::new, Relation::shown))
            }
            Class::Person => "a person's".to_owned(),
            Class::Shared => "shared".to_owned(),
            Class::Unclassified => "nobody's".to_owned(),
        }
    }

    /// What the lints get to know.
    pub(crate) fn classified(&self, catalog: &Catalog) -> Vec<Classified> {
        let tables = catalog.relations.iter().filter(|relation| relation.is_table());
        let row = |relation: &Relation| Classified {
            oid: relation.oid,
            class: match self.class(relation.oid) {
                Class::Root => "root",
                Class::Direct(_) => "direct",
                Class::Via(_) => "via",
                Class::Person => "person",
                Class::Shared => "shared",
                Class::Unclassified => "unclassified",
            },
            tenant_column: self.column_of(relation).map(str::to_owned),
        };
        tables.map(row).collect()
    }

    fn classify(&mut self, catalog: &Catalog, shared: &[String]) {
        let tables: Vec<&Relation> =
            catalog.relations.iter().filter(|relation| relation.is_table()).collect();
        for table in &tables {
            let is_said = shared.iter().any(|name| is_named(table, name));
            let class = if is_said || HOUSEKEEPING.contains(&table.name.as_str()) {
                Some(Class::Shared)
            } else if self.root == Some(table.oid) {
                Some(Class::Root)
            } else if let Some(column) = self.column_of(table) {
                Some(Class::Direct(column.to_owned()))
            } else if self.people == Some(table.oid) {
                Some(Class::Person)
            } else {
                None
            };
            if let Some(class) = class {
                self.classes.insert(table.oid, class);
            }
        }
        self.follow_keys(catalog, &tables);
        self.inherit(catalog, &tables);
        for table in &tables {
            let may_write = table.may.some_insert || table.may.some_update || table.may.delete;
            let is_open = may_write || self.may_be_somebodys(catalog, table);
            let class = if is_open { Class::Unclassified } else { Class::Shared };
            self.classes.entry(table.oid).or_insert(class);
        }
    }

    /// Ownership goes from the table that is referred to, to the one that refers; never back, or every list that
    /// somebody's row points at would become theirs. Keys that are never null first.
    fn follow_keys(&mut self, catalog: &Catalog, tables: &[&Relation]) {
        let is_firm = |key: &ForeignKey, table: &Relation| {
            key.columns.iter().all(|name| table.column(name).is_some_and(|column| column.not_null))
        };
        loop {
            let next = [true, false].into_iter().find_map(|is_firm_enough| {
                let open = tables.iter().filter(|table| !self.classes.contains_key(&table.oid));
                open.filter_map(|table| {
                    let keys = catalog.foreign_keys.iter().filter(|key| {
                        key.child == table.oid
                            && key.parent != table.oid
                            && is_firm(key, table) == is_firm_enough
                    });
                    self.by_parents(keys).map(|class| (table.oid, class))
                })
                .next()
            });
            let Some((oid, class)) = next else { return };
            self.classes.insert(oid, class);
        }
    }

    /// What the tables that keys lead to make of a table. An organization's row is a better reason than a person's.
    fn by_parents<'a>(&self, keys: impl Iterator<Item = &'a ForeignKey>) -> Option<Class> {
        let mut is_persons = false;
        for key in keys {
            match self.classes.get(&key.parent) {
                Some(Class::Person) => is_persons = true,
                Some(Class::Root | Class::Direct(_) | Class::Via(_)) => {
                    return Some(Class::Via(key.parent));
                }
                Some(Class::Shared | Class::Unclassified) | None => {}
            }
        }
        is_persons.then_some(Class::Person)
    }

    /// Whether a table that the role only reads, or that a view or function reads for it, looks as if its rows were
    /// somebody's: nobody refers to it, as to a list, and a column has the type of the organization's id or a telling name.
    fn may_be_somebodys(&self, catalog: &Catalog, table: &Relation) -> bool {
        let is_referred = catalog
            .foreign_keys
            .iter()
            .any(|key| key.parent == table.oid && key.child != table.oid);
        let key = table.key().map(|key| key.columns.as_slice()).unwrap_or_default();
        let is_telling = |column: &Column| {
            let is_key = key.len() == 1 && key[0] == column.name;
            !is_key && (column.type_name == "uuid" || column::tells_of_somebody(&column.name))
        };
        !is_referred && !table.row_security && table.columns.iter().any(is_telling)
    }

    /// A partition belongs as its parent does.
    fn inherit(&mut self, catalog: &Catalog, tables: &[&Relation]) {
        for table in tables {
            let mut above = table.parents.first().copied();
            while let Some(oid) = above {
                if let Some(class) = self.classes.get(&oid).cloned() {
                    self.classes.entry(table.oid).or_insert(class);
                }
                above =
                    catalog.relation(oid).and_then(|relation| relation.parents.first().copied());
            }
        }
    }
}

/// Whether a name from the command line means this relation: with or without its schema.
pub(crate) fn is_named(relation: &Relation, name: &str) -> bool {
    name == relation.name
        || name == relation.sql()
        || name == format!("{}.{}", relation.schema, relation.name)
}
