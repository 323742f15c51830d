//! Everything that a database is, so that two moments can be compared: each row with its place and its transaction, the
//! sequences, the definitions and privileges. The planner's estimates are left out: vacuum changes them.

use crate::superuser::Superuser;

const DEFINITIONS: &str = "
    select 'relation ' || c.oid::regclass || concat_ws(' ', c.relkind, c.relowner, c.relacl::text, c.relrowsecurity, c.relforcerowsecurity, c.relfilenode)
      from pg_class c where relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema', 'pg_toast')
    union all select 'policy ' || to_jsonb(p)::text from pg_policy p
    union all select 'function ' || to_jsonb(f)::text from pg_proc f where pronamespace::regnamespace::text like 'tenantry%'
    union all select 'trigger ' || to_jsonb(t)::text from pg_trigger t
    union all select 'schema ' || to_jsonb(n)::text from pg_namespace n where nspname not like 'pg_%'
    union all select 'setting ' || to_jsonb(s)::text from pg_db_role_setting s where setdatabase = (select oid from pg_database where datname = current_database())
    union all select 'sequence ' || to_jsonb(s)::text from pg_sequences s
    order by 1";

/// One line for each table, sequence and definition.
pub(super) async fn of(superuser: &Superuser) -> Vec<String> {
    let tables = "select format('%I.%I', schemaname, tablename) from pg_tables \
                  where schemaname not in ('pg_catalog', 'information_schema') order by 1";
    let tables = superuser.ask(tables).await;
    let each = tables.iter().map(|table| {
        format!(
            "select '{table} ' || count(*) || ' ' || md5(coalesce(string_agg(concat_ws(' ', t.ctid, t.xmin, t::text), e'\\n' order by t.ctid), '')) from {table} t"
        )
    });
    let mut lines = superuser.ask(each.collect::<Vec<_>>().join(" union all ")).await;
    lines.extend(superuser.ask(DEFINITIONS).await);
    lines
}

/// Names the first thing that is other than it was.
pub(super) fn assert_same(before: &[String], after: &[String]) {
    assert!(before.len() > 100, "{} lines are not a whole database", before.len());
    for (before, after) in before.iter().zip(after) {
        assert_eq!(before, after);
    }
    assert_eq!(before.len(), after.len());
}
