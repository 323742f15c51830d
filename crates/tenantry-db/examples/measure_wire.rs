//! What a tenant-scoped read costs by the way in which it is sent, side by side in one run:
//! `cargo run --release -p tenantry-db --example measure_wire -- ADDRESS [ROUNDS] [SECONDS]`, where ADDRESS is that of a
//! superuser on a database that may be filled. Sixteen callers ask for the twenty newest rows of a random organization.
//!
//! Plain: without an organization and row security, on connections of their own. Four trips, and a Sync each: the usual
//! driver, one statement after the other and pipelined. One Sync: the door's group. Shared: the same groups of sixteen
//! callers over four connections, which answer them in the order in which they came.

#![expect(
    dead_code,
    unused_imports,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program that measures: it prints, a panic is its report, and it looks at the protocol's own files"
)]

#[path = "../src/config.rs"]
mod config;
#[path = "measure_wire/shared.rs"]
mod shared;
#[path = "../src/tls.rs"]
mod tls;
#[path = "../src/wire.rs"]
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join3;
use tokio_postgres::types::Type;
use uuid::Uuid;

use config::Config;
use shared::Shared;
use wire::{Prepared, Wire};

const CALLERS: usize = 16;
const SHARED: usize = 4;
const ORGANIZATIONS: u128 = 1_000;
const LIST: &str = "select id, title, created_at from public.measured where organization_id = $1 order by created_at desc, id desc limit 20";
const ENTER: &str = "select pg_catalog.set_config('measured.organization', $1, true)";

const SETUP: &str = "
    drop table if exists public.measured;
    create table public.measured (organization_id uuid not null, id uuid not null, title text not null, created_at timestamptz not null);
    insert into public.measured select ('00000000-0000-0000-0000-' || lpad(to_hex(o), 12, '0'))::uuid, gen_random_uuid(), 'a title of the usual length', now() - n * interval '1 minute'
      from generate_series(0, 999) o, generate_series(1, 200) n;
    create index on public.measured (organization_id, created_at desc, id desc);
    alter table public.measured enable row level security;
    alter table public.measured force row level security;
    create policy measured on public.measured using (organization_id = nullif(current_setting('measured.organization', true), '')::uuid);
    do $$ begin create role measured login; exception when duplicate_object then null; end $$;
    grant select on public.measured to measured;
    vacuum analyze public.measured;";

#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    Plain,
    FourTrips,
    SyncEach,
    OneSync,
    Shared,
}

const WAYS: [(Way, &str); 5] = [
    (Way::Plain, "plain, no organization"),
    (Way::FourTrips, "begin, enter, list, commit: four trips"),
    (Way::SyncEach, "the same pipelined, a Sync each"),
    (Way::OneSync, "enter, list: one Sync"),
    (Way::Shared, "the same over four shared connections"),
];

#[tokio::main(worker_threads = 2)]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let address: Config = arguments.next().expect("an address").parse().unwrap();
    let number = |text: Option<String>, otherwise| text.and_then(|text| text.parse().ok()).unwrap_or(otherwise);
    let (rounds, seconds) = (number(arguments.next(), 5), number(arguments.next(), 3));
    let (mut admin, _) = wire::open(&address).await.unwrap();
    for statement in SETUP.split(";\n") {
        admin.texts(statement).await.unwrap();
    }
    println!("{:<42} {:>8} {:>10} {:>12} {:>8} {:>8} {:>8}", "", "calls/s", "client us", "postgres us", "p50 ms", "p99 ms", "paired");
    let mut all: Vec<Vec<Figures>> = Vec::new();
    for _ in 0..rounds {
        let mut round = Vec::new();
        for (way, _) in WAYS {
            round.push(measure(way, &address, Duration::from_secs(seconds)).await);
        }
        all.push(round);
    }
    for (index, (_, name)) in WAYS.iter().enumerate() {
        let of = |read: fn(&Figures) -> f64| median(all.iter().map(|round| read(&round[index])));
        let paired = median(all.iter().map(|round| round[index].rate / round[0].rate));
        let (rate, client, postgres) = (of(|f| f.rate), of(|f| f.client), of(|f| f.postgres));
        println!("{name:<42} {rate:>8.0} {client:>10.1} {postgres:>12.1} {:>8.2} {:>8.2} {paired:>8.2}", of(|f| f.p50), of(|f| f.p99));
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

async fn measure(way: Way, address: &Config, time: Duration) -> Figures {
    let mut config = address.clone();
    if way != Way::Plain {
        config.user("measured");
    }
    let shared = if way == Way::Shared { Some(Arc::new(Shared::open(&config, SHARED).await)) } else { None };
    let stop = Arc::new(AtomicBool::new(false));
    let ready = Arc::new(tokio::sync::Barrier::new(CALLERS + 1));
    let mut callers = Vec::new();
    for number in 0..CALLERS {
        let (config, stop, ready, shared) = (config.clone(), Arc::clone(&stop), Arc::clone(&ready), shared.clone());
        callers.push(tokio::spawn(async move { call(way, number, &config, shared, &stop, &ready).await }));
    }
    ready.wait().await;
    let (before, started) = (cpu(), Instant::now());
    tokio::time::sleep(time).await;
    let (after, took) = (cpu(), started.elapsed());
    stop.store(true, Ordering::Relaxed);
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

/// Calls until told to stop; answers how long each took, in nanoseconds.
async fn call(
    way: Way,
    number: usize,
    config: &Config,
    shared: Option<Arc<Shared>>,
    stop: &AtomicBool,
    ready: &tokio::sync::Barrier,
) -> Vec<u64> {
    let mut random = number as u128 + 1;
    let mut next = || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Uuid::from_u128((random >> 33) % ORGANIZATIONS)
    };
    let mut times = Vec::with_capacity(100_000);
    macro_rules! until_stopped {
        ($organization:ident, $call:expr) => {{
            ready.wait().await;
            while !stop.load(Ordering::Relaxed) {
                let started = Instant::now();
                let $organization = next();
                let rows: usize = $call;
                assert_eq!(rows, 20);
                times.push(started.elapsed().as_nanos() as u64);
            }
        }};
    }
    match way {
        Way::FourTrips | Way::SyncEach => {
            let (client, driver) = config.open().await.unwrap();
            tokio::spawn(driver);
            let prepared = [client.prepare("begin").await.unwrap(), client.prepare(ENTER).await.unwrap(), client.prepare(LIST).await.unwrap(), client.prepare("commit").await.unwrap()];
            let [begin, enter, list, commit] = &prepared;
            until_stopped!(organization, {
                let text = organization.to_string();
                if way == Way::FourTrips {
                    client.execute(begin, &[]).await.unwrap();
                    client.execute(enter, &[&text]).await.unwrap();
                    let rows = client.query(list, &[&organization]).await.unwrap().len();
                    client.execute(commit, &[]).await.unwrap();
                    rows
                } else {
                    let (none, values): ([&(dyn tokio_postgres::types::ToSql + Sync); 0], [&(dyn tokio_postgres::types::ToSql + Sync); 1]) = ([], [&text]);
                    let first = join3(client.execute(begin, &none), client.execute(enter, &values), async { client.query(list, &[&organization]).await });
                    let ((_, _, rows), _) = futures_util::future::join(first, client.execute(commit, &none)).await;
                    rows.unwrap().len()
                }
            });
        }
        Way::Plain | Way::OneSync => {
            let (mut wire, _) = wire::open(config).await.unwrap();
            let enter = wire.prepare("enter".to_owned(), ENTER).await.unwrap();
            let list = wire.prepare("list".to_owned(), LIST).await.unwrap();
            until_stopped!(organization, {
                if way == Way::OneSync {
                    wire.execute(&enter, &[&organization.to_string()]).unwrap();
                }
                wire.execute(&list, &[&organization]).unwrap();
                wire.end_group();
                wire.flush().await.unwrap();
                if way == Way::OneSync {
                    wire.complete(drop).await.unwrap();
                }
                let rows = wire.rows(&list).await.unwrap().len();
                wire.ready().await.unwrap();
                rows
            });
        }
        Way::Shared => {
            let shared = shared.unwrap();
            until_stopped!(organization, shared.list(number % SHARED, organization).await);
        }
    }
    times
}

/// Nanoseconds on a processor: of this process, and of all PostgreSQL processes.
fn cpu() -> (u64, u64) {
    let (mut own, mut postgres) = (0, 0);
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Ok(id) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
        let name = std::fs::read_to_string(entry.path().join("comm")).unwrap_or_default();
        let spent = || -> u64 {
            let tasks = std::fs::read_dir(entry.path().join("task")).into_iter().flatten().flatten();
            tasks
                .filter_map(|task| std::fs::read_to_string(task.path().join("schedstat")).ok()?.split(' ').next()?.parse::<u64>().ok())
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
