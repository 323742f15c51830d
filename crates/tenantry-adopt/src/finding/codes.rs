//! Every finding of a plan, with its number. A number is never given again, and `tenantry explain` tells what stands here.

macro_rules! findings {
    ($($name:ident = $code:literal, $title:literal, $explanation:literal;)+) => {
        $(#[doc = $title]
        pub const $name: &str = $code;)+

        /// Each finding: its code, what it is, and why it matters and what to do.
        pub const FINDINGS: &[(&str, &str, &str)] = &[$(($code, $title, $explanation)),+];
    };
}

findings! {
    OPEN = "TN1201", "a table waits for a decision",
        "Nothing says surely enough what the table is, so it is not guessed: a table taken for a shared one by mistake shows every \
         organization's rows. Write `class = \"tenant\"`, `\"shared\"`, `\"identity\"` or `\"infrastructure\"` in place of `decide = \"?\"`.";
    CONTRADICTION = "TN1202", "the plan's file says something that cannot be",
        "The file names a table, column, key or link that the schema does not have, or two of its lines exclude each other. \
         The finding says which line, and what could stand there.";
    DISAGREEMENT = "TN1203", "two paths lead rows to different organizations",
        "Some rows reach one organization by one column and another one by another column: they are references across organizations, \
         and were there before. Where both are foreign keys, these rows cannot satisfy both once the keys carry the organization; \
         they have to be repaired, or one of the keys dropped.";
    CROSSING = "TN1204", "a foreign key points from a global table into an organization's",
        "A row that belongs to nobody would hold a row that belongs to somebody, and the referenced key has to stay unique across \
         organizations for as long as the foreign key is there. Make the table an organization's, drop the foreign key, or keep the \
         referenced key on purpose.";
    SPANNING = "TN1205", "a unique key holds across organizations",
        "It tells one organization what another one has, and two organizations cannot have the same value. At enforcement it becomes a key \
         that begins with organization_id, under the same name; statements that look rows up by it find those of their own organization \
         only. To keep it as it is, name it in `keep`.";
    CONFLICT = "TN1206", "an insert waits for a conflict with a key that will change",
        "`on conflict` names the columns or the constraint of a unique key. It works until enforcement, because old keys stay until then; \
         afterwards it has to name organization_id too.";
    COPY = "TN1207", "rows are loaded by copy",
        "PostgreSQL refuses `copy … from` to a login that row security binds. Use inserts with many rows, or load as an administrator \
         with organization_id given.";
    TRUNCATE = "TN1208", "a table is emptied by truncate",
        "`truncate` takes every organization's rows and knows no row security. The request path's login may not use it; use `delete`.";
    BY_POSITION = "TN1209", "rows are inserted without naming the columns",
        "The new column stands last, so an insert by position goes on working for as long as it gives no more values than there were \
         columns, and lands in the column's default. An `insert … select *` from an adopted table gives one value more. Name the columns.";
    READ_ALL = "TN1210", "rows are read without naming the columns",
        "`select *` answers one column more, at the end. Programs that take columns by name or by position see no difference; those that \
         refuse unknown columns do, and a statement that was prepared before fails once.";
    MATERIALIZED = "TN1211", "a materialized view holds copies of organizations' rows",
        "No policy guards a materialized view. The request path's login may not read it. Make it a table with organization_id that is \
         filled for each organization, or a plain view.";
    OWNERS_VIEW = "TN1212", "a view reads with its owner's rights",
        "Row security asks for the rights of whoever owns the view, not of whoever reads it. At enforcement it is set to \
         `security_invoker`, so whoever reads it needs rights on the tables behind it too.";
    DEFINER = "TN1213", "a function runs with its owner's rights",
        "A `security definer` function reads as its owner. At enforcement it is given an owner that row security binds, and a fixed \
         search_path, and nobody may call it who could not before. A function that has to see all organizations is a matter for an operator.";
    RULE = "TN1214", "a rule rewrites statements on an organization's table",
        "What a rule adds runs with the rights of the table's owner, which row security may not bind. Rewrite it as a trigger.";
    DEFINER_TRIGGER = "TN1215", "a trigger runs with its function's owner's rights",
        "What it writes elsewhere is written around row security. At enforcement the function is given an owner that row security binds; \
         look whether the table it writes to is an organization's too.";
    PUBLICATION = "TN1216", "a publication sends every organization's rows",
        "Logical replication goes around row security. Give the subscriber row filters, or let operators alone subscribe. Subscribers need \
         the column organization_id before the plan is applied. A list of columns has to hold the replica identity, which begins with \
         organization_id from enforcement on: send whole rows, or keep the key.";
    BYPASSED = "TN1217", "an index that row security keeps from being used",
        "Under row security PostgreSQL uses only leak-proof operators to look rows up, and this index's first operator is none. Such a \
         statement filters the organization's rows instead: harmless for small organizations, slow for large ones.";
    SUPERUSER = "TN1218", "the application connects as a superuser",
        "No row security binds a superuser. It goes on working, before and after, and sees everything: requests have to use tenantry_app, \
         or a login of their own that is no superuser. To leave it as it is on purpose, take it out of `[application] logins`.";
    BYPASSER = "TN1219", "a login of the application bypasses row security",
        "`bypassrls` is taken from it at enforcement. Until then nothing of what it would be denied can be recorded: give it \
         up earlier to see it in shadow.";
    OWNER = "TN1220", "a login of the application owns its tables",
        "Row security is forced on the owner too, but an owner can switch it off again. Migrations may go on using this login; requests \
         have to use tenantry_app.";
    NO_LOGIN = "TN1221", "no login of the application is named",
        "Shadow records what the application's logins would be denied, and enforcement takes from them what goes around the guard. \
         Without their names it does neither. Write them under `[application]`.";
    EXCLUSION = "TN1222", "an exclusion constraint holds across organizations",
        "It tells one organization what another one has. One that begins with `organization_id with =` needs the extension btree_gist and \
         is built under a lock that keeps writers out, so it is not done by itself: make it, or keep the constraint on purpose.";
    DEFERRABLE = "TN1223", "a unique key is checked late",
        "The scoped key is an index beside it until enforcement, and an index is checked at once: a statement that swaps two values \
         fails only where both rows are of one organization. At enforcement the key is made deferrable again.";
    KEYLESS = "TN1224", "a table has no primary key",
        "The table is adopted and guarded all the same. But `tenantry.protect()` refuses a table without one, and without it rows cannot be \
         told apart, by replication or by people.";
    INHERITED = "TN1225", "a table inherits from another",
        "A query on the parent reads the child's rows under the parent's policies alone, and keys do not reach across. Make them \
         partitions, or separate tables.";
    FOREIGN = "TN1226", "an organization's rows are on another server",
        "Row security does not bind foreign tables. Bring the rows here, or decide that the table is out of the request path's reach.";
    SEQUENCES = "TN1227", "sequences count for all organizations together",
        "Numbers stay unique across organizations, which old links rely on; an organization can tell from them how much the others \
         write. Use random ids for new tables where that matters.";
    LOSSY = "TN1228", "from enforcement on, going back depends on the rows",
        "These keys hold within an organization then. As soon as two organizations have the same value, the old key cannot come back, \
         and taking enforcement back names the rows in question instead of doing it.";
    LARGE_OBJECTS = "TN1229", "large objects belong to nobody",
        "Row security does not reach large objects: whoever may call the functions reads all of them. Keep such data in a `bytea` column \
         or outside the database.";
    POLICIES = "TN1230", "a table has policies already",
        "They go on being honoured: the guard is a restrictive policy beside them, which no permissive one opens. Where they ask for a \
         setting that the application no longer sets, they hide rows from everybody.";
    TAKEN = "TN1231", "a column is called organization_id already",
        "This name has to hold the organization that Tenantry knows, as a uuid. What stands there now names rows of the application, and \
         is not written over. Rename the column first: foreign keys, indexes and views follow, and in a split database it still says \
         whose a row is. Where it is empty, drop it.";
    BROKEN = "TN1232", "a unique index was never finished",
        "Its concurrent build failed: it slows every write, is used by no query, and does not hold for the rows that were there. \
         Drop it, or build it again.";
    STATEMENTS = "TN1233", "nothing is known of the application's statements",
        "Without the extension pg_stat_statements the plan cannot say which statements depend on keys that change. Shadow records the \
         statements that would be denied all the same.";
    GROUPED = "TN1234", "a view needs a primary key to stay as it is",
        "It groups by the key and shows other columns of the same row, which PostgreSQL allows only while the key is just these columns. \
         Let the view group by all the columns it shows, or keep the key.";
    ORPHANS = "TN1235", "rows point at parents that are not there",
        "These rows belong to nobody by this link. `orphans` says what becomes of them: the plan's organization, a quarantine, or a stop.";
    DOCUMENTS = "TN1236", "keys of tables stand in documents",
        "A value inside JSON points at a row, as far as the sample shows. No constraint can hold it to its organization: the row behind a \
         foreign key in a document is simply not found.";
    VERSION = "TN1237", "the server is too old",
        "Foreign keys that empty only some of their columns and views that read with the rights of whoever asks came with PostgreSQL 15.";
    WIDE = "TN1238", "a key has as many columns as PostgreSQL allows",
        "An index has 32 columns at the most, so there is no room for organization_id. Keep the key on purpose, or make it narrower.";
    WITHHELD = "TN1239", "a view shows organizations' rows beside global ones",
        "The request path's login may not read accounts and infrastructure, so it is not given this view. Split it, or give the login \
         a view of what may be seen.";
    UNKNOWN_KIND = "TN1240", "a column names kinds of rows that nobody knows",
        "Some values of a pair such as (subject_type, subject_id) could not be matched with a table. Rows with these values are found by \
         their other links, or belong to nobody.";
    DORMANT = "TN1241", "a table has policies that are not in force",
        "Row security is off on it, so its policies decide nothing today. The guard switches row security on, and they would hide rows \
         from the unchanged application. Drop them, or switch row security on and see that the application goes on working.";
    NEEDED = "TN1242", "an object needs a key to stay as it is",
        "A function whose body is stored parsed (`begin atomic`, `return`), a rule or a policy names the key, or groups by it and shows other \
         columns; PostgreSQL does not drop the key under it. Change the object, or keep the key.";
    ROW_TYPE = "TN1243", "whole rows of a table are stored in a column",
        "A column has the table's row type, by itself or inside an array, a domain or another type. PostgreSQL does not add a column with a \
         default to such a table. Store the rows as `jsonb`, or drop the column.";
    TYPED = "TN1244", "a table is made of a type",
        "A table `of` a composite type gets no column of its own. `alter table … not of` makes it an ordinary table with the same columns.";
    EVENT_TRIGGER = "TN1245", "an event trigger fires when tables are changed",
        "It runs within every change that is made, while that has its lock, and can refuse it. See that it lets the changes pass, or \
         disable it for the time.";
    WOKEN = "TN1246", "the backfill would set off triggers",
        "The backfill writes with `session_replication_role = replica`, so ordinary triggers and rules sleep. Those that are enabled always, \
         or for replicas, run for every row. Enable them in the ordinary way, or disable them until the backfill is done.";
    UNBOUND = "TN1247", "a login that is not the application's goes around row security",
        "It is a superuser or has `bypassrls`, and the plan does not name it, so it goes on seeing every organization's rows. Right for \
         administrators and backups; wrong for anything that answers requests.";
}

#[cfg(test)]
mod tests {
    use super::FINDINGS;

    #[test]
    fn numbers_are_given_once_and_in_order() {
        let numbers: Vec<&str> = FINDINGS.iter().map(|(code, _, _)| *code).collect();
        assert!(numbers.is_sorted_by(|one, other| one < other), "{numbers:?}");
        assert!(numbers.iter().all(|code| code.len() == 6 && code.starts_with("TN12")));
    }
}
