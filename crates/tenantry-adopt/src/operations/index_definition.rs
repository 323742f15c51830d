//! A `create index` statement as PostgreSQL writes it back, taken apart so that it can be written again with the organization
//! in front or under another name. It is read letter by letter, because names and expressions may hold every character.

/// The parts that are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct IndexDefinition {
    /// Whether it is unique.
    pub(super) is_unique: bool,
    /// `using btree`, with the method as it was written.
    method: String,
    /// Each column or expression, with its collation, operator class and direction.
    pub(super) keys: Vec<String>,
    /// What follows the keys and belongs to constraints too: `include (…)`, with its leading space.
    include: String,
    /// Two nulls are equal.
    pub(super) is_nulls_not_distinct: bool,
    /// ` with (…)`, with its leading space.
    options: String,
    /// The condition of a partial index.
    pub(super) predicate: Option<String>,
}

impl IndexDefinition {
    /// Takes a statement apart. None: it is no `create index` statement.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (is_unique, rest) = match text.strip_prefix("CREATE UNIQUE INDEX ") {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix("CREATE INDEX ")?),
        };
        let rest = after_name(rest)?.strip_prefix(" ON ")?;
        let rest = after_name(rest.strip_prefix("ONLY ").unwrap_or(rest))?;
        let rest = rest.strip_prefix(" USING ")?;
        let after_method = after_name(rest)?;
        let method = rest[..rest.len() - after_method.len()].to_owned();
        let (inside, mut rest) = enclosed(after_method.trim_start())?;
        let keys = split(inside);
        let mut include = String::new();
        if let Some(text) = rest.strip_prefix(" INCLUDE ") {
            let (columns, left) = enclosed(text)?;
            include = format!(" include ({columns})");
            rest = left;
        }
        let is_nulls_not_distinct = rest.starts_with(" NULLS NOT DISTINCT");
        rest = rest.strip_prefix(" NULLS NOT DISTINCT").unwrap_or(rest);
        let mut options = String::new();
        if let Some(text) = rest.strip_prefix(" WITH ") {
            let (settings, left) = enclosed(text)?;
            options = format!(" with ({settings})");
            rest = left;
        }
        let predicate = rest.strip_prefix(" WHERE ").map(str::to_owned);
        let is_whole = predicate.is_some() || rest.is_empty();
        is_whole.then_some(Self {
            is_unique,
            method,
            keys,
            include,
            is_nulls_not_distinct,
            options,
            predicate,
        })
    }

    /// A plain index over these columns.
    pub(super) fn over(keys: Vec<String>) -> Self {
        Self {
            is_unique: false,
            method: "btree".to_owned(),
            keys,
            include: String::new(),
            is_nulls_not_distinct: false,
            options: String::new(),
            predicate: None,
        }
    }

    /// The same with a column in front.
    pub(super) fn beginning_with(&self, column: &str) -> Self {
        let keys = std::iter::once(column.to_owned()).chain(self.keys.iter().cloned()).collect();
        Self { keys, ..self.clone() }
    }

    /// `create [unique] index <how> <name> on <table> …`.
    pub(super) fn create(&self, how: &str, name: &str, table: &str) -> String {
        let unique = if self.is_unique { "unique " } else { "" };
        let how = if how.is_empty() { String::new() } else { format!("{how} ") };
        let predicate =
            self.predicate.as_ref().map(|text| format!(" where {text}")).unwrap_or_default();
        let nulls = if self.is_nulls_not_distinct { " nulls not distinct" } else { "" };
        format!(
            "create {unique}index {how}{name} on {table} using {} ({}){}{nulls}{}{predicate}",
            self.method,
            self.keys.join(", "),
            self.include,
            self.options
        )
    }

    /// What stands behind `primary key` or `unique` in a constraint.
    pub(super) fn constraint(&self) -> String {
        let nulls = if self.is_nulls_not_distinct { " nulls not distinct" } else { "" };
        format!("{nulls} ({}){}{}", self.keys.join(", "), self.include, self.options)
    }

    /// The values that the keys compare: without operator class, direction and order of nulls.
    pub(super) fn values(&self) -> Vec<String> {
        self.keys.iter().map(|key| value(key)).collect()
    }
}

/// What follows a name, which may be quoted and qualified.
fn after_name(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        rest = after_word(rest)?;
        match rest.strip_prefix('.') {
            Some(more) => rest = more,
            None => return Some(rest),
        }
    }
}

/// What follows one part of a name.
fn after_word(text: &str) -> Option<&str> {
    if text.starts_with('"') {
        return Some(&text[quoted(text)?..]);
    }
    let end = text
        .find(|letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == '$'))
        .unwrap_or(text.len());
    (end > 0).then(|| &text[end..])
}

/// How many bytes a quoted name or text takes, which the text begins with. A doubled quote is one letter.
fn quoted(text: &str) -> Option<usize> {
    let quote = text.chars().next()?;
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter == quote {
            match letters.peek() {
                Some((_, next)) if *next == quote => drop(letters.next()),
                _ => return Some(at + 1),
            }
        }
    }
    None
}

/// Each place outside of quotes, with how deep it is in brackets after the letter there.
fn places(text: &str) -> Vec<(usize, char, i32)> {
    let (mut places, mut depth, mut skipped) = (Vec::new(), 0, 0);
    for (at, letter) in text.char_indices() {
        if at < skipped {
            continue;
        }
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '\'' if text[..at].ends_with('E') => skipped = at + escaped(&text[at..]),
            '\'' | '"' => skipped = at + quoted(&text[at..]).unwrap_or(text.len() - at),
            _ => {}
        }
        places.push((at, letter, depth));
    }
    places
}

/// How many bytes a text with backslashes takes.
fn escaped(text: &str) -> usize {
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => drop(letters.next()),
            '\'' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// What stands in the brackets that a text begins with, and what follows them.
fn enclosed(text: &str) -> Option<(&str, &str)> {
    let close = |&(_, letter, depth): &(usize, char, i32)| letter == ')' && depth == 0;
    let (end, ..) = places(text.strip_prefix('(').map(|_| text)?).into_iter().find(close)?;
    Some((&text[1..end], &text[end + 1..]))
}

/// The parts between commas that are in no brackets.
fn split(text: &str) -> Vec<String> {
    let commas = places(text).into_iter().filter(|&(_, letter, depth)| letter == ',' && depth == 0);
    let mut ends: Vec<usize> = commas.map(|(at, ..)| at).collect();
    ends.push(text.len());
    let mut from = 0;
    let part = |end: usize| {
        let part = text[from..end].trim().to_owned();
        from = end + 1;
        part
    };
    ends.into_iter().map(part).collect()
}

/// The expression at the beginning of a key, with its collation.
fn value(key: &str) -> String {
    let after = match enclosed(key) {
        Some((_, rest)) => rest,
        None => {
            let rest = after_name(key).unwrap_or("");
            enclosed(rest).map_or(rest, |(_, rest)| rest)
        }
    };
    let own = &key[..key.len() - after.len()];
    let collation = after
        .strip_prefix(" COLLATE ")
        .and_then(|text| after_name(text).map(|rest| &text[..text.len() - rest.len()]));
    collation.map_or_else(|| own.to_owned(), |name| format!("{own} collate {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_expressions_with_every_character_are_taken_apart() {
        let text = "CREATE UNIQUE INDEX \"a USING b (\" ON ONLY public.\"t \"\"(x\" USING btree (lower((email)::text) \
                    COLLATE \"C\" text_pattern_ops DESC NULLS LAST, \"a,b\", (('x,)'::text || E'\\\\'''))) INCLUDE (z, \"w)\") \
                    NULLS NOT DISTINCT WITH (fillfactor='70') WHERE (state = ' WHERE ('::text)";
        let read = IndexDefinition::read(text).unwrap();
        assert_eq!(read.keys.len(), 3, "{:?}", read.keys);
        assert_eq!(
            read.values(),
            ["lower((email)::text) collate \"C\"", "\"a,b\"", "(('x,)'::text || E'\\\\'''))"]
        );
        assert_eq!(read.predicate.as_deref(), Some("(state = ' WHERE ('::text)"));
        assert_eq!(
            read.beginning_with("o").create("concurrently", "n", "t"),
            "create unique index concurrently n on t using btree (o, lower((email)::text) COLLATE \"C\" text_pattern_ops DESC \
             NULLS LAST, \"a,b\", (('x,)'::text || E'\\\\'''))) include (z, \"w)\") nulls not distinct with (fillfactor='70') \
             where (state = ' WHERE ('::text)"
        );
    }

    #[test]
    fn what_is_no_index_is_refused() {
        for text in [
            "",
            "CREATE TABLE x (a int)",
            "CREATE INDEX a ON b",
            "CREATE INDEX a ON b USING btree (c",
        ] {
            assert_eq!(IndexDefinition::read(text), None, "{text}");
        }
    }
}
