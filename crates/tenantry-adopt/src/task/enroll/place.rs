//! Where it says which organization a person is in: in the person's own row, or in a table of memberships that links people
//! and organizations.

use tenantry_db::DbError;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::classification::Mode;
use crate::decisions::People;
use crate::error::AdoptError;
use crate::name::{COLUMN, TableName, identifier, literal};

/// The table that links, with its two columns.
const LINKS: &str = include_str!("links.sql");
/// A column that says since when somebody is there.
const AGES: [&str; 7] =
    ["created_at", "createdat", "created_on", "created", "date_joined", "inserted_at", "joined_at"];

/// What was found out about the table of people.
#[derive(Debug)]
pub(super) struct Place {
    /// The column by which people are ordered, the oldest first.
    pub(super) age: Option<String>,
    /// Whether the role stands in the table of people.
    pub(super) has_role: bool,
    /// Whether each person's row says whose it is.
    is_owned: bool,
    /// The organization of everybody, where it is one.
    everybody: Option<Uuid>,
    /// Split: the tables that link.
    links: Vec<Join>,
}

/// A table of memberships.
#[derive(Debug)]
struct Join {
    table: TableName,
    person: String,
    root: String,
    has_role: bool,
}

impl Place {
    pub(super) async fn find(
        client: &Client,
        people: &People,
        mode: Mode,
    ) -> Result<Self, AdoptError> {
        let columns = columns(client, &people.table).await?;
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let is_time = |kind: &str| kind.starts_with("timestamp") || kind == "date";
        let age = columns
            .iter()
            .find(|(name, kind)| AGES.contains(&name.to_lowercase().as_str()) && is_time(kind));
        let is_owned = names.contains(&COLUMN);
        let everybody = match mode {
            Mode::Whole | Mode::Merge => organization(client).await?,
            Mode::Split => None,
        };
        // A table that links says more than a row of one's own: somebody may be in several organizations.
        let links = match mode {
            Mode::Split => links(client, people).await?,
            Mode::Whole | Mode::Merge => Vec::new(),
        };
        let has_role = people.role.as_ref().is_some_and(|role| names.contains(&role.as_str()));
        if !has_role && people.role.is_some() && !links.iter().any(|link| link.has_role) {
            let role = people.role.as_deref().unwrap_or_default();
            return Err(AdoptError::Refused(format!("{} has no column {role}", people.table)));
        }
        Ok(Self { age: age.map(|(name, _)| name.clone()), has_role, is_owned, everybody, links })
    }

    /// The organization of a person's row.
    pub(super) fn home(&self) -> String {
        match self.everybody {
            _ if self.is_owned => format!("p.{}", identifier(COLUMN)),
            Some(id) => format!("'{id}'::uuid"),
            None => "null::uuid".to_owned(),
        }
    }

    /// Rows of organization, person and role, the people being those of the staging table.
    pub(super) fn memberships(&self, people: &People) -> String {
        let own = "select home as organization_id, user_id, role, age, email, key from pg_temp.tenantry_people";
        if self.links.is_empty() {
            return own.to_owned();
        }
        let linked = self.links.iter().map(|link| {
            let role = match &people.role {
                Some(column) if link.has_role => role("j", column, people),
                _ => "p.role".to_owned(),
            };
            format!(
                "select r.organization_id, p.user_id, {role} as role, p.age, p.email, p.key from {} j \
                   join pg_temp.tenantry_people p on p.key = j.{}::text \
                   join tenantry_adopt.roots r on r.key = j.{}::text",
                link.table.sql(),
                identifier(&link.person),
                identifier(&link.root)
            )
        });
        linked.collect::<Vec<_>>().join(" union all ")
    }
}

/// The role that a value means. Whatever is not named is a member.
pub(super) fn role(alias: &str, column: &str, people: &People) -> String {
    let meanings: String = people
        .roles
        .iter()
        .map(|(value, role)| format!(" when {} then {}", literal(value), literal(role)))
        .collect();
    if meanings.is_empty() {
        return "'member'".to_owned();
    }
    format!("case {alias}.{}::text{meanings} else 'member' end", identifier(column))
}

/// The columns of a table, with their types.
async fn columns(client: &Client, table: &TableName) -> Result<Vec<(String, String)>, AdoptError> {
    let asked = "select attname::text, pg_catalog.format_type(atttypid, atttypmod) from pg_catalog.pg_attribute \
                  where attrelid = pg_catalog.to_regclass($1::text) and attnum > 0 and not attisdropped order by attnum";
    let rows = client.query(asked, &[&table.sql()]).await.map_err(DbError::from)?;
    if rows.is_empty() {
        return Err(AdoptError::Refused(format!("there is no table {table}")));
    }
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

async fn organization(client: &Client) -> Result<Option<Uuid>, AdoptError> {
    let asked = "select organization_id from tenantry_adopt.founded where purpose = 'plan'";
    let row = client.query_opt(asked, &[]).await.map_err(DbError::from)?;
    Ok(row.map(|row| row.get(0)))
}

async fn links(client: &Client, people: &People) -> Result<Vec<Join>, AdoptError> {
    let role = people.role.as_deref().unwrap_or_default();
    let values: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
        &[&people.table.sql(), &people.key, &role];
    let rows = client.query(LINKS, values).await.map_err(DbError::from)?;
    let read = |row: &tokio_postgres::Row| Join {
        table: TableName::new(row.get::<_, String>(0), row.get::<_, String>(1)),
        person: row.get(2),
        root: row.get(3),
        has_role: row.get(4),
    };
    Ok(rows.iter().map(read).collect())
}
