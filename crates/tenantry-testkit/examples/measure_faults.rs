//! The fault table: each way in which a database can be away, under light load, and what callers saw of it.
//!
//! `cargo run --release -p tenantry-testkit --example measure_faults`; takes about two minutes. It has a cluster of its
//! own, which it stops, kills and makes a follower of nobody.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measuring program: it prints, and a panic is its report"
)]

#[path = "measure_faults/load.rs"]
mod load;
#[path = "measure_faults/server.rs"]
mod server;

use std::time::Duration;

use tenantry_testkit::Fault;

use load::{Load, Row};
use server::Server;

/// How long each fault lasts.
const LASTS: Duration = Duration::from_secs(6);

#[tokio::main]
async fn main() {
    let server = Server::start().await;
    println!("{}", Row::HEADER);
    for (name, fault, cuts) in [
        ("reset: connections cut once", Fault::Pass, true),
        ("refused and cut", Fault::Refuse, true),
        ("refused, old connections live", Fault::Refuse, false),
        ("hang", Fault::Hang, false),
        ("latency 50 ms each way", Fault::Latency(Duration::from_millis(50)), false),
        ("latency 400 ms each way", Fault::Latency(Duration::from_millis(400)), false),
        ("answer to COMMIT lost", Fault::LoseCommit, false),
        ("cut before COMMIT", Fault::CutCommit, false),
    ] {
        let load = Load::start(&server.app).await;
        server.proxy.set(fault).await;
        if cuts {
            server.proxy.cut();
        }
        load.during(LASTS).await;
        server.proxy.set(Fault::Pass).await;
        println!("{}", load.recover(name).await);
    }
    let load = Load::start(&server.app).await;
    server.signal_all("STOP");
    load.during(LASTS).await;
    server.signal_all("CONT");
    println!("{}", load.recover("SIGSTOP of every server process").await);

    let load = Load::start(&server.app).await;
    server.signal_postmaster("STOP");
    server.proxy.cut();
    load.during(LASTS).await;
    server.signal_postmaster("CONT");
    println!("{}", load.recover("SIGSTOP of the postmaster, and cut").await);

    let load = Load::start(&server.app).await;
    server.signal_postmaster("KILL");
    server.is_up_again().await;
    println!("{}", load.recover("kill -9 of the postmaster").await);

    let load = Load::start(&server.app).await;
    let taken = server.take_every_connection().await;
    load.during(LASTS).await;
    drop(taken);
    println!("{}", load.recover("max_connections, ours live").await);

    let load = Load::start(&server.app).await;
    // Ours are cut off first, or they would be back before anybody else can take their places.
    server.proxy.set(Fault::Refuse).await;
    server.proxy.cut();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let taken = server.take_every_connection().await;
    server.proxy.set(Fault::Pass).await;
    load.during(LASTS).await;
    drop(taken);
    println!("{}", load.recover("max_connections, ours ended").await);

    let load = Load::start(&server.app).await;
    server.follow_nobody().await;
    load.during(LASTS).await;
    server.promote().await;
    println!("{}", load.recover("read-only (hot standby), promoted").await);
    server.stop().await;
}
