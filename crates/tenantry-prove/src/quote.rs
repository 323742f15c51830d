//! Names and values as SQL writes them. Every name and value of a stranger's catalog goes through here before it
//! becomes part of a statement; nothing else in this crate may put quotes around anything.

/// The reserved words of PostgreSQL 15 to 18 (appendix C of its manual), which need quotes as names.
const RESERVED: &str = "all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate \
    collation column concurrently constraint create cross current_catalog current_date current_role \
    current_schema current_time current_timestamp current_user default deferrable desc distinct do else end \
    except false fetch for foreign freeze from full grant group having ilike in initially inner intersect into \
    is isnull join lateral leading left like limit localtime localtimestamp natural not notnull null offset on \
    only or order outer overlaps placing primary references returning right select session_user similar some \
    symmetric system_user table tablesample then to trailing true union unique user using variadic verbose when \
    where window with";

/// A name, in double quotes where it needs them: `my"table` becomes `"my""table"`.
#[must_use]
pub(crate) fn identifier(name: &str) -> String {
    let is_letter = |each: char| each.is_ascii_lowercase() || each == '_';
    let is_plain = name.starts_with(is_letter)
        && name.chars().all(|each| is_letter(each) || each.is_ascii_digit())
        && !RESERVED.split_whitespace().any(|word| word == name);
    if is_plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// A value as a string constant that means the same whatever `standard_conforming_strings` says.
#[must_use]
pub(crate) fn literal(value: &str) -> String {
    let quoted = value.replace('\'', "''");
    if quoted.contains('\\') {
        // The space keeps the E from becoming the end of a word that stands before it.
        format!(" E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}

/// A value or NULL.
#[must_use]
pub(crate) fn nullable(value: Option<&str>) -> String {
    value.map_or_else(|| "null".to_owned(), literal)
}

#[cfg(test)]
mod tests {
    use super::{identifier, literal};

    #[test]
    fn a_hostile_name_stays_one_name() {
        assert_eq!(identifier("a\"; drop table b; --"), "\"a\"\"; drop table b; --\"");
    }

    #[test]
    fn only_a_name_that_needs_quotes_has_them() {
        assert_eq!(identifier("org_2"), "org_2");
        for (name, quoted) in [
            ("User", "\"User\""),
            ("order", "\"order\""),
            ("2x", "\"2x\""),
            ("", "\"\""),
            ("é", "\"é\""),
        ] {
            assert_eq!(identifier(name), quoted);
        }
    }

    #[test]
    fn a_hostile_value_stays_one_value() {
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal("\\'; drop"), " E'\\\\''; drop'");
    }
}
