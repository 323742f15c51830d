//! W11: does it matter how many organizations there are? A list on each size, beside the same statement without HTTP:
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
        how: "The ten newest documents of a random organization, as many as every organization has at every size, on 100, 10,000 and 1,000,000 organizations, beside the same statement without HTTP and without a policy. The overhead is the CPU time of server and PostgreSQL for a request, less PostgreSQL's for the raw statement of the same round. The sizes are measured one after the other, minutes apart, so the overheads are compared in answers of the reference, which tells how fast the machine was meanwhile.".to_owned(),
        connections: schedule(options).connections,
        ..Workload::default()
    };
    let mut overheads = Vec::new();
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
        all.figures.extend(figures(&name, &one));
        overheads.extend(overhead(&one).zip(one.reference).map(|(own, hello)| own / hello.median));
        for row in one.rows {
            all.rows.push(Row { name: format!("{name}: {}", row.name), ..row });
        }
        all.void = all.void.or_else(|| one.void.map(|why| format!("size {}: {why}", size.name())));
        all.repeated += one.repeated;
    }
    all.figures.extend(difference(&overheads));
    Ok(all)
}

async fn on(stage: &Stage, options: &Options) -> Result<Workload> {
    let mut contenders = list::shorter(stage)?;
    let postmaster = stage.postgres.postmaster()?;
    let id = format!("W11 {}", stage.generated.size.name());
    let name = (id.as_str(), "scale", "");
    measure_rounds(name, schedule(options), (&mut stage.reference(), postmaster), &mut contenders)
        .await
}

/// What is told of a size beside its rates.
fn figures(name: &str, one: &Workload) -> Vec<Figure> {
    let figure = |what: &str, value: f64, unit: &str| Figure {
        name: format!("{what}, {name}"),
        value,
        unit: unit.to_owned(),
    };
    let own = one.rows.iter().find(|row| row.is_own).and_then(|row| row.rounds.last());
    let held = own.map(|round| round.resident as f64 / 1_048_576.0);
    let all = [
        overhead(one).map(|value| figure("overhead", value, "µs")),
        one.reference.map(|hello| figure("an answer of the reference", hello.median, "µs")),
        held.map(|megabytes| figure("resident memory of the server", megabytes, "MB")),
    ];
    all.into_iter().flatten().collect()
}

/// What a request costs more than its statement, in microseconds.
fn overhead(one: &Workload) -> Option<f64> {
    let [raw, own] = one.rows.as_slice() else { return None };
    let each = own.rounds.iter().zip(&raw.rounds);
    let each: Vec<f64> = each.map(|(own, raw)| own.total_us() - raw.total_us()).collect();
    Some(Spread::of(&each)?.median)
}

/// How far the overheads lie apart: the largest beside the least. Only where every size was measured.
fn difference(overheads: &[f64]) -> Option<Figure> {
    let all = Spread::of(overheads)
        .filter(|all| overheads.len() == Size::ALL.len() && all.least > 0.0)?;
    let value = (all.most / all.least - 1.0) * 100.0;
    let name = "overheads, in answers of the reference, differ by".to_owned();
    Some(Figure { name, value, unit: "%".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Round;

    #[test]
    fn overheads_differ_only_where_every_size_was_measured() {
        assert!(difference(&[5.0, 5.2]).is_none());
        let all = difference(&[5.0, 5.2, 5.5]).unwrap();
        assert!((all.value - 10.0).abs() < 1e-9, "{}", all.value);
    }

    #[test]
    fn the_overhead_is_what_a_request_costs_beyond_its_statement() {
        let round = |server_us, postgres_us| Round { server_us, postgres_us, ..Round::default() };
        let raw = Row::new("raw SQL", vec![round(0.0, 40.0), round(0.0, 50.0)], None);
        let own = Row::new("tenantry", vec![round(90.0, 140.0), round(95.0, 145.0)], None);
        let one = Workload { rows: vec![raw, own], ..Workload::default() };
        assert_eq!(overhead(&one), Some(190.0));
    }
}
