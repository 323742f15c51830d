//! W12: one organization searches all its documents and writes, as fast as it is answered; what do the others feel? The
//! others come by a timetable, and a request that had to wait for its turn counts from the time it was due.

use std::time::Duration;

use anyhow::Result;

use crate::http::request;
use crate::load::{self, Expected, Manner, Plan};
use crate::machine;
use crate::processes::Used;
use crate::report::{Figure, Round, Row, Workload};
use crate::rounds::{Schedule, slice};
use crate::serve::Kind;
use crate::statistics::Spread;
use crate::stillness::{ends, still, too_few};
use crate::suite::{Stage, plan};
use crate::target::Target;

/// Requests a second of all the others together: less than the machine can do, or they would be their own noise.
const RATE: f64 = 400.0;
const BODY: &str = r#"{"title":"Noise","body":"The body of this document is a hundred bytes long, as said, so that it weighs as much as the others."}"#;

/// Others alone, beside the noise, and beside the noise with the limits that a server has by default.
pub(crate) async fn measure(stage: &Stage, schedule: Schedule) -> Result<Workload> {
    let limited = Target::start(Kind::TenantryLimited, &stage.postgres).await?;
    let cases = [
        ("others alone", &stage.tenantry, false),
        ("others beside it, without limits", &stage.tenantry, true),
        ("others beside it, limits by default", &limited, true),
    ];
    let postmaster = stage.postgres.postmaster()?;
    let mut hello = stage.reference();
    for (_, target, is_noisy) in &cases {
        round(stage, target, Schedule { seconds: 1, ..schedule }, *is_noisy).await?;
    }
    let mut all = [Vec::new(), Vec::new(), Vec::new()];
    let mut noise = [Vec::new(), Vec::new(), Vec::new()];
    let mut references = vec![slice(&mut hello, schedule, postmaster).await?.server_us];
    for number in 0..schedule.most_rounds() {
        if still(&references, schedule.rounds).len() == schedule.rounds {
            break;
        }
        for step in 0..cases.len() {
            let index = (number + step) % cases.len();
            let (_, target, is_noisy) = cases[index];
            let (round, answered) = round(stage, target, schedule, is_noisy).await?;
            all[index].push(round);
            noise[index].push(answered);
        }
        references.push(slice(&mut hello, schedule, postmaster).await?.server_us);
        let count = still(&references, schedule.rounds).len();
        println!("  W12: round {}, {count} of {} count", number + 1, schedule.rounds);
    }
    stage.tidy().await?;
    let count = still(&references, schedule.rounds);
    let all = all.map(|rounds| count.iter().map(|index| rounds[*index]).collect::<Vec<Round>>());
    let noise = noise.map(|rates| count.iter().map(|index| rates[*index]).collect::<Vec<f64>>());
    let base = all[0].clone();
    let void = too_few(count.len(), schedule.rounds).or_else(|| stalled(&base));
    let rows = cases.iter().zip(all).enumerate();
    let rows = rows.map(|(index, ((name, ..), rounds))| {
        let row = Row::new(name, rounds, Some(base.as_slice()).filter(|_| index > 0));
        Row { is_own: index > 0, ..row }
    });
    let rows = rows.collect();
    let figures = [(1, "without limits"), (2, "limits by default")];
    let figures = figures.into_iter().filter_map(|(index, name)| {
        let rate = Spread::of(&noise[index])?;
        let name = format!("answers of the noisy organization, {name}");
        Some(Figure { name, value: rate.median, unit: "a second".to_owned() })
    });
    Ok(Workload {
        id: "W12".to_owned(),
        title: "a noisy neighbour".to_owned(),
        how: format!(
            "One organization, on {} connections, searches all its documents and writes, as fast as it is answered; 2,000 others list theirs, {RATE} requests a second in all by a timetable. The default limits count by the minute: the noisy organization spends its minute's share in a burst, and is refused until the minute is over. Only the noise may be refused (429, 503); another who is ends the run.",
            schedule.connections
        ),
        connections: schedule.connections,
        rows,
        figures: figures.collect(),
        reference: Spread::of(&ends(&references, &count)),
        repeated: references.len() - 1 - count.len(),
        void,
    })
}

/// Others whom nobody disturbs, and who are not answered in time all the same, are nothing to compare with.
fn stalled(alone: &[Round]) -> Option<String> {
    let rate = Spread::of(&alone.iter().map(Round::rate).collect::<Vec<_>>())?.median;
    (rate < 0.95 * RATE).then(|| {
        format!("nobody disturbed the others, and they were answered {rate:.0} times a second instead of {RATE}")
    })
}

/// One round of the others, and how often a second the noise was answered.
async fn round(
    stage: &Stage,
    target: &Target,
    schedule: Schedule,
    is_noisy: bool,
) -> Result<(Round, f64)> {
    let lasts = Duration::from_secs(schedule.seconds);
    let others = Manner { connections: 16, lasts, rate: Some(RATE) };
    let full = Manner { connections: schedule.connections, lasts, rate: None };
    let (quiet, loud) = (quiet(stage, target)?, loud(stage, target)?);
    let postmaster = stage.postgres.postmaster()?;
    let look = || Ok::<_, anyhow::Error>((Used::by(target.pid())?, Used::by(postmaster)?));
    let before = look()?;
    let (outcome, noise) = if is_noisy {
        tokio::try_join!(load::run(&quiet, others), load::run(&loud, full))?
    } else {
        (load::run(&quiet, others).await?, load::Outcome::default())
    };
    let after = look()?;
    target.empty_log()?;
    let all = (outcome.answered + noise.answered).max(1) as f64;
    let round = Round {
        answered: outcome.answered,
        refused: outcome.refused,
        bytes: outcome.bytes,
        seconds: outcome.seconds,
        p50_ms: outcome.times.quantile(0.5),
        p99_ms: outcome.times.quantile(0.99),
        server_us: after.0.since(&before.0) as f64 / 1_000.0 / all,
        postgres_us: after.1.since(&before.1) as f64 / 1_000.0 / all,
        load_average: machine::load_average(),
        ..Round::default()
    };
    Ok((round, noise.answered as f64 / schedule.seconds as f64))
}

fn quiet(stage: &Stage, target: &Target) -> Result<Plan> {
    stage.with_tokens(target, ("GET", Expected::bytes(1_000)), |_| {
        ("/bench/documents".to_owned(), None)
    })
}

fn loud(stage: &Stage, target: &Target) -> Result<Plan> {
    let token = stage.mint.token(&stage.mint.caller(0)?)?;
    let headers = [format!("authorization: Bearer {token}")];
    let requests = vec![
        request("GET", "/bench/scan", &headers, None),
        request("POST", "/bench/documents", &headers, Some(BODY)),
    ];
    Ok(plan(target, requests, Expected { may_be_refused: true, ..Expected::bytes(1) }))
}
