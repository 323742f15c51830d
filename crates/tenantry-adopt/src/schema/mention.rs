//! Which tables a text of SQL names. It matches words and does not parse, so a column or a comment with a table's name counts
//! as naming it: too many is harmless where a person or a measurement looks at the result, too few is not.

use std::collections::{BTreeMap, BTreeSet};

use crate::name::TableName;

/// Tables by the word that names them.
#[derive(Debug)]
pub(crate) struct Mentions {
    /// By the name without its schema.
    plain: BTreeMap<String, Vec<TableName>>,
    /// Names that are no single word, so that SQL writes them quoted; with what is looked for.
    quoted: Vec<(String, TableName)>,
}

impl Mentions {
    /// For these tables.
    pub(crate) fn of<'a>(tables: impl Iterator<Item = &'a TableName>) -> Self {
        let mut plain: BTreeMap<String, Vec<TableName>> = BTreeMap::new();
        let mut quoted = Vec::new();
        for table in tables {
            if table.name.chars().all(is_of_word) {
                plain.entry(table.name.clone()).or_default().push(table.clone());
            } else {
                quoted.push((crate::name::identifier(&table.name), table.clone()));
            }
        }
        Self { plain, quoted }
    }

    /// The tables that a text names, in order.
    pub(crate) fn within(&self, text: &str) -> Vec<TableName> {
        let mut found = BTreeSet::new();
        for word in text.split(|letter| !is_of_word(letter)).filter(|word| !word.is_empty()) {
            // Without quotes, PostgreSQL reads every word in small letters.
            for spelling in [word, &word.to_lowercase()] {
                found.extend(self.plain.get(spelling).into_iter().flatten().cloned());
            }
        }
        for (spelling, table) in &self.quoted {
            if text.contains(spelling) {
                found.insert(table.clone());
            }
        }
        found.into_iter().collect()
    }
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '$')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_a_table_and_a_part_of_a_word_is_none() {
        let tables = ["orders", "User", "order items", "it's \"mine\"", "größe"]
            .map(|name| TableName::new("public", name));
        let mentions = Mentions::of(tables.iter());
        let named = |text: &str| -> Vec<String> {
            mentions.within(text).into_iter().map(|table| table.name).collect()
        };
        assert_eq!(named("select * from public.ORDERS"), ["orders"]);
        assert!(named("select orders_total from reorders").is_empty());
        assert_eq!(named("select 1 from \"User\""), ["User"]);
        assert!(named("select user from users").is_empty());
        assert_eq!(named("insert into \"order items\" values (1)"), ["order items"]);
        assert_eq!(named("table \"it's \"\"mine\"\"\""), ["it's \"mine\""]);
        assert_eq!(named("table Größe"), ["größe"]);
    }
}
