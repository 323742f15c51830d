//! W2: one row by its key: read, inserted, changed, deleted. Changes carry their audit record in the same commit, on both
//! sides, and both sides wait for the same disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Result;

use crate::copying::copy;
use crate::http::request;
use crate::load::{Expected, Order, Plan};
use crate::report::Workload;
use crate::rounds::{Contender, Schedule, Work, measure};
use crate::seed::{Kind, id};
use crate::serve::{AUDIT, text};
use crate::size::Size;
use crate::sql_load::SqlPlan;
use crate::suite::Stage;
use crate::tokens::Caller;
use crate::wire::Value;

/// Documents of each caller that are read and changed.
const EACH: u64 = 5;
/// Numbers of documents that are made here: beyond those of every size.
const FIRST_NEW: u64 = 1 << 36;
/// The most deletions a second that there are rows for.
const DELETIONS: u64 = 6_000;
const BODY: &str = r#"{"title":"A title","body":"The body of this document is a hundred bytes long, as said, so that it weighs as much as the others."}"#;
const PATCH: &str = r#"{"title":"Another title"}"#;

/// Reads, inserts, changes and deletes; what they have written is taken away again, so that the workloads after them and
/// the runs after this one find the data as it was made.
pub(crate) async fn measure_all(stage: &Stage, schedule: Schedule) -> Result<Vec<Workload>> {
    let done = vec![
        get(stage, schedule).await?,
        insert(stage, schedule).await?,
        update(stage, schedule).await?,
        delete(stage, schedule).await?,
    ];
    stage.tidy().await?;
    Ok(done)
}

async fn compare(
    stage: &Stage,
    schedule: Schedule,
    (id, title): (&str, &str),
    (raw, own): (SqlPlan, Contender<'_>),
) -> Result<Workload> {
    let how = "By organization and id. A change and its audit record share one transaction; raw SQL sends both statements as one group with one Sync, past row security. fsync and synchronous_commit are on.";
    let mut contenders = vec![Contender::sql("raw SQL", raw), own];
    let postmaster = stage.postgres.postmaster()?;
    measure((id, title, how), schedule, (&mut stage.reference(), postmaster), &mut contenders).await
}

/// The number of some document of a caller.
fn document_of(size: Size, caller: &Caller, which: u64) -> u64 {
    let organization = caller.number % size.organizations();
    let all = size.documents() + size.large();
    let every = all.checked_div(size.large()).unwrap_or(u64::MAX);
    // Those at these places are the large organization's.
    let own = (0..).map(|turn| organization + turn * size.organizations());
    let own = own.filter(|number| number % every != every - 1);
    own.into_iter().nth(usize::try_from(which).unwrap_or(0)).unwrap_or(organization)
}

/// A caller with one of its documents, for each caller and some documents.
fn pairs(stage: &Stage) -> Vec<(Caller, uuid::Uuid)> {
    let size = stage.generated.size;
    let of = |caller: &Caller| {
        let caller = caller.clone();
        (0..EACH).map(move |which| {
            (caller.clone(), id(Kind::Document, document_of(size, &caller, which)))
        })
    };
    stage.callers.iter().flat_map(of).collect()
}

/// Requests with a token about one document each.
fn requests(
    stage: &Stage,
    method: &str,
    pairs: &[(Caller, uuid::Uuid)],
    body: Option<&str>,
) -> Result<Vec<Vec<u8>>> {
    let make = |(caller, document): &(Caller, uuid::Uuid)| {
        let token = stage.mint.token(caller)?;
        let headers = [format!("authorization: Bearer {token}")];
        Ok(request(method, &format!("/bench/documents/{document}"), &headers, body))
    };
    pairs.iter().map(make).collect()
}

async fn get(stage: &Stage, schedule: Schedule) -> Result<Workload> {
    let pairs = pairs(stage);
    let own = requests(stage, "GET", &pairs, None)?;
    let own = crate::suite::plan(&stage.tenantry, own, Expected::bytes(150));
    let raw =
        SqlPlan::new(stage.login("bench_bare"), vec![text::GET], Some(1), move |random, _| {
            let (caller, document) = &pairs[random as usize % pairs.len()];
            Some(vec![(0, vec![Value::Uuid(caller.organization), Value::Uuid(*document)])])
        });
    let own = Contender::http("tenantry", &stage.tenantry, own).own();
    compare(stage, schedule, ("W2 get", "read one row"), (raw, own)).await
}

async fn insert(stage: &Stage, schedule: Schedule) -> Result<Workload> {
    let create = |_: &Caller| ("/bench/documents".to_owned(), Some(BODY.to_owned()));
    let own = stage.with_tokens(&stage.tenantry, ("POST", Expected::bytes(150)), create)?;
    let callers = stage.callers.clone();
    let statements = vec![text::INSERT, AUDIT];
    let raw = SqlPlan::new(stage.login("bench_bare"), statements, Some(1), move |random, _| {
        let caller = &callers[random as usize % callers.len()];
        let values = vec![
            Value::Uuid(caller.organization),
            Value::Uuid(new_id()),
            Value::Text("A title".to_owned()),
            Value::Text(BODY.get(27..130).unwrap_or(BODY).to_owned()),
        ];
        Some(vec![(0, values), audit(caller, "document.created")])
    });
    let own = Contender::http("tenantry", &stage.tenantry, own).own();
    compare(stage, schedule, ("W2 insert", "insert one row, with audit"), (raw, own)).await
}

async fn update(stage: &Stage, schedule: Schedule) -> Result<Workload> {
    let pairs = pairs(stage);
    let own = requests(stage, "PATCH", &pairs, Some(PATCH))?;
    let own = crate::suite::plan(&stage.tenantry, own, Expected::bytes(150));
    let statements = vec![text::UPDATE, AUDIT];
    let raw = SqlPlan::new(stage.login("bench_bare"), statements, Some(1), move |random, _| {
        let (caller, document) = &pairs[random as usize % pairs.len()];
        let title = Value::Text("Another title".to_owned());
        let values = vec![Value::Uuid(caller.organization), Value::Uuid(*document), title];
        Some(vec![(0, values), audit(caller, "document.updated")])
    });
    let own = Contender::http("tenantry", &stage.tenantry, own).own();
    compare(stage, schedule, ("W2 update", "change one row, with audit"), (raw, own)).await
}

async fn delete(stage: &Stage, schedule: Schedule) -> Result<Workload> {
    let each_round = DELETIONS * (schedule.seconds + 1);
    let half = each_round * schedule.most_rounds() as u64;
    let client = stage.postgres.admin().await?;
    // A member may not delete: the first two people of an organization are its owner and an administrator.
    let may_delete = |caller: &&Caller| caller.number / stage.generated.size.organizations() < 2;
    let callers: Vec<Caller> = stage.callers.iter().filter(may_delete).cloned().collect();
    let statement = "copy public.documents (organization_id, id, title, body) from stdin";
    let owner = |number: u64| callers[number as usize % callers.len()].clone();
    copy(&client, statement, 0..2 * half, |number, rows| {
        let (organization, id) =
            (owner(number).organization, id(Kind::Document, FIRST_NEW + number));
        rows.add(format_args!("{organization}\t{id}\tto be deleted\tThe body of this document."));
    })
    .await?;
    client.batch_execute("analyze public.documents").await?;
    let (mine, next) = (callers.clone(), AtomicU64::new(0));
    let statements = vec![text::DELETE, AUDIT];
    let raw = SqlPlan::new(stage.login("bench_bare"), statements, Some(1), move |_, _| {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let caller = &mine[number as usize % mine.len()];
        let document = id(Kind::Document, FIRST_NEW + number);
        let values = vec![Value::Uuid(caller.organization), Value::Uuid(document)];
        (number < half).then(|| vec![(0, values), audit(caller, "document.deleted")])
    });
    let tokens: Vec<String> =
        callers.iter().map(|caller| stage.mint.token(caller)).collect::<Result<_>>()?;
    let (port, next) = (stage.tenantry.port, Arc::new(AtomicU64::new(half)));
    let make = move || {
        let from = next.fetch_add(each_round, Ordering::Relaxed);
        let requests = (from..from + each_round).map(|number| {
            let document = id(Kind::Document, FIRST_NEW + number);
            let token = &tokens[number as usize % tokens.len()];
            let headers = [format!("authorization: Bearer {token}")];
            request("DELETE", &format!("/bench/documents/{document}"), &headers, None)
        });
        let requests = requests.collect::<Vec<_>>().into();
        Ok(Plan { port, requests, order: Order::Once, expected: Expected::bytes(0) })
    };
    let own = Contender {
        name: "tenantry".to_owned(),
        work: Work::Fresh(Box::new(make)),
        target: Some(&stage.tenantry),
        is_own: true,
    };
    compare(stage, schedule, ("W2 delete", "delete one row, with audit"), (raw, own)).await
}

/// As the application makes its ids, and new in each run.
#[expect(clippy::disallowed_methods, reason = "documents are the application's, not ours")]
fn new_id() -> uuid::Uuid {
    uuid::Uuid::now_v7()
}

/// The record of a change as the door writes it: the statement's number and its values.
fn audit(caller: &Caller, action: &str) -> (usize, Vec<Value>) {
    // Grows with time as the door's own do, so that both sides find their place in the indexes alike.
    let unique = new_id();
    let session = id(Kind::Session, caller.number);
    let values = vec![
        Value::Uuid(caller.organization),
        Value::Uuid(unique),
        Value::Text(format!("usr:{}", caller.user)),
        Value::Text(format!("ses:{session}")),
        Value::Text(action.to_owned()),
        Value::Text("done".to_owned()),
        Value::Text("org".to_owned()),
        Value::Uuid(caller.organization),
        Value::Uuid(unique),
        Value::Text("127.0.0.1".to_owned()),
        Value::Null,
        Value::Text(format!("\\x{}", "5a".repeat(32))),
        Value::Text("{}".to_owned()),
    ];
    (1, values)
}
