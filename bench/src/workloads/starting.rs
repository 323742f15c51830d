//! W15: how long until the first answer, and what a server holds that nobody asks anything. It is `tenantry serve` itself
//! with its private cluster, as somebody starts it who tries it out.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::options::Options;
use crate::processes::{proportional_memory, tree};
use crate::report::{Figure, Workload};
use crate::statistics::Spread;
use crate::target::{Target, free_port};

/// How long nobody asks before memory is looked at.
const IDLE: Duration = Duration::from_secs(30);
const STARTS: usize = 3;

/// Cold and warm starts, then idle memory.
pub(crate) async fn measure(options: &Options) -> Result<Workload> {
    let beside = std::env::current_exe().context("this program")?.with_file_name("tenantry");
    let named = options.binary.as_ref().unwrap_or(&beside);
    let binary = named.canonicalize();
    let binary = binary.with_context(|| format!("{}: build it first", named.display()))?;
    let folder = options.folder.join("start");
    let (mut cold, mut warm) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        if folder.exists() {
            std::fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
        }
        let server = start(&binary, &folder).await?;
        cold.push(server.ready_after.as_secs_f64());
        server.stop().await?;
        let server = start(&binary, &folder).await?;
        warm.push(server.ready_after.as_secs_f64());
        server.stop().await?;
    }
    let server = start(&binary, &folder).await?;
    tokio::time::sleep(IDLE).await;
    // The server is the group's leader; what it has started is its cluster.
    let own = memory_alone(server.pid())?;
    let all = proportional_memory(server.pid())?;
    let processes = tree(server.pid())?.len();
    ensure!(processes > 1, "the cluster is no child of the server, so its memory is not seen");
    server.stop().await?;
    let megabytes = |bytes: u64| bytes as f64 / 1_048_576.0;
    let median = |values: &[f64]| Spread::of(values).map_or(0.0, |spread| spread.median);
    Ok(Workload {
        id: "W15".to_owned(),
        title: "start and idle".to_owned(),
        how: format!(
            "`tenantry serve` with its private cluster, from the start of the process to the first 200 of /readyz, medians of {STARTS}; memory (proportional share) after 30 s without a request."
        ),
        figures: vec![
            figure("cold start, with initdb", median(&cold), "s"),
            figure("warm start", median(&warm), "s"),
            figure("idle, the server", megabytes(own), "MB"),
            figure("idle, with its cluster", megabytes(all), "MB"),
        ],
        ..Workload::default()
    })
}

async fn start(binary: &Path, folder: &Path) -> Result<Target> {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let port = free_port()?;
    let mut command = Command::new(binary);
    command.args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--data-dir"]);
    command.arg(folder.canonicalize()?.join("data")).current_dir(folder);
    for name in ["DATABASE_URL", "TENANTRY_ADMIN_DATABASE_URL", "JWT_SECRET_KEY"] {
        command.env_remove(name);
    }
    Target::spawn("serve", command, port, ("/readyz", folder)).await
}

fn memory_alone(process: u32) -> Result<u64> {
    let path = format!("/proc/{process}/smaps_rollup");
    let text = std::fs::read_to_string(&path).context(path)?;
    Ok(crate::processes::kilobytes(&text, "Pss:") * 1024)
}

fn figure(name: &str, value: f64, unit: &str) -> Figure {
    Figure { name: name.to_owned(), value, unit: unit.to_owned() }
}
