//! Whether the file is a plan for this schema. The first thing that is wrong is told, with what could stand there instead;
//! only when nothing is wrong are the open tables listed, so that nobody answers questions twice.

mod names;
mod people;
mod tables;

use super::{Decisions, DecisionsError};
use crate::classification::{Class, Mode};
use crate::schema::Schema;

impl Decisions {
    /// Checks the file against the schema.
    ///
    /// # Errors
    /// [`DecisionsError::Wrong`] when a line cannot be, [`DecisionsError::Open`] when tables are still to be decided.
    pub fn check(&self, schema: &Schema) -> Result<(), DecisionsError> {
        self.check_organizations()?;
        self.check_logins(schema)?;
        self.check_tables(schema)?;
        self.check_root(schema)?;
        self.check_people(schema)?;
        let open: Vec<String> = self
            .tables
            .iter()
            .filter(|(_, decision)| decision.class.is_none())
            .map(|(table, _)| table.shown())
            .collect();
        if open.is_empty() { Ok(()) } else { Err(DecisionsError::Open(open)) }
    }

    fn check_organizations(&self) -> Result<(), DecisionsError> {
        let own = std::iter::once(("organization", &self.organization));
        let others = self.merge.iter().map(|source| ("merge", &source.organization));
        let mut slugs = std::collections::BTreeSet::new();
        for (place, organization) in own.chain(others) {
            let name: Result<tenantry_core::name::DisplayName, _> = organization.name.parse();
            name.map_err(|error| wrong(place, format!("name {:?}: {error}", organization.name)))?;
            let slug: Result<tenantry_core::name::Slug, _> = organization.slug.parse();
            slug.map_err(|error| wrong(place, format!("slug {:?}: {error}", organization.slug)))?;
            if !slugs.insert(&organization.slug) {
                return Err(wrong(
                    place,
                    format!("two organizations have the slug {:?}", organization.slug),
                ));
            }
        }
        match (self.mode == Mode::Merge, self.merge.is_empty()) {
            (true, true) => Err(wrong(
                "merge",
                "mode = \"merge\" needs the other databases, one [[merge]] each",
            )),
            (false, false) => {
                Err(wrong("merge", "other databases are merged with mode = \"merge\" only"))
            }
            _ => Ok(()),
        }
    }

    fn check_logins(&self, schema: &Schema) -> Result<(), DecisionsError> {
        let known: Vec<&str> = schema.logins.iter().map(|login| login.name.as_str()).collect();
        for login in &self.application.logins {
            if !known.contains(&login.as_str()) {
                let help = names::meant(login, &known);
                return Err(wrong(
                    "application",
                    format!("no login {login:?} has to do with this database{help}"),
                ));
            }
        }
        Ok(())
    }

    fn check_root(&self, schema: &Schema) -> Result<(), DecisionsError> {
        let root = match (&self.root, self.mode) {
            (Some(root), Mode::Split) => root,
            (None, Mode::Split) => {
                return Err(wrong(
                    "root",
                    "mode = \"split\" needs [root] with the table whose rows are the organizations",
                ));
            }
            (Some(_), _) => {
                return Err(wrong("root", "a root is for mode = \"split\" only; remove [root]"));
            }
            (None, _) => return Ok(()),
        };
        let known: Vec<String> = schema.tables.iter().map(|table| table.name.to_string()).collect();
        let Some(table) = schema.table(&root.table) else {
            let help = names::meant(&root.table.to_string(), &known);
            return Err(wrong("root", format!("there is no table {}{help}", root.table)));
        };
        let is_key = table.key().is_some_and(|key| key.columns == [root.key.clone()]);
        if !is_key {
            return Err(wrong(
                "root",
                format!("key = {:?} is not what tells rows of {} apart", root.key, root.table),
            ));
        }
        names::column(table, "root", "name", root.name.as_deref())?;
        let class = self.tables.get(&root.table).and_then(|decision| decision.class);
        match class {
            Some(Class::Tenant) | None => Ok(()),
            Some(_) => Err(wrong(
                &root.table.to_string(),
                "its rows are the organizations, so write class = \"tenant\"",
            )),
        }
    }
}

/// Something that cannot be, and where.
fn wrong(place: &str, problem: impl Into<String>) -> DecisionsError {
    DecisionsError::Wrong { table: place.to_owned(), problem: problem.into() }
}
