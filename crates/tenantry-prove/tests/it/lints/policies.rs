//! Flaws of policies: too wide, joined by OR, looked up, forgeable, slow.

use tenantry_prove::report::Severity::{Leak, Warning};

use super::Subject;

#[tokio::test]
async fn a_policy_that_is_always_true_is_named_and_gets_the_condition_of_the_others() {
    let subject = Subject::spoiled("alter policy organization on app.notes using (true)").await;
    assert_eq!(subject.seen_by_alpha("app.notes").await, (2, 1));
    subject.names_and_mends("TN0706", "app.notes", Leak).await;
    assert_eq!(subject.seen_by_alpha("app.notes").await, (1, 0));
}

#[tokio::test]
async fn a_forgotten_permissive_policy_is_named_unless_a_restrictive_one_holds() {
    let legacy = "create policy legacy on app.notes for select using (true);";
    let subject = Subject::spoiled(legacy).await;
    let finding = subject.names("TN0706", "app.notes", Leak).await;
    assert!(finding.title.contains("policy legacy of app.notes"), "{}", finding.title);

    let guard = "create policy guard on app.notes as restrictive using (organization_id = (select app.organization()))";
    let subject = Subject::spoiled(&format!("{legacy}{guard}")).await;
    assert!(subject.find("TN0706", "app.notes").await.is_empty());

    // One that is restrictive and true restricts nothing.
    let guard = "create policy guard on app.notes as restrictive using (true)";
    let subject = Subject::spoiled(&format!("{legacy}{guard}")).await;
    subject.names("TN0706", "app.notes", Leak).await;
}

#[tokio::test]
async fn a_policy_that_does_not_say_who_asks_is_named() {
    let subject =
        Subject::spoiled("alter policy organization on app.notes using (body is not null)").await;
    subject.names_and_mends("TN0706", "app.notes", Leak).await;
}

#[tokio::test]
async fn a_policy_that_does_not_look_at_the_row_is_named_and_a_warning_where_it_lets_operators_in()
{
    let subject = Subject::spoiled(
        "alter policy organization on app.notes using (app.organization() is not null)",
    )
    .await;
    assert_eq!(subject.seen_by_alpha("app.notes").await, (2, 1));
    subject.names_and_mends("TN0706", "app.notes", Leak).await;

    let subject = Subject::spoiled(
        "create function app.is_staff() returns boolean language sql stable as $$ select false $$;
         create policy staff on app.notes for select using (app.is_staff())",
    )
    .await;
    subject.names_and_mends("TN0706", "app.notes", Warning).await;
}

#[tokio::test]
async fn a_policy_that_opens_when_nothing_was_entered_or_by_an_added_true_is_named() {
    for condition in [
        "organization_id = app.organization() or app.organization() is null",
        "organization_id = (select app.organization()) or (select app.organization()) is null",
        "organization_id = app.organization() or nullif(current_setting('app.organization', true), '') is null",
        "organization_id = app.organization() or coalesce(body, '') <> 'x' or true",
    ] {
        let subject = Subject::spoiled(&format!(
            "alter policy organization on app.notes using ({condition})"
        ))
        .await;
        subject.names_and_mends("TN0706", "app.notes", Leak).await;
    }
    let subject = Subject::spoiled(
        "alter policy organization on app.notes using (organization_id = app.organization() and (body is null or project_id is null))",
    )
    .await;
    assert!(subject.find("TN0706", "app.notes").await.is_empty());
}

#[tokio::test]
async fn a_policy_for_one_role_may_name_its_organization() {
    let subject = Subject::spoiled(
        "drop policy organization on app.notes;
         create policy alpha on app.notes to {database}_app using (organization_id = '00000000-0000-0000-0000-00000000000a')",
    )
    .await;
    assert!(subject.find("TN0706", "app.notes").await.is_empty());
    subject.run("alter policy alpha on app.notes using (organization_id is not null)").await;
    subject.names_and_mends("TN0706", "app.notes", Leak).await;
}

#[tokio::test]
async fn several_permissive_policies_are_named() {
    let subject = Subject::spoiled(
        "create policy author on app.notes for select using (project_id = (select app.organization()))",
    )
    .await;
    subject.asks("TN0707", "app.notes", Warning).await;
}

#[tokio::test]
async fn a_check_that_is_wider_than_what_may_be_seen_is_named() {
    let subject =
        Subject::spoiled("alter policy organization on app.notes with check (true)").await;
    subject.names_and_mends("TN0708", "app.notes", Leak).await;
}

#[tokio::test]
async fn a_separate_policy_for_writing_is_named_and_narrowed() {
    let subject = Subject::spoiled(
        "drop policy organization on app.notes;
         create policy seen on app.notes for select using (organization_id = (select app.organization()));
         create policy written on app.notes for insert with check (body is not null);
         create policy changed on app.notes for update
            using (organization_id = (select app.organization())) with check (project_id = (select app.organization()))",
    )
    .await;
    let mut found = subject.find("TN0708", "app.notes").await;
    let titles: Vec<_> =
        found.iter().map(|one| (one.severity, one.title.contains("policy written"))).collect();
    assert_eq!(titles, [(Leak, true), (Warning, false)]);
    for finding in found.drain(..) {
        subject.run(&finding.fix).await;
    }
    assert!(subject.find("TN0708", "app.notes").await.is_empty());
}

/// Memberships, as applications without a current organization have them.
const MEMBERS: &str = "
    create table app.members (organization_id uuid not null, user_id uuid not null);
    create function app.user_id() returns uuid language sql stable
        as $$ select nullif(current_setting('app.user', true), '')::uuid $$;
    grant select on app.members to {database}_app;
    alter table app.members enable row level security; alter table app.members force row level security;";

#[tokio::test]
async fn a_policy_over_all_the_users_organizations_is_named() {
    let own = "create policy own on app.members using (user_id = (select app.user_id()));";
    let subject = Subject::spoiled(&format!(
        "{MEMBERS}{own}
        alter policy organization on app.notes using (organization_id in
            (select organization_id from app.members where user_id = app.user_id()))"
    ))
    .await;
    subject.asks("TN0709", "app.notes", Warning).await;
    subject.asks("TN0711", "app.notes", Warning).await;

    // A sub-query that asks for the organization as well is something else.
    subject
        .run(
            "alter policy organization on app.notes using (exists (select from app.members m
        where m.organization_id = notes.organization_id and m.organization_id = app.organization()
          and m.user_id = app.user_id()))",
        )
        .await;
    assert!(subject.find("TN0709", "app.notes").await.is_empty());
}

#[tokio::test]
async fn a_policy_over_what_a_function_answers_of_the_user_is_named() {
    let subject = Subject::spoiled(&format!(
        "{MEMBERS}
        create function app.organizations_of_user() returns setof uuid
            language sql stable security definer set search_path = pg_catalog, pg_temp
            as $$ select organization_id from app.members where user_id = app.user_id() $$;
        alter policy organization on app.notes
            using (organization_id in (select app.organizations_of_user()))"
    ))
    .await;
    subject.asks("TN0709", "app.notes", Warning).await;
}

#[tokio::test]
async fn a_policy_that_reads_its_own_table_is_named() {
    let subject = Subject::spoiled(&format!(
        "{MEMBERS}
        create policy own on app.members using (exists (select from app.members m
            where m.organization_id = members.organization_id and m.user_id = app.user_id()))"
    ))
    .await;
    let found = subject.find("TN0709", "app.members").await;
    assert!(
        found.iter().any(|one| one.title == "policy own of app.members ends in itself"),
        "{found:#?}"
    );
    // The policies of the notes lead there, but do not end in themselves.
    subject
        .run(
            "alter policy organization on app.notes using (organization_id in
        (select organization_id from app.members where user_id = app.user_id()))",
        )
        .await;
    let found = subject.find("TN0709", "app.notes").await;
    assert!(found.iter().all(|one| !one.title.contains("ends in itself")), "{found:#?}");
    subject.run("create policy around on app.members using (exists (select from app.notes n where n.id = user_id))").await;
    let found = subject.find("TN0709", "app.notes").await;
    assert!(found.iter().any(|one| one.title.contains("ends in itself")), "{found:#?}");
}

#[tokio::test]
async fn a_column_that_is_compared_with_itself_is_named() {
    let subject = Subject::spoiled(&format!(
        "{MEMBERS}
        create policy own on app.members using (user_id = (select app.user_id()));
        alter policy organization on app.notes using (exists (select from app.members
            where members.organization_id = organization_id and members.user_id = app.user_id()))"
    ))
    .await;
    let found = subject.find("TN0709", "app.notes").await;
    assert_eq!(found[0].severity, Leak, "{found:#?}");
    assert!(found[0].title.contains("with itself"), "{}", found[0].title);
}

#[tokio::test]
async fn a_setting_is_named_wherever_it_is_read_but_not_when_its_signature_is_checked() {
    let subject = Subject::spoiled(
        "create function app.deeper() returns text language sql stable as $$ select current_setting('request.claims', true) $$;
         create function app.deep() returns uuid language plpgsql stable as $$ begin return app.deeper()::uuid; end $$;
         alter policy organization on app.notes using (organization_id = (select app.deep()));
         alter policy organization on app.\"Projects\" using (organization_id = nullif(current_setting('app.direct', true), '')::uuid)",
    )
    .await;
    for setting in ["app.organization", "request.claims", "app.direct"] {
        subject.asks("TN0710", setting, Warning).await;
    }
    subject.run(
        "create or replace function app.deep() returns uuid language plpgsql stable security definer set search_path = pg_catalog as $$
         declare sealed text := app.deeper(); begin
            if encode(sha256(convert_to(sealed, 'UTF8')), 'hex') <> 'key' then raise exception 'forged'; end if;
            return sealed::uuid; end $$",
    ).await;
    assert!(subject.find("TN0710", "request.claims").await.is_empty());
}

#[tokio::test]
async fn a_volatile_function_in_a_policy_is_named() {
    let subject = Subject::spoiled("alter function app.organization() volatile").await;
    subject.names_and_mends("TN0711", "app.organization()", Warning).await;
}

#[tokio::test]
async fn a_setting_that_is_cast_as_it_is_is_named_in_a_policy_and_in_a_function() {
    let subject = Subject::spoiled(
        "alter policy organization on app.notes using (organization_id = current_setting('app.organization', true)::uuid);
         create or replace function app.organization() returns uuid language sql stable as $$
            select current_setting('app.organization', true)::uuid $$",
    )
    .await;
    subject.names_and_mends("TN0711", "app.notes", Warning).await;
    subject.names_and_mends("TN0711", "app.organization()", Warning).await;
    assert_eq!(subject.seen_by_alpha("app.notes").await, (1, 0));
}
