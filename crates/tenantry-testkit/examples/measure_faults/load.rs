//! Light load by two organizations while something fails, and what came back. Each write has a name of its own, so that
//! afterwards the database tells which were saved, and how often.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::json;
use tenantry_testkit::{Answer, App, Caller};
use tokio::task::JoinSet;

/// What callers saw of one kind of request.
#[derive(Debug, Default, Clone)]
struct Seen {
    statuses: BTreeMap<u16, usize>,
    slowest: Duration,
    unasked: usize,
}

impl Seen {
    fn note(&mut self, answer: &Answer, took: Duration) {
        *self.statuses.entry(answer.status).or_default() += 1;
        self.slowest = self.slowest.max(took);
        let says_when = answer.headers.contains_key("retry-after");
        self.unasked += usize::from(answer.status == 503 && !says_when);
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (status, count) in &self.statuses {
            write!(formatter, "{count}x{status} ")?;
        }
        if self.unasked > 0 {
            write!(formatter, "({} without Retry-After) ", self.unasked)?;
        }
        write!(formatter, "<={:.2}s", self.slowest.as_secs_f64())
    }
}

#[derive(Debug, Default)]
struct Log {
    seen: Mutex<HashMap<&'static str, Seen>>,
    acknowledged: Mutex<Vec<String>>,
    is_during: AtomicBool,
    is_over: AtomicBool,
}

impl Log {
    async fn note(&self, what: &'static str, request: impl Future<Output = Answer>) -> Answer {
        let started = Instant::now();
        let began_during = self.is_during.load(Ordering::SeqCst);
        let answer = request.await;
        if began_during {
            self.seen.lock().unwrap().entry(what).or_default().note(&answer, started.elapsed());
        }
        answer
    }
}

/// Requests that go on until the fault is over.
#[derive(Debug)]
pub(crate) struct Load<'a> {
    app: &'a App,
    owners: [Caller; 2],
    log: Arc<Log>,
    callers: JoinSet<()>,
}

/// Numbers the organizations and the writes of the whole run.
static NUMBER: AtomicU32 = AtomicU32::new(0);

impl<'a> Load<'a> {
    /// Two organizations read and write, somebody asks after health; begins counting at once.
    pub(crate) async fn start(app: &'a App) -> Self {
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let owners = [
            app.owner(&format!("alpha{number}")).await,
            app.owner(&format!("bravo{number}")).await,
        ];
        let log = Arc::new(Log::default());
        let mut callers = JoinSet::new();
        for owner in &owners {
            for _ in 0..2 {
                callers.spawn(read(owner.clone(), Arc::clone(&log)));
                callers.spawn(write(owner.clone(), Arc::clone(&log)));
            }
        }
        for (name, path) in [("live", "/livez"), ("ready", "/readyz")] {
            callers.spawn(ask(name, path, app.anonymous(), Arc::clone(&log)));
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        log.is_during.store(true, Ordering::SeqCst);
        Self { app, owners, log, callers }
    }

    /// The fault goes on for so long.
    pub(crate) async fn during(&self, lasts: Duration) {
        tokio::time::sleep(lasts).await;
    }

    /// The fault is over: waits for the first 200, ends the load and looks at what is there.
    pub(crate) async fn recover(self, name: &'static str) -> Row {
        self.log.is_during.store(false, Ordering::SeqCst);
        let recovered = Instant::now();
        while self.owners[0].get("/api/v1/projects").await.status != 200 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let first = recovered.elapsed();
        while self.app.anonymous().get("/readyz").await.status != 200 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let ready = recovered.elapsed();
        self.log.is_over.store(true, Ordering::SeqCst);
        self.callers.join_all().await;
        // Whatever was still on its way on the server is done.
        tokio::time::sleep(Duration::from_millis(500)).await;
        let stored = stored(self.app, &self.owners).await;
        let acknowledged = self.log.acknowledged.lock().unwrap().clone();
        Row {
            name,
            seen: self.log.seen.lock().unwrap().clone(),
            first,
            ready,
            doubled: stored.values().filter(|count| **count > 1).count(),
            lost: acknowledged.iter().filter(|name| !stored.contains_key(*name)).count(),
            acknowledged: acknowledged.len(),
            stored: stored.len(),
        }
    }
}

async fn read(owner: Caller, log: Arc<Log>) {
    while !log.is_over.load(Ordering::SeqCst) {
        log.note("read", owner.get("/api/v1/projects")).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn write(owner: Caller, log: Arc<Log>) {
    while !log.is_over.load(Ordering::SeqCst) {
        let name = format!("write {}", NUMBER.fetch_add(1, Ordering::SeqCst));
        let body = json!({ "name": name });
        let answer = log.note("write", owner.post("/api/v1/projects", &body)).await;
        if answer.status == 201 {
            log.acknowledged.lock().unwrap().push(name);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn ask(name: &'static str, path: &'static str, nobody: Caller, log: Arc<Log>) {
    while !log.is_over.load(Ordering::SeqCst) {
        log.note(name, nobody.get(path)).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// How often each name is there, as the superuser sees it.
async fn stored(app: &App, owners: &[Caller; 2]) -> HashMap<String, i64> {
    let sql =
        "select name, count(*) from tenantry.projects where organization_id = $1 group by name";
    let admin = app.database.admin().await;
    let mut stored = HashMap::new();
    for owner in owners {
        let rows = admin.query(sql, &[&owner.organization.uuid()]).await.unwrap();
        stored.extend(rows.iter().map(|row| (row.get::<_, String>(0), row.get::<_, i64>(1))));
    }
    stored
}

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Row {
    name: &'static str,
    seen: HashMap<&'static str, Seen>,
    first: Duration,
    ready: Duration,
    doubled: usize,
    lost: usize,
    acknowledged: usize,
    stored: usize,
}

impl Row {
    /// The heads of the columns.
    pub(crate) const HEADER: &'static str = "| fault | reads during it | writes during it | /livez | /readyz | first 200 | ready | acknowledged / stored | doubled | lost |\n\
         |---|---|---|---|---|---|---|---|---|---|";
}

impl fmt::Display for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "| {} |", self.name)?;
        for what in ["read", "write", "live", "ready"] {
            let seen = self.seen.get(what).map_or_else(|| "none".to_owned(), Seen::to_string);
            write!(formatter, " {seen} |")?;
        }
        write!(
            formatter,
            " {:.2} s | {:.2} s | {} / {} | {} | {} |",
            self.first.as_secs_f64(),
            self.ready.as_secs_f64(),
            self.acknowledged,
            self.stored,
            self.doubled,
            self.lost
        )
    }
}
