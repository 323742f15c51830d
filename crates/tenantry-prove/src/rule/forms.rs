//! The statements of the attacks on a table, for the reference: as they are run on `public.notes`, with `'A'` and `'B'`
//! for the two organizations and `'a1'`, `'b1'` for keys of their rows. A test compares them with what a run really
//! sends, but for the values.

use crate::attack::Attack;

/// One statement of an attack.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// Of which attack.
    pub attack: Attack,
    /// When it is run, and as whom, where that is not the attacker in their own organization; may be empty.
    pub when: &'static str,
    /// What is run, without the semicolon.
    pub sql: &'static str,
}

macro_rules! forms {
    ($($attack:ident $when:literal $sql:literal;)+) => {
        /// Every form, in the order of the attacks.
        pub const FORMS: &[Form] = &[$(Form { attack: Attack::$attack, when: $when, sql: $sql }),+];
    };
}

forms! {
    Select "" "select * from public.notes where id = 'b1'";
    Select "a row of another organization of the same person" "select * from public.notes where id = 'c1'";
    Scan "" "select count(*) from (select 1 from public.notes where organization_id is distinct from 'A' limit 10000) as seen";
    Scan "a view, whose rows are known by what only B has" "with everything as materialized (select r::text as line from public.titles as r limit 10000) select count(*) from everything where strpos(line, 'B''s ids and words') > 0";
    Join "" "with theirs as materialized (select 1 from public.notes where id = 'b1') select (select count(*) from (values (1)) as own (one) cross join lateral (select 1 from public.notes where id = 'b1') as reached) + (select count(*) from theirs) + case when exists (select 1 from public.notes where id = 'b1') then 1 else 0 end";
    Copy "" "copy (select * from public.notes where id = 'b1') to stdout";
    Insert "" "insert into public.notes (id, organization_id, project_id, title) overriding system value values ('b2', 'B', 'project of B', 'a title')";
    Update "" "update public.notes set title = title where id = 'b1'";
    Update "where the role may read and change the table" "select 1 from public.notes where id = 'b1' for update";
    Update "where it has a column for the organization" "update public.notes set organization_id = 'A' where id = 'b1'";
    Move "" "update public.notes set organization_id = 'B' where id = 'a1'";
    Move "where that held and the table is a megabyte at the most" "update public.notes set organization_id = 'B'";
    Delete "" "delete from public.notes where id = 'b1'";
    Delete "where that held and the table is a megabyte at the most; then B's row is looked for" "delete from public.notes";
    Upsert "for each key" "insert into public.notes (id, organization_id, project_id, title) overriding system value values ('b1', 'A', 'project of A', 'a title') on conflict (id) do update set title = excluded.title";
    Upsert "for each key" "insert into public.notes (id, organization_id, project_id, title) overriding system value values ('a2', 'A', 'project of A', 'title of b1') on conflict (title) do update set title = excluded.title";
    Reference "for each foreign key" "insert into public.notes (id, organization_id, project_id, title) overriding system value values ('a2', 'A', 'project of B', 'a title')";
    Reference "where the role may not insert" "update public.notes set project_id = 'project of B' where id = 'a1'";
    Probe "for each key that can be guessed" "insert into public.notes (id, organization_id, project_id, title) overriding system value values ('a3', 'A', 'project of A', 'title of b1')";
    Unset "nobody has entered" "select count(*) from (select 1 from public.notes limit 10000) as seen";
    Forged "after: select set_config('app.organization', 'B', true)" "select * from public.notes where id = 'b1'";
    Forged "after each of: the own seal with B's id in it; a signature of zeros; no signature; the name of a key that there is not; nothing but the id; another version" "select * from public.notes where id = 'b1'";
    Expired "after: a seal of B that ran out an hour ago" "select * from public.notes where id = 'b1'";
    Replayed "after each of: a seal of B for the next process id; one for another database" "select * from public.notes where id = 'b1'";
    Stale "nobody has entered; B did, in the transaction before" "select * from public.notes where id = 'b1'";
    Call "a function; B's values are its arguments" "select count(*) from (select r::text as line from public.find('B'::uuid) as r limit 10000) as answer where strpos(line, 'B''s ids and words') > 0";
    Call "a procedure" "call public.announce('B'::uuid)";
    Count "where the role may select from it" "select last_value from public.notes_number_seq";
    Count "else" "select last_value from pg_sequences where schemaname = 'public' and sequencename = 'notes_number_seq' and has_sequence_privilege('public.notes_number_seq', 'select, usage')";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_attack_has_a_form_in_its_order() {
        let mut attacks: Vec<Attack> = FORMS.iter().map(|form| form.attack).collect();
        attacks.dedup();
        assert_eq!(attacks, Attack::ALL);
    }
}
