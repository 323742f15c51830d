//! A database that no rule was written for goes the whole way: planned with a handful of answers, enforced, attacked, and
//! taken back.

use tenantry_adopt::classification::Mode;
use tenantry_adopt::name::TableName;
use tenantry_adopt::plan::{Plan, Request, plan};
use tenantry_adopt::progress::State;
use tenantry_adopt::run::{self, Installation, Observer, Options, UndoOptions, Work};
use tenantry_adopt::step::Phase;
use tenantry_adopt::task::Sources;
use tenantry_prove::report::Severity;
use tenantry_testkit::{TestDatabase, secret};
use tokio_postgres::NoTls;
use tokio_util::sync::CancellationToken;

use crate::beyond::STRANGERS;
use crate::samples::contents_checksum;
use crate::tasks::dump;

/// One of the strangers, owned by a login that has no other rights.
struct Adopted {
    database: TestDatabase,
    login: String,
}

impl Adopted {
    async fn of(stranger: &str) -> Self {
        let sql = STRANGERS.iter().find(|it| it.name == stranger).unwrap().sql;
        let database = TestDatabase::empty().await;
        let login = format!("{}_app", database.name());
        let owns = format!(
            "drop role if exists {login}; create role {login} login password 'only-for-tests'; \
             alter database {} owner to {login}",
            database.name()
        );
        database.admin().await.batch_execute(&owns).await.unwrap();
        let mut config = database.admin_config();
        config.user(&login).password("only-for-tests");
        let (client, connection) = config.connect(NoTls).await.unwrap();
        database.tasks().spawn(connection);
        client.batch_execute(sql).await.unwrap();
        client.batch_execute("analyze").await.unwrap();
        Self { database, login }
    }

    async fn plan(&self, mode: Mode, root: Option<&str>, answers: &str) -> Plan {
        let request = Request {
            mode: Some(mode),
            root: root.map(|table| TableName::new("public", table)),
            logins: vec![self.login.clone()],
            answers: Some(answers.to_owned()),
            ..Request::default()
        };
        let made = plan(&self.database.admin_config(), &request, &|_| ()).await.unwrap();
        let open: Vec<_> = made
            .findings
            .iter()
            .filter(|it| it.weight == tenantry_adopt::finding::Weight::Decision)
            .collect();
        assert!(!made.steps.is_empty(), "{open:#?}");
        assert_eq!(made.objections(), Vec::<String>::new());
        made
    }

    /// Enforced and attacked, then taken back: nothing leaks, every row stays, and the schema is what it was.
    async fn there_and_back(&self, plan: &Plan) {
        let admin = self.database.admin().await;
        let (schema, rows) = (dump(&self.database), contents_checksum(&admin).await);
        let options = Options { until: Phase::Prove, accepts_denials: true, ..Options::default() };
        let (address, secret, keys, stop) = (
            self.database.admin_config(),
            secret(),
            self.database.keys(),
            CancellationToken::new(),
        );
        let work = Work {
            address: &address,
            options: &options,
            observer: Observer(&|_| ()),
            stop: &stop,
            sources: Sources::PLAIN,
        };
        let installation = || Installation { secret: &secret, keys: &keys };
        let enforced = run::apply(work, Some(plan), installation()).await.unwrap();
        assert_eq!(enforced.status.state, State::Enforced, "{:#?}", enforced.status);
        let report = enforced.report.unwrap();
        let leaks: Vec<_> =
            report.findings.iter().filter(|it| it.severity == Severity::Leak).collect();
        assert!(leaks.is_empty(), "{leaks:#?}");
        assert!(report.totals().attacks > 200, "{:?}", report.totals());
        assert_eq!(rows, contents_checksum(&admin).await);
        let work = Work {
            address: &address,
            options: &options,
            observer: Observer(&|_| ()),
            stop: &stop,
            sources: Sources::PLAIN,
        };
        run::rollback(work, &UndoOptions::default(), installation()).await.unwrap();
        let now = dump(&self.database);
        assert!(now == schema, "{}", crate::adoption::taken_back::difference(&schema, &now));
        assert_eq!(rows, contents_checksum(&admin).await);
    }
}

/// RE-2: 52 tables with hardly a foreign key, answered in three lines.
#[tokio::test]
async fn a_help_desk_becomes_one_organization_and_is_taken_back() {
    let adopted = Adopted::of("helpdesk").await;
    let answers = "[tables.\"*\"]\nclass = \"tenant\"\n\
                   [tables.\"public.*_configs\"]\nclass = \"infrastructure\"\n\
                   [tables.\"public.super_settings\"]\nclass = \"infrastructure\"\n";
    let plan = adopted.plan(Mode::Whole, None, answers).await;
    adopted.there_and_back(&plan).await;
}

/// RE-2: each account becomes an organization, along values that no foreign key declares.
#[tokio::test]
async fn a_help_desk_is_split_by_its_accounts_and_taken_back() {
    let adopted = Adopted::of("helpdesk").await;
    let answers = "[tables.\"*\"]\nclass = \"tenant\"\norphans = \"default\"\n\
                   [tables.\"public.*_configs\"]\nclass = \"infrastructure\"\n\
                   [tables.\"public.super_settings\"]\nclass = \"infrastructure\"\n\
                   [tables.\"public.platform_app*\"]\nclass = \"infrastructure\"\n\
                   [tables.\"public.notification_subscriptions\"]\nclass = \"identity\"\n\
                   [tables.\"public.access_tokens\"]\nclass = \"identity\"\n";
    let plan = adopted.plan(Mode::Split, Some("accounts"), answers).await;
    adopted.there_and_back(&plan).await;
}
