//! Every table that the request path's login reaches, read whole by everybody of the grid: whose rows each of them sees.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::json;

use super::World;
use crate::endpoints::principals::{Principal, Side, Standing};
use crate::endpoints::rules::is_in_restricted;
use crate::superuser::Superuser;

/// A table that the login may do anything at all with.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: String,
    /// Whether it carries the contract's policy.
    pub(super) is_guarded: bool,
}

/// Every table in reach, in order.
pub(super) async fn of(superuser: &Superuser) -> Vec<Table> {
    let sql = "select case when exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'tenantry_guard') then '+' else '-' end
                      || format('%I.%I', c.relnamespace::regnamespace::text, c.relname)
                 from pg_class c
                where c.relkind in ('r', 'p', 'f') and c.relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema')
                  and (has_table_privilege('tenantry_app', c.oid, 'select, insert, update, delete, truncate, references, trigger')
                       or has_any_column_privilege('tenantry_app', c.oid, 'select, insert, update, references'))
                order by c.relname";
    let found = superuser.ask(sql).await;
    let tables = found.iter().map(|line| {
        let (guarded, name) = line.split_at(1);
        Table { name: name.to_owned(), is_guarded: guarded == "+" }
    });
    let tables: Vec<Table> = tables.collect();
    assert!(tables.len() >= 8, "{tables:?}");
    tables
}

/// Gives both organizations a row in the one table that the world leaves empty.
pub(super) async fn furnish(world: &World) {
    for name in ["owner", "member", "foreign owner"] {
        let principal = world.principals.iter().find(|principal| principal.name == name).unwrap();
        let caller =
            principal.caller.with_header("idempotency-key", format!("a key of the {name}"));
        let body = json!({ "name": format!("Of the {name}") });
        let answer = caller.post("/api/v1/projects", &body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
    }
}

/// How much of something somebody sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Share {
    Nothing,
    Some,
    All,
}

/// What one principal sees of one table: of acme's rows, of north's, of everybody else's.
pub(super) type Seen = [Share; 3];

/// What everybody sees, by principal and table, in order.
#[derive(Debug)]
pub(super) struct Read {
    tables: Vec<String>,
    rows: Vec<(&'static str, BTreeMap<String, Seen>)>,
}

/// Reads every table as everybody.
pub(super) async fn read(world: &World) -> Read {
    let (acme, north) = (world.acme.organization.uuid(), world.north.organization.uuid());
    let count = |table: &str| {
        format!(
            "select concat_ws(' ', count(*) filter (where organization_id = '{acme}'), count(*) filter (where organization_id = '{north}'),
                              count(*) filter (where organization_id not in ('{acme}', '{north}'))) from {table}"
        )
    };
    let tables: Vec<String> =
        of(&world.superuser).await.into_iter().map(|table| table.name).collect();
    let mut stored = BTreeMap::new();
    for table in &tables {
        let counted = numbers(&world.superuser.ask(count(table)).await[0]);
        assert!(counted[0] > 0 && counted[1] > 0, "{table} has no rows to tell apart: {counted:?}");
        stored.insert(table, counted);
    }
    let mut rows = Vec::new();
    for principal in &world.principals {
        world.keep_up();
        let mut seen = BTreeMap::new();
        for table in &tables {
            let answer = world.intrude(principal, &count(table)).await;
            let counted = numbers(&answer.unwrap_or_else(|state| panic!("{table}: {state}"))[0]);
            let shares = [0, 1, 2].map(|side| share(counted[side], stored[table][side]));
            seen.insert(table.clone(), shares);
        }
        rows.push((principal.name, seen));
    }
    Read { tables, rows }
}

fn numbers(text: &str) -> Vec<u64> {
    text.split(' ').map(|number| number.parse().unwrap()).collect()
}

fn share(seen: u64, stored: u64) -> Share {
    match seen {
        0 => Share::Nothing,
        seen if seen == stored => Share::All,
        _ => Share::Some,
    }
}

/// What somebody must see of a table: the rules of the grid.
fn expected(principal: &Principal, table: &str) -> Seen {
    let Standing::Member(home, _) = principal.standing else { return [Share::Nothing; 3] };
    let is_by_project = table.starts_with("tenantry.project");
    let own = match table {
        // One's own only; three of the grid have sent one.
        "tenantry.idempotency_keys" if principal.name == "foreign owner" => Share::All,
        "tenantry.idempotency_keys" if ["owner", "member"].contains(&principal.name) => Share::Some,
        "tenantry.idempotency_keys" => Share::Nothing,
        _ if is_by_project && home == Side::Acme && !is_in_restricted(principal) => Share::Some,
        _ => Share::All,
    };
    match home {
        Side::Acme => [own, Share::Nothing, Share::Nothing],
        Side::North => [Share::Nothing, own, Share::Nothing],
    }
}

/// Where somebody sees other rows than the rules say.
pub(super) fn faults(world: &World, read: &Read) -> Vec<String> {
    let mut faults = Vec::new();
    for (principal, (_, seen)) in world.principals.iter().zip(&read.rows) {
        for (table, seen) in seen {
            let expected = expected(principal, table);
            if *seen != expected {
                faults
                    .push(format!("{} sees {seen:?} of {table}, not {expected:?}", principal.name));
            }
        }
    }
    faults
}

/// As text.
pub(super) fn text(read: &Read) -> String {
    let mut text = "Whose rows everybody of the grid sees in each table, past the API, with the seal that the server makes for them.\n\
         Written by tests/it/endpoints/isolation.rs; `cargo xtask bless` writes it anew.\n\
         In each cell: of acme's, of north's, of everybody else's. `some`: all but a restricted project's, or one's own.\n\n"
        .to_owned();
    let width = |table: &str| table.len().max(15);
    let short = |table: &str| table.trim_start_matches("tenantry.").to_owned();
    let titles = read
        .tables
        .iter()
        .map(|table| format!("  {:<width$}", short(table), width = width(&short(table))));
    let _ = writeln!(text, "{:<34}{}", "", titles.collect::<String>().trim_end());
    for (name, seen) in &read.rows {
        let cells = read.tables.iter().map(|table| {
            format!("  {:<width$}", seen[table].map(word).join(" "), width = width(&short(table)))
        });
        let line = format!("{name:<34}{}", cells.collect::<String>());
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

fn word(share: Share) -> &'static str {
    match share {
        Share::Nothing => "none",
        Share::Some => "some",
        Share::All => "all",
    }
}
