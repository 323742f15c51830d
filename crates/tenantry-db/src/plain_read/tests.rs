//! Texts that look plain, and texts that must not, by the way in which they would run something.

use super::*;

#[test]
fn what_only_reads_tables_looks_plain() {
    for sql in [
        "select a, b from t where organization_id = $1 and (created_at, id) < ($2, $3) order by id desc limit $4",
        "SELECT count(*), coalesce(max(a), 0) from t where a in (1, 2) and exists (select from u)",
        "select m.role from u left join lateral tenantry.membership_of(u.id, $4) m on true",
        "select a from t where b = any($2::uuid[]) and ($3::text is null or c = $3)",
        "select count(*) filter (where at > statement_timestamp() - interval '30 days') from public.t",
        "select t.*, -1.5, a||'it''s -- (no /* comment', '' from t where a like 'x%' or b = 'select set_config(1)'",
        "select a from (select 1) as one\n\twhere (a + 1) * 2 > 3",
        "select case when a = 'x' then 'y' else 'z' end from t where created_at at time zone 'UTC' < $2::timestamptz",
    ] {
        assert!(is_plain_read(sql), "{sql}");
    }
}

#[test]
fn whatever_could_leave_something_is_told_apart() {
    for sql in [
        "select set_config('a', 'b', false)",
        "select pg_catalog.set_config ('a', 'b', false)",
        "select public.run('x')",
        "select \"set_config\"('a', 'b', false)",
        "select a.set_config('x')",
        "select réset()",
        "select pg_advisory_lock(1)",
        "select a operator(public.=) b",
        "select 1; listen x",
        "select * into u from t",
        "select *\ninto u from t",
        "select a from t for update",
        "select a from t for\nshare",
        "select a from t\nfor update",
        "select a from t where (a = 1)for update",
        "with x as (insert into t default values returning a) select a from x",
        "insert into t values ($1)",
        "listen x",
        "",
    ] {
        assert!(!is_plain_read(sql), "{sql}");
    }
}

/// Where a name and its parenthesis, or the two halves of a name, are kept apart by something that reads as nothing.
#[test]
fn nothing_hides_a_call() {
    for sql in [
        "select public.run/**/('x')",
        "select public.run --\n('x')",
        "select public.run--lower\n('x')",
        "select lower /* ( */ ('x')",
        "select public. lower('x')",
        "select public .lower('x')",
        "select public . lower('x')",
        "select public\n.\nlower('x')",
        "select public.run\u{b}('x')",
        "select public.run\u{a0}('x')",
        "select $1lower('x')",
        "select 1lower('x')",
        "select a$lower('x')",
        "select (public.run)('x')",
        "select t.rows[1]('x')",
        "select aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg from t",
    ] {
        assert!(!is_plain_read(sql), "{sql}");
    }
}

/// Calls that are written as something else: casts, typed literals, the fields of a row, syntax with a parenthesis.
#[test]
fn nothing_calls_by_another_syntax() {
    for sql in [
        "select $1::public.checked",
        "select $1::checked",
        "select $1 :: text",
        "select $1::text::checked",
        "select $1::numeric(10, 2)",
        "select cast($1 as checked)",
        "select checked 'x'",
        "select public.checked 'x'",
        "select public.checked'x'",
        "select checked\n'x'",
        "select (t).run from t",
        "select (t) . run from t",
        "select rows[1].run from t",
        "select a[1:2] from t",
        "select a from t tablesample public.chosen (10)",
        "select a from t tablesample system (10)",
        "select xmlelement(name x)",
        "select a from xmltable('/x' passing $1::text columns a checked)",
        "select json_object('a': 1)",
        "select row(1)",
        "select (values (public.run('x')))",
        "select extract(day from a) from t",
        "select substring(a for 2) from t",
        "select a from t where (a, b) overlaps (c, d)",
        "select a collate \"public\".\"c\" from t",
        "select a from jsonb_to_recordset($1) as x (a checked)",
    ] {
        assert!(!is_plain_read(sql), "{sql}");
    }
}

/// Literals whose end is not where it seems: what follows them would be read as part of them, or the other way round.
#[test]
fn a_literal_that_could_end_elsewhere_is_refused() {
    for sql in [
        "select e'\\'', public.run('x')",
        "select 'a\\' , public.run('x') --'",
        "select $$'$$, public.run('x'), $$'$$",
        "select $a$'$a$, public.run('x'), $a$'$a$",
        "select e'x'",
        "select u&'!0027' uescape '!'",
        "select u&\"x\"('y')",
        "select b'1'",
        "select x'1'",
        "select n'x'",
        "select 'x' 'y'",
        "select 'x",
    ] {
        assert!(!is_plain_read(sql), "{sql}");
    }
}

#[test]
fn conditions_of_the_contract_and_of_the_store_are_plain_and_others_need_not_be() {
    for condition in [
        "true",
        "(organization_id = ( SELECT tenantry.organization() AS organization))",
        "(organization_id = tenantry.organization())",
        "((NOT is_restricted) OR (CURRENT_USER = 'tenantry_counter'::name) OR (id = ANY (( SELECT tenantry.own_projects('viewer'::text) AS own_projects)::uuid[])))",
    ] {
        assert!(is_plain_condition(condition), "{condition}");
    }
    for condition in [
        "(set_config('a'::text, 'b'::text, false) IS NOT NULL)",
        "(id OPERATOR(public.=) 1)",
        "public.run('x'::text)",
        "(kind = 'x'::public.checked)",
    ] {
        assert!(!is_plain_condition(condition), "{condition}");
    }
}

#[test]
fn what_a_text_names_is_gathered_and_folded() {
    let all = names("select T.Name, u.*, $1, 1.5 from Public.t where a = 'x'' y.z' and a = db.s.t");
    assert_eq!(
        all,
        [
            ".a", ".and", ".db", ".from", ".public", ".select", ".t", ".u", ".where", "db.s",
            "public.t", "s.t", "t.name"
        ]
    );
    let all = words(&all);
    assert_eq!(all, ["a", "and", "db", "from", "name", "public", "s", "select", "t", "u", "where"]);
    let all = symbols("select a<-1, b ## c from t where a like '%%'");
    assert!(!all.iter().any(|symbol| symbol.contains('%')));
    assert!(
        ["<-", "##", "=", "~~"].iter().all(|one| all.iter().any(|symbol| symbol == one)),
        "{all:?}"
    );
}
