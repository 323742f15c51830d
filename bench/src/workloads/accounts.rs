//! W3 to W6: who am I, may I, who else is here, whose key is this.

use anyhow::Result;

use crate::http::{Connection, request};
use crate::load::Expected;
use crate::peers::{Peers, Route};
use crate::report::Workload;
use crate::rounds::{Contender, Schedule, measure};
use crate::seed::{key_text, scatter};
use crate::serve::{KEY_TEXT, text};
use crate::sql_load::SqlPlan;
use crate::suite::{Stage, plan};
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
        Contender::http("tenantry", &stage.tenantry, own),
    ];
    contenders.extend(peers.contenders(Route::Me, Expected::bytes(40))?);
    let how = "GET /auth/me with a token: session and account are looked at. The base answers a constant through the same envelope.";
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
    let expected = Expected::list("true", 1);
    let endpoint = "/api/v1/organizations/current/permissions/check";
    let question = r#"{"permissions":["content:read"]}"#.to_owned();
    let asked = |_: &_| (endpoint.to_owned(), Some(question.clone()));
    // Both `holds_all` and the one permission say so.
    let product = Expected { marks: Some(("true", 2)), ..expected };
    let product = stage.with_tokens(&stage.tenantry, ("POST", product), asked)?;
    let is_there =
        Connection::open(stage.tenantry.port).await?.ask(&product.requests[0]).await?.status != 404;
    let own_body = r#"{"permission":"content:read"}"#.to_owned();
    let own_route = |_: &_| ("/bench/permission".to_owned(), Some(own_body.clone()));
    let own = if is_there {
        product
    } else {
        stage.with_tokens(&stage.tenantry, ("POST", expected), own_route)?
    };
    let through = if is_there { endpoint } else { "a guarded route of the suite's application" };
    let callers = stage.callers.clone();
    let raw =
        SqlPlan::new(stage.login("bench_bare"), vec![text::ROLE], Some(1), move |random, _| {
            let caller = &callers[random as usize % callers.len()];
            Some(vec![(0, vec![Value::Uuid(caller.organization), Value::Uuid(caller.user)])])
        });
    let mut contenders =
        vec![Contender::sql("raw SQL", raw), Contender::http("tenantry", &stage.tenantry, own)];
    contenders.extend(peers.contenders(Route::Permission, expected)?);
    let how = format!(
        "May this caller do that in this organization? Through {through}: from session and membership. Raw SQL looks the role up."
    );
    let postmaster = stage.postgres.postmaster()?;
    let name = ("W4", "permission check", how.as_str());
    measure(name, schedule, (&mut stage.reference(), postmaster), &mut contenders).await
}

/// W5: a hundred members with their addresses.
pub(crate) async fn members(stage: &Stage, schedule: Schedule, peers: &Peers) -> Result<Workload> {
    let size = stage.generated.size;
    let count = usize::try_from(size.users() / size.organizations())?.min(100);
    let expected = Expected::list(MEMBER_MARK, count);
    let path = |_: &_| ("/api/v1/organizations/users?limit=100".to_owned(), None);
    let own = stage.with_tokens(&stage.tenantry, ("GET", expected), path)?;
    let callers = stage.callers.clone();
    let raw =
        SqlPlan::new(stage.login("bench_bare"), vec![MEMBERS], Some(count), move |random, _| {
            let caller = &callers[random as usize % callers.len()];
            Some(vec![(0, vec![Value::Uuid(caller.organization)])])
        });
    let mut contenders =
        vec![Contender::sql("raw SQL", raw), Contender::http("tenantry", &stage.tenantry, own)];
    contenders.extend(peers.contenders(Route::Members, expected)?);
    let how = "100 members of a random organization with address and name, through the server's own endpoint. The users of an organization are scattered over their table.";
    let postmaster = stage.postgres.postmaster()?;
    let name = ("W5", "100 members", how);
    measure(name, schedule, (&mut stage.reference(), postmaster), &mut contenders).await
}

/// W6: whose key is this. The product has no keys yet, so it is the door's look-up that is measured.
pub(crate) async fn key(stage: &Stage, schedule: Schedule) -> Result<Workload> {
    let keys = stage.generated.size.keys();
    let requests = (0..20_000.min(keys)).map(|number| {
        let key = key_text(scatter(number) % keys);
        request("GET", "/bench/key", &[format!("x-bench-key: {key}")], None)
    });
    let own = plan(&stage.tenantry, requests.collect(), Expected::bytes(80));
    let raw = SqlPlan::new(stage.login("bench_bare"), vec![KEY_TEXT], Some(1), move |random, _| {
        use sha2::Digest as _;
        let hash = sha2::Sha256::digest(key_text(random % keys));
        Some(vec![(0, vec![Value::Text(format!("\\x{}", hex::encode(hash)))])])
    });
    let mut contenders = vec![
        Contender::sql("raw SQL", raw),
        Contender::http("the door's look-up", &stage.tenantry, own),
    ];
    let how = "SHA-256 of a key that the request shows, and its row among all keys, every time from the database. There are no API keys in the product yet: this is the door's look-up behind the envelope, and nothing more.";
    let postmaster = stage.postgres.postmaster()?;
    let name = ("W6", "look-up of a key", how);
    measure(name, schedule, (&mut stage.reference(), postmaster), &mut contenders).await
}
