//! Where rows leave the tables.

use super::stage::Stage;

/// RL-4
#[tokio::test]
async fn large_objects_that_the_role_may_read_are_found() {
    let stage = Stage::wrong("select lo_from_bytea(0, 'secret')").await;
    assert!(stage.findings("TN0741").await.is_empty(), "it belongs to somebody else");
    stage.run("set role {app}; select lo_from_bytea(0, 'secret'); reset role").await;
    stage.only("TN0741", "large objects").await;
    stage.run("alter table shop.invoices add column document oid").await;
    stage.finds_and_mends("TN0741", "large objects", "leak").await;
}

/// RL-4
#[tokio::test]
async fn a_notification_with_a_payload_is_found() {
    let stage = Stage::wrong(
        "create function shop.tell() returns trigger language plpgsql set search_path = pg_catalog, pg_temp
            as $$ begin perform pg_notify('changes', new.id::text); return new; end $$;
        create trigger tell after insert on shop.customers for each row execute function shop.tell()",
    )
    .await;
    stage.leaves_to_a_person("TN0742", "shop.tell()", "warning").await;
}

/// RL-4
#[tokio::test]
async fn a_publication_without_a_filter_is_found() {
    let stage =
        Stage::wrong("create publication everything for table shop.customers, shop.countries")
            .await;
    let found = stage.leaves_to_a_person("TN0747", "publication everything", "warning").await;
    assert!(found.cause.ends_with("publishes shop.customers."), "{found:#?}");
    stage.run("alter publication everything set table shop.countries").await;
    assert!(stage.findings("TN0747").await.is_empty());
}

/// A stand-in for Citus: its catalog table, and its function, which runs the text on a second table as if that were
/// the shard. What a real cluster answers is not tested here.
const STAND_IN: &str = r#"set allow_system_table_mods = on;
    create table pg_catalog.pg_dist_partition (logicalrelid regclass not null);
    create function pg_catalog.run_command_on_shards(table_name regclass, command text, parallel boolean default true,
        out shardid bigint, out success boolean, out result text) returns setof record language plpgsql as $$
    declare shard text;
    begin
        foreach shard in array array['shop.invoices_1', 'shop.invoices_2'] loop
            shardid := right(shard, 1)::bigint;
            success := true;
            execute format(command, shard) into result;
            return next;
        end loop;
    end $$;
    insert into pg_catalog.pg_dist_partition values ('shop.invoices');
    create table shop.invoices_1 (like shop.invoices);
    create table shop.invoices_2 (like shop.invoices);
    alter table shop.invoices_1 enable row level security, force row level security;
    alter table shop.invoices_2 enable row level security, force row level security;
    create policy own on shop.invoices_1 using (organization_id = (select shop.organization())) with check (organization_id = (select shop.organization()));
    create policy own on shop.invoices_2 using (organization_id = (select shop.organization())) with check (organization_id = (select shop.organization()));"#;

/// RL-4
#[tokio::test]
async fn a_shard_whose_policy_is_not_the_coordinators_is_a_leak() {
    let stage = Stage::wrong(STAND_IN).await;
    let findings = stage.findings("TN0751").await;
    assert!(findings.is_empty(), "{findings:#?}");
    stage
        .run(
            "create policy guard on shop.invoices as restrictive using (organization_id = (select shop.organization()));
            create policy guard on shop.invoices_1 as restrictive using (organization_id = (select shop.organization()));
            create policy guard on shop.invoices_2 as permissive using (organization_id = (select shop.organization()))",
        )
        .await;
    let found = stage.leaves_to_a_person("TN0751", "shop.invoices", "leak").await;
    assert!(found.title.starts_with("1 of the shards"), "{found:#?}");
    assert!(found.cause.contains("shard 2 has"), "{found:#?}");
}
