-- Analyses of uploaded spreadsheets, with a history per project. A project is a name, nothing more; people come from a login
-- service and are known by its ids. Events are kept in partitions by month, a dashboard reads a materialized view.
-- Load it as the login that is to own it:  psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -1 -f schema.sql

create table schema_migrations (
    version bigint primary key,
    name text not null,
    applied_at timestamptz not null default now()
);
insert into schema_migrations (version, name) values
    (20240110, 'uploads'), (20240302, 'analysis history'), (20240719, 'saved reports'), (20241201, 'events by month');

create table chart_palettes (
    code varchar(24) primary key,
    label text not null,
    colors text[] not null,
    is_dark boolean not null default false
);
insert into chart_palettes (code, label, colors, is_dark) values
    ('harbour', 'Harbour', '{#0b3954,#087e8b,#bfd7ea,#ff5a5f,#c81d25}', false),
    ('meadow', 'Meadow', '{#2d6a4f,#52b788,#b7e4c7,#ffb703,#fb8500}', false),
    ('ember', 'Ember', '{#03071e,#6a040f,#dc2f02,#f48c06,#ffba08}', true),
    ('slate', 'Slate', '{#212529,#495057,#adb5bd,#dee2e6,#4dabf7}', true);

create table uploads (
    id uuid primary key default gen_random_uuid(),
    project_name text not null,
    file_name text not null,
    content_type text not null default 'text/csv',
    byte_size bigint not null check (byte_size >= 0),
    row_count bigint not null default 0,
    column_count integer not null default 0,
    sha256 char(64) not null,
    uploaded_by text not null,
    status text not null default 'ready' check (status in ('pending', 'ready', 'failed')),
    metadata jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index uploads_project_name_idx on uploads (project_name, created_at desc);
create unique index uploads_sha256_key on uploads (project_name, sha256) where status <> 'failed';

create table upload_columns (
    upload_id uuid not null references uploads (id) on delete cascade,
    position integer not null,
    name text not null,
    kind text not null,
    null_count bigint not null default 0,
    distinct_count bigint not null default 0,
    sample_values text[] not null default '{}',
    primary key (upload_id, position),
    unique (upload_id, name)
);

create table analysis_history (
    id bigint generated always as identity primary key,
    upload_id uuid references uploads (id) on delete set null,
    project_name text not null,
    question text,
    analysis_type text not null default 'summary',
    result jsonb not null default '{}',
    narrative text not null default '',
    tokens_used integer not null default 0,
    duration_ms integer not null default 0,
    cost_per_token numeric(12, 8) not null default 0,
    cost numeric(14, 8) generated always as (tokens_used * cost_per_token) stored,
    requested_by text not null,
    created_at timestamptz not null default now()
);
create index analysis_history_project_name_idx on analysis_history (project_name, created_at desc);
create index analysis_history_upload_id_idx on analysis_history (upload_id);
create index analysis_history_narrative_idx on analysis_history using gin (to_tsvector('simple', narrative));

-- A report may stand alone: analysis_id is no foreign key, and the analysis may be gone.
create table saved_reports (
    id uuid primary key default gen_random_uuid(),
    project_name text not null,
    title text not null,
    analysis_id bigint,
    palette_code varchar(24) not null default 'harbour' references chart_palettes (code) on update cascade,
    description text,
    is_default boolean not null default false,
    created_by text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint saved_reports_project_name_title_key unique (project_name, title)
);
create unique index saved_reports_default_key on saved_reports (project_name) where is_default;

-- Sections change places in one transaction, so their order is checked at its end.
create table report_sections (
    id bigserial primary key,
    report_id uuid not null references saved_reports (id) on delete cascade,
    position integer not null,
    heading text not null,
    body text not null default '',
    chart jsonb,
    constraint report_sections_report_id_position_key unique (report_id, position) deferrable initially deferred
);

-- Whoever knows the token reads the report, signed in or not.
create table report_shares (
    token text primary key default replace(gen_random_uuid()::text, '-', ''),
    report_id uuid not null references saved_reports (id) on delete cascade,
    recipient_email text,
    expires_at timestamptz,
    opened_count integer not null default 0,
    created_at timestamptz not null default now()
);
create index report_shares_report_id_idx on report_shares (report_id);

-- No primary key: one row a project and day, written by a nightly job that deletes the day first.
create table daily_usage (
    project_name text not null,
    day date not null,
    analyses integer not null default 0,
    tokens bigint not null default 0,
    uploaded_bytes bigint not null default 0
);
create index daily_usage_day_idx on daily_usage (day, project_name);

create table analysis_events (
    id bigint generated by default as identity,
    analysis_id bigint references analysis_history (id) on delete cascade,
    project_name text not null,
    event_type text not null,
    actor text not null,
    payload jsonb not null default '{}',
    occurred_at timestamptz not null default now(),
    primary key (id, occurred_at)
) partition by range (occurred_at);
create table analysis_events_2025_01 partition of analysis_events for values from ('2025-01-01+00') to ('2025-02-01+00');
create table analysis_events_2025_02 partition of analysis_events for values from ('2025-02-01+00') to ('2025-03-01+00');
create table analysis_events_2025_03 partition of analysis_events for values from ('2025-03-01+00') to ('2025-04-01+00');
create table analysis_events_2025_04 partition of analysis_events for values from ('2025-04-01+00') to ('2025-05-01+00');
create table analysis_events_2025_05 partition of analysis_events for values from ('2025-05-01+00') to ('2025-06-01+00');
create table analysis_events_2025_06 partition of analysis_events for values from ('2025-06-01+00') to ('2025-07-01+00');
create table analysis_events_rest partition of analysis_events default;
create index analysis_events_analysis_id_idx on analysis_events (analysis_id);
create index analysis_events_project_name_idx on analysis_events (project_name, occurred_at desc);

create function mark_updated() returns trigger language plpgsql as $$
begin
    new.updated_at := now();
    return new;
end
$$;

create trigger uploads_mark_updated before update on uploads for each row execute function mark_updated();
create trigger saved_reports_mark_updated before update on saved_reports for each row execute function mark_updated();

create materialized view project_activity as
    select project_name, count(*) as analyses, sum(tokens_used) as tokens, max(created_at) as last_analysis
    from analysis_history group by project_name;
create unique index project_activity_project_name_key on project_activity (project_name);

create view recent_analyses as
    select history.id, history.project_name, history.question, upload.file_name, history.created_at
    from analysis_history history left join uploads upload on upload.id = history.upload_id
    order by history.created_at desc limit 100;
