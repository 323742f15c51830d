//! Installs the isolation contract and the control plane, and makes the organizations. The contract takes rights from
//! everybody that the unchanged application may use, so its logins are first given them in their own name.

mod organizations;
mod rights;
mod withdrawal;

use tenantry_core::name::RESERVED_SLUGS;
use tenantry_db::migrate::Migrator;
use tenantry_db::{DbError, bootstrap};
use tokio_util::task::TaskTracker;

use super::session::{execute, is_there, transaction};
use super::{Context, Done};
use crate::error::AdoptError;
use crate::name::literal;
use crate::operations::Prepare;

pub use rights::{give_back_rights, take_rights};
pub use withdrawal::losses;
pub(super) use {
    organizations::{Planned, found},
    withdrawal::withdraw,
};

const STATE: &str = include_str!("prepare/state.sql");

/// Does all of it, or what is left of it.
pub(super) async fn run(context: &Context<'_>, prepare: &Prepare) -> Result<Done, AdoptError> {
    let planned = Planned::read(&prepare.organization)?;
    let mut migrator = migrator(context).await?;
    let before = remember(context, prepare, &migrator).await?;
    migrator.up().await?;
    install_secrets(context, &mut migrator).await?;
    if before.is_empty() {
        bootstrap::open_history(context.address).await?;
    }
    let client = context.client;
    let lines = transaction(client, async || {
        // Checked by the server when they are made, so they are made when what they name is there.
        execute(client, &functions()).await?;
        let lines = organizations::make(client, prepare, &planned, before.is_empty()).await?;
        execute(client, "comment on table tenantry_adopt.prepared is 'done'").await?;
        Ok(lines)
    });
    Ok(Done::saying(lines.await?))
}

async fn migrator(context: &Context<'_>) -> Result<Migrator, AdoptError> {
    let components = vec![tenantry_store::migrations::control_plane()];
    Ok(Migrator::connect(context.address, components, &TaskTracker::new()).await?)
}

/// The tables of the state alone, and the functions alone: the file has them in this order.
fn state() -> (&'static str, &'static str) {
    STATE.split_at(STATE.find("-- An id that sorts").unwrap_or(STATE.len()))
}

fn functions() -> String {
    let reserved: Vec<String> = RESERVED_SLUGS.iter().map(|slug| literal(slug)).collect();
    state().1.replace("{{reserved}}", &format!("array[{}]", reserved.join(", ")))
}

/// Writes down how everything is before it is touched, once; answers the migrations that were there.
async fn remember(
    context: &Context<'_>,
    prepare: &Prepare,
    migrator: &Migrator,
) -> Result<Vec<String>, AdoptError> {
    let client = context.client;
    if is_there(client, "tenantry_adopt.prepared").await? {
        let read = "select before from tenantry_adopt.prepared";
        return Ok(client.query_one(read, &[]).await.map_err(DbError::from)?.get(0));
    }
    let steps = migrator.status().await?;
    let before: Vec<String> =
        steps.into_iter().filter(|step| step.applied_at.is_some()).map(|step| step.label).collect();
    let touched = if before.is_empty() { rights::touched(client).await? } else { Vec::new() };
    let root = prepare.root.as_ref();
    let (table, key) = (root.map(|root| root.table.to_string()), root.map(|root| &root.key));
    transaction(client, async || {
        execute(client, state().0).await?;
        let insert = "insert into tenantry_adopt.prepared (before, had_history, root_table, root_key) \
                      values ($1, pg_catalog.to_regnamespace('tenantry_history') is not null, $2, $3)";
        client.execute(insert, &[&before, &table, &key]).await.map_err(DbError::from)?;
        rights::keep(client, &touched, &prepare.logins).await
    })
    .await?;
    Ok(before)
}

/// Lets the control plane's logins in, unless it is served already: then its secret has to be this one.
async fn install_secrets(context: &Context<'_>, migrator: &mut Migrator) -> Result<(), AdoptError> {
    let installation = context.installation;
    let live = "select kid from tenantry_private.context_keys where retired_at is null";
    let rows = context.client.query(live, &[]).await.map_err(DbError::from)?;
    let known: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    if known.iter().any(|kid| installation.keys.live().any(|key| key.kid() == kid)) {
        return Ok(());
    }
    if !known.is_empty() {
        return Err(AdoptError::Refused(
            "this database is served with another secret; adopt it with the secret that its server has".to_owned(),
        ));
    }
    Ok(migrator.install_secrets(installation.secret, installation.keys).await?)
}
