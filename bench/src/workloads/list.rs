//! W1, W1s and W1c: the newest documents of an organization, which is what most requests of most applications are.

use anyhow::Result;
use tenantry_core::context::{Connection, Entry};
use tenantry_core::scope::{Admission, Origin, Via};
use tenantry_core::{
    Actor, Clock, OrganizationId, RequestId, SessionId, SystemRole, TenantScope, UserId,
};
use tenantry_db::Login;
use uuid::Uuid;

use crate::cluster::DATABASE;
use crate::data;
use crate::http::request;
use crate::load::{Expected, Order, Plan};
use crate::peers::{Peers, Route};
use crate::report::Workload;
use crate::rounds::{Contender, Schedule, Work, measure};
use crate::seed::{Kind, id};
use crate::serve::text;
use crate::sql_load::SqlPlan;
use crate::suite::Stage;
use crate::target::Target;
use crate::wire::{Address, Value};

/// Stands once in each document.
const MARK: &str = "\"title\":";
/// Documents of a list.
const ROWS: usize = 20;
const PATH: &str = "/bench/documents";
/// The least bytes of one of them: its body alone has a hundred.
const LEAST: usize = 150;
/// Documents of the shorter list: as many as every organization has at every size.
const FEWER: usize = 10;

/// The same list from the peers' copy of the table.
const PEER_LIST: &str = "select id, title, body, created_at from peer.documents where organization_id = $1 order by created_at desc, id desc limit 20";
const SET_PEER: &str = "select pg_catalog.set_config('app.organization_id', $1, true)";
/// As the door enters where it may keep what was verified, and where it may not.
const ENTER: &str = "select tenantry.enter($1, $2, $3, $4), pg_catalog.set_config('transaction_read_only', 'on', true)";
const SET_SEAL: &str = "select pg_catalog.set_config('tenantry.context', $1, true), pg_catalog.set_config('transaction_read_only', 'on', true)";

/// How many documents a list answers on this stage.
fn expected(stage: &Stage) -> Expected {
    let size = stage.generated.size;
    let each = size.documents() / size.organizations();
    Expected::list(MARK, ROWS.min(usize::try_from(each).unwrap_or(ROWS)), LEAST)
}

/// The list with a token, from a target that is a `tenantry`.
fn tenanted<'a>(stage: &Stage, name: &str, target: &'a Target) -> Result<Contender<'a>> {
    let path = |_: &_| (PATH.to_owned(), None);
    let plan = stage.with_tokens(target, ("GET", expected(stage)), path)?;
    Ok(Contender::http(name, target, plan).own())
}

/// The list straight from PostgreSQL, without a policy.
fn raw(stage: &Stage) -> Contender<'static> {
    straight(stage, text::LIST, expected(stage))
}

/// The shorter list, straight from PostgreSQL and with a token from the server: the same work at every size.
pub(crate) fn shorter(stage: &Stage) -> Result<Vec<Contender<'_>>> {
    let expected = Expected::list(MARK, FEWER, LEAST);
    let path = |_: &_| ("/bench/documents/newest".to_owned(), None);
    let plan = stage.with_tokens(&stage.tenantry, ("GET", expected), path)?;
    let own = Contender::http("tenantry", &stage.tenantry, plan).own();
    Ok(vec![straight(stage, text::NEWEST, expected), own])
}

fn straight(stage: &Stage, sql: &'static str, expected: Expected) -> Contender<'static> {
    let rows = expected.marks.map(|(_, count)| count);
    let organizations = organizations(stage);
    let plan = SqlPlan::new(stage.login("bench_bare"), vec![sql], rows, move |random, _| {
        Some(vec![(0, vec![Value::Uuid(any(&organizations, random))])])
    });
    Contender::sql("raw SQL", plan)
}

/// W1: what tenancy costs a list, and what others cost.
pub(crate) async fn tenancy(stage: &Stage, schedule: Schedule, peers: &Peers) -> Result<Workload> {
    let base = stage.without_tokens(&stage.untenanted, PATH, expected(stage));
    let bare = stage.without_tokens(&stage.bare, PATH, expected(stage));
    let mut contenders = vec![
        Contender::http("untenanted", &stage.untenanted, base),
        tenanted(stage, "tenantry", &stage.tenantry)?,
        Contender::http("by hand", &stage.bare, bare),
        raw(stage),
    ];
    contenders.extend(peers.contenders(Route::Documents, expected(stage))?);
    let id = if schedule.connections == 16 {
        "W1".to_owned()
    } else {
        format!("W1 ({} connections)", schedule.connections)
    };
    let how = "The 20 newest documents of a random organization, 2,000 callers. The base is the same server with the same envelope, pool and statement, without token, membership, context and row security; \"by hand\" is axum and tokio-postgres without anything; \"raw SQL\" is the statement without HTTP.";
    let postmaster = stage.postgres.postmaster()?;
    let name = (id.as_str(), "list", how);
    measure(name, schedule, (&mut stage.reference(), postmaster), &mut contenders).await
}

/// W1s: what the seal costs beyond a plain setting, at the wire, with everything else equal.
pub(crate) async fn seal(stage: &Stage, schedule: Schedule) -> Result<Workload> {
    let rows = expected(stage).marks.map(|(_, count)| count + 1);
    let open = organizations(stage);
    let unsealed =
        SqlPlan::new(stage.login("peer"), vec![SET_PEER, PEER_LIST], rows, move |random, _| {
            let organization = any(&open, random);
            let context = Value::Text(organization.to_string());
            Some(vec![(0, vec![context]), (1, vec![Value::Uuid(organization)])])
        });
    let entered = signed(stage, ENTER, |scope, connection| {
        let entry = scope.entry(connection)?;
        let values = entry.parameters().iter().take(Entry::FOR_READING);
        Some(values.cloned().map(Value::Text).collect())
    })?;
    let sealed = signed(stage, SET_SEAL, |scope, connection| {
        Some(vec![Value::Text(scope.seal(connection).expose().to_owned())])
    })?;
    let mut contenders = vec![
        Contender::sql("plain setting", unsealed),
        Contender::sql("sealed, verified once", entered).own(),
        Contender::sql("sealed, verified at each use", sealed).own(),
        raw(stage),
    ];
    let how = "At the wire, no HTTP: context and list as one group with one Sync. \"Plain setting\" reads a copy of the table whose policy compares with a setting that anybody could set. The others read the protected table, whose policy verifies the signature: once a transaction, as the door does where it may, and at each use, as it does elsewhere. The load signs each request as the server would.";
    let postmaster = stage.postgres.postmaster()?;
    let name = ("W1s", "list, the price of the seal", how);
    measure(name, schedule, (&mut stage.reference(), postmaster), &mut contenders).await
}

/// The list behind a context that is signed for each request.
fn signed(
    stage: &Stage,
    enter: &'static str,
    sign: impl Fn(&TenantScope, &Connection<'_>) -> Option<Vec<Value>> + Send + Sync + 'static,
) -> Result<SqlPlan> {
    let rows = expected(stage).marks.map(|(_, count)| count + 1);
    let (scopes, clock) = (scopes(stage)?, Clock::system());
    let password = Login::App.password(&data::secret()?);
    let address = Address { password, ..stage.login(Login::App.role()) };
    Ok(SqlPlan::new(address, vec![enter, text::LIST], rows, move |random, backend| {
        let scope = &scopes[random as usize % scopes.len()];
        let now = clock.unix_seconds();
        let context = sign(scope, &Connection { database: DATABASE, backend, now })?;
        let organization = Value::Uuid(scope.organization().uuid());
        Some(vec![(0, context), (1, vec![organization])])
    }))
}

/// W1c: the list with tokens that the server has never seen.
pub(crate) async fn cold(stage: &Stage, schedule: Schedule) -> Result<Workload> {
    let warm = tenanted(stage, "tokens seen before", &stage.tenantry)?;
    let base = stage.without_tokens(&stage.untenanted, PATH, expected(stage));
    let base = Contender::http("untenanted", &stage.untenanted, base);
    // More than can be answered; a round whose tokens are used up is over sooner.
    let count = usize::try_from(schedule.seconds * 12_000).unwrap_or(usize::MAX);
    let mint =
        crate::tokens::Mint::open(&stage.postgres.admin().await?, stage.generated.size).await?;
    let (callers, port, expected) = (stage.callers.clone(), stage.tenantry.port, expected(stage));
    let make = move || {
        let requests = (0..count).map(|number| {
            let token = mint.token(&callers[number % callers.len()])?;
            Ok(request("GET", PATH, &[format!("authorization: Bearer {token}")], None))
        });
        let requests = requests.collect::<Result<Vec<_>>>()?.into();
        Ok(Plan { port, requests, order: Order::Once, expected })
    };
    let cold = Contender {
        name: "tokens never seen".to_owned(),
        work: Work::Fresh(Box::new(make)),
        target: Some(&stage.tenantry),
        is_own: true,
    };
    let mut contenders = vec![base, warm, cold];
    let how = "W1 where each token is shown once, so that each signature is verified.";
    let postmaster = stage.postgres.postmaster()?;
    let name = ("W1c", "list, cold tokens", how);
    measure(name, schedule, (&mut stage.reference(), postmaster), &mut contenders).await
}

fn organizations(stage: &Stage) -> Vec<Uuid> {
    stage.callers.iter().map(|caller| caller.organization).collect()
}

fn any(organizations: &[Uuid], random: u64) -> Uuid {
    organizations[random as usize % organizations.len()]
}

/// The scopes that the gate would make of the callers' tokens.
fn scopes(stage: &Stage) -> Result<Vec<TenantScope>> {
    let keys = data::context_keys(&data::secret()?);
    let scope = |caller: &crate::tokens::Caller| {
        keys.admit(Admission {
            actor: Actor::User(UserId::from_uuid(caller.user)),
            organization: OrganizationId::from_uuid(caller.organization),
            role: SystemRole::Owner,
            project: None,
            via: Via::Session(SessionId::from_uuid(id(Kind::Session, caller.number))),
            origin: Origin { request: RequestId::new(), address: None },
            expires_at: Clock::system().unix_seconds() + 24 * 60 * 60,
        })
    };
    Ok(stage.callers.iter().map(scope).collect())
}
