//! One application of a plan: when each thing happened, and how large the database was meanwhile.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use tenantry_adopt::plan::Plan;
use tenantry_adopt::progress::Event;
use tenantry_adopt::run::{self, Installation, Observer, Options, Work};
use tenantry_adopt::step::Phase;
use tenantry_adopt::task::Sources;
use tenantry_testkit::secret;
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;

use crate::adoption::Adoption;
use crate::workload::Waits;

/// What happened, and when.
#[derive(Debug)]
pub(crate) struct Course {
    pub(crate) began: Instant,
    pub(crate) ended: Instant,
    pub(crate) events: Vec<(Instant, Event)>,
    /// The largest that it was.
    pub(crate) peak: Sizes,
}

/// How much room there is taken, in bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sizes {
    /// `content_chunks` with what it has had from the beginning.
    pub(crate) table: i64,
    /// Its indexes that begin with the organization.
    pub(crate) added: i64,
    /// Everything.
    pub(crate) database: i64,
}

const SIZES: &str = "select pg_table_size(t.oid) + coalesce(sum(pg_relation_size(i.indexrelid)) filter (where not i.is_new), 0)::int8, \
           coalesce(sum(pg_relation_size(i.indexrelid)) filter (where i.is_new), 0)::int8, pg_database_size(current_database()) \
      from (select 'content_chunks'::regclass::oid) as t (oid) \
      left join (select x.indrelid, x.indexrelid, pg_get_indexdef(x.indexrelid) like '%organization_id%' as is_new from pg_index x) as i on i.indrelid = t.oid \
     group by t.oid";

impl Sizes {
    pub(crate) async fn of(client: &Client) -> Self {
        // An index may be dropped between being listed and being looked at.
        let Ok(row) = client.query_one(SIZES, &[]).await else { return Self::default() };
        Self { table: row.get(0), added: row.get(1), database: row.get(2) }
    }

    fn larger(self, other: Self) -> Self {
        Self {
            table: self.table.max(other.table),
            added: self.added.max(other.added),
            database: self.database.max(other.database),
        }
    }
}

/// Applies a plan up to a phase.
pub(crate) async fn apply(adoption: &Adoption, plan: Option<&Plan>, until: Phase) -> Course {
    let options = Options { until, accepts_denials: true, ..Options::default() };
    let events = Mutex::new(Vec::new());
    let tell = |event| events.lock().unwrap().push((Instant::now(), event));
    let (address, secret, keys) =
        (adoption.database.admin_config(), secret(), adoption.database.keys());
    let work = Work {
        address: &address,
        options: &options,
        observer: Observer(&tell),
        stop: &adoption.stop,
        sources: Sources::PLAIN,
    };
    let looking = CancellationToken::new();
    let client = adoption.database.admin().await;
    let began = Instant::now();
    let applying = async {
        let done = run::apply(work, plan, Installation { secret: &secret, keys: &keys }).await;
        looking.cancel();
        (done.unwrap(), Instant::now())
    };
    let ((_, ended), peak) = tokio::join!(applying, peak(&client, &looking));
    Course { began, ended, events: events.into_inner().unwrap(), peak }
}

async fn peak(client: &Client, looking: &CancellationToken) -> Sizes {
    let mut peak = Sizes::default();
    while !looking.is_cancelled() {
        peak = peak.larger(Sizes::of(client).await);
        tokio::select! {
            () = looking.cancelled() => {}
            () = tokio::time::sleep(Duration::from_millis(250)) => {}
        }
    }
    peak.larger(Sizes::of(client).await)
}

impl Course {
    /// From a phase's begin to its end.
    pub(crate) fn phase(&self, wanted: Phase) -> Option<(Instant, Instant)> {
        let begun = self.events.iter().find(
            |(_, event)| matches!(event, Event::PhaseBegun { phase, .. } if *phase == wanted),
        )?;
        let done = self.events.iter().find(
            |(_, event)| matches!(event, Event::PhaseDone { progress } if progress.phase == wanted),
        )?;
        Some((begun.0, done.0))
    }

    /// Seconds of a phase.
    pub(crate) fn seconds(&self, wanted: Phase) -> f64 {
        self.phase(wanted).map_or(0.0, |(from, to)| (to - from).as_secs_f64())
    }

    /// Seconds that the rows of `content_chunks` took: to the last batch, and to the end of the step with its vacuum.
    pub(crate) fn chunks(&self) -> (f64, f64) {
        let is_it = |event: &Event| matches!(event, Event::StepBegun { title, .. } if title == "give the rows of content_chunks their organization");
        let first = self.events.iter().position(|(_, event)| is_it(event)).unwrap();
        let (begun, rest) = (self.events[first].0, &self.events[first..]);
        let done =
            rest.iter().position(|(_, event)| matches!(event, Event::StepDone { .. })).unwrap();
        let batch =
            rest[..done].iter().rfind(|(_, event)| matches!(event, Event::Batch { .. })).unwrap();
        ((batch.0 - begun).as_secs_f64(), (rest[done].0 - begun).as_secs_f64())
    }

    /// The longest locks: phase, title, held and waited for in milliseconds.
    pub(crate) fn locks(&self) -> Vec<(Phase, String, f64, f64)> {
        let mut found = Vec::new();
        let (mut phase, mut title) = (Phase::Prepare, String::new());
        for (_, event) in &self.events {
            match event {
                Event::PhaseBegun { phase: begun, .. } => phase = *begun,
                Event::StepBegun { title: begun, .. } => title.clone_from(begun),
                Event::StepDone { longest_lock, waited, .. } => found.push((
                    phase,
                    title.clone(),
                    longest_lock.as_secs_f64() * 1e3,
                    waited.as_secs_f64() * 1e3,
                )),
                _ => {}
            }
        }
        found.sort_by(|one, other| other.2.total_cmp(&one.2));
        found
    }

    /// What slowed it, or was in its way.
    pub(crate) fn troubles(&self) -> Vec<String> {
        let told = self.events.iter().filter_map(|(_, event)| match event {
            Event::Slowed { reason } => Some(reason.clone()),
            Event::Blocked { table, attempt, .. } => {
                Some(format!("{} blocked, try {attempt}", table.shown()))
            }
            _ => None,
        });
        told.collect()
    }
}

/// `longest / p99` of so many, in milliseconds.
pub(crate) fn waits(waits: &Waits) -> String {
    let ms = |wait: Duration| wait.as_secs_f64() * 1e3;
    format!(
        "{:>7.1} longest {:>7.1} p99 ms of {}",
        ms(waits.longest()),
        ms(waits.percentile(99)),
        waits.count()
    )
}
