//! The organizations: that of the plan, one for rows that belong to nobody, and in a split database one for each row of the
//! root table. Names and slugs are made such that the control plane reads them back.

use tenantry_core::name::{DisplayName, Slug};
use tenantry_db::DbError;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::decisions::{Organization, Root};
use crate::error::AdoptError;
use crate::name::{identifier, literal};
use crate::operations::Prepare;
use crate::task::session::execute;

const ROOTS: &str = include_str!("roots.sql");

/// A name and a slug that the control plane takes.
#[derive(Debug)]
pub(in crate::task) struct Planned {
    name: DisplayName,
    slug: Slug,
}

impl Planned {
    /// What the plan says, checked; without a slug, one is made from the name.
    pub(in crate::task) fn read(organization: &Organization) -> Result<Self, AdoptError> {
        let refused = |what: &str, value: &str, error: &dyn std::fmt::Display| {
            AdoptError::Refused(format!("the {what} {value:?} of an organization {error}"))
        };
        let name: DisplayName = organization
            .name
            .parse()
            .map_err(|error| refused("name", &organization.name, &error))?;
        let slug = match organization.slug.as_str() {
            "" => Slug::suggest(&name),
            slug => slug.parse().map_err(|error| refused("slug", slug, &error))?,
        };
        Ok(Self { name, slug })
    }
}

/// Makes them all; answers what is to be said about it.
pub(super) async fn make(
    client: &Client,
    prepare: &Prepare,
    planned: &Planned,
    is_ours: bool,
) -> Result<Vec<String>, AdoptError> {
    let mut lines = Vec::new();
    if !is_ours {
        lines.push(
            "the control plane was here before, and stays when adopting is taken back".to_owned(),
        );
    }
    found(client, prepare.id, planned, "plan").await?;
    if let Some(id) = prepare.quarantine {
        let quarantine = Organization { name: "Quarantine".to_owned(), slug: String::new() };
        found(client, id, &Planned::read(&quarantine)?, "quarantine").await?;
    }
    if let Some(root) = &prepare.root {
        let made = of_rows(client, root).await?;
        lines.push(format!("{made} rows of {} became organizations", root.table.shown()));
    }
    Ok(lines)
}

/// Makes one, unless it is there. A slug that is taken is given an ending.
pub(in crate::task) async fn found(
    client: &Client,
    id: Uuid,
    planned: &Planned,
    purpose: &str,
) -> Result<(), AdoptError> {
    let (name, slug) = (planned.name.as_str(), planned.slug.as_str());
    let call = "select tenantry_adopt.found($1, $2, $3, $4)";
    client.execute(call, &[&id, &slug, &name, &purpose]).await.map_err(DbError::from)?;
    Ok(())
}

/// One for each row of the root table that has none yet, in a few statements however many there are.
async fn of_rows(client: &Client, root: &Root) -> Result<i64, AdoptError> {
    let name = root
        .name
        .as_ref()
        .map_or_else(|| "null".to_owned(), |column| format!("r.{}::text", identifier(column)));
    let sql = ROOTS
        .replace("{{table}}", &root.table.sql())
        .replace("{{shown}}", &literal(&format!("{} ", root.table.shown())))
        .replace("{{key}}", &format!("r.{}", identifier(&root.key)))
        .replace("{{name}}", &name);
    execute(client, &sql).await?;
    let count = "select pg_catalog.count(*) from tenantry_adopt.roots";
    Ok(client.query_one(count, &[]).await.map_err(DbError::from)?.get(0))
}
