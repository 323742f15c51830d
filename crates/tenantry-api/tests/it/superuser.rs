//! The database's own view: what is really stored, past every guard.
//!
//! The client is behind a function, because the driver's types stay on the other side of a fence.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tenantry_core::RequestId;
use tenantry_testkit::{Answer, App};

type Answered = Pin<Box<dyn Future<Output = Vec<Option<String>>> + Send>>;

/// One connection of the superuser.
pub(crate) struct Superuser(Box<dyn Fn(Option<String>, String) -> Answered + Send + Sync>);

impl fmt::Debug for Superuser {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Superuser")
    }
}

impl Superuser {
    /// Connects to an application's database.
    pub(crate) async fn of(app: &App) -> Self {
        let client = Arc::new(app.database.admin().await);
        // Past the triggers too: what is tried here, nobody may.
        client.batch_execute("set session_replication_role = replica").await.unwrap();
        Self(Box::new(move |run, ask| {
            let client = Arc::clone(&client);
            Box::pin(async move {
                if let Some(run) = run {
                    client.batch_execute(&run).await.unwrap();
                    return Vec::new();
                }
                let rows = client.query(&ask, &[]).await.unwrap();
                rows.iter().map(|row| row.get::<_, Option<String>>(0)).collect()
            })
        }))
    }

    /// Runs statements.
    pub(crate) async fn run(&self, sql: impl Into<String>) {
        (self.0)(Some(sql.into()), String::new()).await;
    }

    /// The first column of a query, which is text; null is empty.
    pub(crate) async fn ask(&self, sql: impl Into<String>) -> Vec<String> {
        let rows = (self.0)(None, sql.into()).await;
        rows.into_iter().map(Option::unwrap_or_default).collect()
    }

    /// One number.
    pub(crate) async fn count(&self, sql: &str) -> i64 {
        self.ask(format!("select ({sql})::text")).await[0].parse().unwrap()
    }

    /// Every table of the control plane, in order.
    pub(crate) async fn tables(&self) -> Vec<String> {
        let sql = "select format('%I.%I', schemaname, tablename) from pg_tables \
                   where schemaname not in ('pg_catalog', 'information_schema', 'saved') order by 1";
        self.ask(sql).await
    }

    /// A checksum of every row of every table but the two logs.
    pub(crate) async fn checksums(&self, tables: &[String]) -> Vec<String> {
        let each = tables.iter().filter(|table| !table.ends_with("_events")).map(|table| {
            format!(
                "select '{table} ' || md5(coalesce(string_agg(t::text, e'\\n' order by t::text), '')) from {table} t"
            )
        });
        self.ask(each.collect::<Vec<_>>().join(" union all ")).await
    }

    /// The audit records of the request that was answered.
    pub(crate) async fn audit(&self, answer: &Answer) -> Vec<String> {
        let sql = "select concat_ws(' ', action, outcome, subject_kind, subject_id, actor, via, details, \
                   (before_sha256 is not null)::text, (after_sha256 is not null)::text) \
                   from tenantry.audit_events where request_id = ";
        self.ask(format!("{sql} '{}' order by id", request(answer).uuid())).await
    }

    /// The account events of the request that was answered.
    pub(crate) async fn account_events(&self, answer: &Answer) -> Vec<String> {
        let sql = "select action from tenantry.account_events where request_id = ";
        self.ask(format!("{sql} '{}' order by id", request(answer).uuid())).await
    }
}

/// The id of the request that was answered.
pub(crate) fn request(answer: &Answer) -> RequestId {
    answer.headers["x-request-id"].to_str().unwrap().parse().unwrap()
}
