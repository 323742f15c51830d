//! Kills the server again and again under load, and looks for what was lost, doubled or left half made:
//! `cargo build --release -p tenantry && cargo run --release -p tenantry-testkit --example kill_server -- [KILLS] [retry]`.
//!
//! Writers remember every creation that was acknowledged to them. With `retry`, a request whose answer was lost is sent
//! again under its `Idempotency-Key` until it is answered; without, what became of it is only counted.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::print_stdout,
    reason = "a program for a terminal that prints its figures; a panic is its report"
)]

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};
use tenantry_testkit::{PASSWORD, ServerProcess, Stage, Wire};
use tokio_postgres::Client;
use uuid::Uuid;

const WRITERS: usize = 4;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let kills: usize = arguments.first().and_then(|text| text.parse().ok()).unwrap_or(200);
    let retries = arguments.iter().any(|text| text == "retry");
    let stage = Stage::set().await;
    let stop = Arc::new(AtomicBool::new(false));
    let started = Instant::now();
    let server = stage.start_ready();
    let owners: Vec<Wire> = (0..WRITERS).map(|number| sign_up(stage.address, number)).collect();
    let writers: Vec<_> = owners
        .into_iter()
        .enumerate()
        .map(|(number, owner)| Writer::start(owner, number, retries, Arc::clone(&stop)))
        .collect();
    let founder = found_repeatedly(stage.address, Arc::clone(&stop));
    let (server, outages) = kill_repeatedly(&stage, server, kills);
    stop.store(true, Ordering::Relaxed);
    let mut all = Acknowledged::default();
    for writer in writers {
        all.add(writer.join().unwrap());
    }
    all.accounts = founder.join().unwrap();
    drop(server);
    println!("{kills} kills in {:.0?}, {WRITERS} writers, one founder", started.elapsed());
    print_times("first 200 after the restart", outages);
    let faults = judge(&stage.admin().await, &all).await;
    stage.clear().await;
    assert!(faults == 0, "{faults} faults");
    println!("nothing that was acknowledged is lost, nothing is doubled, nothing is half made");
}

/// What was acknowledged, and how often an answer was lost.
#[derive(Debug, Default)]
struct Acknowledged {
    projects: Vec<Uuid>,
    organizations: Vec<Uuid>,
    accounts: Vec<Uuid>,
    doubtful: usize,
    unavailable: usize,
}

impl Acknowledged {
    fn add(&mut self, other: Self) {
        self.projects.extend(other.projects);
        self.organizations.extend(other.organizations);
        self.doubtful += other.doubtful;
        self.unavailable += other.unavailable;
    }
}

fn sign_up(address: SocketAddr, number: usize) -> Wire {
    let mut wire = Wire::new(address);
    let reply = wire.post("/auth/signup", &account(&format!("writer-{number}"))).unwrap();
    assert_eq!(reply.status, 201, "{}", reply.json);
    wire.token = Some(reply.json["access_token"].as_str().unwrap().to_owned());
    wire
}

fn account(name: &str) -> Value {
    json!({ "email": format!("{name}@example.com"), "password": PASSWORD, "name": name, "organization_name": name })
}

/// The UUID behind an id such as `prj_…`, as the database has it.
fn uuid<K: tenantry_core::id::IdKind>(id: &Value) -> Uuid {
    id.as_str().unwrap().parse::<tenantry_core::id::Id<K>>().unwrap().uuid()
}

struct Writer {
    wire: Wire,
    number: usize,
    retries: bool,
    stop: Arc<AtomicBool>,
    seen: Acknowledged,
}

impl Writer {
    fn start(
        wire: Wire,
        number: usize,
        retries: bool,
        stop: Arc<AtomicBool>,
    ) -> JoinHandle<Acknowledged> {
        let writer = Self { wire, number, retries, stop, seen: Acknowledged::default() };
        std::thread::spawn(move || writer.run())
    }

    fn run(mut self) -> Acknowledged {
        let mut turn = 0;
        while !self.stop.load(Ordering::Relaxed) {
            turn += 1;
            let name = format!("writer {} turn {turn}", self.number);
            // Every eighth makes an organization: several rows by several logins in one transaction.
            let path = if turn % 8 == 0 { "/api/v1/organizations" } else { "/api/v1/projects" };
            if let Some(made) = self.create(path, &json!({ "name": name })) {
                match path {
                    "/api/v1/projects" => {
                        self.seen
                            .projects
                            .push(uuid::<tenantry_core::id::kind::Project>(&made["id"]))
                    }
                    _ => self
                        .seen
                        .organizations
                        .push(uuid::<tenantry_core::id::kind::Organization>(&made["id"])),
                }
            }
        }
        self.seen
    }

    /// The thing that was made, if it was acknowledged.
    fn create(&mut self, path: &str, body: &Value) -> Option<Value> {
        let key = format!("idempotency-key: {}\r\n", tenantry_core::RequestId::new());
        let mut was_lost = false;
        loop {
            match self.wire.send("POST", path, &key, Some(body)) {
                Ok(reply) if reply.status == 201 => return Some(reply.json),
                // While one is under way under the same key, the answer is 409 with a word of when to come back.
                Ok(reply) if reply.status == 503 || reply.status == 409 && was_lost => {
                    self.seen.unavailable += 1
                }
                Ok(reply) => panic!("{} {}", reply.status, reply.json),
                // Nobody listens yet: nothing was sent.
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {}
                Err(_) => {
                    self.seen.doubtful += usize::from(!was_lost);
                    was_lost = true;
                    if !self.retries {
                        return None;
                    }
                }
            }
            sleep(Duration::from_millis(10));
        }
    }
}

/// Signs people up without end: an account, its organization, membership, session and tokens in one transaction.
fn found_repeatedly(address: SocketAddr, stop: Arc<AtomicBool>) -> JoinHandle<Vec<Uuid>> {
    std::thread::spawn(move || {
        let (mut wire, mut accounts) = (Wire::new(address), Vec::new());
        let mut number = 0;
        while !stop.load(Ordering::Relaxed) {
            number += 1;
            match wire.post("/auth/signup", &account(&format!("founder-{number}"))) {
                Ok(reply) if reply.status == 201 => {
                    accounts.push(uuid::<tenantry_core::id::kind::User>(&reply.json["user"]["id"]));
                }
                Ok(reply) => assert_eq!(reply.status, 503, "{}", reply.json),
                Err(_) => sleep(Duration::from_millis(10)),
            }
        }
        accounts
    })
}

/// Kills at random moments; measures from each start until somebody who is signed in gets a 200.
fn kill_repeatedly(
    stage: &Stage,
    mut server: ServerProcess,
    kills: usize,
) -> (ServerProcess, Vec<Duration>) {
    let seed = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64;
    println!("seed {seed}");
    let (mut random, mut outages) = (Random(seed | 1), Vec::new());
    let mut probe = sign_up(stage.address, 999);
    for _ in 0..kills {
        sleep(Duration::from_millis(20 + random.next() % 781));
        server.kill();
        let started = Instant::now();
        server = stage.start();
        while !probe.get("/api/v1/projects").is_ok_and(|reply| reply.status == 200) {
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "it does not come back:\n{}",
                stage.log()
            );
            sleep(Duration::from_millis(2));
        }
        outages.push(started.elapsed());
    }
    // The writers end with a server that answers.
    sleep(Duration::from_millis(500));
    (server, outages)
}

/// Marsaglia's xorshift: enough for moments.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

fn print_times(what: &str, mut times: Vec<Duration>) {
    times.sort();
    if let (Some(median), Some(longest)) = (times.get(times.len() / 2), times.last()) {
        let nearly = times[times.len() * 95 / 100];
        println!(
            "{what}: median {} ms, 95 of 100 within {} ms, longest {} ms",
            median.as_millis(),
            nearly.as_millis(),
            longest.as_millis()
        );
    }
}

/// What must be nought in any database that a server has written, whatever happened to the server.
const HALVES: [(&str, &str); 11] = [
    (
        "projects with the name of another",
        "select count(*) - count(distinct (organization_id, name)) from tenantry.projects",
    ),
    (
        "projects without their organization",
        "select count(*) from tenantry.projects p where not exists (select from tenantry.organizations o where o.organization_id = p.organization_id)",
    ),
    (
        "projects without exactly one record of their creation",
        "select count(*) from tenantry.projects p where 1 <> (select count(*) from tenantry.audit_events e where e.organization_id = p.organization_id and e.subject_id = p.id and e.action = 'project.created')",
    ),
    (
        "records of projects that are not there",
        "select count(*) from tenantry.audit_events e where e.action = 'project.created' and not exists (select from tenantry.projects p where p.id = e.subject_id)",
    ),
    (
        "organizations without exactly one owner",
        "select count(*) from tenantry.organizations o where 1 <> (select count(*) from tenantry.memberships m where m.organization_id = o.organization_id and m.role = 'owner')",
    ),
    (
        "memberships without organization or account",
        "select count(*) from tenantry.memberships m where not exists (select from tenantry.organizations o where o.organization_id = m.organization_id) or not exists (select from tenantry.users u where u.id = m.user_id)",
    ),
    (
        "organizations without their slug",
        "select count(*) from tenantry.organizations o where not exists (select from tenantry.organization_slugs s where s.organization_id = o.organization_id and s.slug = o.slug)",
    ),
    (
        "slugs of organizations that are not there",
        "select count(*) from tenantry.organization_slugs s where not exists (select from tenantry.organizations o where o.organization_id = s.organization_id)",
    ),
    (
        "accounts without an organization",
        "select count(*) from tenantry.users u where not exists (select from tenantry.memberships m where m.user_id = u.id)",
    ),
    (
        "accounts without a session, or sessions without a token",
        "select (select count(*) from tenantry.users u where not exists (select from tenantry.sessions s where s.user_id = u.id)) + (select count(*) from tenantry.sessions s where not exists (select from tenantry.refresh_tokens t where t.session_id = s.id))",
    ),
    (
        "transactions that were left open",
        "select count(*) from pg_stat_activity where state like 'idle in transaction%' and datname = current_database()",
    ),
];

/// Prints what is there of what was acknowledged; answers the number of faults.
async fn judge(admin: &Client, all: &Acknowledged) -> i64 {
    let mut faults = 0;
    for (what, ids, statement) in [
        ("projects", &all.projects, "select id from tenantry.projects"),
        ("organizations", &all.organizations, "select organization_id from tenantry.organizations"),
        ("accounts", &all.accounts, "select id from tenantry.users"),
    ] {
        let rows = admin.query(statement, &[]).await.unwrap();
        let there: HashSet<Uuid> = rows.iter().map(|row| row.get(0)).collect();
        let lost = ids.iter().filter(|id| !there.contains(id)).count();
        let twice = ids.len() - ids.iter().collect::<HashSet<_>>().len();
        println!(
            "{what}: {} acknowledged, {lost} lost, {twice} acknowledged twice, {} there",
            ids.len(),
            there.len()
        );
        faults += i64::try_from(lost + twice).unwrap();
        assert!(!ids.is_empty(), "no {what} were ever acknowledged: nothing was shown");
    }
    println!("answers lost: {}; told to come back: {}", all.doubtful, all.unavailable);
    for (what, statement) in HALVES {
        let count: i64 = admin.query_one(statement, &[]).await.unwrap().get(0);
        println!("{what}: {count}");
        faults += count;
    }
    faults
}
