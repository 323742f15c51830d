//! The load: so many connections, each asking again as soon as it is answered. That is a closed loop: a target that
//! stalls is asked less meanwhile, so its 99th percentile is kinder than what a stream of strangers would see. Where
//! latency is the question (W12), requests follow a timetable instead and waiting counts from the time they were due.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tokio::task::JoinSet;

use crate::http::Connection;
use crate::seed::scatter;
use crate::statistics::Histogram;

/// Every so many answers are looked into; all are counted, and their status and least length are always checked.
const LOOK_EVERY: u64 = 64;

/// What is asked, and what must be answered.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) port: u16,
    pub(crate) requests: Arc<Vec<Vec<u8>>>,
    pub(crate) order: Order,
    pub(crate) expected: Expected,
}

/// Which request is next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Any, again and again.
    Random,
    /// Each once; when all were sent, the load is over.
    Once,
}

/// How a good answer looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Expected {
    /// The least bytes of its body.
    pub(crate) bytes: usize,
    /// How often a mark stands in it, if it is a list.
    pub(crate) marks: Option<(&'static str, usize)>,
    /// Whether 429 and 503 are answers too: only where being refused is what is measured.
    pub(crate) may_be_refused: bool,
}

impl Expected {
    /// An answer of at least so many bytes.
    pub(crate) const fn bytes(bytes: usize) -> Self {
        Self { bytes, marks: None, may_be_refused: false }
    }

    /// A list of so many, each of at least so many bytes.
    pub(crate) const fn list(mark: &'static str, count: usize, each: usize) -> Self {
        Self { bytes: count * each, marks: Some((mark, count)), may_be_refused: false }
    }
}

/// What came of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outcome {
    pub(crate) answered: u64,
    pub(crate) refused: u64,
    pub(crate) bytes: u64,
    pub(crate) seconds: f64,
    pub(crate) times: Histogram,
}

impl Outcome {
    pub(crate) fn merge(&mut self, other: &Self) {
        self.answered += other.answered;
        self.refused += other.refused;
        self.bytes += other.bytes;
        self.seconds = self.seconds.max(other.seconds);
        self.times.merge(&other.times);
    }
}

/// How the load comes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    pub(crate) connections: usize,
    pub(crate) lasts: Duration,
    /// Requests a second of all connections together, by a timetable; without it, as fast as they are answered.
    pub(crate) rate: Option<f64>,
}

/// Applies the load. Anything but a good answer ends it with an error: a figure beside failures is worth nothing.
pub(crate) async fn run(plan: &Plan, manner: Manner) -> Result<Outcome> {
    let began = Instant::now();
    let next = Arc::new(AtomicUsize::new(0));
    let mut callers = JoinSet::new();
    for number in 0..manner.connections {
        let caller = Caller {
            plan: plan.clone(),
            connection: Connection::open(plan.port).await?,
            next: Arc::clone(&next),
            state: scatter(number as u64 ^ began.elapsed().as_nanos() as u64),
            outcome: Outcome::default(),
        };
        callers.spawn(caller.call(number, manner));
    }
    let mut outcome = Outcome::default();
    while let Some(ended) = callers.join_next().await {
        outcome.merge(&ended.context("a caller")??);
    }
    Ok(outcome)
}

/// One connection's part.
struct Caller {
    plan: Plan,
    connection: Connection,
    next: Arc<AtomicUsize>,
    state: u64,
    outcome: Outcome,
}

impl Caller {
    async fn call(mut self, number: usize, manner: Manner) -> Result<Outcome> {
        let began = Instant::now();
        let pause = manner.rate.map(|rate| manner.connections as f64 / rate);
        let mut turn = 0_u64;
        while began.elapsed() < manner.lasts {
            let Some(index) = self.pick() else { break };
            let due = match pause {
                None => Instant::now(),
                Some(pause) => {
                    let part = number as f64 / manner.connections as f64;
                    let due = began + Duration::from_secs_f64(pause * (turn as f64 + part));
                    tokio::time::sleep_until(due.into()).await;
                    due
                }
            };
            self.ask(index, due, turn).await?;
            turn += 1;
        }
        self.outcome.seconds = began.elapsed().as_secs_f64();
        Ok(self.outcome)
    }

    fn pick(&mut self) -> Option<usize> {
        let count = self.plan.requests.len();
        match self.plan.order {
            Order::Random => {
                self.state = scatter(self.state);
                Some((self.state % count as u64) as usize)
            }
            Order::Once => {
                Some(self.next.fetch_add(1, Ordering::Relaxed)).filter(|next| *next < count)
            }
        }
    }

    async fn ask(&mut self, index: usize, due: Instant, turn: u64) -> Result<()> {
        let Self { plan, connection, outcome, .. } = self;
        let answer = connection.ask(&plan.requests[index]).await?;
        let took = u64::try_from(due.elapsed().as_nanos()).unwrap_or(u64::MAX);
        // Turned away is not answered: its time, which is short, says nothing of the answers'.
        if matches!(answer.status, 429 | 503) && plan.expected.may_be_refused {
            outcome.refused += 1;
            return Ok(());
        }
        outcome.times.add(took);
        let text =
            || String::from_utf8_lossy(&answer.body[..answer.body.len().min(300)]).into_owned();
        ensure!((200..300).contains(&answer.status), "answered {}: {}", answer.status, text());
        ensure!(answer.body.len() >= plan.expected.bytes, "the answer is too short: {}", text());
        if let Some((mark, count)) = plan.expected.marks.filter(|_| turn.is_multiple_of(LOOK_EVERY))
        {
            let found = occurrences(answer.body, mark.as_bytes());
            ensure!(found == count, "{found} rows instead of {count}: {}", text());
        }
        outcome.answered += 1;
        outcome.bytes += answer.body.len() as u64;
        Ok(())
    }
}

fn occurrences(body: &[u8], mark: &[u8]) -> usize {
    body.windows(mark.len()).filter(|window| *window == mark).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_by_their_mark() {
        let body = br#"[{"id":1,"title":"x"},{"id":2,"title":"y"}]"#;
        assert_eq!(occurrences(body, br#""title":"#), 2);
        assert_eq!(occurrences(b"[]", br#""title":"#), 0);
    }
}
