//! From a database to a service: the schema, the preflight, the keys. A private cluster is migrated on the way; a
//! database that was given is only asked whether it is there already.

use std::time::{Duration, Instant};

use tenantry_api::{Service, ServiceSettings};
use tenantry_core::Clock;
use tenantry_db::preflight::{self, Check, Finding};
use tenantry_db::{Database, Target};
use tenantry_identity::{Identity, IdentitySettings};
use tokio_util::task::TaskTracker;

use super::demo::{self, Demo};
use super::listener::Listener;
use crate::backing::Backing;
use crate::codes;
use crate::config::Config;
use crate::failure;
use crate::keys::Keys;
use crate::schema;
use crate::trouble::{Problem, Trouble};

/// A service that may be opened, and what there is to tell about its start.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) service: Service,
    pub(super) database: Database,
    pub(super) identity: Identity,
    pub(super) public_url: String,
    /// The version of the database.
    pub(super) version: String,
    /// The migrations of this start.
    pub(super) applied: usize,
    /// How many migrations the database has.
    pub(super) known: Option<usize>,
    /// Whether this start made the master secret.
    pub(super) has_new_secret: bool,
    /// The address that makes the first operator, while there is none.
    pub(super) setup_link: Option<SetupLink>,
    /// The demo, when it was asked for.
    pub(super) demo: Option<Demo>,
    /// How long the database took, and then its schema.
    pub(super) opened: Duration,
    pub(super) migrated: Duration,
}

/// An address with a secret in it.
pub(super) struct SetupLink(pub(super) String);

impl std::fmt::Debug for SetupLink {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SetupLink(secret)")
    }
}

/// Makes everything ready, or says what is in the way.
pub(super) async fn start(
    config: &Config,
    backing: &Backing,
    listener: &Listener,
    tasks: &TaskTracker,
    opened: Duration,
) -> Result<Ready, Trouble> {
    let clock = Clock::system();
    let keys = Keys::load_or_create(config)?;
    let began = Instant::now();
    let (applied, known) = if backing.is_private() {
        (schema::up(backing, &keys, tasks).await?.len(), None)
    } else {
        (0, Some(schema::require(backing, &keys, tasks).await?))
    };
    let migrated = began.elapsed();
    let database = open(&backing.target(config), &keys, &clock, tasks)?;
    let report = preflight::run(&database, &keys.context).await;
    let report = report.map_err(|error| failure::of_database(&error))?;
    if !report.findings.is_empty() {
        database.close();
        return Err(refusal(backing, &report.findings));
    }
    let public_url = config.public_url.clone().unwrap_or_else(|| reachable(config, listener));
    let settings = identity_settings(config, &public_url);
    let identity =
        Identity::open(database.clone(), &keys.secret, keys.context.clone(), settings, clock);
    let identity = identity.await.map_err(|error| failure::of_identity(&error))?;
    let settings = ServiceSettings {
        public_url: public_url.clone(),
        version: env!("CARGO_PKG_VERSION"),
        postgres_version: report.version.clone(),
        trusted_proxies: config.trusted_proxies.clone(),
        edge: config.edge.clone(),
    };
    let service = Service::new(identity.clone(), database.clone(), settings);
    let (setup_link, demo) = if config.is_demo {
        (None, Some(demo::prepare(&service, backing).await?))
    } else {
        (setup_link(&identity, &public_url).await?, None)
    };
    let (version, has_new_secret) = (report.version, keys.is_new);
    Ok(Ready {
        service,
        database,
        identity,
        public_url,
        version,
        applied,
        known,
        has_new_secret,
        setup_link,
        demo,
        opened,
        migrated,
    })
}

async fn setup_link(identity: &Identity, public_url: &str) -> Result<Option<SetupLink>, Trouble> {
    let token = identity.offer_setup().await.map_err(|error| failure::of_identity(&error))?;
    Ok(token.map(|token| SetupLink(format!("{public_url}/setup/{}", token.expose()))))
}

fn open(
    target: &Target,
    keys: &Keys,
    clock: &Clock,
    tasks: &TaskTracker,
) -> Result<Database, Trouble> {
    let database = Database::new(target, &keys.secret, clock.clone(), tasks);
    Ok(database.map_err(|error| failure::of_database(&error))?)
}

fn identity_settings(config: &Config, public_url: &str) -> IdentitySettings {
    IdentitySettings {
        issuer: public_url.to_owned(),
        access_token_minutes: config.access_token_minutes,
        refresh_token_days: config.refresh_token_days,
        password_min_length: config.password_min_length,
        hash_permits: std::thread::available_parallelism().map_or(1, usize::from),
    }
}

/// The address as a client on this machine types it: nobody can connect to "all addresses".
fn reachable(config: &Config, listener: &Listener) -> String {
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    let mut address = listener.address;
    if address.ip().is_unspecified() {
        address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    format!("{scheme}://{address}")
}

/// Why this database is not served: every finding, with its cause and the statement that mends it, one problem a
/// kind.
fn refusal(backing: &Backing, findings: &[Finding]) -> Trouble {
    let kinds = Check::ALL.into_iter().filter_map(|check| {
        let of_kind: Vec<_> = findings.iter().filter(|finding| finding.check == check).collect();
        let problem = found(check, &of_kind)?;
        let has_login_of_its_own = backing.address.get_user().is_some();
        Some(if check == Check::Login && has_login_of_its_own {
            problem
                .help("or leave user and password out of DATABASE_URL; tenantry_app is used then")
        } else {
            problem
        })
    });
    Trouble::new(kinds.collect()).outcome("Nothing was served and nothing was changed.")
}

fn found(check: Check, findings: &[&Finding]) -> Option<Problem> {
    let (first, more) = findings.split_first()?;
    let mut problem = if more.is_empty() {
        Problem::new(check.code(), first.cause.clone())
    } else {
        let title = codes::find(check.code()).map_or(check.title(), |entry| entry.title);
        let causes: Vec<&str> = findings.iter().map(|finding| finding.cause.as_str()).collect();
        Problem::new(check.code(), title).fact("found", causes.join("\n"))
    };
    for finding in findings {
        problem = problem.help(finding.fix.clone());
    }
    Some(problem)
}
