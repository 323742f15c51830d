//! Figures of the foundations, side by side in one run: the list of projects with tenancy against the
//! same query without it through the same server, and sign-ins against the bare hash.
//!
//! `cargo run --release -p tenantry-testkit --example measure_foundations -- [ROUNDS] [SECONDS]`; needs `wrk`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::type_complexity,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measuring program: it prints, and a panic is its report"
)]

use std::collections::HashMap;
use std::process::Command;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use tenantry_api::{Service, ServiceSettings};
use tenantry_core::context::ContextKey;
use tenantry_core::page::PageBody;
use tenantry_core::secret::{MasterSecret, Purpose};
use tenantry_core::{Clock, ContextKeys, OrganizationId};
use tenantry_db::migrate::Migrator;
use tenantry_db::{Config, Database, Target};
use tenantry_embedded::{Cluster, Options};
use tenantry_identity::password::Argon2Parameters;
use tenantry_identity::{Hasher, Identity, IdentitySettings, Password};
use tenantry_store::projects::{Project, Visibility};
use tokio_postgres::NoTls;
use tokio_util::task::TaskTracker;

const PROJECTS: usize = 20;

#[tokio::main]
async fn main() {
    let arguments: Vec<u64> =
        std::env::args().skip(1).filter_map(|text| text.parse().ok()).collect();
    let (rounds, seconds) =
        (arguments.first().copied().unwrap_or(5), arguments.get(1).copied().unwrap_or(5));
    let directory = tempfile::tempdir().unwrap();
    std::fs::set_permissions(directory.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))
        .unwrap();
    let options = Options {
        data_dir: directory.path().join("data"),
        binaries: None,
        search_path: std::env::var_os("PATH"),
    };
    let cluster =
        tokio::task::spawn_blocking(move || Cluster::start(&options).unwrap()).await.unwrap();
    let server = start(&cluster).await;
    let token = server.sign_up().await;
    println!(
        "list of {PROJECTS} projects, {rounds} rounds of {seconds} s each, 16 connections, wrk on the same machine\n"
    );
    println!(
        "{:<28} {:>9} {:>12} {:>12} {:>12} {:>8}",
        "", "req/s", "server us", "postgres us", "total us", "p99 ms"
    );
    let mut ratios = Vec::new();
    for _ in 0..rounds {
        let with = server.load("/api/v1/projects?limit=20", &token, seconds);
        let without = server.load(
            &format!("/raw/projects?{}", server.organization.lock().unwrap()),
            &token,
            seconds,
        );
        with.print("with tenancy");
        without.print("without tenancy");
        ratios.push((without.rate / with.rate, with.total() / without.total()));
    }
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        (values[values.len() / 2], values[0], values[values.len() - 1])
    };
    let rate = median(ratios.iter().map(|ratio| 1.0 / ratio.0).collect());
    let cpu = median(ratios.iter().map(|ratio| ratio.1).collect());
    println!(
        "\nreq/s with/without: {:.2} [{:.2}-{:.2}]   CPU with/without: {:.2} [{:.2}-{:.2}]",
        rate.0, rate.1, rate.2, cpu.0, cpu.1, cpu.2
    );
    sign_ins(&server, seconds).await;
    drop(server);
    tokio::task::spawn_blocking(move || cluster.stop().unwrap()).await.unwrap();
}

struct Server {
    address: String,
    postmaster: i32,
    organization: std::sync::Mutex<String>,
}

async fn start(cluster: &Cluster) -> Server {
    let secret = MasterSecret::parse("measure-5f0c7d2ab91e46f3803ad7c2e5b1946f").unwrap();
    let keys = ContextKeys::new(ContextKey::new(secret.derive(Purpose::Context)));
    let mut config = Config::new();
    config.host_path(cluster.socket_dir()).port(cluster.port()).dbname("postgres");
    let mut admin = config.clone();
    admin.user(cluster.superuser()).password(cluster.password());
    let tasks = TaskTracker::new();
    let mut migrator =
        Migrator::connect(&admin, vec![tenantry_store::migrations::control_plane()], &tasks)
            .await
            .unwrap();
    migrator.up().await.unwrap();
    migrator.install_secrets(&secret, &keys).await.unwrap();
    let clock = Clock::system();
    let target = Target { config, is_behind_pooler: false, connections: 10 };
    let database = Database::new(&target, &secret, clock.clone(), &tasks).unwrap();
    let identity =
        Identity::open(database.clone(), &secret, keys, IdentitySettings::default(), clock)
            .await
            .unwrap();
    let settings =
        ServiceSettings::new("http://127.0.0.1".to_owned(), cluster.version().to_string());
    let service = Service::new(identity, database, settings);
    let pool = RawPool::connect(&admin, 10).await;
    let own = Router::new().route("/raw/projects", get(raw)).layer(axum::Extension(pool));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let router = service.router_with(own);
    tokio::spawn(async move {
        tenantry_api::serve(listener, router, &tasks, std::future::pending()).await
    });
    let tenantry_embedded::ClusterState::Running { pid } = cluster.state() else {
        panic!("not running")
    };
    Server {
        address,
        postmaster: i32::try_from(pid).unwrap(),
        organization: std::sync::Mutex::default(),
    }
}

/// Connections past every door, as an application without tenancy would have them.
#[derive(Clone)]
struct RawPool(
    std::sync::Arc<(
        Vec<(tokio_postgres::Client, tokio_postgres::Statement)>,
        std::sync::Mutex<Vec<usize>>,
        tokio::sync::Semaphore,
    )>,
);

impl RawPool {
    async fn connect(config: &Config, count: usize) -> Self {
        let mut clients = Vec::new();
        for _ in 0..count {
            let (client, connection) = config.connect(NoTls).await.unwrap();
            tokio::spawn(connection);
            let sql = "select organization_id, id, slug, name, description, client_id, is_restricted, metadata, created_at, updated_at, deleted_at from tenantry.projects \
                       where organization_id = $1 and deleted_at is null order by created_at desc, id desc limit $2";
            let statement = client.prepare(sql).await.unwrap();
            clients.push((client, statement));
        }
        let free = (0..count).collect();
        Self(std::sync::Arc::new((
            clients,
            std::sync::Mutex::new(free),
            tokio::sync::Semaphore::new(count),
        )))
    }
}

async fn raw(
    _: State<Service>,
    axum::Extension(pool): axum::Extension<RawPool>,
    axum::extract::RawQuery(query): axum::extract::RawQuery,
) -> Json<PageBody<Project>> {
    let organization: OrganizationId = query.unwrap().parse().unwrap();
    let (clients, free, places) = &*pool.0;
    let _place = places.acquire().await.unwrap();
    // A client that hangs up ends this future; what it borrowed goes back all the same.
    let borrowed = Borrowed { free, index: free.lock().unwrap().pop().unwrap() };
    let (client, statement) = &clients[borrowed.index];
    let rows = match client.query(statement, &[&organization.uuid(), &21_i64]).await {
        Ok(rows) => rows,
        Err(error) => panic!("{error:?}"),
    };
    drop(borrowed);
    let text = |row: &tokio_postgres::Row, name: &str| row.get::<_, String>(name);
    let read = |row: &tokio_postgres::Row| Project {
        id: tenantry_core::ProjectId::from_uuid(row.get("id")),
        organization_id: OrganizationId::from_uuid(row.get("organization_id")),
        slug: text(row, "slug").parse().unwrap(),
        name: text(row, "name").parse().unwrap(),
        description: text(row, "description").parse().unwrap(),
        client_id: row
            .get::<_, Option<uuid::Uuid>>("client_id")
            .map(tenantry_core::ClientId::from_uuid),
        visibility: if row.get("is_restricted") {
            Visibility::Restricted
        } else {
            Visibility::Organization
        },
        metadata: tenantry_core::Metadata::stored(row.get("metadata")),
        deleted_at: row.get("deleted_at"),
        created_at: row.get::<_, Timestamp>("created_at"),
        updated_at: row.get::<_, Timestamp>("updated_at"),
    };
    Json(PageBody { data: rows.iter().map(read).collect(), next_cursor: None })
}

struct Borrowed<'a> {
    free: &'a std::sync::Mutex<Vec<usize>>,
    index: usize,
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        self.free.lock().unwrap().push(self.index);
    }
}

struct Figures {
    rate: f64,
    server: f64,
    postgres: f64,
    p99: String,
}

impl Figures {
    fn total(&self) -> f64 {
        self.server + self.postgres
    }

    fn print(&self, name: &str) {
        let Self { rate, server, postgres, p99 } = self;
        println!(
            "{name:<28} {rate:>9.0} {server:>12.0} {postgres:>12.0} {:>12.0} {p99:>8}",
            self.total()
        );
    }
}

impl Server {
    async fn sign_up(&self) -> String {
        let body = r#"{"email":"measure@example.com","password":"securepassword123","name":"Measure","organization_name":"Measure"}"#;
        let answer = self.curl(&["-X", "POST", "-d", body], "/auth/signup");
        *self.organization.lock().unwrap() =
            answer["organization"]["id"].as_str().unwrap().to_owned();
        let token = answer["access_token"].as_str().unwrap().to_owned();
        for number in 0..PROJECTS {
            let body = format!(
                r#"{{"name":"Project {number}","description":"What it is about, in a sentence of usual length."}}"#
            );
            self.curl(
                &["-X", "POST", "-H", &format!("Authorization: Bearer {token}"), "-d", &body],
                "/api/v1/projects",
            );
        }
        token
    }

    fn curl(&self, arguments: &[&str], path: &str) -> serde_json::Value {
        let url = format!("{}{path}", self.address);
        let all = ["-sS", "-H", "Content-Type: application/json"].iter().chain(arguments).copied();
        let output = Command::new("curl").args(all).arg(url).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn load(&self, path: &str, token: &str, seconds: u64) -> Figures {
        let before = self.cpu();
        let output = Command::new("wrk")
            .args([
                "-t1",
                "-c16",
                "--latency",
                &format!("-d{seconds}s"),
                "-H",
                &format!("Authorization: Bearer {token}"),
            ])
            .arg(format!("{}{path}", self.address))
            .output()
            .unwrap();
        let after = self.cpu();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(!text.contains("Non-2xx"), "{text}");
        let field = |label: &str| {
            let line = text.lines().find(|line| line.trim_start().starts_with(label)).unwrap();
            line.trim_start()
                .trim_start_matches(label)
                .split_whitespace()
                .next()
                .unwrap()
                .to_owned()
        };
        let requests: f64 = text
            .lines()
            .find(|line| line.contains("requests in"))
            .unwrap()
            .split_whitespace()
            .next()
            .unwrap()
            .parse()
            .unwrap();
        let per_request = |ticks: f64| ticks * 10_000.0 / requests;
        Figures {
            rate: field("Requests/sec:").parse().unwrap(),
            server: per_request(after.0 - before.0),
            postgres: per_request(after.1 - before.1),
            p99: field("99%"),
        }
    }

    /// Ticks (1/100 s) of this process and of the cluster.
    fn cpu(&self) -> (f64, f64) {
        let mut parents = HashMap::new();
        let mut ticks = HashMap::new();
        for entry in std::fs::read_dir("/proc").unwrap().flatten() {
            let Ok(pid) = entry.file_name().to_string_lossy().parse::<i32>() else { continue };
            let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
            let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
            let number = |index: usize| fields[index].parse::<f64>().unwrap();
            parents.insert(pid, fields[1].parse::<i32>().unwrap());
            ticks.insert(pid, number(11) + number(12));
        }
        let own = i32::try_from(std::process::id()).unwrap();
        let of_cluster = |pid: &i32| *pid == self.postmaster || parents[pid] == self.postmaster;
        let postgres =
            ticks.iter().filter(|(pid, _)| of_cluster(pid)).map(|(_, ticks)| ticks).sum();
        (ticks[&own], postgres)
    }
}

/// Sign-ins through HTTP against the hash alone.
async fn sign_ins(server: &Server, seconds: u64) {
    let hasher = Hasher::new(1, 4, Argon2Parameters::default()).unwrap();
    let password = || "securepassword123".parse::<Password>().unwrap();
    let hash = hasher.hash(password()).await.unwrap();
    let (started, before) = (Instant::now(), server.cpu());
    let mut count = 0_u32;
    while started.elapsed() < Duration::from_secs(seconds) {
        hasher.verify(password(), Some(&hash)).await.unwrap();
        count += 1;
    }
    let bare = (server.cpu().0 - before.0) * 10.0 / f64::from(count);
    let script = "wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\n\
                  wrk.body = '{\"email\":\"measure@example.com\",\"password\":\"securepassword123\"}'\n";
    let file = std::env::temp_dir().join(format!("sign-in-{}.lua", std::process::id()));
    std::fs::write(&file, script).unwrap();
    let before = server.cpu();
    let output = Command::new("wrk")
        .args(["-t1", "-c8", "--timeout", "10s", &format!("-d{}s", seconds * 2), "-s"])
        .arg(&file)
        .arg(format!("{}/auth/login", server.address))
        .output()
        .unwrap();
    std::fs::remove_file(file).unwrap();
    let after = server.cpu();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains("Non-2xx"), "{text}");
    let requests: f64 = text
        .lines()
        .find(|line| line.contains("requests in"))
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap()
        .parse()
        .unwrap();
    #[expect(clippy::cast_precision_loss, reason = "a few seconds")]
    let rate = requests / (seconds * 2) as f64;
    let cpu = ((after.0 - before.0) + (after.1 - before.1)) * 10.0 / requests;
    println!(
        "\nsign-in: {rate:.1}/s on this machine, {cpu:.1} ms CPU each (server and Postgres); the bare hash: {bare:.1} ms CPU"
    );
    println!(
        "sign-ins a second and core: {:.1}; bare hashes a second and core: {:.1}",
        1_000.0 / cpu,
        1_000.0 / bare
    );
}
