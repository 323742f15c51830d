//! The way back: the functions of before, to the letter.

use tenantry_db::guard::Engine;
use tenantry_db::migrate::Migrator;
use tenantry_testkit::TestDatabase;
use tokio_postgres::Client;

/// Every function of the contract as it is defined, with its owner and who may call it.
async fn functions(client: &Client) -> Vec<String> {
    let sql = "select format('%s owner %s %s', pg_get_functiondef(oid), proowner::regrole, proacl) from pg_proc
        where pronamespace = 'tenantry'::regnamespace order by oid::regprocedure::text";
    client.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// House 7b. What the first migration made is what is there when the second was taken back.
#[tokio::test]
async fn the_way_back_restores_the_functions_of_before() {
    let (old, new) = (TestDatabase::empty().await, TestDatabase::empty().await);
    let (old_admin, new_admin) = (old.admin().await, new.admin().await);
    let first =
        [include_str!("../../../src/sql/roles.sql"), &Engine::PostgreSql.contract()].concat();
    old_admin.batch_execute(&format!("begin; {first}; commit")).await.unwrap();
    let mut migrator = Migrator::connect(&new.admin_config(), vec![], new.tasks()).await.unwrap();
    migrator.up().await.unwrap();
    assert_ne!(functions(&new_admin).await, functions(&old_admin).await, "control");
    let label = "contract/0002_create_context_store";
    assert_eq!(migrator.down(1).await.unwrap(), [label]);
    assert_eq!(functions(&new_admin).await, functions(&old_admin).await);
    assert_eq!(migrator.up().await.unwrap(), [label]);
}
