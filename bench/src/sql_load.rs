//! The load without HTTP: the same statements straight to PostgreSQL, one thread a connection. What a target costs beyond
//! this is the price of everything between a client and its database.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::load::{Manner, Outcome};
use crate::seed::scatter;
use crate::wire::{Address, Group, Wire};

/// Every thread of every round so far.
static RUNS: AtomicU64 = AtomicU64::new(0);

/// Makes the next group from a random number and the process at the other end; nothing when there is no more to do.
type Make = dyn Fn(u64, i32) -> Option<Group> + Send + Sync;

/// What is sent.
#[derive(Clone)]
pub(crate) struct SqlPlan {
    address: Address,
    statements: Arc<Vec<&'static str>>,
    make: Arc<Make>,
    /// How many rows each group answers, if always the same.
    rows: Option<usize>,
    /// Open connections, kept from one round to the next: opening one costs more than many statements.
    idle: Arc<Mutex<Vec<Wire>>>,
}

impl fmt::Debug for SqlPlan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SqlPlan")
            .field("statements", &self.statements)
            .finish_non_exhaustive()
    }
}

impl SqlPlan {
    pub(crate) fn new(
        address: Address,
        statements: Vec<&'static str>,
        rows: Option<usize>,
        make: impl Fn(u64, i32) -> Option<Group> + Send + Sync + 'static,
    ) -> Self {
        let (statements, make) = (Arc::new(statements), Arc::new(make));
        Self { address, statements, make, rows, idle: Arc::default() }
    }

    fn connection(&self) -> Result<Wire> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| Wire::open(&self.address, &self.statements), Ok)
    }

    fn give_back(&self, wire: Wire) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(wire);
    }
}

/// Applies the load.
pub(crate) async fn run(plan: &SqlPlan, manner: Manner) -> Result<Outcome> {
    let plan = plan.clone();
    tokio::task::spawn_blocking(move || run_blocking(&plan, manner)).await.context("the load")?
}

fn run_blocking(plan: &SqlPlan, manner: Manner) -> Result<Outcome> {
    let wires: Vec<Wire> =
        (0..manner.connections).map(|_| plan.connection()).collect::<Result<_>>()?;
    let ended: Vec<Result<Outcome>> = std::thread::scope(|scope| {
        let threads: Vec<_> = wires
            .into_iter()
            .enumerate()
            .map(|(number, wire)| scope.spawn(move || call(plan, wire, manner, number as u64)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| anyhow::anyhow!("a thread panicked"))?)
            .collect()
    });
    let mut outcome = Outcome::default();
    for one in ended {
        outcome.merge(&one?);
    }
    Ok(outcome)
}

fn call(plan: &SqlPlan, mut wire: Wire, manner: Manner, number: u64) -> Result<Outcome> {
    let began = Instant::now();
    // Another sequence each time, or each round would ask what the one before has warmed.
    let mut state = scatter(number ^ (RUNS.fetch_add(1, Ordering::Relaxed) << 16));
    let mut outcome = Outcome::default();
    while began.elapsed() < manner.lasts {
        state = scatter(state);
        let asked = Instant::now();
        let Some(group) = (plan.make)(state, wire.backend()) else { break };
        let rows = wire.run(&group)?;
        outcome.times.add(u64::try_from(asked.elapsed().as_nanos()).unwrap_or(u64::MAX));
        ensure!(plan.rows.is_none_or(|wanted| wanted == rows), "{rows} rows came back");
        outcome.answered += 1;
    }
    outcome.seconds = began.elapsed().as_secs_f64();
    plan.give_back(wire);
    Ok(outcome)
}
