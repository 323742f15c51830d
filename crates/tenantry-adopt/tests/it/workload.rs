//! The unchanged application of a sample, at work: readers and writers on connections of its own login, that know nothing of
//! organizations. What they wrote they remember, so that at the end [`Outcome::verify`] can say whether something was lost.
//!
//! One error is expected while a schema changes, and dealt with as applications do: a statement that was prepared before a
//! column came refuses to answer with it. It is counted, prepared again and repeated; every other error is a failure.

mod application;
mod model;
mod session;
mod table;
mod waits;
mod worker;
mod writer;

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;

use crate::samples::Loaded;
use application::Application;
use model::Model;
pub(crate) use waits::Waits;
use worker::Worker;

/// How hard the application works.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Options {
    /// Connections that mostly write.
    pub(crate) writers: u32,
    /// Connections that only read.
    pub(crate) readers: u32,
    /// Operations a second, of each connection.
    pub(crate) rate: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { writers: 2, readers: 1, rate: 50 }
    }
}

/// An application at work.
#[derive(Debug)]
pub(crate) struct Workload {
    stop: CancellationToken,
    workers: Vec<JoinHandle<Worker>>,
    application: &'static Application,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// How long reads took.
    pub(crate) reads: Waits,
    /// How long writes took, a transaction of several statements as one.
    pub(crate) writes: Waits,
    /// Statements that had to be prepared again because the schema changed.
    pub(crate) replanned: usize,
    /// What went wrong, in words; the first ones.
    pub(crate) failures: Vec<String>,
    /// What should be in the database.
    models: Vec<(String, Model)>,
    application: &'static Application,
}

impl Workload {
    /// Sets the application to work, until it is stopped.
    pub(crate) async fn start(loaded: &Loaded, options: Options) -> Self {
        let application = Application::of(loaded.sample);
        let stop = CancellationToken::new();
        let period = Duration::from_secs(1) / options.rate;
        let mut workers = Vec::new();
        for number in 0..options.writers + options.readers {
            let is_writer = number < options.writers;
            let worker = Worker::new(loaded.connect().await, application, number, is_writer);
            workers.push(loaded.tasks().spawn(worker.work(period, stop.clone())));
        }
        Self { stop, workers, application }
    }

    /// Lets every worker finish what it is at.
    pub(crate) async fn stop(self) -> Outcome {
        self.stop.cancel();
        let mut outcome = Outcome {
            reads: Waits::default(),
            writes: Waits::default(),
            replanned: 0,
            failures: Vec::new(),
            models: Vec::new(),
            application: self.application,
        };
        for worker in self.workers {
            outcome.add(worker.await.unwrap());
        }
        outcome
    }
}

impl Outcome {
    fn add(&mut self, worker: Worker) {
        self.reads.add(worker.reads);
        self.writes.add(worker.writes);
        self.replanned += worker.session.replanned;
        self.failures.extend(worker.failures);
        self.models.push((worker.writer.prefix, worker.writer.model));
    }

    /// Compares what was written with what is there, a line for each difference. As an administrator, or row security hides
    /// what is there.
    pub(crate) async fn verify(&self, admin: &Client) -> Vec<String> {
        let mut differences = Vec::new();
        for (prefix, model) in &self.models {
            for (table, wanted) in self.application.tables().into_iter().zip(model.tables()) {
                let found = table.listed(admin, prefix).await;
                differences.extend(model::differences(table.name, wanted, &found));
            }
        }
        differences
    }

    /// How many rows of its own the application left behind.
    pub(crate) fn rows(&self) -> usize {
        self.models.iter().flat_map(|(_, model)| model.tables()).map(|rows| rows.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::Sample;
    use tenantry_testkit::TestDatabase;

    /// An application that hurries, so that two seconds say something.
    const BUSY: Options = Options { writers: 2, readers: 1, rate: 200 };

    #[tokio::test]
    async fn each_application_works_on_its_untouched_database_and_nothing_is_lost() {
        for sample in Sample::ALL {
            let database = TestDatabase::empty().await;
            let loaded = sample.load(&database, 1_000).await;
            let begun = std::time::Instant::now();
            let workload = Workload::start(&loaded, BUSY).await;
            tokio::time::sleep(Duration::from_secs(2)).await;
            let outcome = workload.stop().await;
            assert!(outcome.failures.is_empty(), "{sample:?} {:#?}", outcome.failures);
            assert_eq!(outcome.replanned, 0, "{sample:?}");
            assert!(outcome.reads.count() > 20 && outcome.writes.count() > 20, "{outcome:?}");
            assert!(outcome.reads.longest() >= outcome.reads.percentile(99));
            let now = std::time::Instant::now();
            assert_eq!(outcome.reads.within(begun, now).count(), outcome.reads.count());
            assert_eq!(outcome.reads.within(now, now).count(), 0);
            assert!(outcome.rows() > 20, "{sample:?} {}", outcome.rows());
            let differences = outcome.verify(&database.admin().await).await;
            assert!(differences.is_empty(), "{sample:?} {differences:#?}");
        }
    }

    #[tokio::test]
    async fn a_column_that_comes_and_goes_is_survived_by_preparing_again() {
        for sample in Sample::ALL {
            let database = TestDatabase::empty().await;
            let loaded = sample.load(&database, 1_000).await;
            let admin = database.admin().await;
            let workload = Workload::start(&loaded, BUSY).await;
            for change in ["add column organization_id uuid", "drop column organization_id"] {
                tokio::time::sleep(Duration::from_millis(700)).await;
                for table in Application::of(sample).tables() {
                    let alter = format!("alter table {} {change}", table.name);
                    admin.batch_execute(&alter).await.unwrap();
                }
            }
            tokio::time::sleep(Duration::from_millis(700)).await;
            let outcome = workload.stop().await;
            assert!(outcome.failures.is_empty(), "{sample:?} {:#?}", outcome.failures);
            assert!(outcome.replanned > 0, "{sample:?}");
            assert!(outcome.verify(&admin).await.is_empty(), "{sample:?}");
        }
    }

    #[tokio::test]
    async fn a_lost_a_changed_and_a_foreign_row_are_noticed() {
        let database = TestDatabase::empty().await;
        let loaded = Sample::Voiceforge.load(&database, 1_000).await;
        let workload = Workload::start(&loaded, BUSY).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let outcome = workload.stop().await;
        let admin = database.admin().await;
        assert!(outcome.verify(&admin).await.is_empty());
        for spoil in [
            "delete from content_chunks where id = (select max(id) from content_chunks)",
            "update content_chunks set text = 'other' where id = (select max(id) from content_chunks)",
            "insert into content_chunks (content_id, chunk_index, text, metadata)
                 select content_id, 0, text, jsonb_build_object('key', metadata->>'key' || 'x')
                 from content_chunks where id = (select max(id) from content_chunks)",
        ] {
            let known = outcome.verify(&admin).await.len();
            admin.batch_execute(spoil).await.unwrap();
            let noticed = outcome.verify(&admin).await;
            assert_eq!(noticed.len(), known + 1, "{spoil} {noticed:?}");
        }
    }

    #[tokio::test]
    async fn an_error_that_no_application_expects_is_a_failure() {
        let database = TestDatabase::empty().await;
        let loaded = Sample::Aicos.load(&database, 1_000).await;
        let workload = Workload::start(&loaded, BUSY).await;
        let admin = database.admin().await;
        let spoil = "alter table agent_content_items add column organization_id uuid not null
                     default '00000000-0000-0000-0000-000000000001';
                     alter table agent_content_items alter column organization_id drop default";
        admin.batch_execute(spoil).await.unwrap();
        tokio::time::sleep(Duration::from_millis(500)).await;
        let failures = workload.stop().await.failures;
        assert!(failures.iter().any(|failure| failure.contains("organization_id")), "{failures:?}");
    }
}
