//! Kills the postmaster again and again under load and counts what was lost (RE-10):
//! `cargo run --release -p tenantry-embedded --example kill_postmaster -- [KILLS]`.
//! Two loads run: `pgbench`, whose tables must add up at the end, and a writer that remembers every row whose
//! commit was confirmed to it. It also prints how long a cold and a warm start took.

#![expect(clippy::print_stdout, reason = "a program for a terminal that prints its figures")]

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tenantry_embedded::{Cluster, ClusterState, Options};

/// How long the load runs between two kills.
const BETWEEN_KILLS: Duration = Duration::from_millis(1200);

fn main() -> Result<(), Box<dyn Error>> {
    let kills: usize = std::env::args().nth(1).map_or(Ok(50), |text| text.parse())?;
    let place = tempfile::tempdir()?;
    std::fs::set_permissions(place.path(), std::fs::Permissions::from_mode(0o755))?;
    let cluster =
        start_twice(&Options { data_dir: place.path().join("data"), ..Options::default() })?;
    let client = Client::of(&cluster);
    client.run("pgbench", &["-q", "-i", "-s", "2", "postgres"])?;
    client.query("create table acknowledged (n bigint primary key)")?;

    let is_over = Arc::new(AtomicBool::new(false));
    let transactions = Arc::new(AtomicU64::new(0));
    let load = client.clone().under_load(Arc::clone(&is_over), Arc::clone(&transactions));
    let writer = client.clone().writing(Arc::clone(&is_over));
    let outages = kill_repeatedly(&cluster, kills)?;
    is_over.store(true, Ordering::Relaxed);
    let acknowledged = writer.join().map_err(|_| "the writer panicked")?;
    load.join().map_err(|_| "the load panicked")?;

    print_outages(outages, kills);
    println!(
        "pgbench transactions confirmed to its clients: {}",
        transactions.load(Ordering::Relaxed)
    );
    let missing = missing_rows(&client, &acknowledged)?;
    println!("rows confirmed to the writer: {}, of these missing: {missing}", acknowledged.len());
    let sums = client.query(
        "select (select sum(abalance) from pgbench_accounts) = (select sum(delta) from pgbench_history) \
         and (select sum(tbalance) from pgbench_tellers) = (select sum(delta) from pgbench_history) \
         and (select sum(bbalance) from pgbench_branches) = (select sum(delta) from pgbench_history), \
         (select count(*) from pgbench_history)",
    )?;
    println!("pgbench's tables add up | rows of history: {sums}");
    cluster.stop()?;
    if missing > 0 || !sums.starts_with("t|") {
        return Err("committed writes were lost".into());
    }
    Ok(())
}

fn start_twice(options: &Options) -> Result<Cluster, Box<dyn Error>> {
    let start = Instant::now();
    Cluster::start(options)?.stop()?;
    let cold = start.elapsed();
    let start = Instant::now();
    let cluster = Cluster::start(options)?;
    println!("cold start and stop {cold:.2?}, warm start {:.2?}", start.elapsed());
    Ok(cluster)
}

/// Kills, and measures each time how long it took to notice and to be ready again.
fn kill_repeatedly(
    cluster: &Cluster,
    kills: usize,
) -> Result<Vec<(Duration, Duration)>, Box<dyn Error>> {
    let mut outages = Vec::new();
    for _ in 0..kills {
        std::thread::sleep(BETWEEN_KILLS);
        let ClusterState::Running { pid } = cluster.state() else {
            return Err(format!("not running: {:?}", cluster.state()).into());
        };
        let start = Instant::now();
        kill(Pid::from_raw(i32::try_from(pid)?), Signal::SIGKILL)?;
        let is_old = |state| matches!(state, ClusterState::Running { pid: now } if now == pid);
        let noticed = wait(start, || !is_old(cluster.state()))?;
        let healed = wait(
            start,
            || matches!(cluster.state(), ClusterState::Running { pid: now } if now != pid),
        )?;
        outages.push((noticed, healed));
    }
    Ok(outages)
}

fn wait(start: Instant, holds: impl Fn() -> bool) -> Result<Duration, Box<dyn Error>> {
    while !holds() {
        if start.elapsed() > Duration::from_secs(60) {
            return Err("the server did not come back within a minute".into());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(start.elapsed())
}

fn print_outages(outages: Vec<(Duration, Duration)>, kills: usize) {
    let (mut noticed, mut healed): (Vec<_>, Vec<_>) = outages.into_iter().unzip();
    noticed.sort();
    healed.sort();
    println!("healed {}/{kills}", healed.len());
    for (what, times) in [("noticed", noticed), ("ready again", healed)] {
        if let (Some(median), Some(longest)) = (times.get(times.len() / 2), times.last()) {
            println!("{what} after: median {median:.0?}, longest {longest:.0?}");
        }
    }
}

fn missing_rows(client: &Client, acknowledged: &[u64]) -> Result<usize, Box<dyn Error>> {
    let present: std::collections::HashSet<u64> = client
        .query("select n from acknowledged")?
        .lines()
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    Ok(acknowledged.iter().filter(|n| !present.contains(n)).count())
}

/// What PostgreSQL's client programs need to connect.
#[derive(Clone)]
struct Client {
    binaries: std::path::PathBuf,
    environment: Vec<(&'static str, String)>,
}

impl Client {
    fn of(cluster: &Cluster) -> Self {
        let environment = vec![
            ("PGHOST", cluster.socket_dir().display().to_string()),
            ("PGPORT", cluster.port().to_string()),
            ("PGUSER", cluster.superuser().to_owned()),
            ("PGPASSWORD", cluster.password().to_owned()),
            ("PGDATABASE", "postgres".to_owned()),
        ];
        Self { binaries: cluster.binaries().to_path_buf(), environment }
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.binaries.join(program));
        command.envs(self.environment.iter().cloned());
        command
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
        let output = self.command(program).args(arguments).output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    fn query(&self, statement: &str) -> Result<String, Box<dyn Error>> {
        self.run("psql", &["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement])
    }

    /// Runs `pgbench` over and over: its clients give up when the server dies.
    fn under_load(
        self,
        is_over: Arc<AtomicBool>,
        transactions: Arc<AtomicU64>,
    ) -> std::thread::JoinHandle<()> {
        std::thread::spawn(move || {
            while !is_over.load(Ordering::Relaxed) {
                let arguments = ["-n", "-c", "4", "-T", "3"];
                let Ok(output) = self.command("pgbench").args(arguments).output() else { continue };
                let said = String::from_utf8_lossy(&output.stdout).into_owned();
                let label = "number of transactions actually processed: ";
                let counted = said.split_once(label).and_then(|(_, rest)| {
                    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse::<u64>().ok()
                });
                transactions.fetch_add(counted.unwrap_or(0), Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(50));
            }
        })
    }

    /// Inserts one row after the other and returns those whose commit was confirmed.
    fn writing(self, is_over: Arc<AtomicBool>) -> std::thread::JoinHandle<Vec<u64>> {
        std::thread::spawn(move || {
            let mut confirmed = Vec::new();
            let mut next = 0;
            while !is_over.load(Ordering::Relaxed) {
                // A session ends when the server dies; the next one goes on after the doubtful row.
                if self.write_until_it_ends(&mut next, &mut confirmed, &is_over).is_err() {
                    std::thread::sleep(Duration::from_millis(20));
                }
            }
            confirmed
        })
    }

    fn write_until_it_ends(
        &self,
        next: &mut u64,
        confirmed: &mut Vec<u64>,
        is_over: &AtomicBool,
    ) -> Result<(), Box<dyn Error>> {
        let mut psql = self
            .command("psql")
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut statements = psql.stdin.take().ok_or("no input")?;
        let mut answers = BufReader::new(psql.stdout.take().ok_or("no output")?).lines();
        while !is_over.load(Ordering::Relaxed) {
            *next += 1;
            // Autocommit: psql prints the row only once the server has confirmed the commit.
            let sent =
                writeln!(statements, "insert into acknowledged values ({next}) returning n;");
            match answers.next() {
                Some(Ok(answer)) if sent.is_ok() => confirmed.push(answer.trim().parse()?),
                _ => break,
            }
        }
        drop(statements);
        psql.wait()?;
        Ok(())
    }
}
