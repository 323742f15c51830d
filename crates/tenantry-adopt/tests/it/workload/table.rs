//! A table as the application writes it, and the statements that follow. Rows have a key and a text of the workload's; what
//! else a row needs is in its `values`. Everything is a text parameter, so that the same code works on every sample.

use std::collections::BTreeMap;

use tokio_postgres::Client;

use super::model::Known;

/// In the texts, `{key}`, `{text}` and `{parent}` stand for values.
#[derive(Debug)]
pub(super) struct Table {
    /// As SQL writes it.
    pub(super) name: &'static str,
    /// The columns that it fills, and their values.
    pub(super) columns: &'static str,
    pub(super) values: &'static str,
    /// The column with the text.
    pub(super) text: &'static str,
    /// The columns that `on conflict` names; empty where the key is the server's.
    pub(super) conflict: &'static str,
    /// Finds the rows of a parent. By an index, since tables are large; empty where a row has none that it dies with.
    pub(super) siblings: &'static str,
    /// Finds a row by its key, among its siblings where it has some.
    pub(super) find: &'static str,
    /// The key of a row, as an expression.
    pub(super) key: &'static str,
    /// The key of the row that it points at, as an expression.
    pub(super) parent: &'static str,
    /// At which position of `select *` the text is.
    pub(super) text_position: usize,
}

/// Puts values, or parameters, into a text.
fn filled(text: &str, key: &str, value: &str, parent: &str) -> String {
    text.replace("{key}", key).replace("{text}", value).replace("{parent}", parent)
}

impl Table {
    /// `$1` key, `$2` text, `$3` parent.
    pub(super) fn insert(&self) -> String {
        let values = filled(self.values, "$1::text", "$2::text", "$3::text");
        format!("insert into {} ({}) values ({values})", self.name, self.columns)
    }

    /// As many rows, each with a key and a text, and one parent at the end.
    pub(super) fn insert_rows(&self, rows: usize) -> String {
        let parent = format!("${}::text", rows * 2 + 1);
        let values: Vec<String> = (0..rows)
            .map(|row| {
                let (key, text) =
                    (format!("${}::text", row * 2 + 1), format!("${}::text", row * 2 + 2));
                format!("({})", filled(self.values, &key, &text, &parent))
            })
            .collect();
        format!("insert into {} ({}) values {}", self.name, self.columns, values.join(", "))
    }

    /// Changes the row if it is there.
    pub(super) fn upsert(&self) -> String {
        let text = self.text;
        format!(
            "{} on conflict ({}) do update set {text} = excluded.{text}",
            self.insert(),
            self.conflict
        )
    }

    /// Leaves the row alone if it is there.
    pub(super) fn insert_once(&self) -> String {
        format!("{} on conflict ({}) do nothing", self.insert(), self.conflict)
    }

    /// `$1` is put behind each key, `$2` the parent of the copies, `$3` that of the originals.
    pub(super) fn copy(&self) -> String {
        let (key, text) = (format!("({} || $1::text)", self.key), format!("old.{}", self.text));
        let values = filled(self.values, &key, &text, "$2::text");
        let (columns, name) = (self.columns, self.name);
        let siblings = filled(self.siblings, "", "", "$3::text");
        format!(
            "insert into {name} ({columns}) select {values} from {name} as old where {siblings}"
        )
    }

    /// The row with the key `$1`, of the parent `$3` where it has one.
    fn found(&self) -> String {
        let both = if self.siblings.is_empty() { "" } else { " and " };
        filled(&format!("{}{both}{}", self.find, self.siblings), "$1::text", "", "$3::text")
    }

    /// `$1` key, `$2` text, `$3` parent.
    pub(super) fn update(&self) -> String {
        format!("update {} set {} = $2::text where {}", self.name, self.text, self.found())
    }

    /// `$1` key.
    pub(super) fn delete(&self) -> String {
        format!("delete from {} where {}", self.name, self.found())
    }

    /// `$1` key.
    pub(super) fn star(&self) -> String {
        format!("select * from {} where {}", self.name, self.found())
    }

    /// Every row whose key begins so.
    pub(super) async fn listed(&self, client: &Client, prefix: &str) -> BTreeMap<String, Known> {
        let (key, text, parent) = (self.key, self.text, self.parent);
        let sql = format!(
            "select {key}, old.{text}, {parent} from {} as old where {key} like $1 || '%'",
            self.name
        );
        let rows = client.query(&sql, &[&prefix]).await.unwrap();
        rows.iter().map(|row| (row.get(0), (row.get(1), row.get(2)))).collect()
    }
}
