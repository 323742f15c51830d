//! Tables that look like something they may not be: tools', lists, sign-in, and tables whose rows are elsewhere.

use crate::fixture::{expect, fixture, name, word};

#[test]
fn tools_are_told_by_name_and_form() {
    let judged = fixture(
        "_prisma_migrations 9/9: id, checksum, finished_at, migration_name, logs, rolled_back_at, started_at, applied_steps_count
         migrations 9/9: id, migration, batch
         bird_migrations 900/900: id, species, begins_on
         alembic_version 1/1: version_num!
         oban_jobs 40/4000: id, queue, args
         django_content_type 30/30: id, app_label, model",
    )
    .whole();
    expect(
        &judged,
        "_prisma_migrations infrastructure
         migrations infrastructure
         bird_migrations tenant?
         alembic_version infrastructure
         oban_jobs infrastructure?
         django_content_type shared",
    );
}

#[test]
fn an_empty_list_or_a_list_somebody_edits_is_never_silently_shared() {
    let judged = fixture(
        "countries 0/0: id, code!*
         currencies 30/90: id, code!*
         languages 40/40: id, code!*, user_id
         settings 1/1: id, value
         user_countries 249/249: id, code!*",
    )
    .whole();
    for table in ["countries", "currencies", "languages", "settings", "user_countries"] {
        assert!(word(&judged, table).ends_with('?'), "{table} {}", word(&judged, table));
    }
}

#[test]
fn what_only_looks_like_signing_in_is_asked_about() {
    let judged = fixture(
        "organizations 20/20: id, name
         users 90/90: id, email!*, password_hash
         members 90/90: id, organization_id!->organizations, user_id!->users
         sessions 500/9000: id, user_id!->users, token!, expires_at
         training_sessions 500/900: id, user_id!->users, coach, place
         accounts 90/90: id, user_id!->users, provider, handle
         crm_auth_tokens 90/90: id, user_id!->users, token
         api_keys 90/90: id, user_id!->users, key_hash
         password_resets 9/9: email, token",
    )
    .split("organizations");
    expect(
        &judged,
        "organizations tenant
         users identity
         members tenant
         sessions identity
         training_sessions tenant?
         accounts identity?
         crm_auth_tokens identity?
         api_keys tenant?
         password_resets identity?",
    );
}

#[test]
fn foreign_tables_and_inheritance_are_asked_about() {
    let mut made = fixture(
        "teams 9/9: id, name
         notes 90/90: id, team_id!->teams
         old_notes 90/90: id, team_id!->teams
         remote 90/90: id, team_id!->teams",
    );
    for table in &mut made.schema.tables {
        table.is_foreign = table.name.name == "remote";
        if table.name.name == "old_notes" {
            table.inherits = vec![name("notes")];
        }
    }
    let judged = made.split("teams");
    expect(&judged, "teams tenant\nnotes tenant?\nold_notes tenant?\nremote infrastructure?");
}

#[test]
fn partitions_have_no_verdict_and_what_they_declare_is_not_said_of_the_whole() {
    let mut made = fixture(
        "teams 9/9: id, name
         events 0/0: team_id!, happened_at!
         events_old 90/90: team_id!->teams, happened_at!",
    );
    let part = made.schema.tables.iter_mut().find(|it| it.name.name == "events_old").unwrap();
    part.partition_of = Some(name("events"));
    let judged = made.split("teams");
    assert!(judged.verdict(&name("events_old")).is_none());
    assert_eq!(word(&judged, "events"), "tenant?", "another partition may lack the key");
}
