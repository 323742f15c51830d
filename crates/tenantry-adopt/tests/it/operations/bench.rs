//! A database with an old application, and the executor that runs operations on it.

use tenantry_adopt::classification::{Link, LinkKind};
use tenantry_adopt::decisions::Filling;
use tenantry_adopt::name::TableName;
use tenantry_adopt::operation::{Action, Batches, Lock, Manner, Operate};
use tenantry_adopt::operations::{
    AddOrganization, Operation, Partition, ScopeForeignKey, ScopeKey, SwapKey,
};
use tenantry_adopt::schema::{ForeignKey, Index, Schema};
use tenantry_db::Login;
use tenantry_testkit::TestDatabase;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

use super::dump::dump;

/// The organization of the rows that were there before.
pub(crate) const FIRST: Uuid = Uuid::from_u128(0x018f_0c2e_0000_7000_8000_0000_0000_000a);
/// Another one.
pub(crate) const SECOND: Uuid = Uuid::from_u128(0x018f_0c2e_0000_7000_8000_0000_0000_000b);

/// The tables that are locked in this transaction, with the strongest lock on each.
const LOCKS: &str = "select n.nspname, c.relname, l.mode from pg_locks l join pg_class c on c.oid = l.relation
    join pg_namespace n on n.oid = c.relnamespace where l.pid = pg_backend_pid() and l.granted and c.relkind in ('r', 'p')
    and n.nspname not in ('pg_catalog', 'information_schema', 'tenantry_adopt')";

/// A database.
#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) database: TestDatabase,
    /// The administrator, as the engine is connected.
    pub(crate) admin: Client,
    /// The unchanged application.
    pub(crate) old: Client,
}

/// A table of the public schema.
pub(crate) fn table(name: &str) -> TableName {
    TableName::new("public", name)
}

impl Bench {
    /// A database that was made by these statements.
    pub(crate) async fn of(sql: &str) -> Self {
        Self::made(TestDatabase::empty().await, sql).await
    }

    /// The same where the isolation contract is installed, with a key of the tests' own for seals.
    pub(crate) async fn sealed(sql: &str) -> Self {
        let bench = Self::made(TestDatabase::create().await, sql).await;
        let key = "insert into tenantry_private.context_keys (kid, inner_pad, outer_pad)
            values ('bench', convert_to(repeat('i', 64), 'UTF8'), convert_to(repeat('o', 64), 'UTF8'))";
        bench.admin.batch_execute(key).await.unwrap();
        bench
    }

    /// A connection of the request path under the genuine seal of an organization.
    pub(crate) async fn tenant(&self, organization: Uuid) -> Client {
        let payload = format!("v1.bench.{organization}.usr:{organization}.member.99999999999.0.n");
        let seal = format!(
            "select '{payload}.' || encode(sha256(convert_to(repeat('o', 64), 'UTF8') || sha256(convert_to(repeat('i', 64)
             || 'tenantry.context.v1' || chr(10) || current_database() || chr(10) || '{payload}', 'UTF8'))), 'hex')"
        );
        let seal: String = self.one(&seal).await;
        let tenant = self.database.raw(Login::App).await;
        tenant.batch_execute(&format!("set tenantry.context = '{seal}'")).await.unwrap();
        tenant
    }

    async fn made(database: TestDatabase, sql: &str) -> Self {
        let admin = database.admin().await;
        let role = format!("{}_old", database.name());
        admin.batch_execute(sql).await.unwrap();
        admin
            .batch_execute(&format!(
                "drop role if exists {role}; create role {role} login password 'old';
                 grant all on all tables in schema public to {role}; grant all on all sequences in schema public to {role};
                 create schema tenantry_adopt; set search_path = pg_catalog"
            ))
            .await
            .unwrap();
        let old = connect(&database, &role, "old").await;
        Self { database, admin, old }
    }

    /// What it consists of.
    pub(crate) async fn schema(&self) -> Schema {
        Schema::read(&self.admin).await.unwrap()
    }

    /// One value, as the administrator.
    pub(crate) async fn one<T: for<'a> tokio_postgres::types::FromSql<'a>>(&self, sql: &str) -> T {
        self.admin.query_one(sql, &[]).await.unwrap_or_else(|e| panic!("{sql}: {e:?}")).get(0)
    }

    /// A statement of the old application that works.
    pub(crate) async fn old(&self, sql: &str) {
        self.old.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}\n{error:?}"));
    }

    /// The SQLSTATE with which a statement of the old application is refused.
    pub(crate) async fn refusal(&self, sql: &str) -> String {
        refusal(&self.old, sql).await
    }

    /// Gives all tables of the public schema the column, with the first organization's default.
    pub(crate) async fn with_column(self) -> Self {
        let schema = self.schema().await;
        for found in schema.tables.iter().filter(|table| table.partition_of.is_none()) {
            let partitions = Partition::all(&schema, &found.name);
            let table = found.name.clone();
            self.start(&AddOrganization { table, constant: Some(FIRST), partitions }.into()).await;
        }
        self
    }

    /// Runs an operation's start, each action of which has something to do.
    pub(crate) async fn start(&self, operation: &Operation) {
        let actions = operation.start();
        assert!(!actions.is_empty(), "{}", operation.title());
        self.run(&actions, actions.len(), true).await;
    }

    /// Runs what takes an operation back.
    pub(crate) async fn back(&self, operation: &Operation) {
        let actions = operation.rollback();
        self.run(&actions, actions.len(), false).await;
    }

    /// Runs what completes an operation.
    pub(crate) async fn finish(&self, operation: &Operation) {
        let actions = operation.complete();
        self.run(&actions, actions.len(), true).await;
    }

    /// Runs what completes an operation, and leaves in place what its start made.
    pub(crate) async fn complete(&self, operation: &Operation) {
        let actions = operation.complete();
        self.run(&actions, actions.len(), false).await;
        for action in operation.start() {
            assert!(self.is_done(&action).await, "after completion: {}", action.done);
        }
    }

    /// start → rollback, from each action that start may have got to; the schema is as before each time. Then start again.
    pub(crate) async fn there_and_back(&self, operation: &Operation) {
        operation.validate(&self.schema().await).unwrap();
        let stored = serde_json::to_string(operation).unwrap();
        assert_eq!(*operation, serde_json::from_str::<Operation>(&stored).unwrap());
        assert!(operation.title().len() > 10, "{}", operation.title());
        let (before, inside) = (dump(&self.database), self.catalog().await);
        let actions = operation.start();
        for reached in 0..=actions.len() {
            self.run(&actions, reached, true).await;
            self.back(operation).await;
            similar_to(&inside, &self.catalog().await, reached);
            let left = "select count(*) from pg_index where not indisvalid";
            assert_eq!(self.one::<i64>(left).await, 0);
        }
        similar_to(&before, &dump(&self.database), actions.len());
        self.start(operation).await;
    }

    /// The schema as the catalog tells it: what a dump shows, at a fraction of its time.
    async fn catalog(&self) -> String {
        self.one(include_str!("catalog.sql")).await
    }

    /// Runs the first actions. Fresh: each of them has something to do; else what is done is left out.
    async fn run(&self, actions: &[Action], reached: usize, is_fresh: bool) {
        for (number, action) in actions.iter().enumerate().take(reached) {
            let is_done = self.is_done(action).await;
            assert!(
                !(is_fresh && is_done),
                "done before it began: {}\n{}",
                action.sql,
                action.done
            );
            if !is_done {
                self.act(action).await;
            }
            for earlier in &actions[..=number] {
                let sql = &earlier.sql;
                assert!(
                    self.is_done(earlier).await,
                    "not done: {sql}\n{}\nat {}",
                    earlier.done,
                    action.sql
                );
            }
        }
    }

    /// Whether an action is done, as it says itself.
    pub(crate) async fn is_done(&self, action: &Action) -> bool {
        self.one(&action.done).await
    }

    /// Runs one action as the engine does.
    pub(crate) async fn act(&self, action: &Action) {
        match &action.manner {
            Manner::Short | Manner::Long => self.transact(action).await,
            Manner::Concurrent { index } => self.build(action, index).await,
            Manner::Batches(batches) => self.fill(batches).await,
            Manner::Task(task) => panic!("{task:?}"),
        }
    }

    async fn transact(&self, action: &Action) {
        // Shorter than the server's search for deadlocks, so that it is never the application that has to give way.
        let begin = "begin; set local lock_timeout = '200ms'";
        for attempt in 0.. {
            self.admin.batch_execute(begin).await.unwrap();
            let Err(error) = self.admin.batch_execute(&action.sql).await else { break };
            let is_waiting = error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE);
            assert!(is_waiting && attempt < 50, "{}\n{error:?}", action.sql);
            self.admin.batch_execute("rollback").await.unwrap();
        }
        let rows = self.admin.query(LOCKS, &[]).await.unwrap();
        self.admin.batch_execute("commit").await.unwrap();
        let declared = |table: &TableName| {
            action.locks.iter().filter(|(name, _)| name == table).map(|(_, lock)| *lock).max()
        };
        let mut held = Vec::new();
        for row in rows {
            let table = TableName::new(row.get::<_, &str>(0), row.get::<_, &str>(1));
            let lock = lock(row.get(2));
            assert!(Some(lock) <= declared(&table), "{lock:?} on {table}: {}", action.sql);
            held.push((table, lock));
        }
        for (table, lock) in action.locks.iter().filter(|(_, lock)| *lock >= Lock::Share) {
            assert!(
                held.contains(&(table.clone(), *lock)),
                "no {lock:?} on {table}: {}",
                action.sql
            );
        }
    }

    async fn build(&self, action: &Action, index: &TableName) {
        let invalid = format!(
            "select exists (select from pg_index where indexrelid = to_regclass({}) and not indisvalid)",
            tenantry_adopt::name::literal(&index.sql())
        );
        if self.one(&invalid).await {
            let drop = format!("drop index concurrently {}", index.sql());
            self.admin.batch_execute(&drop).await.unwrap();
        }
        if let Err(error) = self.admin.batch_execute(&action.sql).await {
            panic!("{}\n{error:?}", action.sql);
        }
    }

    /// All rows at once, which the engine does in batches.
    async fn fill(&self, batches: &Batches) {
        let Filling::Links { links, otherwise } = &batches.filling else { panic!("{batches:?}") };
        let mut ways: Vec<String> = links
            .iter()
            .map(|link| {
                let (parent, on) = (link.parent.sql(), link.condition("child", "parent"));
                format!(
                    "(select parent.organization_id from {parent} as parent where {on} limit 1)"
                )
            })
            .collect();
        ways.extend(otherwise.map(|id| format!("'{id}'::uuid")));
        let way = ways.join(", ");
        let sql = format!(
            "update only {} as child set organization_id = coalesce({way}) where organization_id is null and coalesce({way}) is not null",
            batches.table.sql()
        );
        while self.admin.execute(&sql, &[]).await.unwrap() > 0 {}
    }
}

/// A connection of a role.
#[expect(clippy::disallowed_methods, reason = "the connection ends with its client")]
pub(crate) async fn connect(database: &TestDatabase, role: &str, password: &str) -> Client {
    let mut config = database.admin_config();
    config.user(role).password(password);
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// The SQLSTATE with which a statement is refused.
pub(crate) async fn refusal(client: &Client, sql: &str) -> String {
    let error = client.batch_execute(sql).await.expect_err(sql);
    error.code().unwrap().code().to_owned()
}

fn lock(mode: &str) -> Lock {
    match mode {
        "AccessShareLock" => Lock::AccessShare,
        "RowShareLock" => Lock::RowShare,
        "RowExclusiveLock" => Lock::RowExclusive,
        "ShareUpdateExclusiveLock" => Lock::ShareUpdateExclusive,
        "ShareLock" => Lock::Share,
        "ShareRowExclusiveLock" => Lock::ShareRowExclusive,
        "AccessExclusiveLock" => Lock::AccessExclusive,
        other => panic!("{other}"),
    }
}

/// Two dumps, compared by line so that a difference can be read.
fn similar_to(before: &str, now: &str, reached: usize) {
    if before == now {
        return;
    }
    let gone = before.lines().filter(|line| !now.lines().any(|other| other == *line));
    let come = now.lines().filter(|line| !before.lines().any(|other| other == *line));
    let lines: Vec<String> =
        gone.map(|line| format!("- {line}")).chain(come.map(|line| format!("+ {line}"))).collect();
    panic!("after {reached} actions and back:\n{}", lines.join("\n"));
}

/// A soft link of one column.
pub(crate) fn soft(column: &str, parent: &str, parent_column: &str) -> Link {
    Link {
        columns: vec![column.to_owned()],
        parent: table(parent),
        parent_columns: vec![parent_column.to_owned()],
        kind: LinkKind::Soft,
        is_total: false,
        cast: None,
    }
}

/// An index of the schema by its name.
fn index(schema: &Schema, table: &TableName, name: &str) -> Index {
    let indexes = &schema.table(table).unwrap().indexes;
    indexes
        .iter()
        .find(|index| index.name == name)
        .unwrap_or_else(|| panic!("{name}: {indexes:?}"))
        .clone()
}

/// The operation that scopes this key.
pub(crate) fn scope_key(schema: &Schema, name: &str, key: &str) -> ScopeKey {
    let table = table(name);
    ScopeKey { old: index(schema, &table, key), partitions: Partition::all(schema, &table), table }
}

/// The operation that swaps this key.
pub(crate) fn swap_key(schema: &Schema, name: &str, key: &str) -> SwapKey {
    let ScopeKey { table, old, partitions } = scope_key(schema, name, key);
    SwapKey { table, old, partitions, referenced_by: Vec::new() }
}

/// The operation that scopes this foreign key.
pub(crate) fn scope_foreign_key(schema: &Schema, name: &str, key: &str) -> ScopeForeignKey {
    let table = table(name);
    let keys = &schema.table(&table).unwrap().foreign_keys;
    let old: ForeignKey = keys.iter().find(|found| found.name == key).unwrap().clone();
    let parent_partitions = Partition::all(schema, &old.parent);
    let partitions = Partition::all(schema, &table);
    ScopeForeignKey { table, old, cascades_moves: false, partitions, parent_partitions }
}
