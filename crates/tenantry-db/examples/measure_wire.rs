//! What a tenant-scoped read costs by the way in which it is sent, side by side in one run:
//! `cargo run --release -p tenantry-db --example measure_wire -- [ROUNDS] [SECONDS]`. Sixteen callers ask for the twenty
//! newest rows of a random organization, in a cluster of this program.
//!
//! `plain` has no organization and no row security. The driver sends the sealed context in four trips, or pipelined
//! with a Sync behind each statement; the door sends one group. `shared` is `plain` over four connections that all
//! callers share: what sharing could gain at most, and what one slow statement then costs the others.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a program that measures: it prints, and a panic is its report"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::{join, join3};
use tenantry_core::context::Connection;
use tenantry_core::permission::project;
use tenantry_core::scope::{Admission, Origin, Via};
use tenantry_core::{
    Actor, Clock, OrganizationId, RequestId, SessionId, SystemRole, TenantScope, UserId,
};
use tenantry_db::{Database, Login, Statement, Target, Tenant};
use tenantry_testkit::{TestDatabase, secret};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Statement as Prepared};
use uuid::Uuid;

const CALLERS: usize = 16;
const SHARED: usize = 4;
const ORGANIZATIONS: u128 = 1_000;
const LIST: Statement<Tenant> = Statement::new(
    "LIST",
    "select id, title, created_at from public.measured where organization_id = $1 order by created_at desc, id desc limit 20",
);
const ENTER: &str = "select pg_catalog.set_config('tenantry.context', $1, true)";
const SLOW: &str = "select pg_catalog.pg_sleep(0.02)";
const SETUP: &str = "
    create table public.measured (organization_id uuid not null, id uuid not null, title text not null, created_at timestamptz not null, primary key (organization_id, id));
    insert into public.measured select ('00000000-0000-0000-0000-' || lpad(to_hex(o), 12, '0'))::uuid, gen_random_uuid(), 'a title of the usual length', now() - n * interval '1 minute'
      from generate_series(0, 999) o, generate_series(1, 200) n;
    create index on public.measured (organization_id, created_at desc, id desc);
    select tenantry.protect('public.measured');
    vacuum analyze public.measured;";

#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    Plain,
    Shared,
    FourTrips,
    SyncEach,
    Door,
    PlainBesideSlow,
    SharedBesideSlow,
}

const WAYS: [(Way, &str); 7] = [
    (Way::Plain, "plain: no organization, own connections"),
    (Way::Shared, "plain over four shared connections"),
    (Way::FourTrips, "sealed: driver, four trips"),
    (Way::SyncEach, "sealed: driver, pipelined, a Sync each"),
    (Way::Door, "sealed: the door, one group"),
    (Way::PlainBesideSlow, "plain beside one slow caller"),
    (Way::SharedBesideSlow, "shared beside one slow caller"),
];

#[tokio::main(worker_threads = 2)]
async fn main() {
    let arguments: Vec<u64> =
        std::env::args().skip(1).filter_map(|text| text.parse().ok()).collect();
    let (rounds, seconds) =
        (arguments.first().copied().unwrap_or(5), arguments.get(1).copied().unwrap_or(3));
    let database = Arc::new(TestDatabase::create().await);
    let admin = database.admin().await;
    for statement in SETUP.split(";\n") {
        admin.batch_execute(statement).await.unwrap();
    }
    let mut all: Vec<Vec<Figures>> = Vec::new();
    for _ in 0..rounds {
        let mut round = Vec::new();
        for (way, _) in WAYS {
            round.push(measure(way, &database, Duration::from_secs(seconds)).await);
        }
        all.push(round);
    }
    println!(
        "{:<42} {:>8} {:>10} {:>12} {:>8} {:>8} {:>8} {:>8}",
        "", "calls/s", "client us", "postgres us", "p50 ms", "p99 ms", "calls", "cpu"
    );
    for (index, (_, name)) in WAYS.iter().enumerate() {
        let of = |read: fn(&Figures) -> f64| median(all.iter().map(|round| read(&round[index])));
        let calls = median(all.iter().map(|round| round[index].rate / round[0].rate));
        let spent = median(all.iter().map(|round| round[index].cpu() / round[0].cpu()));
        let (rate, client, postgres) = (of(|it| it.rate), of(|it| it.client), of(|it| it.postgres));
        let (p50, p99) = (of(|it| it.p50), of(|it| it.p99));
        println!(
            "{name:<42} {rate:>8.0} {client:>10.1} {postgres:>12.1} {p50:>8.2} {p99:>8.2} {calls:>8.2} {spent:>8.2}"
        );
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

struct Figures {
    rate: f64,
    client: f64,
    postgres: f64,
    p50: f64,
    p99: f64,
}

impl Figures {
    fn cpu(&self) -> f64 {
        self.client + self.postgres
    }
}

/// What all callers of one way have in common.
struct Ground {
    database: Arc<TestDatabase>,
    door: Database,
    shared: Vec<(Client, Prepared)>,
    stop: AtomicBool,
    ready: tokio::sync::Barrier,
}

async fn measure(way: Way, database: &Arc<TestDatabase>, time: Duration) -> Figures {
    let target = Target { connections: CALLERS, ..database.target() };
    let mut shared = Vec::new();
    for _ in 0..SHARED {
        let client = database.admin().await;
        let list = client.prepare(LIST.sql()).await.unwrap();
        shared.push((client, list));
    }
    let ground = Arc::new(Ground {
        database: Arc::clone(database),
        door: Database::new(&target, &secret(), Clock::system(), database.tasks()).unwrap(),
        shared,
        stop: AtomicBool::new(false),
        ready: tokio::sync::Barrier::new(CALLERS + 1),
    });
    let is_disturbed = matches!(way, Way::PlainBesideSlow | Way::SharedBesideSlow);
    let mut callers = Vec::new();
    for number in 0..CALLERS {
        let ground = Arc::clone(&ground);
        callers.push(tokio::spawn(async move { call(way, number, &ground).await }));
    }
    ground.ready.wait().await;
    let (before, started) = (cpu(), Instant::now());
    if is_disturbed {
        let own = database.admin().await;
        let client = if way == Way::SharedBesideSlow { &ground.shared[0].0 } else { &own };
        while started.elapsed() < time {
            client.batch_execute(SLOW).await.unwrap();
        }
    } else {
        tokio::time::sleep(time).await;
    }
    let (after, took) = (cpu(), started.elapsed());
    ground.stop.store(true, Ordering::Relaxed);
    let mut times = Vec::new();
    for caller in callers {
        times.extend(caller.await.unwrap());
    }
    times.sort_unstable();
    let count = times.len() as f64;
    let at = |share: f64| times[((count * share) as usize).min(times.len() - 1)] as f64 / 1e6;
    Figures {
        rate: count / took.as_secs_f64(),
        client: (after.0 - before.0) as f64 / 1e3 / count,
        postgres: (after.1 - before.1) as f64 / 1e3 / count,
        p50: at(0.5),
        p99: at(0.99),
    }
}

/// Calls until told to stop; answers how long each call took, in nanoseconds.
async fn call(way: Way, number: usize, ground: &Ground) -> Vec<u64> {
    let mut random = number as u128 + 1;
    let mut next = || {
        random =
            random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Uuid::from_u128((random >> 33) % ORGANIZATIONS)
    };
    let own = Own::open(way, &ground.database).await;
    let mut times = Vec::with_capacity(100_000);
    ground.ready.wait().await;
    while !ground.stop.load(Ordering::Relaxed) {
        let started = Instant::now();
        let organization = next();
        let rows = match way {
            Way::Plain | Way::PlainBesideSlow => own.plain(organization).await,
            Way::Shared | Way::SharedBesideSlow => {
                let (client, list) = &ground.shared[number % SHARED];
                client.query(list, &[&organization]).await.unwrap().len()
            }
            Way::FourTrips => own.four_trips(organization, &ground.database).await,
            Way::SyncEach => own.sync_each(organization, &ground.database).await,
            Way::Door => {
                let caller =
                    scope(&ground.database, organization).authorize::<project::Read>().unwrap();
                let mut tx = ground.door.tenant(&caller).await.unwrap();
                tx.query(&LIST, &[]).await.unwrap().len()
            }
        };
        assert_eq!(rows, 20);
        times.push(started.elapsed().as_nanos() as u64);
    }
    times
}

/// A caller's own connection by the usual driver.
struct Own {
    client: Client,
    statements: [Prepared; 4],
    backend: i32,
}

impl Own {
    async fn open(way: Way, database: &TestDatabase) -> Self {
        let is_sealed = matches!(way, Way::FourTrips | Way::SyncEach);
        let client =
            if is_sealed { database.raw(Login::App).await } else { database.admin().await };
        let mut statements = Vec::new();
        for sql in ["begin", ENTER, LIST.sql(), "commit"] {
            statements.push(client.prepare(sql).await.unwrap());
        }
        let backend = client.query_one("select pg_backend_pid()", &[]).await.unwrap().get(0);
        Self { client, statements: statements.try_into().unwrap(), backend }
    }

    async fn plain(&self, organization: Uuid) -> usize {
        self.client.query(&self.statements[2], &[&organization]).await.unwrap().len()
    }

    fn seal(&self, organization: Uuid, database: &TestDatabase) -> String {
        let now = Clock::system().unix_seconds();
        let target = Connection { database: database.name(), backend: self.backend, now };
        scope(database, organization).seal(&target).expose().to_owned()
    }

    async fn four_trips(&self, organization: Uuid, database: &TestDatabase) -> usize {
        let [begin, enter, list, commit] = &self.statements;
        self.client.execute(begin, &[]).await.unwrap();
        self.client.execute(enter, &[&self.seal(organization, database)]).await.unwrap();
        let rows = self.client.query(list, &[&organization]).await.unwrap().len();
        self.client.execute(commit, &[]).await.unwrap();
        rows
    }

    async fn sync_each(&self, organization: Uuid, database: &TestDatabase) -> usize {
        let [begin, enter, list, commit] = &self.statements;
        let seal = self.seal(organization, database);
        let values: [&(dyn ToSql + Sync); 1] = [&seal];
        let rows: [&(dyn ToSql + Sync); 1] = [&organization];
        let first = join3(
            self.client.execute(begin, &[]),
            self.client.execute(enter, &values),
            self.client.query(list, &rows),
        );
        let ((_, _, rows), _) = join(first, self.client.execute(commit, &[])).await;
        rows.unwrap().len()
    }
}

fn scope(database: &TestDatabase, organization: Uuid) -> TenantScope {
    database.keys().admit(Admission {
        actor: Actor::User(UserId::from_uuid(organization)),
        organization: OrganizationId::from_uuid(organization),
        role: SystemRole::Owner,
        project: None,
        via: Via::Session(SessionId::from_uuid(organization)),
        origin: Origin { request: RequestId::new(), address: None },
        expires_at: Clock::system().unix_seconds() + 3_600,
    })
}

/// Nanoseconds on a processor: of this process, and of all PostgreSQL processes.
fn cpu() -> (u64, u64) {
    let (mut own, mut postgres) = (0, 0);
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Ok(id) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
        let name = std::fs::read_to_string(entry.path().join("comm")).unwrap_or_default();
        let spent = || -> u64 {
            let tasks =
                std::fs::read_dir(entry.path().join("task")).into_iter().flatten().flatten();
            let stat = |task: std::fs::DirEntry| {
                std::fs::read_to_string(task.path().join("schedstat")).ok()
            };
            tasks
                .filter_map(stat)
                .filter_map(|stat| stat.split(' ').next()?.parse::<u64>().ok())
                .sum()
        };
        if id == std::process::id() {
            own = spent();
        } else if name.trim() == "postgres" {
            postgres += spent();
        }
    }
    (own, postgres)
}
