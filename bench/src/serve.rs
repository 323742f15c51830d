//! A target is a process of its own, so that the kernel tells what it used; this is what runs in it. All targets that
//! have the server's envelope differ in their routes only, and end when the suite that started them is gone.

mod application;
mod bare;
mod document;
mod hello;
mod statements;
mod untenanted;

use std::io::{IsTerminal as _, Read as _};
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use axum::Router;
use tenantry_api::{Edge, RateLimits, Server, Service, ServiceSettings};
use tenantry_core::Clock;
use tenantry_db::{Database, Target, preflight};
use tenantry_identity::{Identity, IdentitySettings};
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

use crate::data;
use crate::tokens::ISSUER;

pub(crate) use statements::{AUDIT, KEY_TEXT, text};

/// Connections to the database of the login that a target works with.
const CONNECTIONS: usize = 16;
/// So high that nobody reaches them, and all the same counted: a base without the counting would flatter nobody.
const ROOMY: RateLimits =
    RateLimits { organization: 1_000_000_000, key: 1_000_000_000, address: 1_000_000_000 };

/// What is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// The server with an application's routes behind its gate.
    Tenantry,
    /// The same with the limits that a server has by default.
    TenantryLimited,
    /// The same where nothing about a caller is remembered: session and membership are read for each request.
    TenantryForgetful,
    /// The same server and statements without tokens, memberships, context and row security.
    Untenanted,
    /// What one writes by hand: axum and tokio-postgres.
    Bare,
    /// One constant answer: the reference that tells whether the machine kept still.
    Hello,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Tenantry => "tenantry",
            Self::TenantryLimited => "tenantry-limited",
            Self::TenantryForgetful => "tenantry-forgetful",
            Self::Untenanted => "untenanted",
            Self::Bare => "bare",
            Self::Hello => "hello",
        }
    }
}

/// How a target is started.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// What is served.
    kind: Kind,
    /// The port of 127.0.0.1.
    #[arg(long)]
    port: u16,
    /// The folder of the database's socket.
    #[arg(long)]
    socket: PathBuf,
    /// The port that names the socket's file.
    #[arg(long)]
    database_port: u16,
}

/// Serves until the standard input ends.
pub(crate) fn run(options: &Options) -> Result<()> {
    log();
    end_with_the_suite();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(options))
}

/// The suite holds the other end of the standard input; when it is gone, however it went, so is the target.
fn end_with_the_suite() {
    std::thread::spawn(|| {
        let mut rest = [0; 64];
        while std::io::stdin().read(&mut rest).is_ok_and(|read| read > 0) {}
        #[expect(clippy::exit, reason = "nothing of a target is worth an orderly end")]
        std::process::exit(0);
    });
}

/// As `tenantry serve` logs when nobody sits before it: a line of JSON for each request.
fn log() {
    let log = fmt::layer().with_writer(std::io::stderr).json().flatten_event(true);
    let log = log.with_span_list(false).with_filter(EnvFilter::new("info"));
    tracing_subscriber::registry().with(log).init();
    if std::io::stderr().is_terminal() {
        tracing::warn!("a terminal is slower than the file that the suite gives");
    }
}

async fn serve(options: &Options) -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await.context("the port")?;
    match options.kind {
        Kind::Hello => Ok(axum::serve(listener, hello::router()).await?),
        Kind::Bare => {
            let router = bare::router(&address(options), CONNECTIONS).await?;
            Ok(axum::serve(listener, router).await?)
        }
        Kind::Tenantry | Kind::TenantryForgetful => {
            enveloped(options, listener, application::router(), ROOMY).await
        }
        Kind::TenantryLimited => {
            enveloped(options, listener, application::router(), RateLimits::default()).await
        }
        Kind::Untenanted => enveloped(options, listener, untenanted::router(), ROOMY).await,
    }
}

fn address(options: &Options) -> String {
    let Options { socket, database_port, .. } = options;
    format!("host={} port={database_port} dbname={}", socket.display(), crate::cluster::DATABASE)
}

/// The whole service with these routes of an application.
async fn enveloped(
    options: &Options,
    listener: TcpListener,
    own: Router<Service>,
    rate_limits: RateLimits,
) -> Result<()> {
    let (secret, clock, tasks) = (data::secret()?, Clock::system(), TaskTracker::new());
    let keys = data::context_keys(&secret);
    // The platform's login has half as many connections as the application's, and the base and some look-ups work with
    // that one.
    let (config, connections) = (address(options).parse()?, 2 * CONNECTIONS);
    let target = Target { config, is_behind_pooler: false, connections };
    let database = Database::new(&target, &secret, clock.clone(), &tasks)?;
    let report = preflight::run(&database, &keys).await?;
    ensure!(report.findings.is_empty(), "not safe to serve: {:?}", report.findings);
    let settings = IdentitySettings { issuer: ISSUER.to_owned(), ..IdentitySettings::default() };
    let people = Identity::open(database.clone(), &secret, keys, settings, clock).await?;
    let mut settings = ServiceSettings::new(ISSUER.to_owned(), report.version);
    settings.edge = Edge { rate_limits, ..Edge::default() };
    let service = Service::new(people, database, settings);
    let router = service.router_with(own);
    let watch = async {
        // Without it nothing is remembered, and each request asks the database who calls.
        if options.kind != Kind::TenantryForgetful {
            service.watch_access(std::future::pending()).await;
        }
    };
    tokio::join!(
        Server::default().serve(listener, router, &tasks, std::future::pending()),
        service.keep_books(std::future::pending()),
        watch,
    );
    Ok(())
}
