//! The statements of the store that only read keep the fast way: nothing that they name stands in it. A connection that
//! they were run on is handed on without a wash.

use tenantry_core::permission::project;
use tenantry_core::{Authorized, Clock};
use tenantry_db::types::private::BytesMut;
use tenantry_db::types::{IsNull, ToSql, Type, to_sql_checked};
use tenantry_db::{Database, Login, Parameters};
use tenantry_testkit::{FaultProxy, secret};

use crate::founding::Ground;
use crate::statements::{PLATFORM, TENANT};

/// No value, of whatever type.
#[derive(Debug)]
struct Null;

impl ToSql for Null {
    fn to_sql(
        &self,
        _: &Type,
        _: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        Ok(IsNull::Yes)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// Whether reading costs a flight more than the read. The pool is small, so that a connection is borrowed again when its
/// wash is over; whatever else goes over the wire does not do so each time.
async fn is_washed(proxy: &FaultProxy, read: impl AsyncFn()) -> bool {
    for _ in 0..4 {
        read().await;
    }
    for _ in 0..3 {
        proxy.flights();
        for _ in 0..4 {
            read().await;
        }
        if proxy.flights() == 4 {
            return false;
        }
    }
    true
}

#[tokio::test]
async fn every_plain_statement_of_the_store_goes_without_a_wash() {
    let ground = Ground::new().await;
    let proxy = FaultProxy::start(&ground.database.target().config, ground.database.tasks());
    let database: Database =
        Database::new(&proxy.target(1), &secret(), Clock::system(), ground.database.tasks())
            .unwrap();
    let (app, platform) =
        (ground.database.raw(Login::App).await, ground.database.raw(Login::Platform).await);
    let caller: Authorized<project::Read> = ground.a.scope.authorize().unwrap();
    let nulls: Vec<&(dyn ToSql + Sync)> = vec![&Null; 16];
    let mut count = 0;
    for (file, statements) in TENANT {
        for statement in statements.iter().filter(|statement| statement.is_plain_by_text()) {
            let given = app.prepare(statement.sql()).await.unwrap().params().len() - 1;
            let parameters: Parameters<'_> = &nulls[..given];
            let is_washed = is_washed(&proxy, async || {
                database.tenant(&caller).await.unwrap().query(statement, parameters).await.unwrap();
            });
            assert!(!is_washed.await, "{file}::{}", statement.name());
            count += 1;
        }
    }
    for (file, statements) in PLATFORM {
        for statement in statements.iter().filter(|statement| statement.is_plain_by_text()) {
            let given = platform.prepare(statement.sql()).await.unwrap().params().len();
            let parameters: Parameters<'_> = &nulls[..given];
            let is_washed = is_washed(&proxy, async || {
                database.look_up(statement, parameters).await.unwrap();
            });
            assert!(!is_washed.await, "{file}::{}", statement.name());
            count += 1;
        }
    }
    println!("{count} statements");
    // Fewer would be noticed nowhere else.
    assert!(count >= 25, "{count}");
}
