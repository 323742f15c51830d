//! Which texts leave nothing behind on a session but their answer.

/// Functions of PostgreSQL, and words that stand before a parenthesis, that change nothing of a session. Whatever is
/// not listed here may: an application's own function can run any text.
const HARMLESS: [&str; 40] = [
    "all",
    "and",
    "any",
    "array",
    "as",
    "array_agg",
    "avg",
    "bool_and",
    "bool_or",
    "by",
    "case",
    "coalesce",
    "count",
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
    "nullif",
    "on",
    "or",
    "over",
    "select",
    "string_agg",
    "sum",
    "then",
    "tenantry.membership_of",
    "upper",
    "where",
];

/// Whether a statement only reads, and calls nothing that could leave anything: a setting, a lock, a cursor, a channel.
/// Read off its text, which is a literal of the program; when in doubt it is not.
pub(crate) const fn is_plain_read(sql: &str) -> bool {
    let text = sql.as_bytes();
    if !begins(text, b"select ") {
        return false;
    }
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            // A quoted name could be that of any function; a second statement could be anything.
            b'"' | b';' | b'\\' => return false,
            b'(' if !is_harmless(word_before(text, at)) => return false,
            _ => {}
        }
        at += 1;
    }
    // `select … into`, `for update`: they write.
    !holds(text, b" into ") && !holds(text, b" for ")
}

/// The word that ends before a parenthesis, blanks between them left out. Empty when an operator stands there.
const fn word_before(text: &[u8], parenthesis: usize) -> &[u8] {
    let (mut end, mut start);
    end = parenthesis;
    while end > 0 && text[end - 1].is_ascii_whitespace() {
        end -= 1;
    }
    start = end;
    while start > 0 && is_word(text[start - 1]) {
        start -= 1;
    }
    text.split_at(end).0.split_at(start).1
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.' || byte == b'$' || !byte.is_ascii()
}

const fn is_harmless(word: &[u8]) -> bool {
    let mut at = 0;
    while at < HARMLESS.len() {
        let known = HARMLESS[at].as_bytes();
        if known.len() == word.len() && begins(word, known) {
            return true;
        }
        at += 1;
    }
    word.is_empty()
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

const fn holds(text: &[u8], part: &[u8]) -> bool {
    let mut at = 0;
    while at + part.len() <= text.len() {
        if begins(text.split_at(at).1, part) {
            return true;
        }
        at += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_reads_tables_leaves_nothing() {
        for sql in [
            "select a, b from t where organization_id = $1 and (created_at, id) < ($2, $3) order by id desc limit $4",
            "SELECT count(*), coalesce(max(a), 0) from t where a in (1, 2) and exists (select from u)",
            "select m.role from u left join lateral tenantry.membership_of(u.id, $4) m on true",
            "select a from t where b = any($2::uuid[])",
        ] {
            assert!(is_plain_read(sql), "{sql}");
        }
    }

    #[test]
    fn whatever_could_leave_something_is_told_apart() {
        for sql in [
            "select set_config('a', 'b', false)",
            "select pg_catalog.set_config ('a', 'b', false)",
            "select public.run('x')",
            "select \"set_config\"('a', 'b', false)",
            "select a.set_config('x')",
            "select réset()",
            "select pg_advisory_lock(1)",
            "select a operator(public.=) b",
            "select 1; listen x",
            "select * into u from t",
            "select a from t for update",
            "select a from t for\nshare (x)",
            "with x as (insert into t default values returning a) select a from x",
            "insert into t values ($1)",
            "listen x",
            "",
        ] {
            assert!(!is_plain_read(sql), "{sql}");
        }
    }
}
