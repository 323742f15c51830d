//! Who can get at the database (SC-4): whoever reaches a socket in a directory that is closed to others, and knows
//! a random password. Nobody else.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tenantry_embedded::{Cluster, EmbeddedError};

use crate::harness::{Place, is_root, outcome, pid, psql, skipped, sql};

/// The number of `nobody` and `nogroup` on every system that has them.
const STRANGER: u32 = 65_534;

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

/// SC-4: every question that one running cluster can answer.
#[test]
fn a_running_cluster_is_closed_to_everybody_else() {
    let place = Place::new();
    let cluster = place.start();
    everything_on_disk_is_closed_to_others(&place, &cluster);
    there_is_no_tcp_and_no_trust(&cluster);
    a_wrong_password_is_refused(&cluster);
    another_account_cannot_connect_even_with_the_password(&place, &cluster);
    the_database_never_runs_as_root(&cluster);
    debug_output_hides_the_password(&cluster);
}

/// SC-4: permissions of everything on disk.
fn everything_on_disk_is_closed_to_others(place: &Place, cluster: &Cluster) {
    let data_dir = place.data_dir();
    assert_eq!(mode(&data_dir.join("postgres")), 0o700);
    assert_eq!(mode(cluster.socket_dir()), 0o700);
    assert_eq!(mode(&cluster.socket_dir().join(".s.PGSQL.5432")), 0o700);
    assert_eq!(mode(&data_dir.join("superuser.password")), 0o600);
    assert_eq!(mode(&data_dir.join("postgres.log")), 0o600);
    assert_eq!(mode(&data_dir), if is_root() { 0o711 } else { 0o700 });
    assert_eq!(data_dir.join("superuser.password").metadata().unwrap().uid(), us());
    let leftovers = data_dir.read_dir().unwrap().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name().to_string_lossy().into_owned();
        name.contains(".new") || name.starts_with("initdb.password")
    });
    assert_eq!(leftovers.count(), 0, "the password handed to initdb is gone");
}

fn us() -> u32 {
    nix::unistd::geteuid().as_raw()
}

/// SC-4: no TCP, and no line of `pg_hba.conf` without a password, as the server itself reads it.
fn there_is_no_tcp_and_no_trust(cluster: &Cluster) {
    assert_eq!(sql(cluster, "show listen_addresses").unwrap(), "");
    let lines =
        "select string_agg(distinct type || ' ' || auth_method, ', ') from pg_hba_file_rules";
    assert_eq!(sql(cluster, lines).unwrap(), "local scram-sha-256");
    let stored = "select rolpassword like 'SCRAM-SHA-256$%' from pg_authid where rolcanlogin";
    assert_eq!(sql(cluster, stored).unwrap(), "t");
    assert_eq!(tcp_sockets_of(pid(cluster)), 0);
}

/// How many TCP sockets a process holds, as the kernel counts.
fn tcp_sockets_of(pid: u32) -> usize {
    let tables: String = ["/proc/net/tcp", "/proc/net/tcp6"]
        .map(|table| std::fs::read_to_string(table).unwrap_or_default())
        .concat();
    let handles = Path::new("/proc").join(pid.to_string()).join("fd").read_dir().unwrap();
    let inodes: Vec<String> = handles
        .filter_map(|handle| std::fs::read_link(handle.unwrap().path()).ok())
        .filter_map(|link| {
            let name = link.to_string_lossy().into_owned();
            Some(name.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned())
        })
        .collect();
    assert!(!inodes.is_empty(), "the server holds at least its Unix socket");
    inodes.iter().filter(|inode| tables.contains(&format!(" {inode} "))).count()
}

/// SC-4: neither `alter system` nor a file in the data can open the server up.
#[test]
fn the_superuser_cannot_open_a_tcp_port_by_accident() {
    let place = Place::new();
    let cluster = place.start();
    sql(&cluster, "alter system set listen_addresses = '*'").unwrap();
    sql(&cluster, "alter system set unix_socket_permissions = '0777'").unwrap();
    cluster.stop().unwrap();
    let cluster = place.start();
    assert_eq!(sql(&cluster, "show listen_addresses").unwrap(), "");
    assert_eq!(mode(&cluster.socket_dir().join(".s.PGSQL.5432")), 0o700);
}

/// SC-4: a wrong password and none at all.
fn a_wrong_password_is_refused(cluster: &Cluster) {
    for password in ["", "tenantry_superuser", "postgres"] {
        let refused = outcome(psql(cluster, password, "select 1")).unwrap_err();
        assert!(refused.contains("password"), "{refused}");
    }
}

/// SC-4: another account of the machine, knowing even the password.
fn another_account_cannot_connect_even_with_the_password(place: &Place, cluster: &Cluster) {
    if !is_root() {
        skipped("becoming another account needs root; the modes are tested either way");
        return;
    }
    let mut stranger = psql(cluster, cluster.password(), "select 1");
    stranger.uid(STRANGER).gid(STRANGER);
    let refused = outcome(stranger).unwrap_err();
    assert!(refused.contains("Permission denied"), "{refused}");
    for secret in ["superuser.password", "postgres/PG_VERSION", "postgres.log"] {
        let mut read = Command::new("cat");
        read.arg(place.data_dir().join(secret)).uid(STRANGER).gid(STRANGER);
        assert!(outcome(read).unwrap_err().contains("Permission denied"), "{secret}");
    }
}

/// SC-4: run as root, the database has an account of its own, without root's groups.
fn the_database_never_runs_as_root(cluster: &Cluster) {
    let status = std::fs::read_to_string(format!("/proc/{}/status", pid(cluster))).unwrap();
    let field = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(field("Uid:").iter().all(|user| user != "0"), "{status}");
    assert!(field("Gid:").iter().all(|group| group != "0"), "{status}");
    if is_root() {
        assert_eq!(field("Groups:"), Vec::<String>::new());
        assert_eq!(field("CapEff:"), ["0000000000000000"]);
    }
}

/// SC-4: a path too long for a socket moves the socket to a short private directory.
#[test]
fn a_deep_data_directory_gets_a_short_private_socket_directory() {
    let place = Place::new();
    let mut options = place.options();
    options.data_dir = place.path().join("d".repeat(120)).join(".tenantry");
    std::fs::create_dir(options.data_dir.parent().unwrap()).unwrap();
    let cluster = Cluster::start(&options).unwrap();
    let short: PathBuf = cluster.socket_dir().to_path_buf();
    assert!(short.starts_with("/tmp"), "{}", short.display());
    assert_eq!(mode(&short), 0o700);
    assert_eq!(sql(&cluster, "select 1").unwrap(), "1");
    cluster.stop().unwrap();
    assert!(!short.exists(), "it goes away with the cluster");

    // Somebody else was there first, with a link to a directory of their choice.
    std::os::unix::fs::symlink(place.path(), &short).unwrap();
    let refused = Cluster::start(&options).unwrap_err();
    std::fs::remove_file(&short).unwrap();
    assert!(matches!(refused, EmbeddedError::SocketDirectoryUnsafe { .. }), "{refused:?}");

    // Or with a directory that everybody may enter.
    std::fs::create_dir(&short).unwrap();
    crate::harness::set_mode(&short, 0o777);
    let refused = Cluster::start(&options).unwrap_err();
    std::fs::remove_dir(&short).unwrap();
    assert!(matches!(refused, EmbeddedError::SocketDirectoryUnsafe { .. }), "{refused:?}");
}

fn debug_output_hides_the_password(cluster: &Cluster) {
    assert!(!format!("{cluster:?}").contains(cluster.password()));
}
