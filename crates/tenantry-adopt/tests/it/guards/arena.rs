//! A database with the contract, the recorder and one table of two organizations, and everybody who speaks to it.

use std::collections::BTreeMap;

use tenantry_adopt::name::TableName;
use tenantry_adopt::operation::{Action, Operate};
use tenantry_adopt::operations::Guard;
use tenantry_adopt::shadow;
use tenantry_db::Login;
use tenantry_db::migrate::Migrator;
use tenantry_testkit::TestDatabase;
use tokio_postgres::{Client, NoTls};

/// Organization no. 1, with orders 1 to 3.
pub(crate) const A: &str = "0198a000-0000-7000-8000-00000000000a";
/// The other one, with orders 4 and 5.
pub(crate) const B: &str = "0198a000-0000-7000-8000-00000000000b";

pub(crate) struct Arena {
    pub(crate) database: TestDatabase,
    pub(crate) admin: Client,
    /// A login of the old application that owns nothing.
    pub(crate) old: String,
    /// A login of the old application that owns the tables.
    pub(crate) owner: String,
}

/// The contract's default, with the first organization behind it: the second stage of adopting.
pub(crate) fn default() -> String {
    let part = "split_part(current_setting('tenantry.context', true), '.', 3)";
    format!("coalesce(case when {part} like '________-____-%' then {part}::uuid end, '{A}')")
}

impl Arena {
    pub(crate) async fn new() -> Self {
        let database = TestDatabase::empty().await;
        let config = database.admin_config();
        let mut migrator = Migrator::connect(&config, vec![], database.tasks()).await.unwrap();
        migrator.up().await.unwrap();
        let admin = database.admin().await;
        let (old, owner) = (format!("old_{}", database.name()), format!("own_{}", database.name()));
        let arena = Self { database, admin, old, owner };
        let (old, owner) = (&arena.old, &arena.owner);
        arena.does("create schema tenantry_adopt").await;
        arena.does(shadow::INSTALL).await;
        arena.does(shadow::INSTALL).await;
        arena
            .does(&format!(
                "create role {old} login password 'old'; create role {owner} login password 'old'; \
                 insert into tenantry_private.context_keys (kid, inner_pad, outer_pad) \
                 values ('test', decode(repeat('36', 64), 'hex'), decode(repeat('5c', 64), 'hex')); \
                 create table public.orders (id bigserial, organization_id uuid not null default {}, \
                     title text, amount numeric, primary key (organization_id, id)); \
                 alter table public.orders owner to {owner}; \
                 insert into public.orders (organization_id, title) \
                 select '{A}'::uuid, 'a' || n from generate_series(1, 3) n union all select '{B}'::uuid, 'b' || n from generate_series(1, 2) n; \
                 grant select, insert, update, delete on public.orders to {old}; \
                 grant usage on sequence public.orders_id_seq to {old}",
                default()
            ))
            .await;
        arena
    }

    /// What adopting does with the table before it is guarded, as far as privileges go.
    pub(crate) async fn grant(&self) {
        self.does(
            "grant select, insert, update, delete on public.orders to tenantry_app, tenantry_operator; \
             grant usage on sequence public.orders_id_seq to tenantry_app, tenantry_operator",
        )
        .await;
    }

    pub(crate) fn orders() -> TableName {
        TableName::new("public", "orders")
    }

    pub(crate) fn guard(&self) -> Guard {
        Guard {
            table: Self::orders(),
            logins: vec![self.old.clone(), self.owner.clone()],
            had_row_security: false,
            had_forced: false,
            has_policies: false,
            records: true,
        }
    }

    pub(crate) async fn does(&self, sql: &str) {
        self.admin.batch_execute(sql).await.unwrap_or_else(|error| panic!("{error:?}\n{sql}"));
    }

    pub(crate) async fn is(&self, question: &str) -> bool {
        let row = self.admin.query_one(question, &[]).await;
        row.unwrap_or_else(|error| panic!("{error:?}\n{question}")).get(0)
    }

    /// The unchanged application, as one of its logins.
    pub(crate) async fn application(&self, login: &str) -> Client {
        let mut config = self.database.admin_config();
        config.user(login).password("old").application_name("shop");
        connect(&config).await
    }

    /// The request path with a genuine seal for an organization.
    pub(crate) async fn tenant(&self, organization: &str) -> Client {
        let client = self.database.raw(Login::App).await;
        self.seal(&client, organization).await;
        client
    }

    /// Gives a session a genuine seal.
    pub(crate) async fn seal(&self, client: &Client, organization: &str) {
        let pid: i32 = client.query_one("select pg_backend_pid()", &[]).await.unwrap().get(0);
        let seal = "select payload || '.' || encode(sha256(outer_pad || sha256(inner_pad || convert_to( \
                    'tenantry.context.v1' || chr(10) || current_database() || chr(10) || payload, 'UTF8'))), 'hex') \
                    from tenantry_private.context_keys, concat('v1.test.', $1::text, '.usr:somebody.owner.', \
                    extract(epoch from now())::bigint + 600, '.', $2::int, '.once') as payload where kid = 'test'";
        let row = self.admin.query_one(seal, &[&organization, &pid]).await.unwrap();
        let sealed: String = row.get(0);
        let set = "select set_config('tenantry.context', $1, false)";
        client.query_one(set, &[&sealed]).await.unwrap();
    }

    /// Runs the actions as the journal does, and holds each to its word: it was not done, its locks are those it says, it is
    /// done.
    pub(crate) async fn run(&self, actions: Vec<Action>) {
        assert!(!actions.is_empty());
        for action in actions {
            // What belongs to the whole server may be there already, from another database.
            if action.sql.contains("create role") && self.is(&action.done).await {
                continue;
            }
            assert!(!self.is(&action.done).await, "{} before\n{}", action.done, action.sql);
            self.does(&format!("begin; {}", action.sql)).await;
            assert_eq!(self.locks().await, declared(&action), "{}", action.sql);
            self.does("commit").await;
            assert!(self.is(&action.done).await, "{} after\n{}", action.done, action.sql);
        }
    }

    /// start → rollback, with the schema as it was → start.
    pub(crate) async fn round(&self, operation: &impl Operate) {
        assert!(!operation.title().is_empty() && operation.complete().is_empty());
        let before = self.dump();
        self.run(operation.start()).await;
        let between = self.dump();
        self.run(operation.rollback()).await;
        assert_same(&before, &self.dump());
        self.run(operation.start()).await;
        assert_same(&between, &self.dump());
    }

    /// What the transaction of the administrator has locked more than for reading, outside of the catalog and our own schema.
    async fn locks(&self) -> BTreeMap<String, String> {
        let locks = "select n.nspname::text, c.relname::text, l.mode from pg_locks l join pg_class c on c.oid = l.relation \
                     join pg_namespace n on n.oid = c.relnamespace where l.pid = pg_backend_pid() \
                     and l.mode <> 'AccessShareLock' and n.nspname not in ('pg_catalog', 'tenantry_adopt', 'pg_toast') \
                     order by l.mode = 'AccessExclusiveLock'";
        let rows = self.admin.query(locks, &[]).await.unwrap();
        let name = |row: &tokio_postgres::Row| {
            TableName::new(row.get::<_, String>(0), row.get::<_, String>(1)).to_string()
        };
        rows.iter().map(|row| (name(row), row.get(2))).collect()
    }

    /// `pg_dump --schema-only`, without our own schema.
    pub(crate) fn dump(&self) -> String {
        self.database.dump(&["--exclude-schema=tenantry_adopt"])
    }
}

fn declared(action: &Action) -> BTreeMap<String, String> {
    let mode = |name: &str| {
        let words = name.split(' ').map(|word| word[..1].to_owned() + &word[1..].to_lowercase());
        words.collect::<String>() + "Lock"
    };
    action.locks.iter().map(|(table, lock)| (table.to_string(), mode(lock.name()))).collect()
}

pub(crate) fn assert_same(before: &str, after: &str) {
    let gone: Vec<_> = before.lines().filter(|line| !after.lines().any(|l| l == *line)).collect();
    let new: Vec<_> = after.lines().filter(|line| !before.lines().any(|l| l == *line)).collect();
    assert!(before == after, "gone: {gone:#?}\nnew: {new:#?}");
}

#[expect(clippy::disallowed_methods, reason = "the connection ends with its client")]
async fn connect(config: &tenantry_db::Config) -> Client {
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// One number.
pub(crate) async fn count(client: &Client, sql: &str) -> i64 {
    let row = client.query_one(sql, &[]).await;
    row.unwrap_or_else(|error| panic!("{error:?}\n{sql}")).get(0)
}

/// How PostgreSQL refuses a statement.
pub(crate) async fn refusal(client: &Client, sql: &str) -> String {
    let error = client.batch_execute(sql).await.expect_err(sql);
    error.code().expect("an answer").code().to_owned()
}
