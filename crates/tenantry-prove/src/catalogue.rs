//! The catalogue of misconfigurations: the sixty ways in which organizations of one database come together, and which
//! rules are about each. A row without a rule is not an omission: what it is about is there in every database, or out of
//! its sight, and its remark says so.

/// One way.
#[derive(Debug, Clone, Copy)]
pub struct Misconfiguration {
    /// Its number, which tests and documents name it by. Numbers are never given out again.
    pub number: u8,
    /// What it is, as a sentence without a full stop.
    pub what: &'static str,
    /// The codes of the rules that are about it.
    pub codes: &'static [&'static str],
    /// What must be known beside it, in whole sentences; empty when nothing.
    pub remark: &'static str,
}

macro_rules! catalogue {
    ($($number:literal $what:literal [$($code:literal)*] $remark:literal;)+) => {
        /// All of them, in order.
        pub const CATALOGUE: &[Misconfiguration] = &[$(Misconfiguration {
            number: $number,
            what: $what,
            codes: &[$($code),*],
            remark: $remark,
        }),+];
    };
}

catalogue! {
    1 "A table of organizations has no row security, perhaps one of a later migration" ["TN0703" "TN0705" "TN0721" "TN0801" "TN0802"] "";
    2 "The application owns what it is held by, or row security is not forced" ["TN0702" "TN0704" "TN0801" "TN0802"] "";
    3 "The application's login passes by row security, or may become somebody who does" ["TN0701" "TN0702"] "";
    4 "A view reads as an owner who is not held" ["TN0713" "TN0802" "TN0805" "TN0806" "TN0808"] "";
    5 "A materialized view is readable" ["TN0714" "TN0802"] "";
    6 "A definer function reads or writes past row security" ["TN0731" "TN0733" "TN0817"] "";
    7 "A foreign key takes another organization's row" ["TN0737" "TN0810"] "";
    8 "A foreign key cascades into another organization" ["TN0737" "TN0810"] "The cascade itself is not tried.";
    9 "A foreign key keeps an own row from being deleted for the sake of a hidden one" ["TN0737" "TN0810"] "The deletion itself is not tried.";
    10 "A unique key goes across organizations" ["TN0738" "TN0811"] "";
    11 "ON CONFLICT DO NOTHING tells what it met" ["TN0738" "TN0811"] "The attack inserts plainly, which meets the same key.";
    12 "ON CONFLICT DO UPDATE meets another organization's row" ["TN0738" "TN0809" "TN0811"] "";
    13 "An exclusion constraint goes across organizations" ["TN0739" "TN0811"] "";
    14 "A sequence is everybody's and can be read or set" ["TN0740" "TN0818"] "";
    15 "Rows are copied out, to the client or to files of the server" ["TN0701" "TN0804"] "";
    16 "COPY … FROM into a table with row security" [] "PostgreSQL refuses it: nothing leaks, something is missing.";
    17 "TRUNCATE is granted" ["TN0717" "TN0718"] "It is never executed.";
    18 "TRIGGER, REFERENCES or CREATE are granted" ["TN0718" "TN0719"] "";
    19 "A row is moved into another organization by an update" ["TN0708" "TN0805" "TN0807"] "";
    20 "Rows of others are inserted, changed, locked or deleted" ["TN0706" "TN0708" "TN0805" "TN0806" "TN0808"] "MERGE is not tried apart.";
    21 "Rows come back by RETURNING, or from common table expressions" ["TN0706" "TN0802" "TN0803"] "RETURNING is not tried apart: the same policies hold it.";
    22 "A policy lets too much through, and OR does the rest" ["TN0706" "TN0707" "TN0709" "TN0722" "TN0751" "TN0752" "TN0802" "TN0812"] "";
    23 "A partition is asked directly" ["TN0706" "TN0712" "TN0802"] "";
    24 "A table that inherits is asked directly" ["TN0712" "TN0802"] "";
    25 "A function of one's own is marked LEAKPROOF" ["TN0734"] "";
    26 "A condition is evaluated before the rows are held apart" ["TN0713" "TN0734"] "Below row security only leakproof conditions are; a view that filters for itself needs a barrier.";
    27 "EXPLAIN estimates from everybody's statistics" [] "It is so in every database.";
    28 "EXPLAIN ANALYZE counts the rows that were thrown away" ["TN0901" "TN0902"] "With an index that begins with the organization there are none to count.";
    29 "Sizes, counters and transaction ids tell of everybody" ["TN0701" "TN0743"] "Membership in the roles that watch is named; the rest is so in every database.";
    30 "The planner's samples are readable" ["TN0703" "TN0756"] "PostgreSQL hides those of tables with row security from `pg_stats`.";
    31 "The server is one whose statistics show hidden values" ["TN0723"] "";
    32 "The server is one that uses a plan for another role" ["TN0723"] "";
    33 "Large objects are open" ["TN0741"] "";
    34 "Notifications carry content" ["TN0742"] "";
    35 "Running statements of others can be read" ["TN0743"] "";
    36 "Collected statements of others can be read" ["TN0744"] "";
    37 "Sessions of others can be ended" ["TN0745"] "";
    38 "Advisory locks are one name space" [] "It is so in every database.";
    39 "What a connection calls itself is seen by others" ["TN0743"] "It is so for every role; TN0743 is about the statements beside it.";
    40 "An organization is entered before anybody entered one" ["TN0746" "TN0812" "TN0816"] "";
    41 "A temporary table takes the place of a real one" ["TN0720"] "";
    42 "A prepared statement is left for the next borrower" [] "A habit of the pool, which is not asked.";
    43 "What an organization is entered with can be made up, or used again" ["TN0710" "TN0731" "TN0733" "TN0755" "TN0813" "TN0814" "TN0815"] "";
    44 "A cursor is left for the next borrower" [] "A habit of the pool, which is not asked.";
    45 "A role's stored settings reach into the isolation" ["TN0746"] "A role may store them for itself.";
    46 "A role changes its own password" [] "It is so in every database.";
    47 "A definer function uses names that its caller puts in the way" ["TN0732"] "";
    48 "The application may create objects" ["TN0719"] "";
    49 "A rule runs statements as the owner of its table" ["TN0716"] "";
    50 "A trigger carries rows out of their organization" ["TN0735"] "";
    51 "Another server is within reach" ["TN0715"] "It is not attacked.";
    52 "Rows leave by replication" ["TN0747"] "";
    53 "Backups hold everybody's rows" [] "They are made outside of the database.";
    54 "A default, check or policy calls a definer function" ["TN0736" "TN0802"] "";
    55 "A reference has no foreign key" ["TN0749"] "";
    56 "How long a look-up takes tells whether the key exists" ["TN0738" "TN0902"] "Nothing is timed.";
    57 "A table of people is open to every organization" ["TN0748" "TN0802"] "";
    58 "A policy looks things up, or is slow" ["TN0709" "TN0711" "TN0901"] "";
    59 "A job works past row security" ["TN0754"] "Only one that is connected during the run is seen.";
    60 "A conversion is under way, and the guard is not yet on" ["TN0703"] "It reads like a table that was forgotten.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_rule_is_about_a_row_and_every_row_has_a_rule_or_a_remark() {
        let numbers: Vec<u8> = CATALOGUE.iter().map(|row| row.number).collect();
        assert_eq!(numbers, (1..=60).collect::<Vec<u8>>());
        let named: BTreeSet<&str> = CATALOGUE.iter().flat_map(|row| row.codes).copied().collect();
        let rules: BTreeSet<&str> = crate::rules().map(|rule| rule.code).collect();
        assert_eq!(named, rules);
        for row in CATALOGUE {
            assert!(!row.codes.is_empty() || !row.remark.is_empty(), "{}", row.number);
            assert!(row.remark.is_empty() || row.remark.ends_with('.'), "{}", row.number);
        }
    }
}
