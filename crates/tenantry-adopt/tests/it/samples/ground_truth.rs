//! What is right about a sample, as `ground_truth.toml` beside its schema says: what each table is, and which references
//! without a foreign key are true. Proposals are measured against it.

use std::collections::BTreeMap;

use serde::Deserialize;
use tenantry_adopt::classification::Class;
use tokio_postgres::Client;

use super::Sample;

/// The whole file. Tables are named without their schema, which is `public`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroundTruth {
    pub(crate) tables: BTreeMap<String, Truth>,
    pub(crate) split: Option<Split>,
    #[serde(default)]
    pub(crate) soft: Vec<Soft>,
    #[serde(default)]
    pub(crate) polymorphic: Vec<Pair>,
    #[serde(default)]
    pub(crate) json: Vec<InDocument>,
    pub(crate) foreign_keys: ForeignKeys,
    pub(crate) unique: Unique,
    #[serde(default)]
    pub(crate) not_a_reference: Vec<Decoy>,
}

/// What a table is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Truth {
    pub(crate) class: Class,
    /// Other answers that are no mistake.
    #[serde(default)]
    pub(crate) accepts: Vec<Class>,
    /// A person has to be asked.
    #[serde(default)]
    pub(crate) asks: bool,
    /// The table of people.
    #[serde(default)]
    pub(crate) people: bool,
}

/// How the database can be split.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Split {
    pub(crate) root: String,
}

/// A true reference without a foreign key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Soft {
    pub(crate) table: String,
    pub(crate) column: String,
    pub(crate) parent: String,
    pub(crate) parent_column: String,
    #[serde(default)]
    pub(crate) is_sometimes_empty: bool,
    #[serde(default)]
    pub(crate) is_sometimes_dangling: bool,
}

/// A pair of columns that names a table and a row.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pair {
    pub(crate) table: String,
    pub(crate) type_column: String,
    pub(crate) id_column: String,
    pub(crate) targets: BTreeMap<String, String>,
    pub(crate) no_table: Vec<String>,
}

/// A key inside of a JSON document.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InDocument {
    pub(crate) table: String,
    pub(crate) column: String,
    pub(crate) key: String,
    pub(crate) parent: String,
}

/// Foreign keys by name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForeignKeys {
    pub(crate) composite: Vec<String>,
    pub(crate) unchanged: Vec<String>,
}

/// Unique keys of tenants' tables by name, primary keys apart.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Unique {
    pub(crate) rewrite: Vec<String>,
    pub(crate) keep: Vec<String>,
}

/// A column that looks like a reference and is none.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decoy {
    pub(crate) table: String,
    pub(crate) column: String,
    pub(crate) why: String,
}

impl GroundTruth {
    /// What is right about a sample.
    pub(crate) fn of(sample: Sample) -> Self {
        toml::from_str(match sample {
            Sample::Insaight => {
                include_str!("../../../../../examples/insaight/before/ground_truth.toml")
            }
            Sample::Teamos => {
                include_str!("../../../../../examples/teamos/before/ground_truth.toml")
            }
            Sample::Aicos => include_str!("../../../../../examples/aicos/before/ground_truth.toml"),
            Sample::Voiceforge => {
                include_str!("../../../../../examples/voiceforge/before/ground_truth.toml")
            }
        })
        .unwrap()
    }
}

impl Soft {
    /// How many rows have a value, and of those how many point at nothing.
    pub(crate) async fn measured(&self, client: &Client) -> (i64, i64) {
        let Self { table, column, parent, parent_column, .. } = self;
        let sql = format!(
            "select count(*), count(*) filter (where not exists (
                 select from \"{parent}\" as parent where parent.\"{parent_column}\"::text = child.\"{column}\"::text))
             from \"{table}\" as child where child.\"{column}\"::text <> ''"
        );
        let row = client.query_one(&sql, &[]).await.unwrap();
        (row.get(0), row.get(1))
    }

    /// Whether some rows have none.
    pub(crate) async fn has_empty(&self, client: &Client) -> bool {
        let Self { table, column, .. } = self;
        let sql = format!(
            "select exists (select from \"{table}\" where coalesce(\"{column}\"::text, '') = '')"
        );
        client.query_one(&sql, &[]).await.unwrap().get(0)
    }
}

/// Answers one boolean about a name.
async fn says(client: &Client, sql: &str, names: &[&str]) -> bool {
    let texts: Vec<&(dyn tokio_postgres::types::ToSql + Sync)> =
        names.iter().map(|name| name as &(dyn tokio_postgres::types::ToSql + Sync)).collect();
    client.query_one(sql, &texts).await.unwrap().get(0)
}

const HAS_COLUMN: &str =
    "select exists (select from pg_attribute join pg_class on pg_class.oid = attrelid
     where relnamespace = 'public'::regnamespace and relname = $1 and attname = $2)";
const HAS_CONSTRAINT: &str =
    "select exists (select from pg_constraint where conname = $1 and contype = 'f')";
const HAS_INDEX: &str =
    "select exists (select from pg_index join pg_class on pg_class.oid = indexrelid
     where relname = $1 and indisunique and not indisprimary)";

#[tokio::test]
async fn what_a_ground_truth_names_is_there() {
    for sample in Sample::ALL {
        let database = tenantry_testkit::TestDatabase::empty().await;
        sample.load(&database, 1_000).await;
        let (admin, truth) = (database.admin().await, GroundTruth::of(sample));
        let keys = [&truth.foreign_keys.composite, &truth.foreign_keys.unchanged];
        for key in keys.into_iter().flatten() {
            assert!(says(&admin, HAS_CONSTRAINT, &[key]).await, "{key}");
        }
        for key in [&truth.unique.rewrite, &truth.unique.keep].into_iter().flatten() {
            assert!(says(&admin, HAS_INDEX, &[key]).await, "{key}");
        }
        for decoy in &truth.not_a_reference {
            assert!(says(&admin, HAS_COLUMN, &[&decoy.table, &decoy.column]).await, "{decoy:?}");
            assert!(!decoy.why.is_empty());
        }
        for inside in &truth.json {
            assert!(says(&admin, HAS_COLUMN, &[&inside.table, &inside.column]).await, "{inside:?}");
            assert!(truth.tables.contains_key(&inside.parent) && !inside.key.is_empty());
        }
        if let Some(split) = &truth.split {
            assert!(truth.tables.contains_key(&split.root));
        }
        for (table, known) in &truth.tables {
            assert!(!known.accepts.contains(&known.class), "{table}");
            assert!(!known.people || known.class != Class::Shared, "{table}");
            assert!(!known.asks || !known.accepts.is_empty(), "{table}: {known:?}");
        }
        for pair in &truth.polymorphic {
            pair_is_complete(&admin, pair).await;
        }
    }
}

/// Every kind in the rows is named, and every kind that is named is in the rows.
async fn pair_is_complete(admin: &Client, pair: &Pair) {
    let sql = format!("select distinct {} from {} order by 1", pair.type_column, pair.table);
    let kinds: Vec<String> =
        admin.query(&sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
    let mut named: Vec<String> = pair.targets.keys().chain(&pair.no_table).cloned().collect();
    named.sort();
    assert_eq!(kinds, named);
    for (kind, parent) in &pair.targets {
        let dangling = format!(
            "select exists (select from {} as child where {} = $1 and not exists (
                 select from {parent} as parent where parent.id::text = child.{}))",
            pair.table, pair.type_column, pair.id_column
        );
        assert!(!says(admin, &dangling, &[kind]).await, "{kind} → {parent}");
    }
}
