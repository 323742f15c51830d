//! Other sessions and the server's files.

use tenantry_db::Login;

use crate::arena::{Arena, backend};

/// RL-4. B's running session is not looked at, and its statements are not read. The watched one is a
/// session of the same login, which PostgreSQL itself would allow.
#[tokio::test]
async fn another_session_of_the_same_login_is_not_watched() {
    let arena = Arena::new().await;
    let victim = arena.database.raw(Login::App).await;
    victim.simple_query(&arena.b.fill("select '{secret}'")).await.unwrap();
    for sql in [
        "select * from pg_stat_activity",
        "select query from pg_stat_activity where usename = current_user",
        "select * from pg_stat_get_activity(null)",
        "select pg_stat_get_backend_activity(i) from pg_stat_get_backend_idset() i",
    ] {
        arena.is_refused(sql).await;
    }
    let control = crate::outcome::Outcome::of(
        arena.admin.simple_query("select query from pg_stat_activity").await,
    );
    assert!(arena.b.is_named_in(&control.text()), "control");
}

/// RL-4. B's session is neither ended nor interrupted.
#[tokio::test]
async fn another_session_of_the_same_login_is_not_ended() {
    let arena = Arena::new().await;
    let victim = arena.database.raw(Login::App).await;
    let process = backend(&victim).await;
    for call in ["pg_terminate_backend", "pg_cancel_backend"] {
        arena.is_refused_without_control(&format!("select {call}({process})")).await;
    }
    assert_eq!(backend(&victim).await, process);
    let ended =
        arena.admin.query_one(&format!("select pg_terminate_backend({process})"), &[]).await;
    assert!(ended.unwrap().get::<_, bool>(0), "control");
}

/// RL-4. The server's files, programs and slots.
#[tokio::test]
async fn the_servers_files_and_programs_are_out_of_reach() {
    let arena = Arena::new().await;
    for sql in [
        "copy public.notes to '/tmp/tenantry-notes'",
        "copy (select 1) to program 'cat'",
        "copy public.notes from program 'cat'",
        "select pg_read_file('postgresql.conf')",
        "select pg_read_binary_file('postgresql.conf')",
        "select pg_ls_dir('.')",
        "select * from pg_ls_logdir()",
        "select pg_stat_file('postgresql.conf')",
        "select * from pg_hba_file_rules",
        "select * from pg_file_settings",
        "select * from pg_authid",
        "select * from pg_shadow",
        "select * from pg_user_mapping",
        "select umoptions from pg_user_mapping",
        "select subconninfo from pg_subscription",
        "select pg_reload_conf()",
        "select pg_rotate_logfile()",
        "select pg_switch_wal()",
        "select pg_create_restore_point('mine')",
        "select pg_backup_start('mine')",
        "select pg_create_physical_replication_slot('mine')",
        "select pg_stat_reset()",
        "select pg_promote()",
        "load 'auto_explain'",
        "checkpoint",
    ] {
        arena.is_refused_without_control(sql).await;
    }
    for sql in
        ["select pg_ls_dir('.')", "select * from pg_authid", "select * from pg_file_settings"]
    {
        arena.is_refused(sql).await;
    }
}
