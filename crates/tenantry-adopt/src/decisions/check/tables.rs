//! Whether each table's lines can be: every table has exactly one section, and no two sections exclude each other.

use super::{names, wrong};
use crate::classification::{Class, Mode};
use crate::classify::whole;
use crate::decisions::{Decision, Decisions, DecisionsError, links};
use crate::name::TableName;
use crate::schema::{Schema, Table};

impl Decisions {
    pub(super) fn check_tables(&self, schema: &Schema) -> Result<(), DecisionsError> {
        for (name, decision) in &self.tables {
            let table = known(schema, name)?;
            let place = name.to_string();
            check_class(&place, decision)?;
            self.check_kind(schema, table, decision)?;
            check_keep(table, decision)?;
            check_record(&place, decision)?;
            self.check_way(&place, decision)?;
        }
        let is_missing =
            |table: &&Table| table.partition_of.is_none() && !self.tables.contains_key(&table.name);
        match schema.tables.iter().find(is_missing) {
            Some(table) => {
                let problem = "nothing is decided about it; add its section with class = …, or make a fresh plan";
                Err(wrong(&table.name.to_string(), problem))
            }
            None => Ok(()),
        }
    }

    /// Whether a table can be of the class that stands there.
    fn check_kind(
        &self,
        schema: &Schema,
        table: &Table,
        decision: &Decision,
    ) -> Result<(), DecisionsError> {
        let place = table.name.to_string();
        let refuse = |problem: String| Err(wrong(&place, problem));
        let Some(class) = decision.class else { return Ok(()) };
        if class == Class::Tenant {
            return if table.is_foreign {
                refuse("row security does not reach a foreign table; write another class, or bring its rows here".to_owned())
            } else {
                Ok(())
            };
        }
        for key in &table.foreign_keys {
            if !self.is_tenant(&whole(schema, &key.parent)) {
                continue;
            }
            let (column, parent) = (key.columns.join(", "), key.parent.shown());
            let columns = key.columns.iter().filter_map(|name| table.column(name));
            let is_total = columns.clone().count() > 0 && columns.clone().all(|it| it.is_not_null);
            if class == Class::Shared {
                return refuse(format!(
                    "it references {parent} by {column}, which is an organization's, so everybody would see whose it is: \
                     write class = \"tenant\""
                ));
            }
            if is_total {
                return refuse(format!(
                    "each of its rows has one of {parent}, which is an organization's, by {column}: write class = \"tenant\""
                ));
            }
        }
        Ok(())
    }

    /// Whether `via` and `orphans` mean something.
    fn check_way(&self, place: &str, decision: &Decision) -> Result<(), DecisionsError> {
        if self.mode != Mode::Split {
            return match (&decision.via, decision.orphans) {
                (Some(_), _) => Err(wrong(place, "via is for mode = \"split\" only; remove it")),
                (_, Some(_)) => {
                    Err(wrong(place, "orphans is for mode = \"split\" only; remove it"))
                }
                _ => Ok(()),
            };
        }
        let Some(via) = &decision.via else { return Ok(()) };
        let known: Vec<&str> = decision.links.iter().map(|link| links::left_of(link)).collect();
        let parts = links::parts(via, &known);
        let help = if known.is_empty() {
            "it has none".to_owned()
        } else {
            format!("there are: {}", known.join(", "))
        };
        match parts.iter().find(|part| !known.contains(part)) {
            Some(part) => Err(wrong(place, format!("via = {part:?} is no link of it; {help}"))),
            None if parts.is_empty() => Err(wrong(place, format!("via is empty; {help}"))),
            None => Ok(()),
        }
    }
}

/// The table that a section is about.
fn known<'a>(schema: &'a Schema, name: &TableName) -> Result<&'a Table, DecisionsError> {
    let Some(table) = schema.table(name) else {
        let known: Vec<String> = schema.tables.iter().map(|table| table.name.to_string()).collect();
        let help = names::meant(&name.to_string(), &known);
        return Err(wrong(&name.to_string(), format!("there is no such table{help}")));
    };
    if table.partition_of.is_some() {
        let whole = whole(schema, name);
        let problem = format!("it is a partition and belongs as {whole} does; remove its section");
        return Err(wrong(&name.to_string(), problem));
    }
    Ok(table)
}

/// Whether exactly one of the two lines is there, and says something.
fn check_class(place: &str, decision: &Decision) -> Result<(), DecisionsError> {
    match (decision.class, decision.decide.as_deref()) {
        (Some(_), None) | (None, Some("?")) => Ok(()),
        (Some(_), Some(_)) => Err(wrong(place, "it is decided, so remove the line decide = …")),
        (None, Some(text)) => Err(wrong(
            place,
            format!("decide = {text:?} says nothing; write class = … in its place"),
        )),
        (None, None) => Err(wrong(place, "nothing is decided about it; write class = …")),
    }
}

/// Only what is guarded is recorded.
fn check_record(place: &str, decision: &Decision) -> Result<(), DecisionsError> {
    match (decision.record, decision.class) {
        (Some(_), Some(class)) if class != Class::Tenant => {
            Err(wrong(place, "record is for class = \"tenant\" only; remove it"))
        }
        _ => Ok(()),
    }
}

fn check_keep(table: &Table, decision: &Decision) -> Result<(), DecisionsError> {
    let unique: Vec<&str> = table
        .indexes
        .iter()
        .filter(|index| index.is_unique || index.is_exclusion)
        .map(|index| index.name.as_str())
        .collect();
    match decision.keep.iter().find(|name| !unique.contains(&name.as_str())) {
        Some(name) => {
            let help = names::meant(name, &unique);
            Err(wrong(
                &table.name.to_string(),
                format!("keep = {name:?} is no unique key of it{help}"),
            ))
        }
        None => Ok(()),
    }
}
