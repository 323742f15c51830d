//! What the columns of the people's table mean, as a proposal. A role that nobody knows is left out, which makes its holder
//! a plain member: nobody is given more than the words say.

use std::collections::BTreeMap;

use super::People;
use crate::classify::people::{display_name, email, password_hash, role};
use crate::classify::words::words;
use crate::schema::Table;

impl People {
    /// Reads them off a table, unless it has no address or more than one column tells its rows apart.
    #[must_use]
    pub fn propose(table: &Table) -> Option<Self> {
        let key = match table.key()?.columns.as_slice() {
            [key] => key.clone(),
            _ => return None,
        };
        let role = role(table);
        let labels = role.map(|role| role.labels.clone()).unwrap_or_default();
        Some(Self {
            table: table.name.clone(),
            key,
            email: email(table)?.name.clone(),
            name: display_name(table).map(|column| column.name.clone()),
            password_hash: password_hash(table).map(|column| column.name.clone()),
            role: role.map(|column| column.name.clone()),
            roles: roles(&labels),
            owner: None,
        })
    }
}

/// What known words mean.
fn roles(labels: &[String]) -> BTreeMap<String, String> {
    let meaning = |label: &String| Some((label.clone(), meaning(label)?.to_owned()));
    labels.iter().filter_map(meaning).collect()
}

/// What a role's word means here.
fn meaning(label: &str) -> Option<&'static str> {
    match words(label).join(" ").as_str() {
        "owner" | "founder" | "account owner" => Some("owner"),
        "admin" | "administrator" | "superadmin" | "super admin" | "superuser" => Some("admin"),
        "manager" | "team manager" | "editor" | "member" | "team member" | "user" | "staff"
        | "employee" | "author" | "contributor" | "moderator" | "agent" => Some("member"),
        "viewer" | "guest" | "readonly" | "read only" | "observer" | "reader" => Some("viewer"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Column, Index};

    #[test]
    fn roles_are_never_more_than_their_words() {
        for (label, wanted) in [
            ("ADMIN", Some("admin")),
            ("TEAM_MEMBER", Some("member")),
            ("MANAGER", Some("member")),
            ("SuperAdmin", Some("admin")),
            ("Owner", Some("owner")),
            ("read-only", Some("viewer")),
            ("wizard", None),
        ] {
            assert_eq!(meaning(label), wanted, "{label}");
        }
    }

    #[test]
    fn only_columns_that_say_so_are_taken() {
        let column = |name: &str, type_name: &str| Column {
            name: name.to_owned(),
            type_name: type_name.to_owned(),
            is_not_null: true,
            ..Column::default()
        };
        let mut table = Table {
            columns: vec![
                column("id", "uuid"),
                column("emailAddress", "text"),
                column("password", "text"),
                column("role", "integer"),
            ],
            indexes: vec![Index {
                columns: vec!["id".to_owned()],
                is_unique: true,
                is_primary: true,
                is_valid: true,
                ..Index::default()
            }],
            ..Table::default()
        };
        let people = People::propose(&table).unwrap();
        assert_eq!((people.key.as_str(), people.email.as_str()), ("id", "emailAddress"));
        assert_eq!((people.password_hash, people.role, people.name), (None, None, None));
        table.columns.push(column("password_hash", "text"));
        table.columns.push(column("fullName", "text"));
        let people = People::propose(&table).unwrap();
        assert_eq!(people.password_hash.as_deref(), Some("password_hash"));
        assert_eq!(people.name.as_deref(), Some("fullName"));
        table.columns.retain(|column| column.name != "emailAddress");
        assert_eq!(People::propose(&table), None);
    }
}
