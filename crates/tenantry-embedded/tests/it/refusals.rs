//! What is wrong is said, with a code and a next step, before anything is changed.

use std::os::unix::process::CommandExt;
use std::process::Command;

use tenantry_embedded::{Binaries, Cluster, EmbeddedError, Version};

use crate::harness::{Place, example, is_root, outcome, set_mode, skipped, sql};

/// A directory with programs that only claim a version.
fn pretend(place: &Place, name: &str, version: &str) -> std::path::PathBuf {
    let directory = place.path().join(name);
    std::fs::create_dir(&directory).unwrap();
    for program in ["postgres", "initdb"] {
        let path = directory.join(program);
        std::fs::write(&path, format!("#!/bin/sh\necho '{program} (PostgreSQL) {version}'\n"))
            .unwrap();
        set_mode(&path, 0o755);
    }
    directory
}

#[test]
fn the_newest_version_on_the_search_path_wins() {
    let place = Place::new();
    let old = pretend(&place, "old", "14.9");
    let newest = pretend(&place, "newest", "99.2 (pretended)");
    let newer = pretend(&place, "newer", "98.7");
    let path = std::env::join_paths([&old, &newest, &newer]).unwrap();
    let found = Binaries::find(None, Some(&path)).unwrap();
    assert_eq!(found.directory, newest);
    assert_eq!(found.version.to_string(), "99.2");
}

#[test]
fn an_explicit_directory_is_the_only_one_looked_at() {
    let place = Place::new();
    let empty = Binaries::find(Some(place.path()), None).unwrap_err();
    assert_eq!(empty.code(), "TN0102");
    assert!(empty.to_string().contains("there is no postgres in it"), "{empty}");

    let old = pretend(&place, "old", "13.4");
    let too_old = Binaries::find(Some(&old), None).unwrap_err();
    assert_eq!(too_old.code(), "TN0103");
    assert!(too_old.to_string().contains("PostgreSQL 13.4 in"), "{too_old}");
}

#[test]
fn a_machine_without_postgresql_is_told_what_to_install() {
    let place = Place::new();
    if !is_root() {
        skipped("hiding the machine's PostgreSQL needs root");
        return;
    }
    // Inside a mount namespace of its own the usual places are empty.
    let hide = "for place in /usr/lib/postgresql /usr/pgsql-* /opt/homebrew; do \
                [ -d \"$place\" ] && mount -t tmpfs none \"$place\"; done; exec \"$@\"";
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-c", hide, "sh"])
        .arg(example("hold_cluster"))
        .arg(place.data_dir())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("error[TN0101]"), "{said}");
    assert!(said.contains("apt-get install postgresql"), "{said}");
    assert!(!place.data_dir().join("postgres").exists());
}

#[test]
fn what_is_wrong_with_an_existing_cluster_is_said_and_nothing_is_changed() {
    let place = Place::new();
    let cluster = place.start();
    let version = *cluster.version();
    cluster.stop().unwrap();
    data_of_another_major_version_is_left_alone(&place, version);
    a_lost_password_is_named_with_a_way_back(&place);
    a_server_that_does_not_start_is_quoted(&place);
    a_cluster_of_another_account_is_named_as_such(&place);
    place.start().stop().unwrap();
}

fn a_cluster_of_another_account_is_named_as_such(place: &Place) {
    if !is_root() {
        skipped("becoming another account needs root");
        return;
    }
    let mut stranger = Command::new(example("hold_cluster"));
    stranger.arg(place.data_dir()).uid(65_534).gid(65_534);
    let said = outcome(stranger).unwrap_err();
    assert!(said.contains("error[TN0110]"), "{said}");
}

fn data_of_another_major_version_is_left_alone(place: &Place, version: Version) {
    let file = place.data_dir().join("postgres/PG_VERSION");
    std::fs::write(&file, "12\n").unwrap();
    let refused = Cluster::start(&place.options()).unwrap_err();
    assert_eq!(refused.code(), "TN0107");
    let message = format!("{refused} / {}", refused.help());
    for part in ["PostgreSQL 12", &version.to_string(), "TENANTRY_POSTGRES_BIN", "pg_upgrade"] {
        assert!(message.contains(part), "{part} is missing: {message}");
    }
    std::fs::write(&file, format!("{}\n", version.major)).unwrap();
}

#[test]
fn a_directory_that_is_not_a_cluster_is_left_alone() {
    let place = Place::new();
    std::fs::create_dir_all(place.data_dir().join("postgres")).unwrap();
    std::fs::write(place.data_dir().join("postgres/letter.txt"), "mine").unwrap();
    let refused = Cluster::start(&place.options()).unwrap_err();
    assert!(matches!(refused, EmbeddedError::NotACluster { .. }), "{refused:?}");
    assert!(place.data_dir().join("postgres/letter.txt").exists());
}

#[test]
fn a_first_start_that_was_killed_half_way_is_begun_again() {
    let place = Place::new();
    // What an initdb leaves that dies before its last step: it looks like a cluster, version and all.
    let unfinished = place.data_dir().join("postgres.new-0123456789abcdef");
    std::fs::create_dir_all(unfinished.join("base")).unwrap();
    std::fs::write(unfinished.join("PG_VERSION"), "15\n").unwrap();
    std::fs::write(place.data_dir().join("initdb.password-0123456789abcdef"), "secret\n").unwrap();
    let cluster = place.start();
    assert!(cluster.was_created());
    assert_eq!(sql(&cluster, "select 1").unwrap(), "1");
    assert!(!unfinished.exists());
    assert!(!place.data_dir().join("initdb.password-0123456789abcdef").exists());
}

/// Programs that `initdb` had started outlive it for a moment, which once made the next start stumble.
#[test]
fn a_real_first_start_killed_at_any_moment_is_begun_again() {
    let place = Place::new();
    for milliseconds in [150, 250, 350, 450, 550, 650] {
        let mut first =
            Command::new(example("hold_cluster")).arg(place.data_dir()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(milliseconds));
        first.kill().unwrap();
        first.wait().unwrap();
    }
    let cluster = place.start();
    assert_eq!(sql(&cluster, "select count(*) > 0 from pg_proc").unwrap(), "t");
}

fn a_lost_password_is_named_with_a_way_back(place: &Place) {
    let (file, away) = (place.data_dir().join("superuser.password"), place.path().join("away"));
    std::fs::rename(&file, &away).unwrap();
    let refused = Cluster::start(&place.options()).unwrap_err();
    std::fs::rename(&away, &file).unwrap();
    assert_eq!(refused.code(), "TN0111");
    assert!(refused.help().contains("alter role tenantry_superuser"), "{}", refused.help());
}

fn a_server_that_does_not_start_is_quoted(place: &Place) {
    let own = place.data_dir().join("postgresql.local.conf");
    std::fs::write(&own, "shared_buffers = 'plenty'\n").unwrap();
    set_mode(&own, 0o644);
    let refused = Cluster::start(&place.options()).unwrap_err();
    std::fs::remove_file(&own).unwrap();
    assert_eq!(refused.code(), "TN0115");
    assert!(refused.to_string().contains("shared_buffers"), "{refused}");
}

#[test]
fn root_is_told_which_directory_is_closed_to_the_databases_account() {
    let place = Place::new();
    if !is_root() {
        skipped("only root hands the database to another account");
        return;
    }
    set_mode(place.path(), 0o700);
    let refused = Cluster::start(&place.options()).unwrap_err();
    match &refused {
        EmbeddedError::NotTraversable { directory, .. } => assert_eq!(directory, place.path()),
        other => panic!("{other:?}"),
    }
    assert!(refused.help().contains("TENANTRY_DATA_DIR"), "{}", refused.help());
}
