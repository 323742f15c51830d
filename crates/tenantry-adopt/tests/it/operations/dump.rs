//! A schema as `pg_dump` writes it: what must be as it was after an operation was taken back.

use tenantry_testkit::TestDatabase;

/// The whole schema.
pub(crate) fn dump(database: &TestDatabase) -> String {
    database.dump(&[])
}
