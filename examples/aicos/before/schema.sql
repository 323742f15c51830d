-- Agents for a content business: affirmations, posts, videos, questions answered from a knowledge base. It grew a table at
-- a time behind an API that joins in code: text ids, jsonb for whatever came along, one foreign key in all.
-- Load it as the login that is to own it:  psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -1 -f schema.sql

create table agent_affirmation_items (
    id text primary key default gen_random_uuid()::text,
    theme text not null,
    period_name text not null,
    affirmation text not null,
    language text not null default 'en',
    is_favorite boolean not null default false,
    metadata jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table agent_qa_interactions (
    id text primary key default gen_random_uuid()::text,
    question text not null,
    answer text,
    context jsonb not null default '[]',
    relevance_score real,
    user_feedback integer check (user_feedback between 1 and 5),
    metadata jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table agent_qa_knowledge (
    id text primary key default gen_random_uuid()::text,
    file_path text not null,
    section text,
    content text not null,
    embedding float4[],
    content_hash char(32) not null,
    indexed_at timestamptz not null default now()
);

create table agent_content_items (
    id text primary key default gen_random_uuid()::text,
    title text not null,
    body text not null default '',
    content_type text not null default 'post',
    channel text not null,
    status text not null default 'draft',
    tags text[] not null default '{}',
    source_affirmation_id text,
    scheduled_for timestamptz,
    metadata jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table agent_content_approvals (
    id text primary key default gen_random_uuid()::text,
    content_id text not null references agent_content_items (id) on delete cascade,
    approver text not null,
    decision text not null check (decision in ('approved', 'rejected', 'changes')),
    comment text,
    decided_at timestamptz not null default now()
);

create table agent_workflows (
    id text primary key default gen_random_uuid()::text,
    name text not null,
    workflow_type text not null,
    schedule text,
    steps jsonb not null default '[]',
    is_active boolean not null default true,
    last_run_id text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table agent_workflow_runs (
    id text primary key default gen_random_uuid()::text,
    workflow_id text not null,
    status text not null default 'queued',
    input jsonb not null default '{}',
    output jsonb,
    error text,
    started_at timestamptz not null default now(),
    finished_at timestamptz
);

create table agent_visual_posts (
    id text primary key default gen_random_uuid()::text,
    affirmation_id text,
    image_path text not null,
    image_url text,
    width integer not null default 1080,
    height integer not null default 1350,
    style jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table agent_composed_posts (
    id text primary key default gen_random_uuid()::text,
    visual_post_id text,
    template_name text not null,
    caption text not null default '',
    layers jsonb not null default '[]',
    file_size bigint,
    created_at timestamptz not null default now()
);

create table agent_videos (
    id text primary key default gen_random_uuid()::text,
    title text not null,
    video_type text not null,
    -- {"visual_post_ids": [...], "audio_id": "..."}: keys of other tables inside of a document.
    sources jsonb not null default '{}',
    duration_seconds numeric(8, 2) not null default 0,
    file_path text,
    created_at timestamptz not null default now()
);

create table agent_audio_tracks (
    id text primary key default gen_random_uuid()::text,
    title text not null,
    genre text not null,
    bpm smallint,
    file_path text not null,
    created_at timestamptz not null default now()
);

create table agent_background_videos (
    id text primary key default gen_random_uuid()::text,
    title text not null,
    provider text not null,
    provider_id text not null,
    url text not null,
    duration_seconds integer,
    created_at timestamptz not null default now()
);

create table agent_hashtag_research (
    id text primary key default gen_random_uuid()::text,
    keyword text not null,
    hashtags text[] not null default '{}',
    volume bigint not null default 0,
    difficulty real,
    researched_at timestamptz not null default now()
);

create table agent_instagram_posts (
    id text primary key default gen_random_uuid()::text,
    composed_post_id text,
    caption text not null,
    hashtags text[] not null default '{}',
    instagram_id text,
    posted_at timestamptz,
    likes integer not null default 0,
    comments integer not null default 0,
    created_at timestamptz not null default now()
);

create table agent_instagram_analyses (
    id text primary key default gen_random_uuid()::text,
    instagram_post_id text not null,
    score real not null,
    findings jsonb not null default '{}',
    analyzed_at timestamptz not null default now()
);

-- A thread of posts: each points at the one that it continues.
create table agent_x_posts (
    id text primary key default gen_random_uuid()::text,
    content text not null,
    thread_parent_id text,
    thread_position integer not null default 0,
    status text not null default 'draft',
    scheduled_for timestamptz,
    metrics jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

-- Who did what to which thing: resource_type names the kind, resource_id the row.
create table agent_activities (
    id bigserial primary key,
    actor text not null,
    action text not null,
    resource_type text not null,
    resource_id text,
    details jsonb not null default '{}',
    occurred_at timestamptz not null default now()
);

create table system_generic_storage (
    id text primary key default gen_random_uuid()::text,
    storage_key text not null,
    collection text not null,
    data jsonb not null default '{}',
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint system_generic_storage_storage_key_key unique (storage_key)
);

-- Accounts that the product may post with.
create table system_connections (
    id text primary key default gen_random_uuid()::text,
    provider text not null,
    account_name text not null,
    access_token text not null,
    refresh_token text,
    scopes text[] not null default '{}',
    expires_at timestamptz,
    is_active boolean not null default true,
    created_at timestamptz not null default now()
);

create index agent_affirmation_items_period_name_idx on agent_affirmation_items (period_name, theme);
create index agent_qa_interactions_created_at_idx on agent_qa_interactions (created_at desc);
create index agent_qa_knowledge_file_path_idx on agent_qa_knowledge (file_path text_pattern_ops);
create index agent_content_items_status_idx on agent_content_items (status, scheduled_for) where status <> 'published';
create index agent_content_items_metadata_idx on agent_content_items using gin (metadata);
create index agent_content_approvals_content_id_idx on agent_content_approvals (content_id);
create index agent_workflow_runs_workflow_id_idx on agent_workflow_runs (workflow_id, started_at desc);
create index agent_x_posts_thread_parent_id_idx on agent_x_posts (thread_parent_id);
create index agent_activities_resource_idx on agent_activities (resource_type, resource_id);
create index system_generic_storage_data_idx on system_generic_storage using gin (data jsonb_path_ops);

create function touch_updated_at() returns trigger language plpgsql as $$
begin
    new.updated_at := now();
    return new;
end
$$;

create trigger agent_content_items_touch before update on agent_content_items
    for each row execute function touch_updated_at();
create trigger agent_x_posts_touch before update on agent_x_posts
    for each row execute function touch_updated_at();
create trigger system_generic_storage_touch before update on system_generic_storage
    for each row execute function touch_updated_at();

-- The connections without their secrets, for the settings page.
create view system_connections_safe as
    select id, provider, account_name, scopes, expires_at, is_active, created_at from system_connections;

-- What waits for somebody, over several tables.
create view agent_review_queue as
    select item.id, item.title, item.channel, item.created_at, count(approval.id) as approvals
    from agent_content_items item
    left join agent_content_approvals approval on approval.content_id = item.id
    where item.status = 'review'
    group by item.id;

-- The secret of a connection, with its owner's rights, so that the worker's login needs none on the table.
create function connection_token(wanted_provider text, wanted_account text) returns text
language sql stable security definer set search_path = public, pg_temp as $$
    select access_token from system_connections
    where provider = wanted_provider and account_name = wanted_account and is_active
    order by created_at desc limit 1
$$;

-- Writes an entry of the log with its owner's rights and answers its number.
create function record_activity(actor text, action text, resource_type text, resource_id text) returns bigint
language sql security definer set search_path = public, pg_temp as $$
    insert into agent_activities (actor, action, resource_type, resource_id)
    values ($1, $2, $3, $4) returning id
$$;
