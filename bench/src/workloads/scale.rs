//! W11: does it matter how many organizations there are? The list on each size, beside the same statement without HTTP:
//! what the data costs, it costs both; the difference is the server's.

use anyhow::Result;

use crate::data::Generated;
use crate::options::Options;
use crate::report::{Figure, Row, Workload};
use crate::rounds::measure as measure_rounds;
use crate::size::Size;
use crate::statistics::Spread;
use crate::suite::{Stage, schedule};
use crate::workloads::list;

/// The sizes that were asked for; without a word, those up to the size of the run.
fn sizes(options: &Options) -> Vec<Size> {
    if !options.scale.is_empty() {
        return options.scale.clone();
    }
    let last = Size::ALL.iter().position(|size| *size == options.size).unwrap_or(0);
    Size::ALL[..=last].to_vec()
}

/// All sizes, one after the other.
pub(crate) async fn measure(options: &Options, made: &mut Vec<Generated>) -> Result<Workload> {
    let mut all = Workload {
        id: "W11".to_owned(),
        title: "scale".to_owned(),
        how: "W1 on 100, 10,000 and 1,000,000 organizations, beside the same statement without HTTP, without a policy. The overhead is the CPU time of server and PostgreSQL for a request, less PostgreSQL's for the raw statement of the same round.".to_owned(),
        connections: schedule(options).connections,
        ..Workload::default()
    };
    for size in sizes(options) {
        // What was made for the other workloads is never made anew here.
        let stage = Stage::set(&options.keeping(), size).await?;
        let one = on(&stage, options).await;
        if !made.iter().any(|known| known.size == size) {
            made.push(stage.generated.clone());
        }
        stage.clear().await?;
        let one = one?;
        let name = format!("{} ({} organizations)", size.name(), size.organizations());
        all.figures.extend(overhead(&name, &one.rows));
        for row in one.rows {
            all.rows.push(Row { name: format!("{name}: {}", row.name), ..row });
        }
        all.void = all.void.or_else(|| one.void.map(|why| format!("size {}: {why}", size.name())));
        all.reference = all.reference.or(one.reference);
        all.repeated += one.repeated;
    }
    all.figures.extend(spread(&all.figures));
    Ok(all)
}

async fn on(stage: &Stage, options: &Options) -> Result<Workload> {
    let mut contenders =
        vec![list::raw(stage), list::tenanted(stage, "tenantry", &stage.tenantry)?];
    let postmaster = stage.postgres.postmaster()?;
    let id = format!("W11 {}", stage.generated.size.name());
    let name = (id.as_str(), "scale", "");
    measure_rounds(name, schedule(options), (&mut stage.reference(), postmaster), &mut contenders)
        .await
}

fn overhead(name: &str, rows: &[Row]) -> Option<Figure> {
    let [raw, own] = rows else { return None };
    let each = own.rounds.iter().zip(&raw.rounds);
    let each: Vec<f64> = each.map(|(own, raw)| own.total_us() - raw.total_us()).collect();
    let value = Spread::of(&each)?.median;
    Some(Figure { name: format!("overhead, {name}"), value, unit: "µs".to_owned() })
}

/// How far the overheads lie apart: of the largest, as a part of the least.
fn spread(figures: &[Figure]) -> Option<Figure> {
    let values: Vec<f64> = figures.iter().map(|figure| figure.value).collect();
    let all = Spread::of(&values).filter(|all| values.len() > 1 && all.least > 0.0)?;
    let value = (all.most / all.least - 1.0) * 100.0;
    let name = "overheads differ by".to_owned();
    Some(Figure { name, value, unit: "%".to_owned() })
}
