//! What is proposed for the four samples, against what is right about them. The figures are checked in, so a change of the
//! rules shows what it does to databases.

use std::fmt::Write as _;
use std::path::Path;

use tenantry_adopt::classification::{Class, Classification, Mode, SURE, Verdict};
use tenantry_adopt::classify::{Told, classify};
use tenantry_adopt::evidence::Evidence;
use tenantry_adopt::name::TableName;
use tenantry_adopt::schema::Schema;
use tenantry_testkit::TestDatabase;
use tokio_postgres::Client;

use crate::samples::{GroundTruth, Sample};

/// A sample as it was read.
struct Read {
    truth: GroundTruth,
    schema: Schema,
    evidence: Evidence,
}

async fn read(sample: Sample) -> Read {
    let database = TestDatabase::empty().await;
    sample.load(&database, 1_000).await;
    let admin = database.admin().await;
    admin.batch_execute("analyze").await.unwrap();
    settle(&admin).await;
    let schema = Schema::read(&admin).await.unwrap();
    let evidence = Evidence::read(&admin, &schema).await.unwrap();
    Read { truth: GroundTruth::of(sample), schema, evidence }
}

/// Waits until the server has counted what was loaded, which it does some time after the commit.
pub(crate) async fn settle(admin: &Client) {
    let counted = "select coalesce(sum(n_tup_ins), 0)::bigint from pg_stat_user_tables";
    let mut before = -1_i64;
    for _ in 0..100 {
        let now: i64 = admin.query_one(counted, &[]).await.unwrap().get(0);
        if now > 0 && now == before {
            return;
        }
        before = now;
        tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    }
    panic!("the server never came to an end of counting");
}

/// How a classification does against the truth.
#[derive(Debug, Default)]
struct Score {
    proposed: usize,
    right: usize,
    tenants: usize,
    sure: usize,
    asked: Vec<String>,
    missed: Vec<String>,
    silent: Vec<String>,
}

fn score(classification: &Classification, truth: &GroundTruth) -> Score {
    let mut score = Score::default();
    for (table, known) in &truth.tables {
        let verdict = verdict(classification, table);
        let is_asked = verdict.confidence < SURE;
        let is_tenant = verdict.class == Class::Tenant;
        let is_right = verdict.class == known.class || known.accepts.contains(&verdict.class);
        score.proposed += usize::from(is_tenant);
        score.right += usize::from(is_tenant && is_right);
        score.sure += usize::from(is_tenant && known.class == Class::Tenant && !is_asked);
        score.tenants += usize::from(known.class == Class::Tenant);
        if is_asked {
            score.asked.push(table.clone());
        } else if !is_right || known.asks {
            score.silent.push(table.clone());
        }
        if known.class == Class::Tenant && !is_tenant {
            score.missed.push(table.clone());
        }
    }
    score
}

fn verdict<'a>(classification: &'a Classification, table: &str) -> &'a Verdict {
    classification.verdict(&TableName::new("public", table)).unwrap()
}

fn line(text: &mut String, title: &str, score: &Score, tables: usize) {
    let recalled = score.tenants - score.missed.len();
    writeln!(
        text,
        "  {title:<22}tenant: precision {:>2}/{:<2} recall {:>2}/{:<2} ({} without asking)   asks {:>2} of {tables}   silently wrong {}",
        score.right, score.proposed, recalled, score.tenants, score.sure, score.asked.len(), score.silent.len()
    )
    .unwrap();
}

fn describe(text: &mut String, read: &Read, title: &str, told: &Told) -> Score {
    let Read { truth, schema, evidence } = read;
    let blind = classify(schema, evidence, &Told { foreign_keys_only: true, ..told.clone() });
    let seeing = classify(schema, evidence, told);
    writeln!(text, "\n{} as {title}", schema_name(read)).unwrap();
    let tables = truth.tables.len();
    line(text, "foreign keys alone", &score(&blind, truth), tables);
    let found = score(&seeing, truth);
    line(text, "with soft references", &found, tables);
    for (table, known) in &truth.tables {
        let verdict = verdict(&seeing, table);
        let class = format!("{:?}", verdict.class).to_lowercase();
        let right = format!("{:?}", known.class).to_lowercase();
        let mark = if verdict.confidence < SURE { "?" } else { " " };
        let wrong = if class == right { String::new() } else { format!("   [right: {right}]") };
        let (sure, reason) = (verdict.confidence, &verdict.reason);
        writeln!(text, "    {table:<26}{class:>15}{mark} {sure:.2}  {reason}{wrong}").unwrap();
    }
    found
}

fn schema_name(read: &Read) -> String {
    read.schema.database.rsplit('_').next().map(str::to_owned).unwrap_or_default()
}

/// RE-2: no table of an organization is silently taken for something else, on any of the four samples.
#[tokio::test]
async fn no_sample_has_a_tenant_table_that_is_silently_shared() {
    let mut text = String::from(
        "What `tenantry adopt plan` proposes for the four samples, at 1,000 rows. `?`: a person is asked.\n",
    );
    let mut silent = Vec::new();
    for sample in Sample::ALL {
        let mut read = read(sample).await;
        sample.name().clone_into(&mut read.schema.database);
        let whole = Told { mode: Some(Mode::Whole), ..Told::default() };
        let mut scores = vec![describe(&mut text, &read, "one organization", &whole)];
        if let Some(split) = &read.truth.split {
            let root = Some(TableName::new("public", split.root.clone()));
            let told = Told { mode: Some(Mode::Split), root, ..Told::default() };
            let title = format!("one organization for each row of {}", split.root);
            scores.push(describe(&mut text, &read, &title, &told));
        }
        for score in scores {
            silent.extend(score.silent);
            for table in score.missed {
                assert!(score.asked.contains(&table), "{table} is missed and nobody asked");
            }
        }
    }
    compare("tests/output/classification.txt", &text);
    assert!(silent.is_empty(), "{silent:?}\n{text}");
}

/// Compares with what is checked in, or writes it anew where that was asked for.
#[expect(clippy::disallowed_methods, reason = "blessing is asked for by the environment")]
pub(crate) fn compare(path: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("TENANTRY_BLESS").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, text).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    let differs = kept.lines().zip(text.lines()).find(|(kept, now)| kept != now);
    assert!(
        kept == text,
        "{path} is not what the program says now: {differs:?}\n`cargo xtask bless` writes it anew"
    );
}
