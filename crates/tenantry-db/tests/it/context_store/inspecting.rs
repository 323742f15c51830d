//! What the preflight says of the store: nothing while it is intact, and the statement that mends it. In a cluster of
//! its own, because the parameter and its privileges belong to the whole server.

use tenantry_core::Clock;
use tenantry_db::preflight::{self, Check, Finding};
use tenantry_testkit::{TestCluster, TestDatabase};

/// RL-1, RL-3. Whoever may set the store can be any organization; so is a session that begins with it.
#[tokio::test]
async fn a_store_that_others_can_set_is_found_and_mended() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().to_owned();
    let (_cluster, reached) =
        tokio::task::spawn_blocking(move || TestCluster::start(&path)).await.unwrap();
    let there = TestDatabase::create_in(Box::leak(Box::new(reached))).await;
    let (database, admin, name) = (there.open(Clock::system()), there.admin().await, there.name());
    let look = async || -> Vec<Finding> {
        preflight::run(&database, &there.keys()).await.unwrap().findings
    };
    assert_eq!(look().await, []);
    admin.batch_execute("create role setter").await.unwrap();
    let set = format!("set backtrace_functions = '0 {:032} 00 00'", 1);
    for (broken, fix) in [
        (
            format!("alter role tenantry_operator in database {name} {set}"),
            format!("alter role tenantry_operator in database {name} reset backtrace_functions;"),
        ),
        (
            format!("alter role tenantry_operator {set}"),
            "alter role tenantry_operator reset backtrace_functions;".to_owned(),
        ),
        (
            "grant set on parameter backtrace_functions to setter".to_owned(),
            "revoke SET on parameter backtrace_functions from setter;".to_owned(),
        ),
        (
            "grant set on parameter backtrace_functions to public".to_owned(),
            "revoke SET on parameter backtrace_functions from public;".to_owned(),
        ),
        (
            "grant alter system on parameter backtrace_functions to tenantry_definer".to_owned(),
            "revoke ALTER SYSTEM on parameter backtrace_functions from tenantry_definer;"
                .to_owned(),
        ),
        (
            "grant tenantry_definer to setter".to_owned(),
            "revoke tenantry_definer from setter;".to_owned(),
        ),
    ] {
        admin.batch_execute(&broken).await.unwrap();
        let found = look().await;
        let summary: Vec<_> = found.iter().map(|one| (one.check, one.fix.as_str())).collect();
        assert_eq!(summary, [(Check::Seal, fix.as_str())], "{broken}\n{found:#?}");
        admin.batch_execute(&fix).await.unwrap();
        assert_eq!(look().await, [], "{fix}");
    }
}
