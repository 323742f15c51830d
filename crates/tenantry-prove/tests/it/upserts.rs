//! What writing over a row by a kept key can show: only a key in which the other's row has a value can meet it.

use tenantry_prove::attack::Attack;
use tenantry_prove::report::Outcome;
use tenantry_testkit::TestDatabase;

use crate::proving::{leaks, proved};

/// A database in which keys that hold across organizations stay empty: one always, one mostly, and one that only points at
/// the table itself.
const RIGHT: &str = "
create role {app} login;
create table organizations (id uuid primary key default gen_random_uuid(), name text not null);
create table rooms (
    organization_id uuid not null references organizations,
    id uuid not null default gen_random_uuid(),
    legacy_code text unique check (legacy_code is null),
    twin_id uuid unique,
    token text unique,
    label text not null,
    primary key (organization_id, id),
    foreign key (organization_id, twin_id) references rooms (organization_id, id)
);
create table doors (
    organization_id uuid not null references organizations,
    label text not null,
    legacy_code text unique check (legacy_code is null)
);
create function asked() returns uuid language sql stable
    as $$ select nullif(current_setting('app.organization', true), '')::uuid $$;
alter table rooms enable row level security;
alter table rooms force row level security;
create policy mine on rooms using (organization_id = (select asked())) with check (organization_id = (select asked()));
alter table doors enable row level security;
alter table doors force row level security;
create policy mine on doors using (organization_id = (select asked())) with check (organization_id = (select asked()));
alter table organizations enable row level security;
alter table organizations force row level security;
create policy mine on organizations using (id = (select asked())) with check (id = (select asked()));
grant select, insert, update, delete on all tables in schema public to {app};
insert into organizations (name) values ('One'), ('Two');
";

async fn database() -> (TestDatabase, String) {
    let database = TestDatabase::empty().await;
    let app = format!("{}_app", database.name());
    database.admin().await.batch_execute(&RIGHT.replace("{app}", &app)).await.unwrap();
    (database, app)
}

#[tokio::test]
async fn a_kept_key_that_no_row_has_a_value_in_is_no_leak() {
    let (database, app) = database().await;
    let stated = |word: &str| if word == "role" { vec![app.as_str()] } else { Vec::new() };
    let report = proved(&database.admin_config(), stated).await.unwrap();
    // Anybody can set a setting; that is not what is asked here.
    let written = leaks(&report).into_iter().filter(|(_, attack)| *attack != Attack::Forged);
    assert_eq!(written.collect::<Vec<_>>(), []);
    let upsert = |table: &str| {
        let object = report.objects.iter().find(|object| object.name == table).unwrap();
        object.cells.iter().find(|cell| cell.attack == Attack::Upsert).unwrap()
    };
    let rooms = upsert("public.rooms");
    assert!(
        matches!(rooms.outcome, Outcome::Refused | Outcome::NoRows),
        "the other keys are tried: {rooms:?}"
    );
    // A key that nothing can be tried by is not called held.
    let doors = upsert("public.doors");
    assert!(matches!(doors.outcome, Outcome::NotRun { .. }), "{doors:?}");
}

#[tokio::test]
async fn a_row_that_can_be_written_over_is_a_leak_all_the_same() {
    let (database, app) = database().await;
    let open = "alter table rooms disable row level security";
    database.admin().await.batch_execute(open).await.unwrap();
    let stated = |word: &str| if word == "role" { vec![app.as_str()] } else { Vec::new() };
    let report = proved(&database.admin_config(), stated).await.unwrap();
    assert!(leaks(&report).contains(&("public.rooms".to_owned(), Attack::Upsert)));
}
