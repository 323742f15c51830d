//! Starting, stopping and starting again: data stays, and a data directory has one owner at a time.

use std::time::Duration;

use tenantry_embedded::{Binaries, Cluster, ClusterState, EmbeddedError};

use crate::harness::{Place, is_alive, pid, search_path, sql, wait_for};

#[test]
fn what_was_written_is_there_after_stop_and_start() {
    let place = Place::new();
    let first = place.start();
    assert!(first.was_created());
    the_cluster_knows_unicode_and_sorts_the_same_everywhere(&first);
    let server = pid(&first);
    sql(&first, "create table notes (body text); insert into notes values ('kept')").unwrap();
    let (version, password) = (*first.version(), first.password().to_owned());
    first.stop().unwrap();
    assert!(!is_alive(server), "stop waits for the server's end");

    let second = place.start();
    assert!(!second.was_created());
    assert_eq!(*second.version(), version);
    assert_eq!(second.password(), password);
    assert_eq!(sql(&second, "select body from notes").unwrap(), "kept");
    let server = pid(&second);
    drop(second);
    assert!(!is_alive(server), "dropping stops and waits as well");
}

fn the_cluster_knows_unicode_and_sorts_the_same_everywhere(cluster: &Cluster) {
    assert_eq!(sql(cluster, "show server_encoding").unwrap(), "UTF8");
    assert_eq!(sql(cluster, "show data_checksums").unwrap(), "on");
    assert_eq!(sql(cluster, "select lower('ÉCOLE')").unwrap(), "école");
    assert_eq!(sql(cluster, "select 'Z' < 'a'").unwrap(), "t");
}

#[test]
fn a_second_owner_is_refused_at_once_and_told_who_the_first_is() {
    let place = Place::new();
    let first = place.start();
    let server = pid(&first);
    let refused = Cluster::start(&place.options()).unwrap_err();
    assert_eq!(refused.code(), "TN0106");
    assert!(refused.help().contains(&format!("kill {}", std::process::id())), "{}", refused.help());
    assert!(matches!(refused, EmbeddedError::InUse { pid: Some(_), .. }));
    assert_eq!(first.state(), ClusterState::Running { pid: server }, "the first is not disturbed");
    drop(first);
    place.start().stop().unwrap();
}

#[test]
fn the_machines_own_postgresql_is_found() {
    let found = Binaries::find(None, search_path().as_deref()).unwrap();
    assert!(found.version.major >= 15);
    assert!(found.directory.join("initdb").is_file());
}

#[test]
fn dropping_while_the_server_is_being_restarted_ends_in_time() {
    let place = Place::new();
    let cluster = place.start();
    let server = pid(&cluster);
    crate::harness::signal(server, nix::sys::signal::Signal::SIGKILL);
    wait_for("the death to be noticed", Duration::from_secs(1), || {
        cluster.state() != ClusterState::Running { pid: server }
    });
    let start = std::time::Instant::now();
    cluster.stop().unwrap();
    assert!(start.elapsed() < Duration::from_secs(10));
    place.start().stop().unwrap();
}
