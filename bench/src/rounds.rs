//! Rounds: every target in turn, again and again, so that whatever the machine does meanwhile it does to all of them.
//! The reference stands between two rounds; a round at whose ends it cost something else does not count and is repeated.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::load::{self, Manner, Outcome, Plan};
use crate::machine;
use crate::processes::{Used, proportional_memory, resident_memory};
use crate::report::{Round, Row, Workload};
use crate::sql_load::{self, SqlPlan};
use crate::statistics::Spread;
use crate::stillness::{ends, still, too_few};
use crate::target::Target;

const WARM_UP: Duration = Duration::from_secs(1);
/// How many answers make one worker of a target warm, and how many seconds are spent on all of them at the most.
const WARM_ANSWERS: u64 = 1_000;
const WARM_UPS: usize = 15;

/// Makes a plan.
type Make = Box<dyn FnMut() -> Result<Plan>>;

/// What is asked of a contender.
pub(crate) enum Work {
    /// Requests over HTTP.
    Http(Plan),
    /// Requests of which none may come twice: a new plan for each round.
    Fresh(Make),
    /// Statements straight to PostgreSQL.
    Sql(SqlPlan),
}

/// One of those that are compared.
pub(crate) struct Contender<'a> {
    pub(crate) name: String,
    pub(crate) work: Work,
    /// Without one, the load itself is the client of the database.
    pub(crate) target: Option<&'a Target>,
    /// Whether it is ours, so that whoever is faster stands where we lose.
    pub(crate) is_own: bool,
}

impl<'a> Contender<'a> {
    pub(crate) fn http(name: &str, target: &'a Target, plan: Plan) -> Self {
        let (name, work) = (name.to_owned(), Work::Http(plan));
        Self { name, work, target: Some(target), is_own: false }
    }

    pub(crate) fn sql(name: &str, plan: SqlPlan) -> Self {
        Self { name: name.to_owned(), work: Work::Sql(plan), target: None, is_own: false }
    }

    /// The same as one of ours.
    pub(crate) fn own(self) -> Self {
        Self { is_own: true, ..self }
    }
}

/// How long and how often.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Schedule {
    pub(crate) rounds: usize,
    pub(crate) seconds: u64,
    pub(crate) connections: usize,
}

impl Schedule {
    /// How many rounds there are at most, those included that do not count.
    pub(crate) const fn most_rounds(self) -> usize {
        3 * self.rounds
    }
}

/// Measures all contenders; the first is the base of the ratios. `reference` is the target that keeps still.
pub(crate) async fn measure(
    (id, title, how): (&str, &str, &str),
    schedule: Schedule,
    (reference, postmaster): (&mut Contender<'_>, u32),
    contenders: &mut [Contender<'_>],
) -> Result<Workload> {
    let mut all: Vec<Vec<Round>> = vec![Vec::new(); contenders.len()];
    for contender in &*contenders {
        warm(contender, schedule).await?;
    }
    let mut references = vec![slice(reference, schedule, postmaster).await?.server_us];
    for number in 0..schedule.most_rounds() {
        if still(&references, schedule.rounds).len() == schedule.rounds {
            break;
        }
        for step in 0..contenders.len() {
            // A different one begins each round, so that none always follows the same one.
            let index = (number + step) % contenders.len();
            all[index].push(slice(&mut contenders[index], schedule, postmaster).await?);
        }
        references.push(slice(reference, schedule, postmaster).await?.server_us);
        let count = still(&references, schedule.rounds).len();
        println!("  {id}: round {}, {count} of {} count", number + 1, schedule.rounds);
    }
    let count = still(&references, schedule.rounds);
    let kept = |rounds: Vec<Round>| count.iter().map(|index| rounds[*index]).collect::<Vec<_>>();
    let all: Vec<Vec<Round>> = all.into_iter().map(kept).collect();
    let base = all.first().cloned();
    let rows = contenders.iter().zip(all).enumerate();
    let rows = rows.map(|(index, (contender, rounds))| {
        let row = Row::new(&contender.name, rounds, base.as_deref().filter(|_| index > 0));
        Row { is_own: contender.is_own, ..row }
    });
    let rows = rows.collect();
    let reference = Spread::of(&ends(&references, &count));
    let void = too_few(count.len(), schedule.rounds);
    let repeated = references.len() - 1 - count.len();
    let (id, title, how) = (id.to_owned(), title.to_owned(), how.to_owned());
    let connections = schedule.connections;
    let figures = Vec::new();
    Ok(Workload { id, title, how, connections, rows, figures, reference, repeated, void })
}

/// Before the first round: a runtime that compiles while it runs counts calls and not seconds.
async fn warm(contender: &Contender<'_>, schedule: Schedule) -> Result<()> {
    if matches!(contender.work, Work::Fresh(_)) {
        return Ok(());
    }
    let workers = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let (connections, mut answered) = (schedule.connections, 0);
    for _ in 0..WARM_UPS {
        let manner = Manner { connections, lasts: WARM_UP, rate: None };
        answered += perform(&contender.work, None, manner).await?.answered;
        if answered >= WARM_ANSWERS * workers {
            break;
        }
    }
    Ok(())
}

/// Warms up and measures one contender.
pub(crate) async fn slice(
    contender: &mut Contender<'_>,
    schedule: Schedule,
    postmaster: u32,
) -> Result<Round> {
    let manner = |lasts| Manner { connections: schedule.connections, lasts, rate: None };
    let fresh = match &mut contender.work {
        Work::Fresh(make) => Some(make()?),
        Work::Http(_) | Work::Sql(_) => None,
    };
    // What may come once only warms up by itself.
    if fresh.is_none() {
        perform(&contender.work, None, manner(WARM_UP)).await?;
    }
    let before = look(contender, postmaster)?;
    let lasts = Duration::from_secs(schedule.seconds);
    let outcome = perform(&contender.work, fresh.as_ref(), manner(lasts)).await?;
    let after = look(contender, postmaster)?;
    if let Some(target) = contender.target {
        target.empty_log()?;
    }
    // Work that was made for once and is used up would be a round of nothing.
    let name = &contender.name;
    ensure!(outcome.answered > 0, "{name}: nothing was answered, or nothing was left to ask");
    let memory = |of: fn(u32) -> Result<u64>| contender.target.map_or(Ok(0), |one| of(one.pid()));
    let each = |index: usize| {
        let nanoseconds = after[index].since(&before[index]);
        nanoseconds as f64 / 1_000.0 / outcome.answered.max(1) as f64
    };
    Ok(Round {
        answered: outcome.answered,
        refused: outcome.refused,
        bytes: outcome.bytes,
        seconds: outcome.seconds,
        p50_ms: outcome.times.quantile(0.5),
        p99_ms: outcome.times.quantile(0.99),
        server_us: if contender.target.is_some() { each(0) } else { 0.0 },
        postgres_us: each(1),
        load_us: each(2),
        resident: memory(resident_memory)?,
        proportional: memory(proportional_memory)?,
        load_average: machine::load_average(),
    })
}

async fn perform(work: &Work, fresh: Option<&Plan>, manner: Manner) -> Result<Outcome> {
    match (work, fresh) {
        (Work::Http(plan), _) | (Work::Fresh(_), Some(plan)) => load::run(plan, manner).await,
        (Work::Sql(plan), _) => sql_load::run(plan, manner).await,
        (Work::Fresh(_), None) => Ok(Outcome::default()),
    }
}

/// The time used so far: of the target, of PostgreSQL, of ourselves. PostgreSQL is our own descendant, and so are the
/// targets, so of ourselves only this one process is meant.
fn look(contender: &Contender<'_>, postmaster: u32) -> Result<[Used; 3]> {
    let target = match contender.target {
        Some(target) => Used::by(target.pid())?,
        None => Used::default(),
    };
    Ok([target, Used::by(postmaster)?, Used::alone(std::process::id())?])
}
