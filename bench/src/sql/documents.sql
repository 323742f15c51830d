-- The application's table. Its index and its guard come after the rows.
create table public.documents (
    organization_id uuid not null,
    id              uuid not null,
    title           text not null,
    body            text not null,
    created_at      timestamptz not null
);
