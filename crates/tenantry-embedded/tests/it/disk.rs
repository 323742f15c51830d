//! A disk that is full or cannot be written (RE-11). A small disk of its own needs root to mount; as an ordinary
//! user the full disk is skipped with a word, the unwritable directory is not.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tenantry_embedded::{Cluster, Options};

use crate::harness::{Place, is_root, search_path, set_mode, skipped, sql, wait_for};

/// A disk in memory, unmounted when dropped.
struct SmallDisk {
    path: PathBuf,
}

impl SmallDisk {
    fn mount(place: &Place, options: &str) -> Option<Self> {
        let path = place.path().join("disk");
        std::fs::create_dir(&path).unwrap();
        let mounted = is_root() && run("mount", &["-t", "tmpfs", "-o", options, "none"], &path);
        if !mounted {
            skipped("mounting a small disk needs root and the right to mount");
        }
        mounted.then_some(Self { path })
    }

    fn change(&self, options: &str) {
        assert!(run("mount", &["-o", &format!("remount,{options}")], &self.path));
    }

    fn options(&self) -> Options {
        Options {
            data_dir: self.path.join(".tenantry"),
            search_path: search_path(),
            ..Options::default()
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: a failing test may still have its server on it.
        run("umount", &["--lazy"], &self.path);
    }
}

fn run(program: &str, arguments: &[&str], path: &Path) -> bool {
    Command::new(program).args(arguments).arg(path).status().is_ok_and(|status| status.success())
}

/// RE-11: too little room for the first start is said, and leaves nothing that looks like a cluster.
#[test]
fn a_disk_too_small_for_a_cluster_is_said_to_be_full() {
    let place = Place::new();
    let Some(disk) = SmallDisk::mount(&place, "size=20m,mode=755") else { return };
    let refused = Cluster::start(&disk.options()).unwrap_err();
    assert_eq!(refused.code(), "TN0108");
    assert!(refused.help().contains("df -h"), "{}", refused.help());
    assert!(!disk.options().data_dir.join("postgres").exists());

    disk.change("size=200m");
    let cluster = Cluster::start(&disk.options()).unwrap();
    assert_eq!(sql(&cluster, "select 1").unwrap(), "1");
}

/// RE-11: writes fail, reads go on, and freeing space heals without a restart by hand; nothing is corrupt.
#[test]
fn a_full_disk_refuses_writes_and_heals_when_freed() {
    let place = Place::new();
    let Some(disk) = SmallDisk::mount(&place, "size=120m,mode=755") else { return };
    let cluster = Cluster::start(&disk.options()).unwrap();
    sql(&cluster, "create table notes (body text); insert into notes values ('kept')").unwrap();
    let filler = disk.path.join("filler");
    let full = std::fs::write(&filler, vec![0_u8; 200 * 1024 * 1024]).unwrap_err();
    assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);

    let grow = "insert into notes select repeat(md5(n::text), 30) from generate_series(1, 30000) n";
    let refused = sql(&cluster, grow).unwrap_err();
    assert!(refused.contains("No space left on device"), "{refused}");
    assert_eq!(sql(&cluster, "select body from notes").unwrap(), "kept", "reads go on");

    std::fs::remove_file(&filler).unwrap();
    wait_for("writes to work again", Duration::from_secs(15), || {
        sql(&cluster, "insert into notes values ('after')").is_ok()
    });
    let checked = sql(&cluster, "select count(*), min(body), max(body) from notes").unwrap();
    assert_eq!(checked, "2|after|kept");

    // A start on a full disk says so although the server cannot even write its log.
    cluster.stop().unwrap();
    std::fs::write(&filler, vec![0_u8; 200 * 1024 * 1024]).unwrap_err();
    let refused = Cluster::start(&disk.options()).unwrap_err();
    assert_eq!(refused.code(), "TN0108", "{refused}");
    std::fs::remove_file(&filler).unwrap();
    Cluster::start(&disk.options()).unwrap().stop().unwrap();
}

#[test]
fn a_directory_that_cannot_be_written_is_named() {
    let place = Place::new();
    let closed = place.path().join("closed");
    let (options, _disk) = if is_root() {
        let Some(disk) = SmallDisk::mount(&place, "ro,size=1m") else { return };
        (disk.options(), Some(disk))
    } else {
        std::fs::create_dir(&closed).unwrap();
        set_mode(&closed, 0o500);
        let mut options = place.options();
        options.data_dir = closed.join(".tenantry");
        (options, None)
    };
    let refused = Cluster::start(&options).unwrap_err();
    assert_eq!(refused.code(), "TN0109", "{refused:?}");
    assert!(refused.to_string().contains(".tenantry"), "{refused}");
}
