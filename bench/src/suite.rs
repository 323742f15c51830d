//! A run from its first to its last step: cluster, data, targets, workloads, goals.

use anyhow::{Context, Result};

use crate::cluster::Postgres;
use crate::data::{self, Generated};
use crate::goals;
use crate::http::request;
use crate::load::{Expected, Order, Plan};
use crate::machine::Machine;
use crate::options::{Id, Options};
use crate::report::{Report, Workload};
use crate::rounds::{Contender, Schedule};
use crate::seed::{self, id};
use crate::serve::Kind;
use crate::size::Size;
use crate::target::Target;
use crate::tokens::{Caller, Mint};
use crate::wire::Address;
use crate::workloads;

/// A cluster with the data of a size, and who calls.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) postgres: Postgres,
    pub(crate) generated: Generated,
    pub(crate) mint: Mint,
    pub(crate) callers: Vec<Caller>,
    pub(crate) hello: Target,
    pub(crate) tenantry: Target,
    pub(crate) untenanted: Target,
    pub(crate) bare: Target,
}

impl Stage {
    /// Starts what all workloads need. The server comes first: it makes the keys that sign tokens.
    pub(crate) async fn set(options: &Options, size: Size) -> Result<Self> {
        let folder = options.folder.join(size.name());
        if options.fresh && folder.exists() {
            std::fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
        }
        println!("size {}: starting PostgreSQL", size.name());
        let folder = options.folder.clone();
        let postgres = tokio::task::spawn_blocking(move || Postgres::start(&folder, size));
        let postgres = postgres.await.context("starting PostgreSQL")??;
        let (generated, is_new) = data::ensure(&postgres, size).await?;
        let megabytes = generated.database_bytes / 1_048_576;
        let how = if is_new { "made" } else { "made before" };
        println!("size {}: {megabytes} MB, {how} in {:.0} s", size.name(), generated.seconds);
        let tenantry = Target::start(Kind::Tenantry, &postgres).await?;
        let untenanted = Target::start(Kind::Untenanted, &postgres).await?;
        let bare = Target::start(Kind::Bare, &postgres).await?;
        let hello = Target::start(Kind::Hello, &postgres).await?;
        let mint = Mint::open(&postgres.admin().await?, size).await?;
        let callers = mint.callers()?;
        let stage = Self { postgres, generated, mint, callers, hello, tenantry, untenanted, bare };
        if !is_new {
            stage.tidy().await?;
        }
        Ok(stage)
    }

    /// What tells whether the machine kept still.
    pub(crate) fn reference(&self) -> Contender<'_> {
        let requests = vec![request("GET", "/hello", &[], None)];
        Contender::http("hello", &self.hello, plan(&self.hello, requests, Expected::bytes(17)))
    }

    /// A plan of one request for each caller, who shows a token.
    pub(crate) fn with_tokens(
        &self,
        target: &Target,
        (method, expected): (&str, Expected),
        make: impl Fn(&Caller) -> (String, Option<String>),
    ) -> Result<Plan> {
        let requests = self.callers.iter().map(|caller| {
            let (path, body) = make(caller);
            let token = self.mint.token(caller)?;
            let headers = [format!("authorization: Bearer {token}")];
            Ok(request(method, &path, &headers, body.as_deref()))
        });
        Ok(plan(target, requests.collect::<Result<_>>()?, expected))
    }

    /// The same without tokens: the request says which organization is meant.
    pub(crate) fn without_tokens(&self, target: &Target, path: &str, expected: Expected) -> Plan {
        let requests = self.callers.iter().map(|caller| {
            let headers = [format!("x-bench-organization: {}", caller.organization)];
            request("GET", path, &headers, None)
        });
        plan(target, requests.collect(), expected)
    }

    /// The way of a login straight to the database.
    pub(crate) fn login(&self, user: &str) -> Address {
        let (socket, port) = (self.postgres.socket().to_owned(), self.postgres.port());
        Address { socket, port, user: user.to_owned(), password: user.to_owned() }
    }

    /// Takes away what workloads have written: documents that are not of the data, and dead rows.
    pub(crate) async fn tidy(&self) -> Result<()> {
        let client = self.postgres.admin().await?;
        // Whatever was made here is younger than the youngest document of the data.
        let last = self.generated.size.documents() + self.generated.size.large();
        let youngest = id(seed::Kind::Document, last);
        client.execute("delete from public.documents where id >= $1", &[&youngest]).await?;
        client.batch_execute("vacuum (analyze) public.documents").await?;
        client.batch_execute("vacuum (analyze) tenantry.audit_events").await?;
        Ok(())
    }

    /// Ends everything, in the order in which it depends on each other.
    pub(crate) async fn clear(self) -> Result<()> {
        let Self { postgres, hello, tenantry, untenanted, bare, .. } = self;
        drop((hello, tenantry, untenanted, bare));
        tokio::task::spawn_blocking(move || postgres.stop()).await.context("stopping")?
    }
}

/// Requests that are sent in any order.
pub(crate) fn plan(target: &Target, requests: Vec<Vec<u8>>, expected: Expected) -> Plan {
    Plan { port: target.port, requests: requests.into(), order: Order::Random, expected }
}

/// Runs everything that was asked for.
pub(crate) async fn run(options: &Options) -> Result<Report> {
    let (mut workloads, mut sizes) = (Vec::new(), Vec::new());
    let mut machine = Machine::read();
    let stage = Stage::set(options, options.size).await?;
    machine.versions.insert("postgresql".to_owned(), stage.postgres.version());
    sizes.push(stage.generated.clone());
    let measured = on_stage(options, &stage, &mut machine, &mut workloads).await;
    stage.clear().await?;
    let absent = measured?;
    if options.has(Id::W15) {
        workloads.push(workloads::starting::measure(options).await?);
    }
    if options.has(Id::W11) {
        workloads.push(Box::pin(workloads::scale::measure(options, &mut sizes)).await?);
    }
    let goals = goals::judge(&workloads);
    Ok(Report {
        date: today(),
        command: command(),
        size: options.size,
        rounds: options.rounds,
        seconds: options.seconds,
        machine,
        data: sizes,
        workloads,
        goals,
        absent,
    })
}

/// The workloads on the data of one size; the peers that could not be measured.
async fn on_stage(
    options: &Options,
    stage: &Stage,
    machine: &mut Machine,
    done: &mut Vec<Workload>,
) -> Result<Vec<String>> {
    let schedule = schedule(options);
    let peers = if options.peers {
        crate::peers::Peers::start(stage, machine).await?
    } else {
        crate::peers::Peers::none()
    };
    if options.has(Id::W1) {
        for connections in &options.connections {
            let schedule = Schedule { connections: *connections, ..schedule };
            done.push(workloads::list::tenancy(stage, schedule, &peers).await?);
        }
    }
    if options.has(Id::W1s) {
        done.push(workloads::list::seal(stage, schedule).await?);
    }
    if options.has(Id::W1c) {
        done.push(workloads::list::cold(stage, schedule).await?);
    }
    if options.has(Id::W2) {
        done.extend(workloads::writes::measure_all(stage, schedule).await?);
    }
    if options.has(Id::W3) {
        done.push(workloads::accounts::me(stage, schedule, &peers).await?);
    }
    if options.has(Id::W4) {
        done.push(workloads::accounts::permission(stage, schedule, &peers).await?);
    }
    if options.has(Id::W5) {
        done.push(workloads::accounts::members(stage, schedule, &peers).await?);
    }
    if options.has(Id::W6) {
        done.push(workloads::accounts::key(stage, schedule).await?);
    }
    if options.has(Id::W12) {
        done.push(workloads::neighbour::measure(stage, schedule).await?);
    }
    if options.has(Id::W16) {
        done.push(workloads::disk::measure(stage).await?);
    }
    Ok(peers.absent().to_vec())
}

/// The schedule of everything but W1 with other numbers of connections.
pub(crate) fn schedule(options: &Options) -> Schedule {
    let connections = options.connections.first().copied().unwrap_or(16);
    Schedule { rounds: options.rounds, seconds: options.seconds, connections }
}

fn today() -> String {
    tenantry_core::Clock::system().now().strftime("%Y-%m-%d").to_string()
}

/// As somebody would type it.
fn command() -> String {
    let options = std::env::args().skip(2).collect::<Vec<_>>().join(" ");
    format!("cargo xtask bench {options}").trim().to_owned()
}
