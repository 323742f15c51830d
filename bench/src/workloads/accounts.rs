//! W3 to W6: who am I, may I, who else is here, whose key is this.

use anyhow::Result;
use sha2::{Digest as _, Sha256};
use tenantry_core::ProjectId;

use crate::http::request;
use crate::load::Expected;
use crate::peers::{Peers, Route};
use crate::report::Workload;
use crate::rounds::{Contender, Schedule, measure};
use crate::seed::{self, id, key_text, scatter};
use crate::serve::{KEY_TEXT, Kind, text};
use crate::sql_load::SqlPlan;
use crate::suite::{Stage, plan};
use crate::target::Target;
use crate::tokens::Caller;
use crate::wire::Value;

/// Stands once in each member.
const MEMBER_MARK: &str = "\"email\":";
const MEMBERS: &str = "select m.user_id, u.email, u.name, m.role, m.created_at, m.updated_at from tenantry.memberships m \
     join tenantry.users u on u.id = m.user_id where m.organization_id = $1 order by m.created_at desc, m.user_id desc limit 100";

/// W3: who is signed in.
pub(crate) async fn me(stage: &Stage, schedule: Schedule, peers: &Peers) -> Result<Workload> {
    let path = |_: &_| ("/auth/me".to_owned(), None);
    let base = stage.without_tokens(&stage.untenanted, "/bench/me", Expected::bytes(6));
    let own = stage.with_tokens(&stage.tenantry, ("GET", Expected::bytes(60)), path)?;
    let mut contenders = vec![
        Contender::http("envelope alone", &stage.untenanted, base),
        Contender::http("tenantry", &stage.tenantry, own).own(),
    ];
    contenders.extend(peers.contenders(Route::Me, Expected::bytes(40))?);
    let how = "GET /auth/me with a token. Session, account and memberships are remembered while nothing changes them; the base answers a constant through the same envelope.";
    let postmaster = stage.postgres.postmaster()?;
    let name = ("W3", "who is signed in", how);
    measure(name, schedule, (&mut stage.reference(), postmaster), &mut contenders).await
}

/// W4: a question of permission.
pub(crate) async fn permission(
    stage: &Stage,
    schedule: Schedule,
    peers: &Peers,
) -> Result<Workload> {
    let forgetful = Target::start(Kind::TenantryForgetful, &stage.postgres).await?;
    let callers = stage.callers.clone();
    let raw =
        SqlPlan::new(stage.login("bench_bare"), vec![text::ROLE], Some(1), move |random, _| {
            let caller = &callers[random as usize % callers.len()];
            Some(vec![(0, vec![Value::Uuid(caller.organization), Value::Uuid(caller.user)])])
        });
    let own = |name, target| {
        let asked = |_: &Caller| Some(r#"{"permissions":["content:read"]}"#.to_owned());
        question(stage, (name, target), asked)
    };
    let organizations = stage.generated.size.organizations();
    let of_project = question(stage, ("tenantry, in a project", &stage.tenantry), |caller| {
        let project = id(seed::Kind::Project, caller.number % organizations);
        let project = ProjectId::from_uuid(project);
        Some(format!(r#"{{"permissions":["content:read"],"project_id":"{project}"}}"#))
    })?;
    let mut contenders = vec![
        Contender::sql("raw SQL", raw),
        own("tenantry, from the database", &forgetful)?,
        own("tenantry", &stage.tenantry)?,
        of_project,
    ];
    contenders.extend(peers.contenders(Route::Permission, Expected::list("true", 1, 10))?);
    let how = "May this caller do that in this organization? \"From the database\" reads session and membership for each question, as the peers do; the product itself remembers them while nothing changes them. In a project its own roles are read behind row security. Raw SQL looks the role up.";
    let postmaster = stage.postgres.postmaster()?;
    let name = ("W4", "permission check", how);
    measure(name, schedule, (&mut stage.reference(), postmaster), &mut contenders).await
}

/// The product's own answer to it.
fn question<'a>(
    stage: &Stage,
    (name, target): (&str, &'a Target),
    body: impl Fn(&Caller) -> Option<String>,
) -> Result<Contender<'a>> {
    let path = "/api/v1/organizations/current/permissions/check";
    // Both `holds_all` and the one permission say so.
    let expected = Expected::list("true", 2, 10);
    let plan =
        stage.with_tokens(target, ("POST", expected), |caller| (path.to_owned(), body(caller)))?;
    Ok(Contender::http(name, target, plan).own())
}

/// W5: a hundred members with their addresses.
pub(crate) async fn members(stage: &Stage, schedule: Schedule, peers: &Peers) -> Result<Workload> {
    let size = stage.generated.size;
    let count = usize::try_from(size.users() / size.organizations())?.min(100);
    let expected = Expected::list(MEMBER_MARK, count, 100);
    let path = |_: &_| ("/api/v1/organizations/users?limit=100".to_owned(), None);
    let own = stage.with_tokens(&stage.tenantry, ("GET", expected), path)?;
    let callers = stage.callers.clone();
    let raw =
        SqlPlan::new(stage.login("bench_bare"), vec![MEMBERS], Some(count), move |random, _| {
            let caller = &callers[random as usize % callers.len()];
            Some(vec![(0, vec![Value::Uuid(caller.organization)])])
        });
    let mut contenders = vec![
        Contender::sql("raw SQL", raw),
        Contender::http("tenantry", &stage.tenantry, own).own(),
    ];
    contenders.extend(peers.contenders(Route::Members, expected)?);
    let how = "100 members of a random organization with address and name, through the server's own endpoint. The users of an organization are scattered over their table. Better Auth counts the members besides; better-auth-rs lists fifty at the most, so it is asked for the whole organization.";
    let postmaster = stage.postgres.postmaster()?;
    let name = ("W5", "100 members", how);
    measure(name, schedule, (&mut stage.reference(), postmaster), &mut contenders).await
}

/// W6: whose key is this. The product has no keys yet, so it is the door's look-up that is measured.
pub(crate) async fn key(stage: &Stage, schedule: Schedule) -> Result<Workload> {
    let keys = stage.generated.size.keys();
    let shown = 20_000.min(keys);
    let key_of = move |number: u64| key_text(scatter(number % shown) % keys);
    let plan_of = |target: &Target| {
        let requests = (0..shown).map(|number| {
            let header = format!("x-bench-key: {}", key_of(number));
            request("GET", "/bench/key", &[header], None)
        });
        plan(target, requests.collect(), Expected::bytes(80))
    };
    let raw = SqlPlan::new(stage.login("bench_bare"), vec![KEY_TEXT], Some(1), move |random, _| {
        let hash = Sha256::digest(key_of(random));
        Some(vec![(0, vec![Value::Text(format!("\\x{}", hex::encode(hash)))])])
    });
    let mut contenders = vec![
        Contender::http("by hand", &stage.bare, plan_of(&stage.bare)),
        Contender::http("the door's look-up", &stage.tenantry, plan_of(&stage.tenantry)).own(),
        Contender::sql("raw SQL", raw),
    ];
    let how = "SHA-256 of a key that the request shows, and its row among all keys, every time from the database; 20,000 of them are shown. There are no API keys in the product yet: this is the door's look-up behind the envelope, and nothing more. \"By hand\" is axum and tokio-postgres without anything.";
    let postmaster = stage.postgres.postmaster()?;
    let name = ("W6", "look-up of a key", how);
    measure(name, schedule, (&mut stage.reference(), postmaster), &mut contenders).await
}
