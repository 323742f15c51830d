//! Every kind of object, with names that only quoting survives.

use tenantry_adopt::name::TableName;
use tenantry_adopt::schema::{Index, Reaction, Schema, Table};

use super::{Subject, public};

async fn hostile() -> (Subject, Schema) {
    let subject = Subject::with(include_str!("hostile.sql")).await;
    let schema = Schema::read(&subject.admin).await.unwrap();
    (subject, schema)
}

fn table<'a>(schema: &'a Schema, space: &str, name: &str) -> &'a Table {
    schema.table(&TableName::new(space, name)).unwrap()
}

fn index<'a>(table: &'a Table, name: &str) -> &'a Index {
    table.indexes.iter().find(|index| index.name == name).unwrap()
}

/// RE-2: nothing of the database is overlooked, and nothing of the system, of extensions or of ours is taken for it.
#[tokio::test]
async fn every_table_is_there_whatever_it_is_called_and_nothing_else_is() {
    let (_subject, schema) = hostile().await;
    let names: Vec<String> = schema.tables.iter().map(|table| table.name.to_string()).collect();
    assert_eq!(
        names,
        [
            "\"Größe.x\".camelCase",
            "public.base",
            "public.counted",
            "public.derived",
            "public.empty",
            "public.events",
            "public.events_2024",
            "public.events_2024_eu",
            "public.events_2025",
            "public.\"it's \"\"mine\"\"\"",
            "public.loop_one",
            "public.loop_two",
            "select.table",
        ]
    );
    assert_eq!(schema.extensions, ["pg_trgm"]);
}

#[tokio::test]
async fn columns_are_read_with_their_order_defaults_and_kinds() {
    let (_subject, schema) = hostile().await;
    let mine = table(&schema, "public", "it's \"mine\"");
    let names: Vec<&str> = mine.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["Id.x", "select", "naïve col", "code", "twice", "number"]);
    let select = mine.column("select").unwrap();
    assert_eq!(select.default.as_deref(), Some("'it''s'::text"));
    assert!(select.is_not_null && !select.is_generated && !select.is_identity);
    assert!(mine.column("twice").unwrap().is_generated);
    assert_eq!(mine.column("twice").unwrap().default, None);
    assert!(mine.column("number").unwrap().is_identity);
    assert_eq!(mine.column("naïve col").unwrap().type_name, "public.mood");
    assert_eq!(mine.column("code").unwrap().type_name, "public.key_text");
    assert!(table(&schema, "public", "empty").columns.is_empty());
}

#[tokio::test]
async fn indexes_say_what_they_are_and_whether_row_security_passes_them_by() {
    let (_subject, schema) = hostile().await;
    let mine = table(&schema, "public", "it's \"mine\"");
    let key = index(mine, "it's \"mine\"_pkey");
    assert!(key.is_primary && key.is_unique && key.is_constraint && key.is_valid);
    assert_eq!(key.columns, ["Id.x"]);
    assert!(!key.is_bypassed);
    let partial = index(mine, "partial");
    assert!(partial.is_unique && !partial.is_constraint);
    assert_eq!(partial.predicate.as_deref(), Some("(number > 5)"));
    assert!(index(mine, "without").is_nulls_not_distinct);
    let lower = index(mine, "by_lower");
    assert!(lower.columns.is_empty() && lower.is_bypassed, "lower() shows its argument");
    let trigram = index(mine, "by_trigram");
    assert!(trigram.method == "gin" && trigram.is_bypassed);
    let number = table(&schema, "select", "table");
    assert_eq!(index(number, "table_pkey").columns, ["b", "a"]);
    assert!(index(number, "table_payload_key").is_bypassed, "numeric equality may fail aloud");
    let camel = table(&schema, "Größe.x", "camelCase");
    let exclusion = index(camel, "no_overlap");
    assert!(exclusion.is_exclusion && exclusion.is_constraint && !exclusion.is_unique);
    assert!(index(camel, "late").is_deferrable);
    let checks: Vec<&str> = camel.checks.iter().map(|check| check.definition.as_str()).collect();
    assert_eq!(checks, ["CHECK ((id > 0))"]);
}

/// What row security keeps from the planner is exactly what is marked: asked of the planner itself.
#[tokio::test]
async fn an_index_that_is_marked_is_one_that_the_planner_cannot_use_under_row_security() {
    let subject = Subject::with(
        "create extension btree_gin;
         create table t (mine boolean, a text, b numeric, c jsonb, d uuid, e int[], f varchar(20), g text);
         create index on t (a); create index on t (b); create index on t using gin (c); create index on t (d);
         create index on t using gin (e); create index on t (f); create index on t (lower(g));
         create role {database}_asker; grant select on t to {database}_asker;
         alter table t enable row level security; create policy p on t using (mine);
         set role {database}_asker; set enable_seqscan = off",
    )
    .await;
    let mut used = Vec::new();
    for (name, condition) in [
        ("t_a_idx", "a = 'x'"),
        ("t_b_idx", "b = 1.5"),
        ("t_c_idx", "c @> '{}'"),
        ("t_d_idx", "d = '00000000-0000-0000-0000-000000000000'"),
        ("t_e_idx", "e @> '{1}'"),
        ("t_f_idx", "f = 'x'"),
        ("t_lower_idx", "lower(g) = 'x'"),
    ] {
        let plan = subject
            .admin
            .query(&format!("explain select from t where {condition}"), &[])
            .await
            .unwrap();
        let is_used = plan.iter().any(|row| row.get::<_, String>(0).contains(name));
        used.push((name, is_used));
    }
    subject.run("reset role").await;
    let schema = Schema::read(&subject.admin).await.unwrap();
    for (name, is_used) in used {
        assert_eq!(index(table(&schema, "public", "t"), name).is_bypassed, !is_used, "{name}");
    }
    subject.run("drop owned by {database}_asker; drop role {database}_asker").await;
}

#[tokio::test]
async fn a_foreign_key_keeps_every_attribute() {
    let (_subject, schema) = hostile().await;
    let camel = table(&schema, "Größe.x", "camelCase");
    let [both, own] = camel.foreign_keys.as_slice() else { panic!("{:?}", camel.foreign_keys) };
    assert_eq!((own.name.as_str(), own.on_delete), ("camelCase_selfId_fkey", Reaction::Cascade));
    assert!(own.is_deferrable && own.is_initially_deferred && own.is_validated);
    assert_eq!(own.parent, camel.name);
    assert_eq!(both.name, "both.ways");
    assert_eq!(both.columns, ["parentA", "parentB"]);
    assert_eq!(both.parent_columns, ["a", "b"]);
    assert_eq!(both.parent, TableName::new("select", "table"));
    assert_eq!((both.on_delete, both.on_update), (Reaction::SetDefault, Reaction::Cascade));
    assert!(both.is_match_full && !both.is_deferrable);
    let back = &table(&schema, "public", "loop_one").foreign_keys[0];
    assert_eq!(
        (back.on_delete, back.set_columns.as_slice()),
        (Reaction::SetNull, &["two".to_owned()][..])
    );
    assert!(!back.is_validated);
    assert!(back.definition.starts_with("FOREIGN KEY (two) REFERENCES public.loop_two(id)"));
}

#[tokio::test]
async fn partitions_know_their_table_and_give_it_their_rows() {
    let (_subject, schema) = hostile().await;
    let events = table(&schema, "public", "events");
    assert!(events.is_partitioned && events.partition_of.is_none());
    assert_eq!(events.statistics.rows, 42);
    assert_eq!(table(&schema, "public", "events_2024").statistics.rows, 30);
    let leaf = table(&schema, "public", "events_2024_eu");
    assert_eq!(leaf.partition_of, Some(public("events_2024")));
    assert!(leaf.inherits.is_empty() && !leaf.is_partitioned && leaf.foreign_keys.is_empty());
    assert_eq!(schema.partitions(&events.name).len(), 3);
    assert_eq!(events.foreign_keys.len(), 1);
    assert_eq!(events.triggers.len(), 1);
    assert!(events.triggers[0].is_definer && leaf.triggers.is_empty());
    let derived = table(&schema, "public", "derived");
    assert_eq!(
        (derived.inherits.as_slice(), &derived.partition_of),
        (&[public("base")][..], &None)
    );
}

#[tokio::test]
async fn views_tell_the_tables_below_them_through_any_other_view() {
    let (_subject, schema) = hostile().await;
    let reads = |name: &str| -> Vec<String> {
        let view = schema.views.iter().find(|view| view.name.name == name).unwrap();
        view.reads.iter().map(ToString::to_string).collect()
    };
    assert_eq!(reads("plain"), ["public.loop_one"]);
    for name in ["over", "asker", "stored", "over_stored"] {
        assert_eq!(reads(name), ["public.loop_one", "select.table"], "{name}");
    }
    let view = |name: &str| schema.views.iter().find(|view| view.name.name == name).unwrap();
    assert!(view("asker").is_invoker && !view("plain").is_invoker);
    assert!(view("stored").is_materialized && !view("over").is_materialized);
}

#[tokio::test]
async fn functions_rules_sequences_and_publications_are_read() {
    let (subject, schema) = hostile().await;
    let function = |start: &str| {
        schema.functions.iter().find(|function| function.signature.starts_with(start)).unwrap()
    };
    assert_eq!(schema.functions.len(), 3, "those of the extension are not the user's");
    let touch = function("public.touch()");
    assert!(touch.is_definer && !touch.is_public && touch.has_search_path);
    assert_eq!(touch.names, [public("base")]);
    assert_eq!(function("public.standard(integer)").names, [public("loop_one")]);
    let run = function("\"select\".run()");
    assert_eq!((run.kind.as_str(), run.is_public), ("procedure", true));
    assert_eq!(run.names, [TableName::new("Größe.x", "camelCase")]);
    assert_eq!(table(&schema, "public", "base").rules, ["quiet rule"]);
    let two = table(&schema, "public", "loop_two");
    assert!(two.has_row_security && !two.has_forced_row_security);
    assert_eq!(two.policies, ["own rows"]);
    let owned = |name: &str| {
        let sequence = schema.sequences.iter().find(|sequence| sequence.name.name == name);
        sequence.unwrap().table.as_ref().map(|table| table.name.clone())
    };
    assert_eq!(owned("alone"), None);
    assert_eq!(owned("used").as_deref(), Some("counted"));
    assert_eq!(owned("camelCase_id_seq").as_deref(), Some("camelCase"));
    let publication = |end: &str| {
        let name = format!("{}_{end}", subject.database.name());
        schema.publications.iter().find(|publication| publication.name == name).unwrap()
    };
    assert!(publication("all").is_for_all && publication("all").tables.is_empty());
    assert_eq!(publication("some").tables, [public("loop_one")]);
    assert_eq!(publication("schema").tables, [TableName::new("select", "table")]);
}

#[tokio::test]
async fn logins_are_those_that_have_to_do_with_the_tables() {
    let (subject, schema) = hostile().await;
    let login = |end: &str| {
        let name = format!("{}_{end}", subject.database.name());
        schema.logins.iter().find(|login| login.name == name)
    };
    assert_eq!(login("Owner").unwrap().owns, 1);
    assert!(login("reader").unwrap().reads && login("reader").unwrap().owns == 0);
    assert!(login("bypass").unwrap().bypasses_row_security);
    assert!(!login("member").unwrap().reads, "it may only insert");
    assert!(login("idle").is_none() && login("group").is_none());
    assert!(login("chief").is_none(), "a superuser may read everything and has to do with nothing");
    subject.run("set session authorization \"{database}_chief\"").await;
    let schema_as_chief = Schema::read(&subject.admin).await.unwrap();
    let ours = |schema: &Schema| {
        let end = "_chief";
        schema.logins.iter().find(|login| login.name.ends_with(end)).map(|login| login.owns)
    };
    assert_eq!(ours(&schema_as_chief), None, "it is only our own session");
    subject
        .run("reset session authorization; alter table counted owner to \"{database}_chief\"")
        .await;
    assert_eq!(ours(&Schema::read(&subject.admin).await.unwrap()), Some(1));
    assert!(schema.logins.iter().all(|login| !login.name.starts_with("tenantry_")));
    subject
        .run(
            "drop schema \"Größe.x\", \"select\", tenantry_adopt cascade;
             drop owned by \"{database}_Owner\", \"{database}_reader\", \"{database}_bypass\", \"{database}_group\", \"{database}_chief\" cascade;
             drop role \"{database}_Owner\", \"{database}_reader\", \"{database}_idle\", \"{database}_bypass\",
                \"{database}_member\", \"{database}_group\", \"{database}_chief\"",
        )
        .await;
}
