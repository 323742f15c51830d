//! What holds for every table of the schema, those of today and those of later migrations: each question
//! asks for what breaks a rule, and the answer is nothing, or the exceptions by name.

use tenantry_testkit::TestDatabase;
use tokio_postgres::Client;

/// A rule, the question for what breaks it, and what may.
const RULES: &[(&str, &str, &[&str])] = &[
    (
        "a table with organization_id is forced under row security",
        "select c.relname::text from tables c where has_organization and not (relrowsecurity and relforcerowsecurity)",
        &["organization_slugs", "request_counts"],
    ),
    (
        "a table with organization_id has the guard, for everything and everybody",
        "select c.relname::text from tables c where has_organization and not exists (
             select from pg_policy p where p.polrelid = c.oid and p.polname = 'tenantry_guard' and p.polcmd = '*' and p.polroles = '{0}' and not p.polpermissive
                and pg_get_expr(p.polqual, p.polrelid) = '(organization_id = ( SELECT tenantry.organization() AS organization))'
                and pg_get_expr(p.polwithcheck, p.polrelid) = pg_get_expr(p.polqual, p.polrelid))",
        &["organization_slugs", "request_counts"],
    ),
    (
        "a guarded table has one permissive policy",
        "select c.relname::text from tables c where has_organization and (select count(*) from pg_policy p where p.polrelid = c.oid and p.polpermissive) <> 1",
        &["organization_slugs", "request_counts"],
    ),
    (
        "a guarded table has no restrictive policy beside the guard, but those that keep restricted projects and one's own answers",
        "select c.relname || ' ' || p.polname from tables c join pg_policy p on p.polrelid = c.oid where not p.polpermissive and p.polname <> 'tenantry_guard'",
        &[
            "idempotency_keys tenantry_own_keys",
            "project_members tenantry_project_joining",
            "project_members tenantry_project_leaving",
            "project_members tenantry_project_managing",
            "project_members tenantry_project_reading",
            "projects tenantry_project_changing",
            "projects tenantry_project_reading",
        ],
    ),
    (
        "organization_id is a uuid that is not null",
        "select c.relname::text from tables c join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped
          where a.atttypid <> 'uuid'::regtype or not a.attnotnull",
        &[],
    ),
    (
        "a table has a primary key",
        "select c.relname::text from tables c where not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary)",
        &[],
    ),
    (
        "every index of a table with organization_id begins with it",
        "select i.indexrelid::regclass::text from tables c join pg_index i on i.indrelid = c.oid
          where has_organization and pg_get_indexdef(i.indexrelid, 1, true) <> 'organization_id'",
        &["tenantry.memberships_user_id_idx", "tenantry.organization_slugs_pkey"],
    ),
    (
        "a foreign key between guarded tables carries organization_id on both sides",
        "select k.conname::text from pg_constraint k join tables f on f.oid = k.conrelid join tables t on t.oid = k.confrelid
          where k.contype = 'f' and f.has_organization and t.has_organization
            and not exists (select from unnest(k.conkey, k.confkey) pair (mine, theirs)
                              join pg_attribute a on a.attrelid = k.conrelid and a.attnum = pair.mine and a.attname = 'organization_id'
                              join pg_attribute b on b.attrelid = k.confrelid and b.attnum = pair.theirs and b.attname = 'organization_id')",
        &[],
    ),
    (
        "no foreign key sets anything to null or a default",
        "select k.conname::text from pg_constraint k join tables t on t.oid = k.conrelid where k.contype = 'f' and (k.confdeltype in ('n', 'd') or k.confupdtype in ('n', 'd', 'c'))",
        &[],
    ),
    (
        "nothing is deferrable, nothing excludes",
        "select k.conname::text from pg_constraint k join tables t on t.oid = k.conrelid where k.condeferrable or k.contype = 'x'",
        &[],
    ),
    (
        "no column refers to an organization under another name",
        "select c.relname || '.' || a.attname from tables c join pg_attribute a on a.attrelid = c.oid
          where a.attname ~ 'organization' and a.attname <> 'organization_id' and not a.attisdropped",
        &["sessions.active_organization_id"],
    ),
    (
        "nothing inherits, and there is no view, materialized view, foreign table or sequence",
        "select c.oid::regclass::text from pg_class c where c.relnamespace = 'tenantry'::regnamespace and c.relkind not in ('r', 'p', 'i', 'I')
         union all select inhrelid::regclass::text from pg_inherits join tables t on t.oid = inhrelid",
        &[],
    ),
    (
        "everything in the schemas belongs to a role that nobody logs in as",
        "select c.oid::regclass::text from pg_class c join pg_roles r on r.oid = c.relowner
          where c.relnamespace in ('tenantry'::regnamespace, 'tenantry_private'::regnamespace) and r.rolname <> 'tenantry_owner'
         union all select p.oid::regprocedure::text from pg_proc p join pg_roles r on r.oid = p.proowner
          where p.pronamespace in ('tenantry'::regnamespace, 'tenantry_private'::regnamespace) and (r.rolcanlogin or r.rolsuper)",
        &[],
    ),
    (
        "a definer function has a fixed search_path",
        "select p.oid::regprocedure::text from pg_proc p where p.pronamespace in ('tenantry'::regnamespace, 'tenantry_private'::regnamespace) and p.prosecdef
            and not coalesce('search_path=pg_catalog, pg_temp' = any (p.proconfig), false)",
        &[],
    ),
    (
        "a function that a policy calls is safe in parallel plans and never marked leakproof",
        "select p.oid::regprocedure::text from pg_proc p where p.oid in ('tenantry.organization()'::regprocedure, 'tenantry.actor()'::regprocedure, 'tenantry.role()'::regprocedure,
            'tenantry.sealed_organization()'::regprocedure, 'tenantry.verified_context()'::regprocedure)
            and (p.proparallel <> 's' or p.provolatile <> 's')
         union all select p.oid::regprocedure::text from pg_proc p where p.pronamespace = 'tenantry'::regnamespace and p.proleakproof",
        &[],
    ),
    (
        "a log is only added to, by a trigger that its owner meets too",
        "select c.relname::text from tables c where c.relname like '%\\_events' and not exists (
             select from pg_trigger t where t.tgrelid = c.oid and t.tgfoid = 'tenantry.refuse_change()'::regprocedure and t.tgenabled = 'O' and t.tgtype & 58 = 58)",
        &[],
    ),
    (
        "PUBLIC holds nothing",
        "select c.relname::text from tables c cross join lateral aclexplode(c.relacl) acl where acl.grantee = 0",
        &[],
    ),
    (
        "the request path holds privileges on guarded tables only, and never more than four",
        "select c.relname || ' ' || acl.privilege_type from tables c cross join lateral aclexplode(c.relacl) acl
           join pg_roles r on r.oid = acl.grantee and r.rolname = 'tenantry_app'
          where not relforcerowsecurity or acl.privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')",
        &[],
    ),
    (
        "the platform may insert into guarded tables where an organization is founded, and nothing else",
        "select c.relname || ' ' || acl.privilege_type from tables c cross join lateral aclexplode(c.relacl) acl
           join pg_roles r on r.oid = acl.grantee and r.rolname = 'tenantry_platform' where relforcerowsecurity",
        &["audit_events INSERT", "memberships INSERT", "organizations INSERT"],
    ),
];

/// The tables of the schema, and whether each has organization_id.
const TABLES: &str = "with tables as (
    select c.oid, c.relname, c.relacl, c.relrowsecurity, c.relforcerowsecurity,
           exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped) as has_organization
      from pg_class c where c.relnamespace = 'tenantry'::regnamespace and c.relkind in ('r', 'p')) ";

async fn broken(admin: &Client, question: &str) -> Vec<String> {
    let rows = admin.query(&format!("{TABLES}{question}"), &[]).await.unwrap();
    let mut names: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    names.sort();
    names.dedup();
    names
}

/// RL-1, RL-4, RL-5, AU-2. Each rule of the catalogue, with its exceptions by name.
#[tokio::test]
async fn every_table_keeps_the_rules_or_is_an_exception_by_name() {
    let database = TestDatabase::create().await;
    let admin = database.admin().await;
    for (rule, question, exceptions) in RULES {
        assert_eq!(broken(&admin, question).await, *exceptions, "{rule}");
    }
    let guarded = "select relname::text from tables where relforcerowsecurity";
    assert_eq!(
        broken(&admin, guarded).await,
        [
            "audit_events",
            "clients",
            "idempotency_keys",
            "memberships",
            "organizations",
            "project_members",
            "projects",
            "usage_counts"
        ],
        "a new table of an organization is named here and in the attacks of tenantry-db"
    );
}

/// The rules themselves: each notices a schema that breaks it.
#[tokio::test]
async fn each_rule_notices_what_breaks_it() {
    let database = TestDatabase::create().await;
    let admin = database.admin().await;
    let bad = "
        create table tenantry.bad_events (organization_id uuid, id int, other_organization uuid, note int references tenantry.signing_keys_of_test (id) on delete set null deferrable);
        grant select on tenantry.bad_events to public; grant truncate on tenantry.projects to tenantry_app; grant select on tenantry.projects to tenantry_platform;
        create index on tenantry.bad_events (id); create policy tenantry_bad on tenantry.audit_events as restrictive for select to public using (true);
        alter table tenantry.bad_events add constraint bad_parent foreign key (other_organization) references tenantry.organizations (organization_id);
        create view tenantry.bad_view as select 1 as x;
        create function tenantry.bad() returns int language sql security definer leakproof as 'select 1'";
    admin
        .batch_execute("begin; create table tenantry.signing_keys_of_test (id int primary key)")
        .await
        .unwrap();
    admin.batch_execute(bad).await.unwrap();
    for (rule, question, exceptions) in RULES {
        assert_ne!(broken(&admin, question).await, *exceptions, "{rule}");
    }
    admin.batch_execute("rollback").await.unwrap();
}
