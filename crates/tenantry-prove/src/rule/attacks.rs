//! TN08: the attacks. A finding has one of these codes where no lint says better why the attack got through.

use super::Rule;
use crate::attack::Attack;
use crate::report::{Part, Severity};

/// What passes where an attack must see or touch nothing.
const NOTHING: &str =
    "No row, or a refusal with 42501, while the row's own organization gets it in the same way.";
/// What passes where a statement must be refused. Row security is asked before constraints, so a constraint that stops
/// the statement means that row security had let it through.
const REFUSED: &str = "A refusal with 42501, or no row, while the row's own organization may do it. A constraint that stops the statement does not pass: row security comes first, and had let the row through.";
/// How a table that shows its rows is mended.
const GUARD: &str = "Switch row security on and force it, with a policy on the column of the organization in USING and in WITH CHECK; for a view set security_invoker, and revoke a materialized view. It locks the table or view for an instant.";
/// How a table that takes foreign rows is mended.
const CHECK: &str = "Let WITH CHECK compare the organization of the new row with the one that was entered, in every policy for INSERT and UPDATE; where it is left out, USING stands in for it. Replacing a policy locks the table for an instant.";
/// How a table whose rows are written by others is mended.
const NARROW: &str = "Narrow USING to the organization that was entered, in every policy that applies to the command; permissive policies are joined by OR, so the widest decides. Replacing a policy locks the table for an instant.";
/// How a way in that can be made up is mended.
const SEAL: &str = "Enter an organization with something that the role cannot make: a seal that the database verifies, such as `tenantry.organization()`, or a login of its own for each organization. Where a setting is accepted on purpose, say so with `--skip forged`.";

macro_rules! attacks {
    ($($attack:ident $severity:ident $title:literal, $tried:literal, $passes:expr, $why:literal, $remedy:expr;)+) => {
        /// The rules of attacks.
        pub(super) const RULES: &[Rule] = &[$(Rule {
            code: Attack::$attack.code(),
            part: Part::Attack,
            severity: Severity::$severity,
            title: $title,
            tried: $tried,
            passes: $passes,
            why: $why,
            remedy: $remedy,
        }),+];
    };
}

attacks! {
    Select Leak "Another organization's row is shown to who knows its key",
        "The other's row is asked for by its key, or by the place where it lies when the table has none; and so is a row of another organization that the same person belongs to and has not entered. The table of organizations, those of people and of memberships may show the latter.", NOTHING,
        "Keys travel: in addresses, logs and exports. Whoever has one reads the row.", GUARD;
    Scan Leak "Reading a table shows other organizations' rows",
        "Everything is counted that can be seen and is not the attacker's, up to 10,000 rows: what was made for the other organization, and whatever was there before. A view is also asked before and after the other organization has rows: its answer must not change.", NOTHING,
        "One forgotten condition in the application, or one injection, shows everybody's rows.", GUARD;
    Join Leak "A row of another organization is reached from an own one",
        "The other's row is reached through a lateral join, a materialized common table expression and EXISTS, in one statement.", NOTHING,
        "A query that begins with an own row is believed to stay with it. This one does not.", GUARD;
    Copy Leak "Other organizations' rows can be copied out",
        "The other's row is sent to the client with COPY (SELECT …) TO STDOUT.", NOTHING,
        "A whole table leaves in one statement.", GUARD;
    Insert Leak "A row can be written into another organization",
        "A row is inserted that names the other organization as its own, and points at the other's rows where it points at any.", REFUSED,
        "Somebody plants an invitation, an invoice or a key where others will find and believe it.", CHECK;
    Update Leak "Another organization's row can be changed",
        "By its key, the other's row has a column set to what it holds already, is locked with FOR UPDATE, and has its organization set to the attacker's.", REFUSED,
        "Data of others is falsified, taken over, or held under a lock.", NARROW;
    Move Leak "A row can be pushed into another organization",
        "The organization of an own row is set to the other; and, on a table of a megabyte at the most, that of every row that a statement without a condition reaches, because such a statement is not held by the policies for reading.", REFUSED,
        "It is a way to plant rows that an insert does not allow, and to make own rows vanish from an audit.", CHECK;
    Delete Leak "Another organization's row can be deleted",
        "The other's row is deleted by its key; and, on a table of a megabyte at the most, by a statement without a condition, after which it is looked whether the row is gone. What a cascade would take along is not tried; the lint TN0737 names such keys.", REFUSED,
        "Data of others is destroyed.", NARROW;
    Upsert Leak "Another organization's row is written over on a conflict",
        "For each key and unique index that is whole, immediate and over columns: an own row with the other's values in it is inserted with ON CONFLICT DO UPDATE.", REFUSED,
        "The conflict finds the row whoever it belongs to; only the policy keeps it from being changed.", NARROW;
    Reference Leak "An own row can point at another organization's",
        "Each foreign key of an own row is pointed at the other's row, with its own organization left as it is; in a new row, or in the own one where the role may not insert. Keys to people are left out: a person may belong to several organizations.",
        "A refusal by row security or by the foreign key, as for a row that does not exist.",
        "The check of a foreign key sees every row. Whether it is taken tells whether the other's row exists, and what points across is later cascaded, blocked or shown with it.",
        "Let the foreign key carry the organization on both sides: `foreign key (organization_id, project_id) references projects (organization_id, id)`. Add it NOT VALID and validate it after; neither stops writers for long.";
    Probe Oracle "An error tells whether another organization has a value",
        "For each unique index and exclusion constraint: an own row with the other's values in it is inserted, the organization apart. Keys of nothing but uuids are left out, because nobody guesses 122 random bits.",
        "The row is taken, or refused before the key is looked at. A unique or exclusion violation does not pass.",
        "Whoever can try values finds out which e-mail addresses, domains or names others have.",
        "Put the organization first in the key, where the value need not be unique across organizations. Where it must be, keep it in a table of its own behind a function that limits how often it is asked. Build the new index concurrently.";
    Unset Leak "Rows are shown to who entered no organization",
        "Everything is counted on a connection on which no organization was entered.",
        "No row, or a refusal. An error of a policy that casts a setting which is missing or empty passes too: it shows nothing.",
        "A path of the application that forgets to enter, a job for example, reads everybody's rows, and nobody notices until it writes them somewhere.",
        "Let the policy compare with a value that is NULL when nothing was entered, and never with one that stands for all. Mind that a setting that was local to a transaction reads as an empty text afterwards.";
    Forged Leak "Another organization can be entered with what the role can make up",
        "The attacker enters their own organization, then the other, and reads its row. Where settings say who asks, by setting them; where a seal does, with six seals of their own making.",
        "A refusal, or no row: what the role makes up is not believed.",
        "One injection of SQL is enough to become any organization: the policies hold, and believe the attacker.", SEAL;
    Expired Leak "A pass is accepted after it ran out",
        "The other organization is entered with a genuine seal that ran out an hour ago. Settings do not run out, so there it does not apply.",
        "A refusal, or no row.",
        "A pass from a log, a dump or a core file opens the database long after its request is over.",
        "Let what verifies the pass compare its time with the database's clock, and let passes live for seconds.";
    Replayed Leak "A pass is accepted on another connection",
        "The other organization is entered with two seals that are genuine elsewhere: one of another connection, one of another database. Settings are bound to nothing, so there it does not apply.",
        "A refusal, or no row.",
        "Whoever sees a pass, in the list of running statements for example, uses it on a connection of their own.",
        "Bind the pass to the backend that it is made for, and verify that with pg_backend_pid().";
    Stale Leak "A connection keeps what its last user entered",
        "The other organization enters on the connection in a transaction of its own, which ends. The next transaction enters nothing and asks for the other's row. Temporary tables, cursors and prepared statements that are left behind are not tried; TN0720 is about the first.",
        "No row, or a refusal.",
        "Pools hand connections from one organization to the next. What was entered for longer than a transaction is still entered.",
        "Enter with SET LOCAL or set_config(…, …, true), inside the transaction that needs it, and wash connections before they are lent again.";
    Call Leak "A function reaches another organization's rows",
        "The attacker enters their own organization and calls the function with the other's values: its id, its person's, and what its rows hold in columns of the arguments' names. Arguments with a default are left out. Functions in SQL and PL/pgSQL are called, and procedures; triggers and other languages are not.",
        "An answer without anything of the other that was not passed in, and the other's rows as they were; or a refusal. An error of its own is not run.",
        "A function that runs as its definer sees what its owner sees, and believes the organization that its caller names.",
        "Let it run as its invoker, or take the organization from the context rather than from an argument; and revoke EXECUTE from PUBLIC. Neither locks the tables.";
    Count Oracle "A sequence tells how much the others write",
        "The last value of a sequence that numbers rows of organizations is read, from the sequence where the role may select from it, else from pg_sequences. nextval() and setval() are never called, because they are not rolled back.",
        "A refusal, or no answer.",
        "Numbers that are given out in order tell each customer how many orders the others place.",
        "Make the column an identity, which needs no privilege on its sequence, and revoke all of them: USAGE alone still shows last_value. Where the numbers themselves are shown, use random keys or a counter for each organization.";
}
