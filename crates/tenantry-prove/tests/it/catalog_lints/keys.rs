//! Keys, references and sequences.

use super::stage::Stage;

/// A table whose rows others reference by their id alone.
const PROJECTS: &str = r#"create table shop."Projects" (
        "organizationId" uuid not null references shop.organizations, id uuid not null default gen_random_uuid() primary key, name text);
    alter table shop."Projects" owner to {owner};
    alter table shop."Projects" enable row level security;
    alter table shop."Projects" force row level security;
    create policy own on shop."Projects" using ("organizationId" = (select shop.organization()));
    grant select, insert, update, delete on shop."Projects" to {app};"#;

async fn stage_with_projects(flaw: &str) -> Stage {
    Stage::wrong(&format!("{PROJECTS}\n{flaw}")).await.with(
        "shop.\"Projects\"",
        "direct",
        Some("organizationId"),
    )
}

/// RL-5
#[tokio::test]
async fn a_foreign_key_without_the_organization_is_found_and_replaced() {
    let stage = stage_with_projects(
        r#"alter table shop.invoices add column project_id uuid constraint project references shop."Projects" on delete cascade"#,
    )
    .await;
    let found =
        stage.finds_and_mends("TN0737", "foreign key project of shop.invoices", "leak").await;
    assert!(found.cause.contains("CASCADE"), "{found:#?}");
    assert_eq!(found.fix.lines().count(), 4, "{found:#?}");
    let definition: String = stage
        .admin
        .query_one(
            "select pg_get_constraintdef(oid) from pg_constraint where conname = 'project_tenant'",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(
        definition,
        r#"FOREIGN KEY (organization_id, project_id) REFERENCES shop."Projects"("organizationId", id) ON DELETE CASCADE"#
    );
}

/// RL-5
#[tokio::test]
async fn a_foreign_key_that_a_trigger_watches_or_the_role_cannot_write_is_a_warning() {
    let stage = stage_with_projects(
        r#"alter table shop.invoices add column project_id uuid constraint project references shop."Projects";
        create function shop.watch() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
        begin
            if new.project_id is not null and not exists (select from shop."Projects" p where p.id = new.project_id and p."organizationId" = new.organization_id) then
                raise exception 'no such project';
            end if;
            return new;
        end $$;
        create trigger watch before insert or update on shop.invoices for each row execute function shop.watch()"#,
    )
    .await;
    let watched = stage.only("TN0737", "foreign key project of shop.invoices").await;
    assert_eq!(watched.severity, "warning");
    stage.run("drop trigger watch on shop.invoices; revoke insert, update on shop.invoices from {app}").await;
    let unreached = stage.only("TN0737", "foreign key project of shop.invoices").await;
    assert_eq!(unreached.severity, "warning");
}

/// RL-5
#[tokio::test]
async fn every_way_of_deleting_is_kept_when_a_foreign_key_is_replaced() {
    for (clause, word, kept) in [
        ("", "refused", ""),
        ("on delete restrict", "refused", "ON DELETE RESTRICT"),
        ("on delete set null", "SET NULL", "ON DELETE SET NULL (project_id)"),
        ("on delete set default", "SET DEFAULT", "ON DELETE SET DEFAULT (project_id)"),
    ] {
        let stage = stage_with_projects(&format!(
            r#"alter table shop.events add column project_id uuid constraint project references shop."Projects" {clause};"#
        ))
        .await;
        let found =
            stage.finds_and_mends("TN0737", "foreign key project of shop.events", "leak").await;
        assert!(found.cause.contains(word), "{found:#?}");
        let definition: String = stage
            .admin
            .query_one("select pg_get_constraintdef(oid) from pg_constraint where conname = 'project_tenant' and conparentid = 0", &[])
            .await
            .unwrap()
            .get(0);
        assert!(
            definition.ends_with(&format!(r#""Projects"("organizationId", id) {kept}"#).trim_end()),
            "{definition}"
        );
    }
}

/// RL-5
#[tokio::test]
async fn a_foreign_key_that_empties_the_organization_is_found() {
    let stage = Stage::wrong(
        "alter table shop.invoices drop constraint invoices_organization_id_customer_id_fkey,
            add constraint customer foreign key (organization_id, customer_id) references shop.customers on delete set null",
    )
    .await;
    stage.finds_and_mends("TN0737", "foreign key customer of shop.invoices", "warning").await;
}

/// RL-5
#[tokio::test]
async fn the_key_by_which_a_table_belongs_is_no_finding_and_a_second_one_is() {
    let stage = stage_with_projects(
        r#"create table shop.tasks (id uuid primary key, project_id uuid not null references shop."Projects");
        grant select, insert on shop.tasks to {app}"#,
    )
    .await
    .with("shop.tasks", "via", None);
    assert!(stage.findings("TN0737").await.is_empty());
    stage
        .run(
            r#"alter table shop.tasks enable row level security;
            create policy own on shop.tasks using (exists (select from shop."Projects" p where p.id = project_id));
            alter table shop.tasks add column other_id uuid constraint other references shop."Projects""#,
        )
        .await;
    stage.leaves_to_a_person("TN0737", "foreign key other of shop.tasks", "leak").await;
}

/// RL-5
#[tokio::test]
async fn a_unique_key_without_the_organization_is_an_oracle() {
    let stage = Stage::wrong(r#"create unique index name_key on shop.customers (lower("displayName")) where country is null"#).await;
    stage.finds_and_mends("TN0738", "unique key name_key of shop.customers", "oracle").await;
    stage.run(r#"alter table shop.customers add constraint name unique ("displayName")"#).await;
    stage.finds_and_mends("TN0738", "unique key name of shop.customers", "oracle").await;
    stage.run("create table shop.orders (organization_id uuid not null, id bigint generated by default as identity primary key); grant insert on shop.orders to {app}").await;
    let stage = stage.with("shop.orders", "direct", Some("organization_id"));
    stage.finds_and_mends("TN0738", "primary key orders_pkey of shop.orders", "oracle").await;
}

/// RL-5
#[tokio::test]
async fn a_key_of_uuids_is_only_a_warning_and_a_key_below_a_parent_is_none() {
    let stage = stage_with_projects("").await;
    stage
        .finds_and_mends("TN0738", "primary key \"Projects_pkey\" of shop.\"Projects\"", "warning")
        .await;
    let stage = stage_with_projects(
        r#"create table shop.tasks (project_id uuid references shop."Projects", place int, primary key (project_id, place));
        grant insert on shop.tasks to {app}"#,
    )
    .await
    .with("shop.tasks", "via", None);
    stage
        .leaves_to_a_person(
            "TN0738",
            "primary key \"Projects_pkey\" of shop.\"Projects\"",
            "warning",
        )
        .await;
}

/// RL-5
#[tokio::test]
async fn an_exclusion_constraint_without_the_organization_is_an_oracle() {
    let stage = Stage::wrong("alter table shop.invoices add column during tstzrange, add constraint slot exclude using gist (during with &&)").await;
    stage.finds_and_mends("TN0739", "exclusion constraint slot of shop.invoices", "oracle").await;
}

/// RL-5
#[tokio::test]
async fn a_sequence_that_can_be_read_or_set_is_found() {
    let stage = Stage::wrong("grant usage on sequence shop.invoices_number_seq to {app}").await;
    assert!(stage.findings("TN0740").await.is_empty());
    stage.run("grant select on sequence shop.invoices_number_seq to {app}").await;
    stage.finds_and_mends("TN0740", "sequence shop.invoices_number_seq", "oracle").await;
    stage.run("grant update on sequence shop.invoices_number_seq to {app}").await;
    stage.finds_and_mends("TN0740", "sequence shop.invoices_number_seq", "warning").await;
}

/// RL-5
#[tokio::test]
async fn soft_references_are_listed_once_a_table() {
    let stage = Stage::wrong("alter table shop.changes add column customer_id uuid, add column subject_type text, add column subject_id uuid, add column request_id uuid").await;
    let found = stage.leaves_to_a_person("TN0749", "shop.changes", "warning").await;
    assert_eq!(
        found.cause,
        "customer_id looks like a key of shop.customers. subject_id means a row of the table that its type column names. \
         Nothing refuses the key of another organization's row there."
    );
    stage.run("alter table shop.changes drop column subject_type, add foreign key (organization_id, customer_id) references shop.customers").await;
    assert!(stage.findings("TN0749").await.is_empty());
}

/// RL-5
#[tokio::test]
async fn a_tenant_column_that_is_loose_is_found() {
    let stage = Stage::wrong("alter table shop.changes drop constraint changes_pkey, alter organization_id drop not null").await;
    let found = stage.finds_and_mends("TN0752", "shop.changes.organization_id", "warning").await;
    assert_eq!(found.fix.lines().count(), 4);
    stage.run("alter table shop.changes alter organization_id set default '00000000-0000-4000-8000-00000000000a'").await;
    stage.finds_and_mends("TN0752", "shop.changes.organization_id", "warning").await;
    stage.run("create table shop.old (organization_id text not null); grant select on shop.old to {app}").await;
    let stage = stage.with("shop.old", "direct", Some("organization_id"));
    stage.leaves_to_a_person("TN0752", "shop.old.organization_id", "warning").await;
}

/// RL-5
#[tokio::test]
async fn keys_of_partitioned_tables_are_found_once_and_mended() {
    let stage = Stage::wrong(
        "alter table shop.events add constraint what unique (what, created_at);
        create table shop.visits (organization_id uuid not null, id uuid not null, place int, primary key (organization_id, id)) partition by hash (organization_id);
        create table shop.visits_0 partition of shop.visits for values with (modulus 1, remainder 0);
        grant select, insert on shop.visits to {app};
        alter table shop.invoices add column visit_organization uuid, add column visit uuid,
            add constraint visit foreign key (visit_organization, visit) references shop.visits",
    )
    .await
    .with("shop.visits", "direct", Some("organization_id"));
    stage.finds_and_mends("TN0738", "unique key what of shop.events", "oracle").await;
    let crossed =
        stage.leaves_to_a_person("TN0737", "foreign key visit of shop.invoices", "leak").await;
    assert!(crossed.fix.contains("organization_id"), "{crossed:#?}");
}

/// RL-5
#[tokio::test]
async fn a_unique_constraint_stays_deferrable_when_it_is_mended() {
    let stage = Stage::wrong(
        r#"alter table shop.customers add constraint name unique ("displayName") deferrable initially deferred"#,
    )
    .await;
    stage.finds_and_mends("TN0738", "unique key name of shop.customers", "oracle").await;
    let definition: String = stage
        .admin
        .query_one(
            "select pg_get_constraintdef(oid) from pg_constraint where conname = 'name'",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(
        definition,
        r#"UNIQUE (organization_id, "displayName") DEFERRABLE INITIALLY DEFERRED"#
    );
}
