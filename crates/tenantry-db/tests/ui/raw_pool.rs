//! The pool has no public name: the only way to a connection is a door.

use tenantry_db::Database;
use tenantry_db::pool::Pool;

async fn past_the_door(database: &Database, _: Pool) {
    let _ = database.doors.app.get().await;
    let _ = database.inspect().await;
}

fn main() {}
