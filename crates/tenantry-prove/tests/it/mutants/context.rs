//! How an organization is entered, spoiled: a seal that is not checked, a key that can be read, a way in for everybody.
//! Rows 40 and 43.

use super::mutant::Mutant;

pub(super) const MUTANTS: &[Mutant] = &[
    Mutant::setting(
        40,
        "somebody's organization when none is entered",
        "atrium.rooms",
        &["unset"],
        "create or replace function atrium.organization() returns uuid language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as \
         'select coalesce(nullif(current_setting(''atrium.organization'', true), '''')::uuid, (select id from atrium.organizations order by created_at desc, id desc limit 1))'; \
         do $$ begin execute format('alter function atrium.organization() owner to %I', current_user); end $$",
    ),
    Mutant::sealed(
        43,
        "a seal that never runs out",
        "app.tasks",
        &["expired"],
        "do $$ declare source text := pg_get_functiondef('tenantry.verified_context()'::regprocedure); begin \
           execute replace(source, 'split_part(seal, ''.'', 6)::bigint < extract(epoch from statement_timestamp())', 'false'); \
           if pg_get_functiondef('tenantry.verified_context()'::regprocedure) = source then raise exception 'nothing was changed'; end if; end $$",
    ),
    Mutant::sealed(
        43,
        "a seal for every connection",
        "app.tasks",
        &["replayed"],
        "do $$ declare source text := pg_get_functiondef('tenantry.verified_context()'::regprocedure); begin \
           execute replace(source, 'split_part(seal, ''.'', 7)::int not in (0, pg_backend_pid())', 'false'); \
           if pg_get_functiondef('tenantry.verified_context()'::regprocedure) = source then raise exception 'nothing was changed'; end if; end $$",
    ),
    Mutant::sealed(
        43,
        "a seal whose signature is not checked",
        "app.tasks",
        &["forged"],
        "do $$ declare source text := pg_get_functiondef('tenantry.verified_context()'::regprocedure); begin \
           execute regexp_replace(source, 'or sha256\\(convert_to\\(encode.*?''UTF8''\\)\\)\\s+<> sha256\\(convert_to\\(right\\(seal, 64\\), ''UTF8''\\)\\)', 'or false'); \
           if pg_get_functiondef('tenantry.verified_context()'::regprocedure) = source then raise exception 'nothing was changed'; end if; end $$",
    ),
    Mutant::sealed(
        43,
        "keys that can be read",
        "tenantry_private.context_keys",
        &["TN0755"],
        "grant usage on schema tenantry_private to {app}; grant select on tenantry_private.context_keys to {app}",
    ),
    Mutant::sealed(
        43,
        "a function that seals for everybody",
        "app.enter",
        &["TN0731", "TN0733", "call"],
        "create function app.enter(organization_id uuid) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $f$ \
         declare pads record; payload text; begin \
           select * into pads from tenantry_private.context_keys limit 1; \
           payload := concat_ws('.', 'v1', pads.kid, organization_id, 'usr:00000000-0000-0000-0000-000000000000', 'owner', '4102444800', '0', 'n'); \
           payload := payload || '.' || encode(sha256(pads.outer_pad || sha256(pads.inner_pad || convert_to('tenantry.context.v1' || chr(10) || current_database() || chr(10) || payload, 'UTF8'))), 'hex'); \
           return set_config('tenantry.context', payload, true); end $f$",
    ),
];
