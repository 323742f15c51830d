//! Reads that look plain and are not: what they name runs an application's own function. What that leaves on the
//! connection is gone before the other organization borrows it.

mod carried;
mod later;
mod same_start;
mod spared;

use tenantry_core::permission::project;
use tenantry_db::{Database, Row, Statement, Tenant};
use tokio_postgres::Client;

use crate::party::Party;

/// `public.obey()` runs whatever stands in a table, and everything here that can run code runs it.
const OBEY: &str = "
    create table public.command (command text);
    insert into public.command values ('select 1');
    create function public.obey() returns boolean language plpgsql as
        'declare c text; begin select command into c from public.command; execute c; return true; end';
    create table public.baseline as select 1 as n;
    grant select on public.command, public.baseline to public;";

/// Something that can run code without a call in the text of a statement: what makes it, and the statement.
struct Carrier {
    name: &'static str,
    makes: &'static str,
    statement: Statement<Tenant>,
}

const fn carrier(name: &'static str, makes: &'static str, sql: &'static str) -> Carrier {
    Carrier { name, makes, statement: Statement::new(name, sql) }
}

const CARRIERS: &[Carrier] = &[
    carrier(
        "view",
        "create view public.seen as select public.obey() as n; grant select on public.seen to public",
        "select n from public.seen where $1::uuid is not null",
    ),
    carrier(
        "policy",
        "create table public.policed as select 1 as n; alter table public.policed enable row level security;
         create policy mine on public.policed using ((select public.obey())); grant select on public.policed to public",
        "select n from public.policed where $1::uuid is not null",
    ),
    carrier(
        "policy beside the guard",
        "create table public.guarded (organization_id uuid not null, id uuid primary key default gen_random_uuid());
         alter table public.guarded drop constraint guarded_pkey, add primary key (organization_id, id);
         select tenantry.protect('public.guarded'); create policy mine on public.guarded as restrictive using (public.obey());
         insert into public.guarded (organization_id) select organization_id from tenantry.organizations",
        "select id from public.guarded where organization_id = $1",
    ),
    carrier(
        "policy behind a policy",
        "create table public.far as select 1 as n; alter table public.far enable row level security;
         create policy mine on public.far using (public.obey()); grant select on public.far to public;
         create table public.near as select 1 as n; alter table public.near enable row level security;
         create policy mine on public.near using (exists (select from public.far f where f.n = near.n)); grant select on public.near to public",
        "select n from public.near where $1::uuid is not null",
    ),
    carrier(
        "operator",
        "create function public.obey_operator(int, int) returns boolean language sql as 'select public.obey()';
         create operator public.## (leftarg = int, rightarg = int, function = public.obey_operator)",
        "select 1 from public.baseline where n ## n and $1::uuid is not null",
    ),
    carrier(
        "operator by the name of another",
        "create function public.obey_equal(int, text) returns boolean language sql as 'select public.obey()';
         create operator public.= (leftarg = int, rightarg = text, function = public.obey_equal);
         create table public.texts as select 'x'::text as word; grant select on public.texts to public",
        "select n from public.baseline, public.texts where n = word and $1::uuid is not null",
    ),
    carrier(
        "aggregate by the name of another",
        "create function public.obey_state(int, text) returns int language sql as 'select public.obey()::int';
         create aggregate public.sum(text) (sfunc = public.obey_state, stype = int)",
        "select sum(word) from public.texts where $1::uuid is not null",
    ),
    carrier(
        "function by the name of another",
        "create function public.lower(int) returns text language sql as 'select public.obey()::text'",
        "select lower(n) from public.baseline where $1::uuid is not null",
    ),
    carrier(
        "typed literal",
        "create function public.obey_typed(int) returns boolean language sql as 'select public.obey()';
         create domain public.typed as int check (public.obey_typed(value))",
        "select typed '1' from public.baseline where $1::uuid is not null",
    ),
    carrier(
        "cast to a domain",
        "create function public.obey_cast(int) returns boolean language sql as 'select public.obey()';
         create domain public.cast_to as int check (public.obey_cast(value))",
        "select n::public.cast_to from public.baseline where $1::uuid is not null",
    ),
    carrier(
        "cast of an enumeration",
        "create type public.mood as enum ('sad'); create table public.moods as select 'sad'::public.mood as m;
         create function public.obey_mood(public.mood) returns int language sql as 'select public.obey()::int';
         create cast (public.mood as int) with function public.obey_mood; grant select on public.moods to public",
        "select m::int from public.moods where $1::uuid is not null",
    ),
    carrier(
        "attribute notation",
        "create function public.obey_row(public.baseline) returns boolean language sql as 'select public.obey()'",
        "select b.obey_row from public.baseline b where $1::uuid is not null",
    ),
    carrier(
        "attribute notation of any row",
        "create function public.obey_record(record) returns boolean language plpgsql as 'begin return public.obey(); end'",
        "select b.obey_record from public.baseline b where $1::uuid is not null",
    ),
    carrier(
        "index",
        "create function public.obey_folded(int) returns int language plpgsql immutable as 'begin return public.obey()::int; end';
         create table public.indexed as select 1 as n; create index on public.indexed ((n + public.obey_folded(1)));
         grant select on public.indexed to public",
        "select n from public.indexed where $1::uuid is not null",
    ),
    carrier(
        "comment before the parenthesis",
        "create function public.obey_text(text) returns boolean language sql as 'select public.obey()'",
        "select public.obey_text/**/('x') where $1::uuid is not null",
    ),
    carrier(
        "blank beside the dot",
        "create function public.upper(int) returns text language sql as 'select public.obey()::text'",
        "select public. upper(n) from public.baseline where $1::uuid is not null",
    ),
];

async fn prepare(admin: &Client) {
    admin.batch_execute(OBEY).await.unwrap();
    for carrier in CARRIERS {
        admin
            .batch_execute(carrier.makes)
            .await
            .unwrap_or_else(|error| panic!("{}: {error:?}", carrier.name));
    }
}

/// Has `public.obey()` run something from now on.
async fn command(admin: &Client, command: &str) {
    admin.execute("update public.command set command = $1", &[&command]).await.unwrap();
}

/// One read in a request of its own.
async fn read(
    database: &Database,
    party: &Party,
    statement: &Statement<Tenant>,
) -> Result<Vec<Row>, tenantry_db::DbError> {
    let caller = party.scope.authorize::<project::Read>().unwrap();
    database.tenant(&caller).await.unwrap().query(statement, &[]).await
}

/// Waits until the sessions that were closed are gone: closed faster than they end, they are too many at last.
async fn few_sessions(admin: &Client) {
    let sql = "select count(*) from pg_stat_activity where datname = current_database()";
    while admin.query_one(sql, &[]).await.unwrap().get::<_, i64>(0) > 8 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

/// How many advisory locks the sessions of a database hold.
async fn locks(admin: &Client) -> i64 {
    let sql = "select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())";
    admin.query_one(sql, &[]).await.unwrap().get(0)
}

/// How many there are when the connection was washed, if it is.
async fn locks_at_rest(admin: &Client) -> i64 {
    let mut held = locks(admin).await;
    for _ in 0..50 {
        if held == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        held = locks(admin).await;
    }
    held
}
