//! Who has a lock that is wanted.

use std::time::Duration;

use tenantry_db::DbError;
use tokio_postgres::{Client, Row};

use crate::error::Holder;
use crate::name::TableName;
use crate::operation::Lock;

/// Sessions that hold, on one of the tables, a lock that conflicts with the one that is wanted there, in transactions that have
/// been open for longer than `age`.
const HOLDERS: &str = "select distinct a.pid, coalesce(a.usename, '')::text, coalesce(a.application_name, ''), coalesce(a.state, a.backend_type, ''), \
           coalesce(extract(epoch from clock_timestamp() - a.xact_start), 0)::int8, pg_catalog.left(coalesce(a.query, ''), 200) \
      from unnest($1::text[], $2::int4[]) as wanted (name, strength) \
      join pg_catalog.pg_locks l on l.relation = pg_catalog.to_regclass(wanted.name) and l.locktype = 'relation' and l.granted \
                                and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()) \
      join pg_catalog.pg_stat_activity a on a.pid = l.pid \
     where a.application_name is distinct from 'tenantry adopt' and ($3::float8 = 0 or a.backend_type <> 'autovacuum worker') \
       and clock_timestamp() - a.xact_start > $3::float8 * interval '1 millisecond' \
       and case wanted.strength \
             when 7 then true \
             when 6 then l.mode in ('RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock') \
             when 5 then l.mode in ('RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock') \
             when 4 then l.mode in ('ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock') \
             when 3 then l.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock') \
             when 2 then l.mode in ('ExclusiveLock', 'AccessExclusiveLock') \
             else l.mode = 'AccessExclusiveLock' end \
     order by 5 desc limit 5";

const BLOCKING: &str = "select a.pid, coalesce(a.usename, '')::text, coalesce(a.application_name, ''), coalesce(a.state, a.backend_type, ''), \
           coalesce(extract(epoch from clock_timestamp() - a.xact_start), 0)::int8, pg_catalog.left(coalesce(a.query, ''), 200) \
      from pg_catalog.unnest(pg_catalog.pg_blocking_pids($1)) as b (pid) join pg_catalog.pg_stat_activity a on a.pid = b.pid \
     order by 5 desc limit 5";

/// Who holds what conflicts with the wanted locks, for longer than `age`; the oldest first.
pub(crate) async fn holders(
    client: &Client,
    wanted: &[(TableName, Lock)],
    age: Duration,
) -> Result<Vec<Holder>, DbError> {
    let names: Vec<String> = wanted.iter().map(|(table, _)| table.sql()).collect();
    let strengths: Vec<i32> = wanted.iter().map(|(_, lock)| strength(*lock)).collect();
    let age = age.as_secs_f64() * 1_000.0;
    let rows = client.query(HOLDERS, &[&names, &strengths, &age]).await?;
    Ok(rows.iter().map(holder).collect())
}

/// Who keeps this backend waiting.
pub(crate) async fn blocking(client: &Client, pid: i32) -> Result<Vec<Holder>, DbError> {
    let rows = client.query(BLOCKING, &[&pid]).await?;
    Ok(rows.iter().map(holder).collect())
}

const fn strength(lock: Lock) -> i32 {
    match lock {
        Lock::AccessShare => 1,
        Lock::RowShare => 2,
        Lock::RowExclusive => 3,
        Lock::ShareUpdateExclusive => 4,
        Lock::Share => 5,
        Lock::ShareRowExclusive => 6,
        Lock::AccessExclusive => 7,
    }
}

pub(crate) fn holder(row: &Row) -> Holder {
    Holder {
        pid: row.get(0),
        role: row.get(1),
        application: row.get(2),
        state: row.get(3),
        seconds: row.get(4),
        query: row.get(5),
    }
}
