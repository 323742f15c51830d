//! A database of fifty tables under the contract: five areas of three kinds of things with two kinds of records each,
//! with keys through all three levels. It is made here and not read from a file, because nobody would read that file.

use std::fmt::Write as _;

use tenantry_testkit::TestDatabase;

use crate::databases::{Prepared, prepared};

const AREAS: [&str; 5] = ["sales", "support", "hiring", "stock", "travel"];
const THINGS: [&str; 3] = ["cases", "files", "people"];
const RECORDS: [&str; 2] = ["notes", "events"];

/// Columns that differ from table to table, so that no two ask the same of a row.
const COLUMNS: [&str; 7] = [
    "state app.state not null default 'open', closed_on date, check ((state = 'closed') = (closed_on is not null))",
    "amount numeric(10, 2) not null check (amount >= 0), currency char(3) not null default 'EUR' check (currency ~ '^[A-Z]{3}$')",
    "details jsonb not null default '{}' check (jsonb_typeof(details) = 'object'), tags text[] not null default '{}'",
    "email text check (email ~ '^[^@ ]+@[^@ ]+$'), phone text, check (email is not null or phone is not null)",
    "slug varchar(60) not null default 'a-' || gen_random_uuid(), check (slug ~ '^[a-z0-9-]+$'), unique (organization_id, slug)",
    "during daterange not null default '[2026-01-01, 2026-02-01)' check (not isempty(during)), share real check (share between 0 and 1)",
    "level smallint not null default 1 check (level in (1, 2, 3)), content bytea, digest bytea check (octet_length(digest) = 32)",
];

/// Fifty protected tables, each with rows of three organizations.
pub(crate) async fn fifty() -> Prepared {
    prepared(TestDatabase::create().await, &sql()).await
}

fn sql() -> String {
    let mut sql = String::from(
        "-- role: {app}\n-- context: sealed\ncreate role {app} login;\ncreate schema app authorization tenantry_owner;\n\
         set role tenantry_owner;\ncreate type app.state as enum ('open', 'waiting', 'closed');\n",
    );
    let mut tables: Vec<String> = Vec::new();
    for area in AREAS {
        table(&mut sql, &mut tables, area.to_owned(), None);
        for thing in THINGS {
            let parent = format!("{area}_{thing}");
            table(&mut sql, &mut tables, parent.clone(), Some(area));
            for record in RECORDS {
                table(&mut sql, &mut tables, format!("{parent}_{record}"), Some(&parent));
            }
        }
    }
    sql.push_str("reset role;\ngrant usage on schema app, tenantry to {app};\n");
    for name in &tables {
        writeln!(
            sql,
            "select tenantry.protect('app.{name}'); grant select, insert, update, delete on app.{name} to {{app}}; analyze app.{name};"
        )
        .unwrap();
    }
    sql
}

/// One table with twenty rows for each of three organizations, which refer to the rows of the parent in turn.
fn table(sql: &mut String, tables: &mut Vec<String>, name: String, parent: Option<&str>) {
    let extra = COLUMNS[tables.len() % COLUMNS.len()];
    let reference = parent.map_or_else(String::new, |parent| {
        let key = format!(
            "foreign key (organization_id, parent_id) references app.{parent} on delete cascade"
        );
        format!("parent_id uuid not null, {key}, ")
    });
    writeln!(
        sql,
        "create table app.{name} (organization_id uuid not null, id uuid not null default gen_random_uuid(), \
         number integer not null check (number > 0), {reference}{extra}, primary key (organization_id, id), \
         unique (organization_id, number));"
    )
    .unwrap();
    let given = [("amount", "amount", "number"), ("email", "email", "'a@example.com'")];
    let given = given.iter().find(|(column, ..)| extra.contains(column));
    let (columns, values) =
        given.map_or(("", String::new()), |(_, column, value)| (*column, format!(", {value}")));
    let columns = if columns.is_empty() { String::new() } else { format!(", {columns}") };
    let organization = "('e5000000-0000-4000-8000-00000000000' || organization)::uuid";
    match parent {
        None => writeln!(
            sql,
            "insert into app.{name} (organization_id, number{columns}) select {organization}, number{values} \
             from generate_series(1, 3) organization, generate_series(1, 20) number;"
        ),
        Some(parent) => writeln!(
            sql,
            "create index on app.{name} (organization_id, parent_id); \
             insert into app.{name} (organization_id, number, parent_id{columns}) \
             select organization_id, number, id{values} from app.{parent};"
        ),
    }
    .unwrap();
    tables.push(name);
}

#[tokio::test]
async fn fifty_tables_are_made_and_protected() {
    let prepared = fifty().await;
    let guarded = "select count(*) from pg_policy join pg_class c on c.oid = polrelid where polname = 'tenantry_guard' \
                   and relnamespace = 'app'::regnamespace and relforcerowsecurity";
    let admin = prepared.database.admin().await;
    assert_eq!(admin.query_one(guarded, &[]).await.unwrap().get::<_, i64>(0), 50);
    let rows = "select count(distinct organization_id), count(*) from app.travel_people_events";
    let row = admin.query_one(rows, &[]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (3, 60));
}
