//! What is proposed for larger databases that no rule was written for, in the spirit of well-known kinds of products. Beside
//! each is what somebody who knows it would say of every table; the judgements are checked in, so that a change of the rules
//! shows what it does to them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use tenantry_adopt::classification::{Class, Classification, Mode, SURE};
use tenantry_adopt::classify::{Told, classify};
use tenantry_adopt::evidence::Evidence;
use tenantry_adopt::schema::Schema;
use tenantry_testkit::TestDatabase;

use crate::fixture::name;
use crate::ground_truth::{compare, settle};

/// A database, what is right about it as one organization and split, and the table that it is split by.
pub(crate) struct Stranger {
    pub(crate) name: &'static str,
    pub(crate) sql: &'static str,
    truth: &'static str,
    root: &'static str,
}

pub(crate) const STRANGERS: [Stranger; 3] = [
    Stranger {
        name: "helpdesk",
        sql: include_str!("beyond/helpdesk.sql"),
        truth: include_str!("beyond/helpdesk.truth"),
        root: "accounts",
    },
    Stranger {
        name: "scheduling",
        sql: include_str!("beyond/scheduling.sql"),
        truth: include_str!("beyond/scheduling.truth"),
        root: "Team",
    },
    Stranger {
        name: "publishing",
        sql: include_str!("beyond/publishing.sql"),
        truth: include_str!("beyond/publishing.truth"),
        root: "users",
    },
];

/// By table, what it may be said to be as one organization and split.
type Truth = BTreeMap<String, [Vec<String>; 2]>;

impl Stranger {
    /// Each line of the truth: the table, its classes as one organization, its classes when split.
    pub(crate) fn truth(&self) -> Truth {
        let classes = |text: &str| text.split('|').map(str::to_owned).collect::<Vec<_>>();
        let line = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [table, whole, split] = words[..] else { panic!("{}: {line}", self.name) };
            (table.to_owned(), [classes(whole), classes(split)])
        };
        self.truth.lines().map(line).collect()
    }

    async fn read(&self) -> (Schema, Evidence) {
        let database = TestDatabase::empty().await;
        let admin = database.admin().await;
        admin.batch_execute(self.sql).await.unwrap();
        admin.batch_execute("analyze").await.unwrap();
        settle(&admin).await;
        let schema = Schema::read(&admin).await.unwrap();
        let evidence = Evidence::read(&admin, &schema).await.unwrap();
        (schema, evidence)
    }
}

pub(crate) fn class_name(class: Class) -> String {
    format!("{class:?}").to_lowercase()
}

/// Writes down a judgement; answers what is silently wrong and how many are asked about.
fn describe(
    text: &mut String,
    judged: &Classification,
    truth: &Truth,
    mode: usize,
) -> (Vec<String>, usize) {
    let (mut silent, mut wrong, mut asked) = (Vec::new(), 0, 0);
    let mut lines = String::new();
    let mut verdicts: Vec<_> = judged.verdicts.iter().collect();
    verdicts.sort_by(|one, other| one.table.cmp(&other.table));
    for verdict in verdicts {
        let table = verdict.table.name.clone();
        let class = class_name(verdict.class);
        let right = &truth.get(&table).unwrap_or_else(|| panic!("{table} has no truth"))[mode];
        let is_sure = verdict.confidence >= SURE;
        asked += usize::from(!is_sure);
        let mark = if is_sure { " " } else { "?" };
        let note = if right.contains(&class) {
            String::new()
        } else {
            wrong += 1;
            if is_sure {
                silent.push(table.clone());
            }
            format!("   [right: {}]", right.join("|"))
        };
        writeln!(
            lines,
            "    {table:<30}{class:>15}{mark} {:.2}  {}{note}",
            verdict.confidence, verdict.reason
        )
        .unwrap();
    }
    writeln!(
        text,
        "  {} tables, asks {asked}, proposes {wrong} wrongly, {} of them silently; people {}; roots {}",
        truth.len(),
        silent.len(),
        judged.people.as_ref().map_or_else(|| "none".to_owned(), |table| table.shown()),
        judged.roots.iter().map(|(table, score)| format!("{} {score:.2}", table.shown())).collect::<Vec<_>>().join(", ")
    )
    .unwrap();
    text.push_str(&lines);
    (silent, asked)
}

/// RE-2: no table of an organization is silently taken for something else, on databases that nobody tuned a rule for.
#[tokio::test]
async fn no_strangers_table_is_silently_shared() {
    let mut text = String::from(
        "What `tenantry adopt plan` proposes for three databases that no rule was written for. `?`: a person is asked.\n",
    );
    let mut silent = Vec::new();
    for stranger in &STRANGERS {
        let (schema, evidence) = stranger.read().await;
        let truth = stranger.truth();
        let whole = Told { mode: Some(Mode::Whole), ..Told::default() };
        let split =
            Told { mode: Some(Mode::Split), root: Some(name(stranger.root)), ..Told::default() };
        let titles =
            ["one organization".to_owned(), format!("one for each row of {}", stranger.root)];
        for (mode, told) in [whole, split].iter().enumerate() {
            writeln!(text, "\n{} as {}", stranger.name, titles[mode]).unwrap();
            let judged = classify(&schema, &evidence, told);
            let (wrong, _) = describe(&mut text, &judged, &truth, mode);
            silent.extend(
                wrong
                    .into_iter()
                    .map(|table| format!("{} {}: {table}", stranger.name, titles[mode])),
            );
        }
    }
    compare("tests/output/strangers.txt", &text);
    assert!(silent.is_empty(), "{silent:#?}\n{text}");
}
