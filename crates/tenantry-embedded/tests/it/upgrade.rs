//! The binaries are replaced while the server runs, as a package upgrade does. The test runs a copy of the
//! machine's installation: PostgreSQL finds its libraries from where its own program lies.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tenantry_embedded::{Binaries, Cluster, ClusterState};

use crate::harness::{Place, outcome, pid, search_path, sql, wait_for, wait_for_restart};

/// Copies the programs and links the rest, all at the same places below a directory of the test.
fn copy_of_the_installation(place: &Place) -> PathBuf {
    let original = Binaries::find(None, search_path().as_deref()).unwrap().directory;
    let ask = |what: &str| {
        let mut command = std::process::Command::new(original.join("pg_config"));
        command.arg(what);
        PathBuf::from(outcome(command).unwrap())
    };
    let below = |path: &Path| place.path().join(path.strip_prefix("/").unwrap());
    for linked in [ask("--pkglibdir"), ask("--sharedir")] {
        let copy = below(&linked);
        std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(&linked, copy).unwrap();
    }
    let copy = below(&original);
    std::fs::create_dir_all(&copy).unwrap();
    for program in ["postgres", "initdb", "psql", "pg_config"] {
        let from = original.join(program).canonicalize().unwrap();
        std::fs::copy(from, copy.join(program)).unwrap();
    }
    copy
}

fn replace(directory: &Path) {
    let (program, new) = (directory.join("postgres"), directory.join("postgres.dpkg-new"));
    std::fs::copy(&program, &new).unwrap();
    std::fs::rename(&new, &program).unwrap();
}

#[test]
fn upgraded_binaries_are_noticed_and_the_server_restarted_in_order() {
    let place = Place::new();
    let directory = copy_of_the_installation(&place);
    let mut options = place.options();
    options.binaries = Some(directory.clone());
    let cluster = Cluster::start(&options).unwrap();
    assert_eq!(cluster.binaries(), directory);
    sql(&cluster, "create table notes (body text); insert into notes values ('kept')").unwrap();
    let old = pid(&cluster);
    replace(&directory);
    wait_for_restart(&cluster, old);
    assert_eq!(sql(&cluster, "select body from notes").unwrap(), "kept");
    let log = std::fs::read_to_string(place.data_dir().join("postgres.log")).unwrap();
    assert!(!log.contains("not properly shut down"), "the old server was stopped in order: {log}");
}

#[test]
fn binaries_that_vanish_do_not_stop_the_running_server() {
    let place = Place::new();
    let directory = copy_of_the_installation(&place);
    let mut options = place.options();
    options.binaries = Some(directory.clone());
    let cluster = Cluster::start(&options).unwrap();
    let server = pid(&cluster);
    std::fs::rename(directory.join("postgres"), directory.join("postgres.away")).unwrap();
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(cluster.state(), ClusterState::Running { pid: server });
    std::fs::rename(directory.join("postgres.away"), directory.join("postgres")).unwrap();
    wait_for("the server to go on", Duration::from_secs(1), || sql(&cluster, "select 1").is_ok());
    assert_eq!(pid(&cluster), server, "the same file is no upgrade");
}
