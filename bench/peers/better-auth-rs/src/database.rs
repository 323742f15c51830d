//! The tables: made by the migrations that come with the crate, in a schema of their own, and filled
//! unless they hold as many organizations already.

use std::fs;

use better_auth::adapters::SqlxAdapter;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::Failure;
use crate::settings::Settings;

/// A pool whose connections see the peer's own schema, which exists afterwards.
pub async fn connect(settings: &Settings) -> Result<PgPool, Failure> {
    let options: PgConnectOptions = settings.database_url.parse()?;
    let pool = PgPoolOptions::new()
        .max_connections(settings.pool_size)
        .connect_with(options.options([("search_path", "better_auth_rs")]))
        .await?;
    sqlx::raw_sql("create schema if not exists better_auth_rs").execute(&pool).await?;
    Ok(pool)
}

/// The crate's own adapter with the crate's own types.
pub fn adapter(pool: PgPool) -> SqlxAdapter {
    SqlxAdapter::from_pool(pool)
}

pub async fn prepare(pool: &PgPool, settings: &Settings) -> Result<(), Failure> {
    migrate(pool, settings).await?;
    let found: i64 =
        sqlx::query_scalar("select count(*) from organization").fetch_one(pool).await?;
    if found == settings.organizations {
        return Ok(());
    }
    fill(pool, settings.organizations).await
}

/// Its migrations can all be repeated, and their names sort into their order.
async fn migrate(pool: &PgPool, settings: &Settings) -> Result<(), Failure> {
    let mut files = fs::read_dir(&settings.migrations)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>, std::io::Error>>()?;
    files.sort();
    for file in files {
        let statements = fs::read_to_string(file)?;
        sqlx::raw_sql(&statements).execute(pool).await?;
    }
    Ok(())
}

async fn fill(pool: &PgPool, organizations: i64) -> Result<(), Failure> {
    let mut transaction = pool.begin().await?;
    sqlx::query("select set_config('peer.organizations', $1, true)")
        .bind(organizations.to_string())
        .execute(&mut *transaction)
        .await?;
    sqlx::raw_sql(include_str!("seed.sql")).execute(&mut *transaction).await?;
    transaction.commit().await?;
    sqlx::raw_sql("vacuum analyze").execute(pool).await?;
    Ok(())
}
