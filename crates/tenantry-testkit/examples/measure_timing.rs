//! Whether the time of an answer tells what the answer does not (AZ-5, AE-1): another organization's project against one
//! that nobody has, and a sign-in with a known address against an unknown one. On demand only, never a gate:
//! `cargo run --release -p tenantry-testkit --example measure_timing -- [REQUESTS] [SIGN_INS]`.
//!
//! Both kinds take turns in random order, so that whatever the machine does hits both. Welch's t says how surely the
//! means differ; 4.5 is the bound that side-channel tests use.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a program for a terminal that prints its figures; a panic is its report"
)]

use std::time::Instant;

use serde_json::json;
use tenantry_core::{ProjectId, RequestId};
use tenantry_testkit::{PASSWORD, Stage, Wire};

#[tokio::main]
async fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|text| text.parse().ok());
    let (requests, sign_ins) = (numbers.next().unwrap_or(10_000), numbers.next().unwrap_or(300));
    let stage = Stage::set().await;
    let server = stage.start_ready();
    let mut acme = sign_up(&stage, "acme");
    let mut globex = sign_up(&stage, "globex");
    let made = globex.post("/api/v1/projects", &json!({ "name": "Rocket" })).unwrap();
    let foreign = format!("/api/v1/projects/{}", made.json["id"].as_str().unwrap());
    assert_eq!(globex.get(&foreign).unwrap().status, 200, "it is there");
    let projects = measure(requests, |is_first| {
        let absent = format!("/api/v1/projects/{}", ProjectId::new());
        let path = if is_first { &foreign } else { &absent };
        assert_eq!(acme.get(path).unwrap().status, 404);
    });
    projects.print("AZ-5", "foreign project", "absent project");
    let mut anonymous = Wire::new(stage.address);
    let logins = measure(sign_ins, |is_first| {
        // The unknown one is as long, and another each time.
        let unknown = format!("a{}@example.com", &RequestId::new().to_string()[27..]);
        let email = if is_first { "acme@example.com" } else { unknown.as_str() };
        let body = json!({ "email": email, "password": "this is not the password" });
        assert_eq!(anonymous.post("/auth/login", &body).unwrap().status, 401);
    });
    logins.print("AE-1", "known address", "unknown address");
    drop(server);
    stage.clear().await;
}

fn sign_up(stage: &Stage, name: &str) -> Wire {
    let mut wire = Wire::new(stage.address);
    let body = json!({ "email": format!("{name}@example.com"), "password": PASSWORD, "name": name, "organization_name": name });
    let reply = wire.post("/auth/signup", &body).unwrap();
    wire.token = Some(reply.json["access_token"].as_str().unwrap().to_owned());
    wire
}

/// Microseconds of the two kinds.
struct Times([Vec<f64>; 2]);

/// Times both kinds `count` times each, in random order, after a tenth of it that does not count.
fn measure(count: usize, mut request: impl FnMut(bool)) -> Times {
    let mut times = Times([Vec::new(), Vec::new()]);
    for turn in 0..count + count / 10 {
        // The pair's order is a coin's: neither kind always comes after the other.
        let coin = RequestId::new().uuid().as_u128() & 1 == 0;
        for is_first in [coin, !coin] {
            let started = Instant::now();
            request(is_first);
            let took = started.elapsed().as_secs_f64() * 1e6;
            if turn >= count / 10 {
                times.0[usize::from(!is_first)].push(took);
            }
        }
    }
    times
}

impl Times {
    fn print(mut self, id: &str, first: &str, second: &str) {
        let t = self.welch();
        let medians = self.0.each_mut().map(|times| {
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        });
        println!("{id}, {} each:", self.0[0].len());
        for (name, times) in [first, second].into_iter().zip(&self.0) {
            let at = |percent: usize| times[times.len() * percent / 100];
            println!(
                "  {name:<16} median {:>9.1} us, quartiles {:.1} to {:.1}",
                at(50),
                at(25),
                at(75)
            );
        }
        let difference = medians[0] - medians[1];
        let share = 100.0 * difference / medians[1];
        println!(
            "  medians differ by {difference:.1} us ({share:.2} %), Welch's t {t:.2} of the times below the 99th percentile"
        );
    }

    /// Welch's t, of what is left when the slowest hundredth of both is put aside: a pause of the machine is no answer.
    fn welch(&self) -> f64 {
        let mut all: Vec<f64> = self.0.iter().flatten().copied().collect();
        all.sort_by(f64::total_cmp);
        let bound = all[all.len() * 99 / 100];
        let [first, second] = self.0.each_ref().map(|times| {
            let kept: Vec<f64> = times.iter().copied().filter(|time| *time < bound).collect();
            let count = kept.len() as f64;
            let mean = kept.iter().sum::<f64>() / count;
            let variance =
                kept.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (count - 1.0);
            (mean, variance / count)
        });
        (first.0 - second.0) / (first.1 + second.1).sqrt()
    }
}
