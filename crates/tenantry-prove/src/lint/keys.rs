//! Keys, references and sequences: what the database checks past row security, on the rows of every organization. A
//! key that is good within one organization needs the tenant column in it, on both sides of a reference.

use super::Lint;
use crate::report::{Part, Severity};
use crate::rule::Rule;

/// A statement over tables: the tables it starts from, and itself.
macro_rules! over_tables {
    ($file:literal) => {
        concat!(include_str!("sql/with_tables.sql"), include_str!($file))
    };
}

pub(super) const LINTS: &[Lint] = &[
    Lint {
        rule: Rule {
            code: "TN0737",
            part: Part::Lint,
            severity: Severity::Leak,
            title: "Foreign key does not carry the organization",
            tried: "Foreign keys between tables of organizations are looked at: whether the tenant column is a part of \
                    the key on both sides, and whether ON DELETE would empty it.",
            passes: "The key is (organization, key) on both sides; or the column is looked at by a policy of the \
                     table, as that by which a row belongs to its organization is. Keys to the organizations \
                     themselves and to people need nothing.",
            why: "Foreign keys are checked past row security: a row may reference another organization's, whether it \
                  is accepted tells what exists, and ON DELETE CASCADE or SET NULL then reaches across. Where the role \
                  may not write the table, or a trigger looks at the other one, it is a warning.",
            remedy: "Build a unique index on (organization, key) of the referenced table, add the wider key NOT VALID, \
                     validate it, drop the old one. Each step locks for an instant; partitioned tables are read under \
                     the lock.",
        },
        sql: over_tables!("sql/foreign_key.sql"),
    },
    Lint {
        rule: Rule {
            code: "TN0738",
            part: Part::Lint,
            severity: Severity::Oracle,
            title: "Unique key goes across organizations",
            tried: "Primary keys and unique indexes of tables of organizations that the role may write, whose columns \
                    do not hold the tenant column.",
            passes: "The tenant column is a part of the key. Keys of the organizations themselves and of people are \
                     global by nature and left to the attack `probe`, and so is one with the key of an own row in it.",
            why: "A value that another organization has is refused: by an error, by doing nothing, or by a conflict \
                  that cannot be updated. A key of nothing but uuids or drawn values is a warning: nobody guesses it, \
                  but the time of a look-up still tells whether it exists.",
            remedy: "Build the index with the tenant column first beside running work, then exchange the two for an \
                     instant. Where foreign keys reference the old key, mend them first.",
        },
        sql: over_tables!("sql/unique_key.sql"),
    },
    Lint {
        rule: Rule {
            code: "TN0739",
            part: Part::Lint,
            severity: Severity::Oracle,
            title: "Exclusion constraint goes across organizations",
            tried: "Exclusion constraints of tables of organizations that do not compare the tenant column.",
            passes: "The constraint has the tenant column WITH =.",
            why: "What overlaps with another organization's row is refused, so its bookings can be felt out.",
            remedy: "Make the constraint anew with the tenant column first; for gist that needs btree_gist. ACCESS \
                     EXCLUSIVE on the table while the index is built.",
        },
        sql: over_tables!("sql/exclusion.sql"),
    },
    Lint {
        rule: Rule {
            code: "TN0740",
            part: Part::Lint,
            severity: Severity::Oracle,
            title: "Sequence of everybody is readable or can be set",
            tried: "SELECT and UPDATE of the role on sequences that number rows of organizations.",
            passes: "The role holds neither.",
            why: "SELECT shows how much all the others write. UPDATE allows setval(), after which the others' inserts \
                  collide: that is no leak, but it stops them. With USAGE alone pg_sequences still shows the \
                  last value, and nextval() answers the next: the attack `count` tells.",
            remedy: "Revoke SELECT and UPDATE on the sequence; USAGE is enough for nextval(), and an identity column needs \
                     no privilege at all. It locks nothing.",
        },
        sql: over_tables!("sql/sequence.sql"),
    },
    Lint {
        rule: Rule {
            code: "TN0749",
            part: Part::Lint,
            severity: Severity::Warning,
            title: "Reference without a foreign key",
            tried: "Columns of tables of organizations that end in id and are in no foreign key, and that stand beside \
                    a type column or are named after another such table.",
            passes: "A foreign key holds them, or they name nothing that is known.",
            why: "The key of another organization's row can be stored there. Nothing leaks by it, because the row \
                  cannot be read, until something follows it past row security.",
            remedy: "A foreign key that carries the organization, a column for each table that is meant, or a trigger.",
        },
        sql: over_tables!("sql/soft_reference.sql"),
    },
    Lint {
        rule: Rule {
            code: "TN0752",
            part: Part::Lint,
            severity: Severity::Warning,
            title: "Tenant column is loose",
            tried: "The tenant column of every table: NOT NULL, the same type everywhere, and no constant for a default.",
            passes: "It is NOT NULL, of one type in all tables, and its default is none or read from the context.",
            why: "A row without it belongs to nobody and escapes its foreign keys; different types keep indexes from \
                  being used; a constant default gives forgotten rows to one organization.",
            remedy: "A NOT VALID check, validated, then SET NOT NULL: each locks for an instant. A default is dropped in \
                     an instant. A type is a person's decision, because it rewrites the table.",
        },
        sql: over_tables!("sql/tenant_column.sql"),
    },
];
