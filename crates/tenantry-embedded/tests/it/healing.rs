//! Death by kill -9 of each process involved (RE-10). The long run, fifty kills under load, is the example
//! `kill_postmaster`.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use nix::sys::signal::Signal;
use tenantry_embedded::{Cluster, ClusterState};

use crate::harness::{
    Place, example, is_alive, is_root, pid, signal, sql, wait_for, wait_for_restart,
};

/// RE-10: the supervisor notices within a second and heals; what was committed is there.
#[test]
fn a_killed_server_comes_back_with_every_committed_row() {
    let place = Place::new();
    let cluster = place.start();
    sql(&cluster, "create table acknowledged (n int)").unwrap();
    for round in 1..=5 {
        sql(&cluster, &format!("insert into acknowledged values ({round})")).unwrap();
        let server = pid(&cluster);
        signal(server, Signal::SIGKILL);
        wait_for("the death to be noticed", Duration::from_secs(1), || {
            cluster.state() != ClusterState::Running { pid: server }
        });
        wait_for_restart(&cluster, server);
        let rows = sql(&cluster, "select count(*) || ':' || max(n) from acknowledged").unwrap();
        assert_eq!(rows, format!("{round}:{round}"));
    }
}

/// RE-10: a backend that does not notice its postmaster's death holds the shared memory; it is ended.
#[test]
fn a_backend_that_lingers_does_not_keep_the_server_down() {
    let place = Place::new();
    let cluster = place.start();
    let server = pid(&cluster);
    // A stopped process notices nothing, like one deep in a long computation.
    let mut session =
        crate::harness::psql(&cluster, cluster.password(), "select pg_sleep(60)").spawn().unwrap();
    let find = "select pid from pg_stat_activity where query like '%pg_sleep(60)' and pid <> pg_backend_pid()";
    let mut backend = String::new();
    wait_for("the session", Duration::from_secs(5), || {
        backend = sql(&cluster, find).unwrap();
        !backend.is_empty()
    });
    signal(backend.parse().unwrap(), Signal::SIGSTOP);
    signal(server, Signal::SIGKILL);
    wait_for_restart(&cluster, server);
    assert!(!is_alive(backend.parse().unwrap()));
    assert_eq!(sql(&cluster, "select 1").unwrap(), "1");
    session.wait().unwrap();
}

/// RE-10: the process that owns the cluster is killed; the server goes with it where the system can do that, and
/// the next start finds everything either way.
#[test]
fn the_death_of_the_owner_leaves_data_that_starts_again() {
    let place = Place::new();
    let cluster = place.start();
    sql(&cluster, "create table notes (body text); insert into notes values ('kept')").unwrap();
    cluster.stop().unwrap();

    let mut owner = Command::new(example("hold_cluster"))
        .arg(place.data_dir())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ready = String::new();
    BufReader::new(owner.stdout.as_mut().unwrap()).read_line(&mut ready).unwrap();
    let server: u32 =
        ready.split(|c: char| !c.is_ascii_digit()).find_map(|n| n.parse().ok()).unwrap();
    assert!(is_alive(server));
    owner.kill().unwrap();
    owner.wait().unwrap();

    let cluster = place.start();
    assert!(!is_alive(server), "two servers never share the data");
    assert_eq!(sql(&cluster, "select body from notes").unwrap(), "kept");
}

/// RE-10: a server that outlived its owner (no death signal on that system) is stopped in order, then replaced.
#[test]
fn a_server_without_an_owner_is_stopped_in_order_and_replaced() {
    let place = Place::new();
    let cluster = place.start();
    sql(&cluster, "create table notes (body text); insert into notes values ('kept')").unwrap();
    let binaries = cluster.binaries().to_path_buf();
    cluster.stop().unwrap();

    let mut orphan = start_by_hand(&place, &binaries.join("postgres"));
    let cluster = place.start();
    assert_ne!(pid(&cluster), orphan.id());
    let ended = orphan.try_wait().unwrap().expect("the orphan has ended");
    assert!(ended.success(), "in order, not by force: {ended}");
    assert_eq!(sql(&cluster, "select body from notes").unwrap(), "kept");
}

/// A server on the data that is nobody's child but the test's.
fn start_by_hand(place: &Place, postgres: &std::path::Path) -> Child {
    let data = place.data_dir().join("postgres");
    let owner = data.metadata().unwrap();
    let mut command = Command::new(postgres);
    command.arg("-D").arg(&data).args(["-c", "listen_addresses="]);
    command.arg("-k").arg(place.data_dir().join("run")).stderr(Stdio::null()).current_dir("/");
    if is_root() {
        command.uid(owner.uid()).gid(owner.gid());
    }
    let orphan = command.spawn().unwrap();
    wait_for("the orphan to be ready", Duration::from_secs(10), || {
        let file = std::fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
        file.lines().nth(7).is_some_and(|status| status.trim() == "ready")
    });
    orphan
}

/// RE-10: the number of a killed server was given to somebody else, as happens in containers; they are left alone.
#[test]
fn a_stale_pid_file_that_names_an_innocent_process_is_harmless() {
    let place = Place::new();
    let cluster = place.start();
    let file = place.data_dir().join("postgres/postmaster.pid");
    let before = std::fs::read_to_string(&file).unwrap();
    cluster.stop().unwrap();

    let mut innocent = Command::new("sleep").arg("60").spawn().unwrap();
    let (_, rest) = before.split_once('\n').unwrap();
    std::fs::write(&file, format!("{}\n{rest}", innocent.id())).unwrap();
    let started = Cluster::start(&place.options());
    assert!(innocent.try_wait().unwrap().is_none(), "the innocent process still runs");
    innocent.kill().unwrap();
    innocent.wait().unwrap();
    assert_eq!(sql(&started.unwrap(), "select 1").unwrap(), "1");
}

/// RE-10: a cause that lasts is shown for readiness, and the server comes back by itself when it is gone.
#[test]
fn a_server_that_cannot_start_again_is_reported_and_tried_until_it_can() {
    let place = Place::new();
    let cluster = place.start();
    let server = pid(&cluster);
    let file = place.data_dir().join("postgres/PG_VERSION");
    std::fs::rename(&file, place.path().join("away")).unwrap();
    signal(server, Signal::SIGKILL);
    wait_for(
        "the failure to be reported",
        Duration::from_secs(20),
        || matches!(cluster.state(), ClusterState::Failed { attempts: 5.., reason } if reason.contains("PG_VERSION")),
    );
    std::fs::rename(place.path().join("away"), &file).unwrap();
    wait_for_restart(&cluster, server);
    assert_eq!(sql(&cluster, "select 1").unwrap(), "1");
}
