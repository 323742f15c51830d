//! Whole adoptions of the four sample databases, with their unchanged applications at work.

mod interrupted;
mod refused;
mod rows_kept;
mod samples_adopted;
pub(crate) mod taken_back;

use std::sync::Mutex;

use tenantry_adopt::AdoptError;
use tenantry_adopt::classification::{Class, Mode};
use tenantry_adopt::plan::{Plan, Request, plan};
use tenantry_adopt::progress::Event;
use tenantry_adopt::run::{self, Installation, Observer, Options, Outcome, UndoOptions, Work};
use tenantry_adopt::step::Phase;
use tenantry_adopt::task::Sources;
use tenantry_testkit::{TestDatabase, secret};
use tokio_util::sync::CancellationToken;

use crate::samples::{GroundTruth, Loaded, Sample};

/// A sample that is being adopted.
pub(crate) struct Adoption {
    pub(crate) database: TestDatabase,
    pub(crate) loaded: Loaded,
    pub(crate) events: Mutex<Vec<Event>>,
    pub(crate) stop: CancellationToken,
}

impl Adoption {
    /// A sample with about so many rows.
    pub(crate) async fn of(sample: Sample, rows: u64) -> Self {
        let database = TestDatabase::empty().await;
        let loaded = sample.load(&database, rows).await;
        if let Some(needed) = needed_first(sample) {
            loaded.connect().await.batch_execute(needed).await.unwrap();
        }
        Self { database, loaded, events: Mutex::default(), stop: CancellationToken::new() }
    }

    /// The plan, with everything that is asked answered as the ground truth says.
    pub(crate) async fn plan(&self, mode: Mode) -> Plan {
        let request = self.request(mode).await;
        let made = plan(&self.database.admin_config(), &request, &|_| ()).await.unwrap();
        let open: Vec<_> = made
            .findings
            .iter()
            .filter(|finding| finding.weight == tenantry_adopt::finding::Weight::Decision)
            .collect();
        assert!(!made.steps.is_empty(), "{:?}: {open:#?}", self.loaded.sample);
        assert_eq!(made.objections(), Vec::<String>::new());
        made
    }

    async fn request(&self, mode: Mode) -> Request {
        let truth = GroundTruth::of(self.loaded.sample);
        let root = match self.loaded.sample {
            Sample::Voiceforge => Some("crawls".to_owned()),
            _ => truth.split.as_ref().map(|split| split.root.clone()),
        };
        let root = root.map(|name| tenantry_adopt::name::TableName::new("public", name));
        Request {
            mode: Some(mode),
            root: root.filter(|_| mode == Mode::Split),
            logins: vec![self.loaded.login.clone()],
            answers: Some(answers(&truth, mode)),
            ..Request::default()
        }
    }

    /// Applies up to a phase.
    pub(crate) async fn apply(
        &self,
        plan: Option<&Plan>,
        until: Phase,
    ) -> Result<Outcome, AdoptError> {
        let options = Options { until, ..Options::default() };
        self.apply_as(plan, options).await
    }

    pub(crate) async fn apply_as(
        &self,
        plan: Option<&Plan>,
        options: Options,
    ) -> Result<Outcome, AdoptError> {
        self.working(options, async |work, installation| run::apply(work, plan, installation).await)
            .await
    }

    pub(crate) async fn rollback(&self, undo: &UndoOptions) -> Result<Outcome, AdoptError> {
        let rolling = async |work: Work<'_>, installation: Installation<'_>| {
            run::rollback(work, undo, installation).await
        };
        self.working(Options::default(), rolling).await
    }

    pub(crate) async fn finish(&self) -> Result<Outcome, AdoptError> {
        let finishing = async |work: Work<'_>, installation: Installation<'_>| {
            run::finish(work, installation).await
        };
        self.working(Options::default(), finishing).await
    }

    /// Lets something work on the database, and keeps what it tells.
    async fn working(
        &self,
        options: Options,
        run: impl AsyncFnOnce(Work<'_>, Installation<'_>) -> Result<Outcome, AdoptError>,
    ) -> Result<Outcome, AdoptError> {
        let (address, secret, keys) =
            (self.database.admin_config(), secret(), self.database.keys());
        let tell = |event| self.events.lock().unwrap().push(event);
        let work = Work {
            address: &address,
            options: &options,
            observer: Observer(&tell),
            stop: &self.stop,
            sources: Sources::PLAIN,
        };
        run(work, Installation { secret: &secret, keys: &keys }).await
    }

    /// Enforced and attacked, whatever the application still sends.
    pub(crate) async fn enforce(&self, plan: Option<&Plan>) -> Result<Outcome, AdoptError> {
        self.apply_as(
            plan,
            Options { until: Phase::Prove, accepts_denials: true, ..Options::default() },
        )
        .await
    }
}

/// What the plan asks a person to change before anything is applied.
fn needed_first(sample: Sample) -> Option<&'static str> {
    match sample {
        Sample::Insaight => Some(
            "alter table daily_usage add column row_id bigint generated always as identity primary key",
        ),
        Sample::Teamos | Sample::Aicos | Sample::Voiceforge => None,
    }
}

/// What somebody who knows the application answers.
pub(crate) fn answers(truth: &GroundTruth, mode: Mode) -> String {
    let mut text = String::new();
    for (table, known) in &truth.tables {
        let class = match known.class {
            Class::Tenant => "tenant",
            Class::Shared => "shared",
            Class::Identity => "identity",
            Class::Infrastructure => "infrastructure",
        };
        let name = tenantry_adopt::name::TableName::new("public", table).to_string();
        text.push_str(&format!("[tables.{}]\nclass = \"{class}\"\n", toml_key(&name)));
        if table == "agent_content_items" {
            // A view of the application groups by this key.
            text.push_str("keep = [\"agent_content_items_pkey\"]\n");
        }
        if mode == Mode::Split && known.class == Class::Tenant {
            text.push_str("orphans = \"default\"\n");
        }
    }
    text
}

fn toml_key(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}
