//! What the database itself refuses, whatever the code above it forgets: as the request path's own login,
//! with any SQL, under a genuine seal of one person.

use tenantry_core::context::Connection;
use tenantry_core::scope::{Admission, Origin, Via};
use tenantry_core::{
    Actor, Clock, OrganizationId, RequestId, SessionId, SystemRole, TenantScope, UserId,
};
use tenantry_db::Login;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::founding::Ground;

/// Somebody of an organization at the bare database.
struct Person {
    client: Client,
    user: UserId,
}

impl Ground {
    fn scope_of(
        &self,
        organization: OrganizationId,
        user: UserId,
        role: SystemRole,
    ) -> TenantScope {
        self.database.keys().admit(Admission {
            actor: Actor::User(user),
            organization,
            role,
            project: None,
            via: Via::Session(SessionId::new()),
            origin: Origin { request: RequestId::new(), address: None },
            expires_at: Clock::system().unix_seconds() + 3_600,
        })
    }

    /// A connection of the request path under a seal.
    async fn sealed(&self, organization: OrganizationId, user: UserId, role: SystemRole) -> Person {
        let client = self.database.raw(Login::App).await;
        let backend: i32 = client.query_one("select pg_backend_pid()", &[]).await.unwrap().get(0);
        let here = Connection {
            database: self.database.name(),
            backend,
            now: Clock::system().unix_seconds(),
        };
        let seal = self.scope_of(organization, user, role).seal(&here);
        client
            .execute("select set_config('tenantry.context', $1, false)", &[&seal.expose()])
            .await
            .unwrap();
        Person { client, user }
    }

    /// A new account in organization `a`, at the bare database.
    async fn joins(&self, name: &str, role: SystemRole) -> Person {
        let user = UserId::new();
        let admin = self.database.admin().await;
        let sql = format!(
            "insert into tenantry.users (id, email, name) values ('{user}', '{name}@example.com', '{name}');
             insert into tenantry.memberships (organization_id, user_id, role) values ('{organization}', '{user}', '{role}')",
            user = user.uuid(),
            organization = self.a.scope.organization().uuid(),
        );
        admin.batch_execute(&sql).await.unwrap();
        self.sealed(self.a.scope.organization(), user, role).await
    }
}

impl Person {
    /// How many rows a statement touches or shows; the SQLSTATE when it is refused.
    async fn tries(&self, sql: &str) -> Result<u64, String> {
        let answer = self.client.execute(sql, &[]).await;
        answer.map_err(|error| error.code().unwrap().code().to_owned())
    }
}

/// A restricted project of organization `a`, managed by `manager`.
async fn restricted(ground: &Ground, manager: &Person) -> Uuid {
    let id = Uuid::from_u128(7);
    let (organization, user) = (ground.a.scope.organization().uuid(), manager.user.uuid());
    let sql = format!(
        "insert into tenantry.projects (organization_id, id, slug, name, created_by, is_restricted)
         values ('{organization}', '{id}', 'secret', 'Secret', 'usr:{user}', true);
         insert into tenantry.project_members (organization_id, project_id, user_id, role) values ('{organization}', '{id}', '{user}', 'manager')"
    );
    ground.database.admin().await.batch_execute(&sql).await.unwrap();
    id
}

#[tokio::test]
async fn a_restricted_project_is_not_there_for_any_statement_of_a_stranger() {
    let ground = Ground::new().await;
    let manager = ground.joins("manager", SystemRole::Member).await;
    let stranger = ground.joins("stranger", SystemRole::Member).await;
    let project = restricted(&ground, &manager).await;
    let organization = ground.a.scope.organization().uuid();
    let foreign =
        ground.sealed(ground.b.scope.organization(), ground.b.user, SystemRole::Owner).await;
    let me = stranger.user.uuid();
    for (sql, of_manager) in [
        ("select 1 from tenantry.projects".to_owned(), 1),
        (format!("select 1 from tenantry.projects where id = '{project}' for update"), 1),
        ("select 1 from tenantry.project_members".to_owned(), 1),
        (
            format!(
                "select 1 from tenantry.members_of_project('{organization}', '{project}', 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 9)"
            ),
            1,
        ),
        (format!("update tenantry.projects set name = 'taken' where id = '{project}'"), 1),
        (
            format!(
                "update tenantry.project_members set role = 'manager' where project_id = '{project}'"
            ),
            1,
        ),
        (
            format!(
                "delete from tenantry.project_members where project_id = '{project}' and user_id = '{me}'"
            ),
            0,
        ),
    ] {
        assert_eq!(stranger.tries(&sql).await, Ok(0), "{sql}");
        assert_eq!(foreign.tries(&sql).await, Ok(0), "{sql}");
        assert_eq!(manager.tries(&sql).await, Ok(of_manager), "{sql}");
    }
    // Letting oneself in, also by claiming to have made it.
    for sql in [
        format!(
            "insert into tenantry.project_members (project_id, user_id, role) values ('{project}', '{me}', 'manager')"
        ),
        format!(
            "insert into tenantry.project_members (project_id, user_id, role) values ('{project}', '{me}', 'viewer')"
        ),
        format!("update tenantry.projects set created_by = 'usr:{me}'"),
        format!("delete from tenantry.projects where id = '{project}'"),
    ] {
        assert_eq!(stranger.tries(&sql).await, Err("42501".to_owned()), "{sql}");
    }
    // A viewer of it sees it, and changes nothing.
    let viewer = ground.joins("viewer", SystemRole::Member).await;
    let add = format!(
        "insert into tenantry.project_members (project_id, user_id, role) values ('{project}', '{}', 'viewer')",
        viewer.user.uuid()
    );
    assert_eq!(manager.tries(&add).await, Ok(1));
    assert_eq!(viewer.tries("select 1 from tenantry.projects").await, Ok(1));
    assert_eq!(viewer.tries("update tenantry.projects set name = 'taken'").await, Ok(0));
    assert_eq!(viewer.tries("update tenantry.project_members set role = 'manager'").await, Ok(0));
}

/// AZ-8
#[tokio::test]
async fn memberships_are_changed_by_whoever_may_and_by_nobody_else() {
    let ground = Ground::new().await;
    let viewer = ground.joins("viewer", SystemRole::Viewer).await;
    let admin = ground.joins("admin", SystemRole::Admin).await;
    let owner =
        ground.sealed(ground.a.scope.organization(), ground.a.user, SystemRole::Owner).await;
    let of = |user: UserId| format!("where user_id = '{}'", user.uuid());
    let change =
        |role: &str, user| format!("update tenantry.memberships set role = '{role}' {}", of(user));
    let delete = |user| format!("delete from tenantry.memberships {}", of(user));
    let refused = || Err("42501".to_owned());
    for sql in [
        change("owner", viewer.user),
        change("viewer", admin.user),
        delete(admin.user),
        format!(
            "insert into tenantry.memberships (user_id, role) values ('{}', 'owner')",
            ground.b.user.uuid()
        ),
        format!("update tenantry.memberships set user_id = '{}'", ground.b.user.uuid()),
    ] {
        assert_eq!(viewer.tries(&sql).await, refused(), "{sql}");
    }
    for sql in [change("viewer", owner.user), change("owner", admin.user), delete(owner.user)] {
        assert_eq!(admin.tries(&sql).await, refused(), "{sql}");
    }
    assert_eq!(admin.tries(&change("member", viewer.user)).await, Ok(1));
    assert_eq!(owner.tries(&change("admin", owner.user)).await, Err("23514".to_owned()));
    assert_eq!(owner.tries(&delete(owner.user)).await, Err("23514".to_owned()));
    assert_eq!(viewer.tries(&delete(viewer.user)).await, Ok(1), "everybody may leave");
    assert_eq!(owner.tries(&delete(ground.b.user)).await, Ok(0));
}

/// AZ-8: the database decides between two transactions that each leave one owner, and none together.
#[tokio::test]
async fn of_two_owners_who_demote_each_other_in_open_transactions_one_is_refused() {
    let ground = Ground::new().await;
    let second = ground.joins("second", SystemRole::Owner).await;
    let first =
        ground.sealed(ground.a.scope.organization(), ground.a.user, SystemRole::Owner).await;
    for _ in 0..20 {
        first.client.batch_execute("begin").await.unwrap();
        second.client.batch_execute("begin").await.unwrap();
        let demote = |user: UserId| {
            format!(
                "update tenantry.memberships set role = 'admin' where user_id = '{}'",
                user.uuid()
            )
        };
        let (one, other) = (demote(second.user), demote(first.user));
        // Each ends its own transaction as soon as it was answered: the other one waits for that.
        let attempt = async |person: &Person, sql: String| {
            let answer = person.tries(&sql).await;
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            let end = if answer.is_ok() { "commit" } else { "rollback" };
            person.client.batch_execute(end).await.unwrap();
            answer
        };
        let (one, other) = tokio::join!(attempt(&first, one), attempt(&second, other));
        let refusals = [one, other].iter().filter(|answer| answer.is_err()).count();
        assert_eq!(refusals, 1);
        let sql = format!(
            "insert into tenantry.memberships (organization_id, user_id, role) values ('{0}', '{1}', 'owner'), ('{0}', '{2}', 'owner')
             on conflict (organization_id, user_id) do update set role = 'owner'",
            ground.a.scope.organization().uuid(),
            first.user.uuid(),
            second.user.uuid()
        );
        ground.database.admin().await.batch_execute(&sql).await.unwrap();
    }
}

/// AE-2: the functions that show names show those of the sealed organization only.
#[tokio::test]
async fn the_functions_for_names_and_counts_answer_the_sealed_organization_only() {
    let ground = Ground::new().await;
    let viewer = ground.joins("viewer", SystemRole::Viewer).await;
    let unsealed = Person { client: ground.database.raw(Login::App).await, user: viewer.user };
    let (a, b) = (ground.a.scope.organization().uuid(), ground.b.scope.organization().uuid());
    let far = "null, null, 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 100";
    assert_eq!(viewer.tries(&format!("select 1 from tenantry.members('{a}', {far})")).await, Ok(2));
    for (person, sql) in [
        (&viewer, format!("select 1 from tenantry.members('{b}', {far})")),
        (&viewer, format!("select 1 from tenantry.member('{b}', '{}')", ground.b.user.uuid())),
        (&viewer, format!("select 1 from tenantry.member('{a}', '{}')", ground.b.user.uuid())),
        (&unsealed, format!("select 1 from tenantry.members('{a}', {far})")),
        (&unsealed, format!("select 1 from tenantry.member('{a}', '{}')", ground.a.user.uuid())),
    ] {
        assert_eq!(person.tries(&sql).await, Ok(0), "{sql}");
    }
    let admin = ground.database.admin().await;
    admin
        .batch_execute(&format!("insert into tenantry.request_counts values ('{a}', '2026-11-01', 5), ('{b}', '2026-11-01', 7)"))
        .await
        .unwrap();
    let requests = async |organization: Uuid| -> i64 {
        let sql = "select tenantry.requests_of($1, '2026-11-01')";
        viewer.client.query_one(sql, &[&organization]).await.unwrap().get(0)
    };
    assert_eq!((requests(a).await, requests(b).await), (5, 0));
    for sql in [
        "select 1 from tenantry.request_counts",
        "select 1 from tenantry.rate_windows",
        "select 1 from tenantry.operators",
        "select 1 from tenantry.setup_tokens",
        "select 1 from tenantry.account_idempotency_keys",
        "update tenantry.usage_counts set most = null",
        "update tenantry.idempotency_keys set answer = ''",
        "delete from tenantry.idempotency_keys",
        "select 1 from tenantry.access_changes",
        "insert into tenantry.access_changes (kind, subject) values ('user', gen_random_uuid())",
        "delete from tenantry.access_changes",
        "select tenantry.mark_access_change('user', array[gen_random_uuid()])",
        "select tenantry.forget_access_changes()",
        "delete from tenantry.clients",
        "update tenantry.clients set organization_id = gen_random_uuid()",
        "select tenantry.sweep(interval '0')",
        "select tenantry.deleted_organizations_of(gen_random_uuid())",
    ] {
        assert_eq!(viewer.tries(sql).await, Err("42501".to_owned()), "{sql}");
    }
}

/// A statement that takes its own seal away while it runs gains nothing by it.
#[tokio::test]
async fn a_seal_that_is_taken_away_in_the_middle_of_a_statement_opens_nothing() {
    let ground = Ground::new().await;
    let viewer = ground.joins("viewer", SystemRole::Viewer).await;
    let admin = ground.joins("admin", SystemRole::Admin).await;
    let member = ground.joins("member", SystemRole::Member).await;
    let gone = "set_config('tenantry.context', '', true) is not null";
    let (viewers, admins, members) = (viewer.user.uuid(), admin.user.uuid(), member.user.uuid());
    for (person, sql) in [
        (&viewer, format!("delete from tenantry.memberships where user_id = '{members}' and {gone}")),
        (&viewer, format!("update tenantry.memberships set role = 'owner' where user_id = '{viewers}' and {gone}")),
        (&viewer, format!("update tenantry.organizations set deleted_at = '2000-01-01' where {gone}")),
        (
            &admin,
            format!(
                "update tenantry.memberships set role = case when user_id = '{admins}' then 'owner' else 'member' end
                  where user_id = '{members}' or (user_id = '{admins}' and {gone})"
            ),
        ),
    ] {
        let answer = person.tries(&sql).await;
        assert!(matches!(&answer, Ok(0)) || answer == Err("42501".to_owned()), "{sql}: {answer:?}");
    }
    let roles: Vec<String> = ground
        .database
        .admin()
        .await
        .query(
            "select role from tenantry.memberships where organization_id = $1 order by role",
            &[&ground.a.scope.organization().uuid()],
        )
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert_eq!(roles, ["admin", "member", "owner", "viewer"]);
}

/// What was deleted waits for thirty days from now, whatever the statement says, and not everybody deletes.
#[tokio::test]
async fn nothing_is_deleted_by_who_may_not_or_in_the_past() {
    let ground = Ground::new().await;
    let viewer = ground.joins("viewer", SystemRole::Viewer).await;
    let admin = ground.joins("admin", SystemRole::Admin).await;
    let owner =
        ground.sealed(ground.a.scope.organization(), ground.a.user, SystemRole::Owner).await;
    let project = format!(
        "insert into tenantry.projects (id, slug, name, created_by) values ('{}', 'open', 'Open', 'x')",
        Uuid::from_u128(9)
    );
    assert_eq!(viewer.tries(&project).await, Ok(1));
    let past = |table: &str| format!("update tenantry.{table} set deleted_at = '2000-01-01'");
    for (person, table) in
        [(&viewer, "projects"), (&viewer, "organizations"), (&admin, "organizations")]
    {
        assert_eq!(person.tries(&past(table)).await, Err("42501".to_owned()), "{table}");
    }
    assert_eq!(admin.tries(&past("projects")).await, Ok(1));
    assert_eq!(owner.tries(&past("organizations")).await, Ok(1));
    for table in ["projects", "organizations"] {
        let sql = format!(
            "select count(*) from tenantry.{table} where deleted_at > now() - interval '1 minute'"
        );
        let fresh: i64 = ground.database.admin().await.query_one(&sql, &[]).await.unwrap().get(0);
        assert_eq!(fresh, 1, "{table}");
    }
    let dated = "insert into tenantry.clients (id, name, created_by, deleted_at) values (gen_random_uuid(), 'x', 'x', '2000-01-01')";
    assert_eq!(owner.tries(dated).await, Err("42501".to_owned()));
}

/// Kept answers are their caller's; a project's founder who was removed does not come back by having founded it.
#[tokio::test]
async fn kept_answers_and_old_foundings_are_nobody_elses_way_in() {
    let ground = Ground::new().await;
    let manager = ground.joins("manager", SystemRole::Member).await;
    let viewer = ground.joins("viewer", SystemRole::Viewer).await;
    let keep = |actor: UserId| {
        format!(
            "insert into tenantry.idempotency_keys (actor, request_sha256, body_sha256, status, answer)
             values ('usr:{}', sha256('a'), sha256('b'), 201, 'secret')",
            actor.uuid()
        )
    };
    assert_eq!(manager.tries(&keep(manager.user)).await, Ok(1));
    assert_eq!(viewer.tries(&keep(manager.user)).await, Err("42501".to_owned()));
    let read = "select 1 from tenantry.idempotency_keys";
    assert_eq!((manager.tries(read).await, viewer.tries(read).await), (Ok(1), Ok(0)));
    let (organization, user) = (ground.a.scope.organization().uuid(), manager.user.uuid());
    let open = Uuid::from_u128(11);
    let found = format!(
        "insert into tenantry.projects (organization_id, id, slug, name, created_by, created_at)
         values ('{organization}', '{open}', 'open', 'Open', 'usr:{user}', now() - interval '1 day')"
    );
    ground.database.admin().await.batch_execute(&found).await.unwrap();
    let join = format!(
        "insert into tenantry.project_members (project_id, user_id, role) values ('{open}', '{user}', 'manager')"
    );
    assert_eq!(manager.tries(&join).await, Err("42501".to_owned()));
}
