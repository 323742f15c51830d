//! Whether people can be made members as the file says.

use super::{names, wrong};
use crate::classification::{Class, Mode};
use crate::decisions::{Decisions, DecisionsError};
use crate::schema::Schema;

/// The roles of a member.
const ROLES: &[&str] = &["owner", "admin", "member", "viewer"];

impl Decisions {
    pub(super) fn check_people(&self, schema: &Schema) -> Result<(), DecisionsError> {
        let Some(people) = &self.people else { return Ok(()) };
        let Some(table) = schema.table(&people.table) else {
            let known: Vec<String> = schema.tables.iter().map(|it| it.name.to_string()).collect();
            let help = names::meant(&people.table.to_string(), &known);
            return Err(wrong("people", format!("there is no table {}{help}", people.table)));
        };
        let lines = [
            ("key", Some(&people.key)),
            ("email", Some(&people.email)),
            ("name", people.name.as_ref()),
            ("password_hash", people.password_hash.as_ref()),
            ("role", people.role.as_ref()),
        ];
        for (line, name) in lines {
            names::column(table, "people", line, name.map(String::as_str))?;
        }
        if table.key().is_none_or(|key| key.columns != [people.key.clone()]) {
            return Err(wrong(
                "people",
                format!("key = {:?} is not what tells rows of {} apart", people.key, people.table),
            ));
        }
        self.check_roles()?;
        let class = self.tables.get(&people.table).and_then(|decision| decision.class);
        match (class, self.mode) {
            (Some(Class::Identity), Mode::Whole | Mode::Merge) => Err(wrong(
                &people.table.to_string(),
                "everybody in it becomes a member of the one organization, so write class = \"tenant\"",
            )),
            (Some(Class::Shared | Class::Infrastructure), _) => Err(wrong(
                &people.table.to_string(),
                "it is the table of people, so write class = \"tenant\" or \"identity\", or remove [people]",
            )),
            _ => Ok(()),
        }
    }

    fn check_roles(&self) -> Result<(), DecisionsError> {
        let Some(people) = &self.people else { return Ok(()) };
        if people.role.is_none() && !people.roles.is_empty() {
            return Err(wrong(
                "people",
                "roles say what values of a column mean; write role = … with the column",
            ));
        }
        for (label, role) in &people.roles {
            if !ROLES.contains(&role.as_str()) {
                return Err(wrong(
                    "people",
                    format!("{label:?} = {role:?}: a member is owner, admin, member or viewer"),
                ));
            }
        }
        Ok(())
    }
}
