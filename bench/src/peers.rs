//! The peers: other people's stacks, as small programs under `bench/peers` that answer the same questions from the same
//! rows. This file only starts them and knows what to ask; `bench/peers/README.md` is the agreement.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::cluster::DATABASE;
use crate::data::CALLERS;
use crate::http::request;
use crate::load::{Expected, Order, Plan};
use crate::machine::Machine;
use crate::rounds::Contender;
use crate::suite::Stage;
use crate::target::{Target, free_port};

mod check;
mod credentials;
mod routes;

pub(crate) use routes::Route;

use credentials::Credentials;
use routes::Routes;

const FOLDER: &str = "bench/peers";
/// Connections to PostgreSQL that the workers of a peer have together: as many as every other target.
const CONNECTIONS: usize = 16;
/// A peer that makes its own data makes no more organizations: a hundred memberships each are a million rows by then.
const MOST_ORGANIZATIONS: u64 = 10_000;

/// The peers, and which login each one has; one that makes its own tables owns a database of its name.
const ALL: [(&str, Tables); 9] = [
    ("fastapi", Tables::Shared("peer")),
    ("fastapi-plain", Tables::Shared("peer")),
    ("hono-plain", Tables::Shared("peer")),
    ("hono-pipelined", Tables::Shared("peer")),
    ("hono-supabase", Tables::Shared("peer_supabase")),
    ("hono-supabase-policy-only", Tables::Shared("peer_supabase")),
    ("better-auth", Tables::Own),
    ("better-auth-cookie-cache", Tables::Own),
    ("better-auth-rs", Tables::Own),
];

/// Where a peer's rows are.
#[derive(Debug, Clone, Copy)]
enum Tables {
    /// Those of the benchmark, with this login.
    Shared(&'static str),
    /// A database that it fills by itself.
    Own,
}

/// The peers that take part in a run, and those that were to and could not.
#[derive(Debug)]
pub(crate) struct Peers {
    running: Vec<Peer>,
    /// The name and the reason.
    absent: Vec<String>,
}

#[derive(Debug)]
struct Peer {
    target: Target,
    /// The lines of headers that make each caller known.
    callers: Vec<Known>,
    routes: Routes,
}

/// Somebody whom a peer answers: what goes along with each request, and about which organization it may ask.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    headers: Vec<String>,
    organization: String,
}

/// What is the same for all peers of a run.
#[derive(Debug)]
struct Surroundings<'a> {
    stage: &'a Stage,
    credentials: Credentials,
    workers: usize,
}

impl Peers {
    /// For a run without `--peers`: every workload then has its other targets alone.
    pub(crate) const fn none() -> Self {
        Self { running: Vec::new(), absent: Vec::new() }
    }

    /// Installs, checks and starts all of them; their versions go to what is known of the machine.
    pub(crate) async fn start(stage: &Stage, machine: &mut Machine) -> Result<Self> {
        install(machine)?;
        check::all_answer_right(Path::new(FOLDER), stage.postgres.folder())?;
        let (credentials, workers) = (Credentials::make()?, machine.cores.max(1));
        let surroundings = Surroundings { stage, credentials, workers };
        let mut peers = Self::none();
        for (name, tables) in ALL {
            println!("starting {name}");
            match surroundings.start(name, tables).await {
                Ok(peer) => peers.running.push(peer),
                // The others are measured all the same; that this one was not stands in the results.
                Err(error) => {
                    println!("{name} is not measured: {error:#}");
                    peers.absent.push(format!("{name}: {error:#}"));
                }
            }
        }
        Ok(peers)
    }

    /// Those that did not start, with the reason.
    pub(crate) fn absent(&self) -> &[String] {
        &self.absent
    }

    /// Every peer that has an answer to this question.
    pub(crate) fn contenders(
        &self,
        route: Route,
        expected: Expected,
    ) -> Result<Vec<Contender<'_>>> {
        let asked = self.running.iter().filter_map(|peer| {
            let (method, path, body) = peer.routes.of(route)?;
            let requests = peer.callers.iter().map(|caller| {
                let fill = |text: &str| text.replace("{organization}", &caller.organization);
                let mut headers = caller.headers.clone();
                headers.extend(peer.routes.headers(peer.target.port));
                request(&method, &fill(&path), &headers, body.as_deref().map(fill).as_deref())
            });
            let requests: Vec<Vec<u8>> = requests.collect();
            let (port, order) = (peer.target.port, Order::Random);
            let plan = Plan { port, requests: requests.into(), order, expected };
            Some(Contender::http(&peer.target.name, &peer.target, plan))
        });
        Ok(asked.collect())
    }
}

/// A line of what the installation prints.
#[derive(Debug, Deserialize)]
struct Package {
    peer: String,
    package: String,
    version: String,
}

/// `peer/package` and its version.
fn version(line: &str) -> Option<(String, String)> {
    let Package { peer, package, version } = serde_json::from_str(line).ok()?;
    Some((format!("{peer}/{package}"), version))
}

fn install(machine: &mut Machine) -> Result<()> {
    let installing = Command::new(Path::new(FOLDER).join("install")).output();
    let installed = installing.context("bench/peers/install")?;
    let errors = String::from_utf8_lossy(&installed.stderr);
    ensure!(installed.status.success(), "bench/peers/install: {errors}");
    for line in String::from_utf8_lossy(&installed.stdout).lines() {
        machine.versions.extend(version(line));
    }
    Ok(())
}

impl Surroundings<'_> {
    async fn start(&self, name: &str, tables: Tables) -> Result<Peer> {
        let Self { stage, credentials, .. } = self;
        let port = free_port()?;
        let folder = stage.postgres.folder().canonicalize()?;
        let written = folder.join(format!("{name}.tokens"));
        let url = match tables {
            Tables::Shared(login) => stage.postgres.url(DATABASE, login),
            Tables::Own => own_database(stage, name).await?,
        };
        let program = Path::new(FOLDER).join("run").canonicalize()?;
        let command = |verb: &str| {
            let mut command = Command::new(&program);
            command.args([name, verb]).env("PORT", port.to_string()).env("DATABASE_URL", &url);
            command.env("TOKENS", &written).envs(self.environment());
            command
        };
        // Its data, where it has its own; minutes, the first time.
        let prepared = command("prepare").output().context("bench/peers/run")?;
        let errors = String::from_utf8_lossy(&prepared.stderr);
        ensure!(prepared.status.success(), "its data could not be made: {errors}");
        let target = Target::spawn(name, command("serve"), port, ("/healthz", &folder)).await?;
        let routes = Routes::of_peer(Path::new(FOLDER), name)?;
        let callers = match tables {
            Tables::Own => credentials::written_by_peer(&written, routes.credential())?,
            Tables::Shared(_) if name.starts_with("fastapi") => credentials.symmetric(stage)?,
            Tables::Shared(_) => credentials.asymmetric(stage)?,
        };
        ensure!(!callers.is_empty(), "it has made no credentials");
        Ok(Peer { target, callers, routes })
    }

    /// `bench/peers/README.md` says what each name means. A peer passes over what it has no use for.
    fn environment(&self) -> [(&'static str, String); 6] {
        let organizations = self.stage.generated.size.organizations().min(MOST_ORGANIZATIONS);
        [
            ("WORKERS", self.workers.to_string()),
            ("POOL_SIZE", pool_size(self.workers).to_string()),
            ("JWT_SECRET", self.credentials.secret().to_owned()),
            ("JWT_JWK", self.credentials.jwk()),
            ("PEER_ORGANIZATIONS", organizations.to_string()),
            ("PEER_CREDENTIALS", CALLERS.to_string()),
        ]
    }
}

/// Connections of each worker. Rounded up, because a worker without one could not answer.
const fn pool_size(workers: usize) -> usize {
    CONNECTIONS.div_ceil(workers)
}

/// A database that a peer owns, under its own name; the way to it.
async fn own_database(stage: &Stage, name: &str) -> Result<String> {
    let name = name.replace('-', "_");
    let admin = stage.postgres.admin().await?;
    let known = "select exists (select from pg_catalog.pg_roles where rolname = $1)";
    if !admin.query_one(known, &[&name]).await?.get::<_, bool>(0) {
        admin.batch_execute(&format!("create role {name} login password '{name}'")).await?;
        admin.batch_execute(&format!("create database {name} owner {name}")).await?;
    }
    Ok(stage.postgres.url(&name, &name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workers_of_a_peer_have_sixteen_connections_together_and_each_at_least_one() {
        assert_eq!([1, 2, 3, 4, 16, 64].map(pool_size), [16, 8, 6, 4, 1, 1]);
    }

    #[test]
    fn a_version_is_read_from_the_line_of_its_package() {
        let line = r#"{"peer": "hono", "package": "jose", "version": "6.0.0"}"#;
        assert_eq!(version(line).unwrap(), ("hono/jose".to_owned(), "6.0.0".to_owned()));
        assert_eq!(version("installing …"), None);
    }
}
