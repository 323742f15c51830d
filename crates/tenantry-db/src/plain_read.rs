//! Which texts look as if they left nothing behind on a session but their answer. A text is only half of it: what it names
//! may be a view, and a view can call anything. See [`plain_catalog`](crate::plain_catalog) for the other half.
//!
//! The text is read as PostgreSQL's own scanner reads it, and refused at the first thing that is not known: a comment, a
//! quoted name, a dollar, a byte that is not ASCII, a call of something unlisted, a cast to something unlisted.

/// Functions of PostgreSQL, and words that stand before a parenthesis, that change nothing of a session. Whatever is
/// not listed here may: an application's own function can run any text.
const HARMLESS: [&str; 43] = [
    "all",
    "and",
    "any",
    "array",
    "array_agg",
    "as",
    "avg",
    "bool_and",
    "bool_or",
    "by",
    "case",
    "coalesce",
    "count",
    "current_setting",
    "date_trunc",
    "exists",
    "filter",
    "from",
    "greatest",
    "in",
    "jsonb_agg",
    "jsonb_build_object",
    "jsonb_object_agg",
    "lateral",
    "least",
    "length",
    "lower",
    "max",
    "min",
    "not",
    "now",
    "nullif",
    "on",
    "or",
    "over",
    "select",
    "statement_timestamp",
    "string_agg",
    "sum",
    "tenantry.membership_of",
    "then",
    "upper",
    "where",
];

/// Types of PostgreSQL's own, as the one word after `::`, or the first of several.
const TYPES: [&str; 26] = [
    "bigint",
    "bool",
    "boolean",
    "bytea",
    "character",
    "cidr",
    "date",
    "double",
    "inet",
    "int",
    "int2",
    "int4",
    "int8",
    "integer",
    "interval",
    "json",
    "jsonb",
    "name",
    "numeric",
    "real",
    "smallint",
    "text",
    "timestamp",
    "timestamptz",
    "uuid",
    "varchar",
];

/// What may stand before a literal. Any other word there names its type, or the form of the literal.
const BEFORE_LITERAL: [&str; 16] = [
    "and",
    "between",
    "date",
    "else",
    "escape",
    "from",
    "ilike",
    "interval",
    "like",
    "not",
    "or",
    "select",
    "then",
    "timestamptz",
    "when",
    "zone",
];

/// `select … into`, `for update`: they make and lock.
const REFUSED: [&str; 2] = ["into", "for"];

/// PostgreSQL cuts longer names off, so that they would name something else than they say.
const LONGEST_NAME: usize = 63;

/// Whose text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Author {
    /// Somebody's, in a literal of the program.
    Program,
    /// PostgreSQL's own, from the catalog: functions of the contract, whose names it qualifies, are harmless.
    Catalog,
}

/// Whether a statement seems to only read, and to call nothing that could leave anything: a setting, a lock, a cursor, a
/// channel. Read off its text, which is a literal of the program; when in doubt it is not.
pub(crate) const fn is_plain_read(sql: &str) -> bool {
    begins(sql.as_bytes(), b"select ") && is_plain(sql.as_bytes(), Author::Program)
}

/// The same of a policy's condition, as PostgreSQL writes it.
pub(crate) const fn is_plain_condition(condition: &str) -> bool {
    is_plain(condition.as_bytes(), Author::Catalog)
}

/// A plain text without its literals, which end where their quotes say.
fn unquoted(sql: &str) -> impl Iterator<Item = &str> {
    sql.split('\'').step_by(2)
}

/// The names in a plain text, and its keywords, as PostgreSQL folds them: each behind what qualifies it and a dot, or
/// behind the dot alone. Only a dot without blanks qualifies; a text with any other is not plain.
pub(crate) fn names(sql: &str) -> Vec<String> {
    let is_name = |word: &str| word.starts_with(|first: char| !first.is_ascii_digit());
    let is_inside = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.');
    let mut names = Vec::new();
    for run in unquoted(sql).flat_map(|part| part.split(|letter: char| !is_inside(letter))) {
        let mut qualifier = "";
        for word in run.split('.') {
            if is_name(word) {
                names.push(format!("{qualifier}.{word}").to_ascii_lowercase());
            }
            qualifier = word;
        }
    }
    names.sort();
    names.dedup();
    names
}

/// The same names without what qualifies them.
pub(crate) fn words(names: &[String]) -> Vec<String> {
    let mut words: Vec<_> =
        names.iter().filter_map(|name| Some(name.split_once('.')?.1.to_owned())).collect();
    words.sort();
    words.dedup();
    words
}

/// Operators that PostgreSQL uses for what is not written as one: `in`, `like`, `order by`, `distinct`.
const IMPLIED: [&str; 12] =
    ["=", "<>", "<", "<=", ">", ">=", "~~", "!~~", "~~*", "!~~*", "~", "!~"];

/// The operators in a plain text: runs of their characters, each of which may hold several.
pub(crate) fn symbols(sql: &str) -> Vec<String> {
    let written = unquoted(sql)
        .flat_map(|part| part.split(|letter: char| !letter.is_ascii() || !is_symbol(letter as u8)))
        .filter(|run| !run.is_empty());
    let mut symbols: Vec<_> = IMPLIED.into_iter().chain(written).map(str::to_owned).collect();
    symbols.sort();
    symbols.dedup();
    symbols
}

/// What was read last.
#[derive(Clone, Copy)]
enum Last<'a> {
    /// A name, with the schema before it, or a keyword.
    Word(&'a [u8]),
    /// Something that is to be followed by a value: an operator, a comma, an opening bracket.
    Open,
    /// A value, or what ends one.
    Value,
}

const fn is_plain(text: &[u8], author: Author) -> bool {
    let (mut at, mut last) = (0, Last::Open);
    while at < text.len() {
        let end = end_of(text, at);
        if end == at {
            return false;
        }
        let (_, rest) = text.split_at(at);
        let (token, _) = rest.split_at(end - at);
        match text[at] {
            byte if is_blank(byte) => {}
            b'\'' if !is_before_literal(last) => return false,
            b'(' if !is_before_parenthesis(last, author) => return false,
            b'(' | b',' | b'[' => last = Last::Open,
            b':' => last = Last::Value,
            byte if is_symbol(byte) => last = Last::Open,
            byte if is_letter(byte) => {
                if is_listed(token, &REFUSED) {
                    return false;
                }
                last = Last::Word(token);
            }
            _ => last = Last::Value,
        }
        at = end;
    }
    true
}

/// Where the token ends that begins here; here, when it is none that is known.
const fn end_of(text: &[u8], at: usize) -> usize {
    match text[at] {
        b'(' | b')' | b',' | b'[' | b']' => at + 1,
        b'\'' => end_of_literal(text, at),
        b':' => end_of_cast(text, at),
        b'$' | b'0'..=b'9' => end_of_number(text, at),
        byte if is_blank(byte) => at + 1,
        byte if is_symbol(byte) => end_of_symbols(text, at),
        byte if is_letter(byte) => end_of_word(text, at),
        _ => at,
    }
}

/// Two quotes within are one. A backslash may escape a quote, in some literals always and in others as the session is set.
const fn end_of_literal(text: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    while end < text.len() && text[end] != b'\\' {
        if text[end] == b'\'' {
            if end + 1 >= text.len() || text[end + 1] != b'\'' {
                return end + 1;
            }
            end += 1;
        }
        end += 1;
    }
    at
}

/// `::` and the name of a type, which follows at once.
const fn end_of_cast(text: &[u8], at: usize) -> usize {
    let start = at + 2;
    if start >= text.len() || text[at + 1] != b':' || !is_letter(text[start]) {
        return at;
    }
    let end = end_of_word(text, start);
    if is_listed(text.split_at(end).0.split_at(start).1, &TYPES) { end } else { at }
}

/// A parameter or a number. A dollar without a digit begins a literal whose end is of its own choice.
const fn end_of_number(text: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    while end < text.len() && (text[end].is_ascii_digit() || text[end] == b'.' && text[at] != b'$')
    {
        end += 1;
    }
    // What follows at once would be read as part of it by one version of PostgreSQL, and as a name by another.
    let is_alone =
        end >= text.len() || !(is_letter(text[end]) || text[end] == b'$' || text[end] == b'.');
    if is_alone && (text[at] != b'$' || end > at + 1) { end } else { at }
}

const fn end_of_symbols(text: &[u8], at: usize) -> usize {
    let mut end = at;
    while end < text.len() && is_symbol(text[end]) {
        let (_, rest) = text.split_at(end);
        if begins(rest, b"--") || begins(rest, b"/*") {
            return at;
        }
        end += 1;
    }
    end
}

/// A name and what is joined to it by dots. A dot with a blank beside it joins as well, and is not read here.
const fn end_of_word(text: &[u8], at: usize) -> usize {
    let (mut start, mut end) = (at, at);
    loop {
        while end < text.len() && (is_letter(text[end]) || text[end].is_ascii_digit()) {
            end += 1;
        }
        if end - start > LONGEST_NAME || end < text.len() && text[end] == b'$' {
            return at;
        }
        if end >= text.len() || text[end] != b'.' {
            return end;
        }
        if end + 1 >= text.len() {
            return at;
        }
        // Every column: `t.*`.
        if text[end + 1] == b'*' {
            return end + 2;
        }
        if !is_letter(text[end + 1]) {
            return at;
        }
        (start, end) = (end + 1, end + 1);
    }
}

const fn is_before_parenthesis(last: Last<'_>, author: Author) -> bool {
    match last {
        Last::Open => true,
        Last::Value => false,
        Last::Word(word) => {
            is_listed(word, &HARMLESS)
                || matches!(author, Author::Catalog) && begins(word, b"tenantry.")
        }
    }
}

const fn is_before_literal(last: Last<'_>) -> bool {
    match last {
        Last::Open => true,
        Last::Value => false,
        Last::Word(word) => is_listed(word, &BEFORE_LITERAL),
    }
}

/// As PostgreSQL 15 counts them. A later one counts the vertical tab too, which is refused here.
const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0C')
}

const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

const fn is_symbol(byte: u8) -> bool {
    matches!(
        byte,
        b'+' | b'-'
            | b'*'
            | b'/'
            | b'<'
            | b'>'
            | b'='
            | b'~'
            | b'!'
            | b'@'
            | b'#'
            | b'%'
            | b'^'
            | b'&'
            | b'|'
            | b'`'
            | b'?'
    )
}

const fn is_listed(word: &[u8], list: &[&str]) -> bool {
    let mut at = 0;
    while at < list.len() {
        let known = list[at].as_bytes();
        if known.len() == word.len() && begins(word, known) {
            return true;
        }
        at += 1;
    }
    false
}

const fn begins(text: &[u8], with: &[u8]) -> bool {
    if text.len() < with.len() {
        return false;
    }
    let mut at = 0;
    while at < with.len() {
        if text[at].to_ascii_lowercase() != with[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests;
