//! The checks that ask the database: is it there, is its clock ours, is its schema this version's, is it safe to
//! serve from, and are there keys to sign with.

use tenantry_core::Clock;
use tenantry_db::preflight::{self, Check as Isolation, Report};
use tenantry_db::{Database, bootstrap};
use tenantry_store::signing_keys;
use tokio_util::task::TaskTracker;

use crate::backing::Backing;
use crate::config::Config;
use crate::doctor::check::{Check, State};
use crate::doctor::{clock, unanswered};
use crate::keys::Keys;
use crate::schema;
use crate::text::count;
use crate::trouble::Problem;

/// The family of the preflight's checks.
pub(super) const FAMILY: &str = "isolation";

/// Clocks this far apart are a warning, and twice as far a problem, in seconds: seals live 60.
const DRIFT: f64 = 15.0;

/// Every check of a database that was found.
pub(super) async fn checks(
    config: &Config,
    backing: &Backing,
    keys: Option<&Keys>,
    tasks: &TaskTracker,
) -> Vec<Check> {
    let mut checks = vitals(backing, keys, &clock()).await;
    if checks.iter().any(|check| check.state == State::Problem && check.family == "postgres") {
        checks.extend(skipped("the database cannot be reached"));
        return checks;
    }
    let Some(keys) = keys else {
        checks.extend(skipped("there is no master secret yet; the first start makes one"));
        return checks;
    };
    let migrations = migrations(backing, keys, tasks).await;
    let is_current = migrations.state == State::Good;
    checks.push(migrations);
    if is_current {
        checks.extend(isolation(config, backing, keys, tasks).await);
        checks.push(signing_key(config, backing, keys, tasks).await);
    } else {
        checks.extend(skipped("the schema is not this version's").split_off(1));
    }
    checks
}

/// What could not be asked, and why.
pub(super) fn skipped(reason: &str) -> Vec<Check> {
    [("migrations", "migrations"), (FAMILY, "isolation"), ("signing_key", "signing key")]
        .map(|(family, name)| {
            Check::new(family, State::Skipped, format!("{name}: not asked, {reason}"))
        })
        .into()
}

/// Asks as an administrator when the cluster is ours, else as the platform's login, else as whoever was given.
async fn vitals(backing: &Backing, keys: Option<&Keys>, clock: &Clock) -> Vec<Check> {
    let login = match keys {
        _ if backing.is_private() => backing.administrator.clone(),
        Some(keys) if backing.address.get_user().is_none() => backing.reader(&keys.secret),
        _ => backing.address.clone(),
    };
    let vitals = match bootstrap::measure(&login, clock).await {
        Ok(vitals) => vitals,
        Err(error) => return vec![unanswered("postgres", &error)],
    };
    let milliseconds = vitals.latency.as_secs_f64() * 1000.0;
    let title = format!("PostgreSQL {} answers in {milliseconds:.1} ms", vitals.version);
    let postgres = Check::good("postgres", title);
    vec![
        postgres.detail("database", format!("{} as {}", vitals.database, vitals.login)),
        drift(vitals.clock_ahead),
    ]
}

fn drift(ahead: f64) -> Check {
    let direction = if ahead < 0.0 { "ahead of" } else { "behind" };
    let apart = ahead.abs();
    if apart < DRIFT {
        let title =
            format!("this machine's clock is within {:.1} s of the database's", apart.max(0.1));
        return Check::good("clock", title).routine();
    }
    let state = if apart < 2.0 * DRIFT { State::Warning } else { State::Problem };
    let problem = Problem::new(
        "TN0605",
        format!("this machine's clock is {apart:.1} s {direction} the database's"),
    )
    .fact("limit", "seals live 60 s; further apart, every request is refused")
    .help("timedatectl set-ntp true   on the machine that is wrong");
    Check::of("clock", state, &problem)
}

async fn migrations(backing: &Backing, keys: &Keys, tasks: &TaskTracker) -> Check {
    let login = if backing.is_private() {
        backing.administrator.clone()
    } else {
        backing.reader(&keys.secret)
    };
    let asked = async {
        let migrator = schema::connect(&login, tasks).await?;
        migrator.status().await.map_err(|error| schema::trouble(&error))
    };
    match asked.await {
        Err(trouble) => match trouble.problems.first() {
            Some(problem) => Check::of("migrations", State::Problem, problem),
            None => Check::new("migrations", State::Problem, "the migrations cannot be read"),
        },
        Ok(steps) => match schema::pending(&steps).as_slice() {
            [] => Check::good(
                "migrations",
                format!("{}, none pending", count(steps.len(), "migration")),
            ),
            pending => Check::of(
                "migrations",
                State::Problem,
                &schema::behind(backing.database(), pending),
            ),
        },
    }
}

fn open(
    config: &Config,
    backing: &Backing,
    keys: &Keys,
    tasks: &TaskTracker,
) -> Result<Database, tenantry_db::DbError> {
    Database::new(&backing.target(config), &keys.secret, clock(), tasks)
}

/// What the preflight says, check by check.
pub(super) async fn isolation(
    config: &Config,
    backing: &Backing,
    keys: &Keys,
    tasks: &TaskTracker,
) -> Vec<Check> {
    match report(config, backing, keys, tasks).await {
        Ok(report) => Isolation::ALL.iter().flat_map(|check| judged(*check, &report)).collect(),
        Err(error) => vec![unanswered(FAMILY, &error)],
    }
}

/// Runs the preflight as the request path's login.
pub(super) async fn report(
    config: &Config,
    backing: &Backing,
    keys: &Keys,
    tasks: &TaskTracker,
) -> Result<Report, tenantry_db::DbError> {
    let database = open(config, backing, keys, tasks)?;
    let report = preflight::run(&database, &keys.context).await;
    database.close();
    report
}

fn judged(check: Isolation, report: &Report) -> Vec<Check> {
    let findings: Vec<_> =
        report.findings.iter().filter(|finding| finding.check == check).collect();
    if findings.is_empty() {
        return vec![Check::good(FAMILY, check.title()).routine()];
    }
    let found = |finding: &&preflight::Finding| {
        let problem = Problem::new(check.code(), finding.cause.clone()).help(finding.fix.clone());
        Check::of(FAMILY, State::Problem, &problem)
    };
    findings.iter().map(found).collect()
}

async fn signing_key(
    config: &Config,
    backing: &Backing,
    keys: &Keys,
    tasks: &TaskTracker,
) -> Check {
    let now = clock().now();
    let asked = async {
        let database = open(config, backing, keys, tasks)?;
        let mut tx = database.platform().await?;
        let live = signing_keys::live(&mut tx, now).await;
        drop(tx);
        database.close();
        live
    };
    match asked.await {
        Err(error) => Check::new("signing_key", State::Problem, "the signing keys cannot be read")
            .detail("cause", error.to_string()),
        Ok(live) => match live.first() {
            Some(key) => {
                let days = now.duration_since(key.signs_from).as_hours() / 24;
                let days = count(usize::try_from(days).unwrap_or_default(), "day");
                Check::good("signing_key", format!("signing key {} is {days} old", key.kid))
            }
            None => {
                let problem = Problem::new("TN0608", "there is no key that signs tokens yet")
                    .help("tenantry serve");
                Check::of("signing_key", State::Warning, &problem)
            }
        },
    }
}
