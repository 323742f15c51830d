//! Half of what the machine can do, for minutes, and what grows meanwhile (RE-12 without its faults):
//! `cargo build --release -p tenantry && cargo run --release -p tenantry-testkit --example soak -- [MINUTES] [SECONDS_OF_FULL_RATE]`.
//!
//! First the full rate is measured; then two organizations' callers keep to half of it, by a timetable and not by
//! waiting for answers, so that a server that slows down is seen to fall behind.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a program for a terminal that prints its figures; a panic is its report"
)]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::json;
use tenantry_testkit::{PASSWORD, Stage, Wire};
use tokio_postgres::Client;

/// Connections of the load, half for each organization.
const CALLERS: usize = 8;
const EVERY: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|text| text.parse::<u64>().ok());
    let (minutes, seconds) = (numbers.next().unwrap_or(20), numbers.next().unwrap_or(20));
    let stage = Stage::set().await;
    let server = stage.start_ready();
    let tokens: Vec<String> = ["acme", "globex"].iter().map(|name| sign_up(&stage, name)).collect();
    let full = Load::start(&stage, &tokens, None);
    sleep(Duration::from_secs(seconds));
    let (answered, failed) = full.stop();
    let rate = answered as f64 / seconds as f64;
    println!("full rate: {rate:.0} requests a second of {CALLERS} callers, {failed} failed");
    let load = Load::start(&stage, &tokens, Some(rate / 2.0));
    let admin = stage.admin().await;
    let samples = watch(&load, server.pid(), &admin, Duration::from_secs(minutes * 60)).await;
    let (answered, failed) = load.stop();
    println!(
        "{answered} answered in {minutes} minutes, {failed} failed; wanted {:.0} a second",
        rate / 2.0
    );
    print_slopes(&samples);
    drop(server);
    stage.clear().await;
    assert!(failed == 0, "{failed} requests failed");
}

fn sign_up(stage: &Stage, name: &str) -> String {
    let body = json!({ "email": format!("{name}@example.com"), "password": PASSWORD, "name": name, "organization_name": name });
    let reply = Wire::new(stage.address).post("/auth/signup", &body).unwrap();
    reply.json["access_token"].as_str().unwrap().to_owned()
}

/// Callers at work.
struct Load {
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicU64>,
    failed: Arc<AtomicU64>,
    callers: Vec<std::thread::JoinHandle<()>>,
}

impl Load {
    /// With a `rate` for all callers together, or as fast as each is answered.
    fn start(stage: &Stage, tokens: &[String], rate: Option<f64>) -> Self {
        let (stop, answered, failed) = (Arc::default(), Arc::default(), Arc::default());
        let mut load = Self { stop, answered, failed, callers: Vec::new() };
        let pause = rate.map(|rate| Duration::from_secs_f64(CALLERS as f64 / rate));
        for number in 0..CALLERS {
            let mut wire = Wire::new(stage.address);
            wire.token = Some(tokens[number % tokens.len()].clone());
            let (stop, answered, failed) =
                (Arc::clone(&load.stop), Arc::clone(&load.answered), Arc::clone(&load.failed));
            load.callers.push(std::thread::spawn(move || {
                let (started, mut turn) = (Instant::now(), 0_u32);
                let mut last = String::new();
                while !stop.load(Ordering::Relaxed) {
                    if let Some(pause) = pause {
                        sleep((pause * turn).saturating_sub(started.elapsed()));
                    }
                    turn += 1;
                    let count = if step(&mut wire, turn, &mut last) { &answered } else { &failed };
                    count.fetch_add(1, Ordering::Relaxed);
                }
            }));
        }
        load
    }

    fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }

    fn stop(self) -> (u64, u64) {
        self.stop.store(true, Ordering::Relaxed);
        for caller in self.callers {
            caller.join().unwrap();
        }
        (self.answered.load(Ordering::Relaxed), self.failed.load(Ordering::Relaxed))
    }
}

/// One request of the mix, and whether its answer was the right one: mostly reading, some writing, what is
/// not there and what is not allowed; every created project is deleted again, so that the tables stay as large as
/// they are.
fn step(wire: &mut Wire, turn: u32, last: &mut String) -> bool {
    let (answer, wanted) = match turn % 20 {
        1 => (wire.post("/api/v1/projects", &json!({ "name": format!("Project {turn}") })), 201),
        2 => (
            wire.send(
                "PATCH",
                &format!("/api/v1/projects/{last}"),
                "",
                Some(&json!({ "description": "Changed" })),
            ),
            200,
        ),
        3 => (wire.send("DELETE", &format!("/api/v1/projects/{last}"), "", None), 204),
        4 => (wire.get(&format!("/api/v1/projects/{last}")), 404),
        5 => (wire.post("/api/v1/projects", &json!({ "name": "" })), 422),
        6 | 7 => (wire.get("/auth/me"), 200),
        8 | 9 => (wire.get("/api/v1/organizations/current"), 200),
        10 => (wire.get("/readyz"), 200),
        11 => (wire.get("/openapi.json"), 200),
        _ => (wire.get("/api/v1/projects?limit=20"), 200),
    };
    let Ok(reply) = answer else { return false };
    if reply.status == 201 {
        reply.json["id"].as_str().unwrap().clone_into(last);
    }
    reply.status == wanted
}

/// One line of the table.
struct Sample {
    seconds: f64,
    resident: f64,
    descriptors: f64,
    threads: f64,
    connections: f64,
}

async fn watch(load: &Load, pid: u32, admin: &Client, length: Duration) -> Vec<Sample> {
    println!(
        "{:>8} {:>10} {:>14} {:>12} {:>8} {:>12}",
        "seconds", "req/s", "resident KiB", "descriptors", "threads", "connections"
    );
    let (started, mut samples, mut before) = (Instant::now(), Vec::new(), load.answered());
    while started.elapsed() < length {
        tokio::time::sleep(EVERY).await;
        let sample = sample(started.elapsed(), pid, admin).await;
        let now = load.answered();
        let Sample { seconds, resident, descriptors, threads, connections } = &sample;
        let rate = (now - before) as f64 / EVERY.as_secs_f64();
        println!(
            "{seconds:>8.0} {rate:>10.0} {resident:>14.0} {descriptors:>12.0} {threads:>8.0} {connections:>12.0}"
        );
        before = now;
        samples.push(sample);
    }
    samples
}

async fn sample(elapsed: Duration, pid: u32, admin: &Client) -> Sample {
    let process = Path::new("/proc").join(pid.to_string());
    let status = std::fs::read_to_string(process.join("status")).unwrap();
    let number = |name: &str| -> f64 {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim_start_matches(':').split_whitespace().next().unwrap().parse().unwrap()
    };
    let count = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
    let connections: i64 = admin.query_one(count, &[]).await.unwrap().get(0);
    Sample {
        seconds: elapsed.as_secs_f64(),
        resident: number("VmRSS"),
        descriptors: std::fs::read_dir(process.join("fd")).unwrap().count() as f64,
        threads: number("Threads"),
        connections: connections as f64,
    }
}

/// The least-squares slope of each figure after the first quarter, which is the warm-up.
fn print_slopes(samples: &[Sample]) {
    let warm = &samples[samples.len() / 4..];
    println!("after the warm-up ({} samples):", warm.len());
    for (name, of) in [
        ("resident KiB", (|sample| sample.resident) as fn(&Sample) -> f64),
        ("descriptors", |sample| sample.descriptors),
        ("threads", |sample| sample.threads),
        ("connections", |sample| sample.connections),
    ] {
        let mean =
            |of: &dyn Fn(&Sample) -> f64| warm.iter().map(of).sum::<f64>() / warm.len() as f64;
        let (time, value) = (mean(&|sample| sample.seconds), mean(&of));
        let spread: f64 = warm.iter().map(|sample| (sample.seconds - time).powi(2)).sum();
        let together: f64 =
            warm.iter().map(|sample| (sample.seconds - time) * (of(sample) - value)).sum();
        let hourly = 3_600.0 * together / spread;
        let (first, last) = (of(&warm[0]), of(&warm[warm.len() - 1]));
        println!(
            "  {name:<14} mean {value:>10.1}, first {first:.0}, last {last:.0}, slope {hourly:>9.1} an hour ({:.2} %)",
            100.0 * hourly / value
        );
    }
}
