//! Statements whose texts begin at the same place in memory.

use tenantry_core::permission::project;
use tenantry_db::{Statement, Tenant};

use crate::arena::Arena;
use crate::cancel::doors;

const TEXT: &str = "select body from public.notes where organization_id = $1 and body = 'nobody'";
/// One literal, so that both have one address.
static LONG: Statement<Tenant> = Statement::new("LONG", TEXT);

/// RL-6. A connection keeps prepared statements by where their text lies and how long it is: the longer of two that begin
/// at the same place is not answered by the shorter, nor the other way round.
#[tokio::test]
async fn of_two_statements_that_begin_at_the_same_place_each_is_run() {
    let arena = Arena::new().await;
    let database = doors(&arena.database, 1);
    let end = TEXT.find(" and body").unwrap();
    let short: Statement<Tenant> = Statement::new("SHORT", LONG.sql().split_at(end).0);
    assert_eq!(short.sql().as_ptr(), LONG.sql().as_ptr());
    for party in [&arena.a, &arena.b] {
        let caller = party.scope.authorize::<project::Read>().unwrap();
        for (statement, rows) in [(&short, 1), (&LONG, 0), (&short, 1)] {
            let mut tx = database.tenant(&caller).await.unwrap();
            assert_eq!(tx.query(statement, &[]).await.unwrap().len(), rows, "{}", statement.name());
        }
    }
}
