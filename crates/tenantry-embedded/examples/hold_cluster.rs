//! Holds a private cluster until it is killed: `cargo run -p tenantry-embedded --example hold_cluster -- DIRECTORY`.
//! It prints one line when the cluster is ready. The tests kill it to see what its death leaves behind.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for a terminal")]

use std::process::ExitCode;

use tenantry_embedded::{Cluster, Options};

fn main() -> ExitCode {
    let Some(data_dir) = std::env::args_os().nth(1) else {
        eprintln!("usage: hold_cluster DIRECTORY");
        return ExitCode::from(2);
    };
    match Cluster::start(&Options { data_dir: data_dir.into(), ..Options::default() }) {
        Ok(cluster) => {
            println!("{:?} in {}", cluster.state(), cluster.socket_dir().display());
            loop {
                std::thread::park();
            }
        }
        Err(error) => {
            eprintln!("error[{}]: {error}\nhelp: {}", error.code(), error.help());
            ExitCode::FAILURE
        }
    }
}
