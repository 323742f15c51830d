//! Our own control plane, looked at with the same statements.

use tenantry_testkit::TestDatabase;

use super::right::is_ours;
use super::stage;

/// RL-1, RL-4, RL-5: nothing is wrong with our own schema, as far as the catalog tells.
#[tokio::test]
async fn the_control_plane_gives_no_finding() {
    let database = TestDatabase::create().await;
    let admin = database.admin().await;
    let known = "select c.oid::regclass::text, exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id')
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'";
    let tables: Vec<_> = admin
        .query(known, &[])
        .await
        .unwrap()
        .iter()
        .map(|row| match row.get(1) {
            true => (row.get(0), "direct".to_owned(), Some("organization_id".to_owned())),
            false => (row.get(0), "shared".to_owned(), None),
        })
        .collect();
    assert!(tables.len() > 5, "{tables:?}");
    let findings = stage::all(&admin, "tenantry_app", &tables).await;
    let ours: Vec<_> = findings.iter().filter(|found| is_ours(found.code)).collect();
    assert!(ours.is_empty(), "{ours:#?}");
}
