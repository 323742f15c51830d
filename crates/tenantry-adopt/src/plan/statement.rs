//! What a statement of the application does, as far as its words show. A reader of SQL that looks for a few shapes and is silent
//! about everything else: what it says is shown to a person and decides nothing.

use crate::name::{COLUMN, TableName};
use crate::schema::Index;

/// The longest piece of a statement that is shown.
const SHOWN: usize = 160;

/// A statement, in words: keywords and plain names in lower case, quoted names as they are, every literal as `''`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Words(Vec<String>);

/// What an `on conflict` waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// Columns, or an expression as one text.
    Columns(Vec<String>),
    /// A constraint, by its name.
    Constraint(String),
}

impl Words {
    /// The words of a text.
    pub(crate) fn of(text: &str) -> Self {
        let mut words = Vec::new();
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
                '/' if rest.starts_with("/*") => {
                    rest[2..].find("*/").map_or(rest.len(), |end| end + 4)
                }
                '\'' => literal(rest, &mut words),
                '"' => quoted(rest, &mut words),
                letter if is_word(letter) => {
                    let end = rest.find(|it| !is_word(it)).unwrap_or(rest.len());
                    words.push(rest[..end].to_lowercase());
                    end
                }
                symbol => {
                    words.push(symbol.to_string());
                    symbol.len_utf8()
                }
            };
            rest = rest[length..].trim_start();
        }
        Self(words)
    }

    /// The places behind each occurrence of these words.
    fn behind<'a>(&'a self, wanted: &'a [&'a str]) -> impl Iterator<Item = usize> + 'a {
        let windows = self.0.windows(wanted.len()).enumerate();
        windows
            .filter(move |(_, words)| words.iter().zip(wanted).all(|(word, it)| word == it))
            .map(move |(place, _)| place + wanted.len())
    }

    /// Whether these words stand one behind the other.
    pub(crate) fn has(&self, wanted: &[&str]) -> bool {
        self.behind(wanted).next().is_some()
    }

    fn word(&self, place: usize) -> &str {
        self.0.get(place).map_or("", String::as_str)
    }

    /// Where the table's name ends, when it stands at this place.
    fn names(&self, place: usize, table: &TableName) -> Option<usize> {
        let place = place + usize::from(matches!(self.word(place), "only" | "table"));
        if self.word(place) == table.name {
            return (self.word(place + 1) != ".").then_some(place + 1);
        }
        let is_whole = self.word(place) == table.schema
            && self.word(place + 1) == "."
            && self.word(place + 2) == table.name;
        is_whole.then_some(place + 3)
    }

    /// Whether rows are inserted into the table without naming the columns.
    pub(crate) fn inserts_by_position(&self, table: &TableName) -> bool {
        self.behind(&["insert", "into"]).any(|place| {
            self.names(place, table).is_some_and(|next| {
                matches!(self.word(next), "values" | "select" | "with" | "table")
            })
        })
    }

    /// What an insert into the table does about rows that are there already.
    pub(crate) fn conflicts(&self, table: &TableName) -> Vec<Target> {
        let inserts = |place| self.names(place, table).is_some();
        if !self.behind(&["insert", "into"]).any(inserts) {
            return Vec::new();
        }
        let columns = self.behind(&["on", "conflict", "("]).map(|place| self.list(place));
        let constraints = self
            .behind(&["on", "conflict", "on", "constraint"])
            .map(|place| Target::Constraint(self.word(place).to_owned()));
        columns.chain(constraints).collect()
    }

    /// The columns up to the closing bracket.
    fn list(&self, start: usize) -> Target {
        let (mut depth, mut columns) = (1, vec![String::new()]);
        for word in &self.0[start..] {
            depth += i32::from(word == "(") - i32::from(word == ")");
            match (depth, word.as_str()) {
                (0, _) => break,
                (1, ",") => columns.push(String::new()),
                _ => columns.last_mut().into_iter().for_each(|it| it.push_str(word)),
            }
        }
        Target::Columns(columns)
    }

    /// Whether the table is emptied by `truncate`.
    pub(crate) fn truncates(&self, table: &TableName) -> bool {
        self.0.first().is_some_and(|word| word == "truncate")
            && (1..self.0.len()).any(|place| self.names(place, table).is_some())
    }

    /// Whether rows are loaded into the table by `copy … from`.
    pub(crate) fn copies_into(&self, table: &TableName) -> bool {
        self.behind(&["copy"]).any(|place| {
            self.names(place, table)
                .is_some_and(|next| self.0[next..].iter().any(|word| word == "from"))
        })
    }

    /// Whether every column of the table is read without naming them.
    pub(crate) fn reads_all(&self) -> bool {
        let is_result = |place: &usize| self.0[..*place].iter().any(|word| word == "select");
        self.behind(&["select", "*"]).next().is_some()
            || self.behind(&[".", "*"]).any(|place| is_result(&place))
            || self.behind(&["returning", "*"]).next().is_some()
    }

    /// Whether rows are looked up by these columns and without the organization.
    pub(crate) fn looks_up(&self, columns: &[String]) -> bool {
        let Some(place) = self.behind(&["where"]).next() else { return false };
        let conditions = &self.0[place..];
        let has = |wanted: &str| conditions.iter().any(|word| word == wanted);
        !columns.is_empty() && columns.iter().all(|column| has(column)) && !has(COLUMN)
    }
}

impl Target {
    /// Whether this index is what is waited for.
    pub(crate) fn is(&self, index: &Index) -> bool {
        match self {
            Self::Constraint(name) => *name == index.name,
            // An expression is not compared in detail: that of the same columns is written in many ways.
            Self::Columns(_) if index.columns.is_empty() => {
                let Self::Columns(columns) = self else { return false };
                columns.iter().any(|column| column.contains('('))
            }
            Self::Columns(columns) => {
                let (mut theirs, mut ours) = (columns.clone(), index.columns.clone());
                theirs.sort();
                ours.sort();
                theirs == ours
            }
        }
    }
}

/// A statement as it is shown in one line: blanks as one, cut where it is long.
pub(crate) fn shown(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SHOWN {
        return line;
    }
    line.chars().take(SHOWN).chain(['…']).collect()
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '$')
}

/// Reads a literal, and answers its length.
fn literal(text: &str, words: &mut Vec<String>) -> usize {
    words.push("''".to_owned());
    closing(text, '\'')
}

/// Reads a quoted name, and answers its length.
fn quoted(text: &str, words: &mut Vec<String>) -> usize {
    let end = closing(text, '"');
    let inner = text[1..end].strip_suffix('"').unwrap_or(&text[1..end]);
    words.push(inner.replace("\"\"", "\""));
    end
}

/// Where a text in quotation marks ends; a doubled mark is a part of it.
fn closing(text: &str, mark: char) -> usize {
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((place, letter)) = letters.next() {
        if letter == mark && letters.next_if(|(_, next)| *next == mark).is_none() {
            return place + mark.len_utf8();
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str) -> TableName {
        TableName::new("public", name)
    }

    #[test]
    fn words_are_read_through_quotes_comments_and_literals() {
        let words = Words::of("SELECT \"Odd \"\"one\"\"\" /* a */, 'it''s' -- b\n FROM x.Y");
        let wanted = ["select", "Odd \"one\"", ",", "''", "from", "x", ".", "y"];
        assert_eq!(words.0, wanted);
        for broken in ["'open", "\"open", "/* open", "--", "é", "", "'", "\""] {
            Words::of(broken);
        }
    }

    #[test]
    fn inserts_are_told_apart() {
        let by_position = ["insert into posts values ($1)", "INSERT INTO public.posts SELECT 1"];
        for text in by_position {
            assert!(Words::of(text).inserts_by_position(&table("posts")), "{text}");
        }
        let named = ["insert into posts (id) values ($1)", "insert into posts_old values (1)"];
        for text in named {
            assert!(!Words::of(text).inserts_by_position(&table("posts")), "{text}");
        }
    }

    #[test]
    fn conflict_targets_are_found() {
        let target = |text: &str| Words::of(text).conflicts(&table("users"));
        assert_eq!(
            target("insert into users (a) values (1) on conflict (org, \"E\") do nothing"),
            [Target::Columns(vec!["org".into(), "E".into()])]
        );
        assert_eq!(
            target("insert into users (a) values (1) on conflict (lower(email)) do nothing"),
            [Target::Columns(vec!["lower(email)".into()])]
        );
        assert_eq!(
            target("insert into users (a) values (1) on conflict on constraint k do nothing"),
            [Target::Constraint("k".into())]
        );
        assert_eq!(target("insert into others (a) values (1) on conflict (a) do nothing"), []);
    }

    #[test]
    fn what_row_security_stops_is_found() {
        let users = table("users");
        assert!(Words::of("truncate table only users cascade").truncates(&users));
        assert!(Words::of("TRUNCATE a, public.users").truncates(&users));
        assert!(!Words::of("select 'truncate users'").truncates(&users));
        assert!(Words::of("copy users (id) from stdin").copies_into(&users));
        assert!(!Words::of("copy users to stdout").copies_into(&users));
        assert!(Words::of("select u.* from users u").reads_all());
        assert!(!Words::of("select count(*), 2 * 3 from users").reads_all());
        let slug = ["slug".to_owned()];
        assert!(Words::of("select id from users where slug = $1").looks_up(&slug));
        let scoped = "select id from users where slug = $1 and organization_id = $2";
        assert!(!Words::of(scoped).looks_up(&slug));
        assert!(!Words::of("select slug from users where id = $1").looks_up(&slug));
    }
}
