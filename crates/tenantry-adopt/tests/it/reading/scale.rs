//! A database of 138 tables, as large as real ones are in number, and a table too large to be looked at whole.

use std::time::Instant;

use tenantry_adopt::evidence::Evidence;
use tenantry_adopt::schema::Schema;

use super::{Subject, public};

/// Tables that refer to the one before them and to two others, one in three by a foreign key.
fn tables(count: usize, rows: usize) -> String {
    let mut sql = String::new();
    for number in 0..count {
        let (parent, other) = (number.saturating_sub(1), number / 2);
        sql.push_str(&format!(
            "create table thing{number} (id uuid primary key, number bigserial unique, name text not null,
                thing{parent}_id uuid, \"thing{other}Ref\" text, holder uuid, note text, state text, amount int,
                created_by uuid, payload jsonb, body text);
             create index on thing{number} (name); create index on thing{number} (lower(note));
             insert into thing{number} (id, name, thing{parent}_id, \"thing{other}Ref\", holder, note, payload, body)
                select md5('thing{number} ' || n)::uuid, 'n' || n, md5('thing{parent} ' || n)::uuid,
                    md5('thing{other} ' || n)::uuid, md5('thing{other} ' || n)::uuid, md5(random()::text),
                    jsonb_build_object('thing{other}_id', md5('thing{other} ' || n)::uuid), repeat('long text ', 40)
                from generate_series(1, {rows}) as n;\n"
        ));
        if number % 3 == 1 {
            sql.push_str(&format!(
                "alter table thing{number} add foreign key (thing{parent}_id) references thing{parent};\n"
            ));
        }
    }
    sql
}

/// The time is printed, not asserted: it depends on what else the machine does.
#[tokio::test]
async fn many_tables_are_read_and_measured_completely() {
    let subject = Subject::with(&tables(138, 300)).await;
    let began = Instant::now();
    let schema = Schema::read(&subject.admin).await.unwrap();
    let read = began.elapsed();
    let evidence = Evidence::read(&subject.admin, &schema).await.unwrap();
    let measured = began.elapsed() - read;
    assert_eq!(schema.tables.len(), 138);
    assert!(schema.tables.iter().all(|table| table.statistics.rows == 300));
    // 46 columns have a foreign key; of the others, each is found.
    assert_eq!(evidence.soft.len(), 138 * 3 - 46);
    assert!(evidence.soft.iter().all(|one| one.missing == 0 && one.filled == 300));
    assert_eq!(evidence.json.len(), 138);
    assert!(evidence.skipped.is_empty(), "{:?}", evidence.skipped);
    eprintln!("138 tables: schema {read:?}, evidence {measured:?}");
}

#[tokio::test]
async fn a_large_table_is_estimated_and_sampled() {
    let subject = Subject::with(
        "create table teams (id uuid primary key);
         create table messages (id bigint primary key, team_id uuid, body text)
             with (autovacuum_enabled = off);
         insert into teams select md5(n::text)::uuid from generate_series(1, 1000) as n;
         insert into messages select n, md5((n % 1000 + 1)::text)::uuid, 'text' from generate_series(1, 300000) as n",
    )
    .await;
    for analyzed in [false, true] {
        if analyzed {
            subject.run("analyze").await;
        }
        let schema = Schema::read(&subject.admin).await.unwrap();
        let rows = schema.table(&public("messages")).unwrap().statistics.rows;
        assert!((150_000..450_000).contains(&rows), "analyzed: {analyzed}, {rows}");
        let evidence = Evidence::read(&subject.admin, &schema).await.unwrap();
        let [found] = evidence.soft.as_slice() else { panic!("{:?}", evidence.soft) };
        assert_eq!((found.missing, found.filled), (0, found.sampled));
        assert!((5_000..=10_000).contains(&found.sampled), "{}", found.sampled);
    }
}
