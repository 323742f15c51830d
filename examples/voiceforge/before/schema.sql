-- A content generator: sites are crawled, their pages are cut into chunks, texts are written from chunks and templates.
-- Load it as the login that is to own it:  psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -1 -f schema.sql

create table crawls (
    id uuid primary key default gen_random_uuid(),
    domain text not null,
    status text not null default 'pending'
        check (status in ('pending', 'running', 'completed', 'failed', 'cancelled')),
    config jsonb not null default '{}',
    pages_crawled integer not null default 0,
    pages_failed integer not null default 0,
    error text,
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    updated_at timestamptz not null default now()
);
create index crawls_domain_idx on crawls (domain, started_at desc);

create table contents (
    id uuid primary key default gen_random_uuid(),
    crawl_id uuid not null references crawls (id) on delete cascade,
    url text not null,
    domain text not null,
    title text not null default '',
    text text not null default '',
    content_type varchar(32) not null default 'page',
    language char(2),
    author text,
    is_processed boolean not null default false,
    metadata jsonb not null default '{}',
    extracted_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index contents_crawl_id_idx on contents (crawl_id);
create index contents_url_idx on contents (url);
create index contents_search_idx on contents using gin (to_tsvector('english', title || ' ' || text));

create table content_chunks (
    id bigserial primary key,
    content_id uuid not null references contents (id) on delete cascade,
    chunk_index integer not null,
    text text not null,
    token_count integer not null default 0,
    embedding float4[],
    metadata jsonb,
    created_at timestamptz not null default now()
);
create index content_chunks_content_id_idx on content_chunks (content_id, chunk_index);

create table marketing_templates (
    id serial primary key,
    slug text not null unique,
    name text not null,
    platform text not null,
    tone text not null,
    body text not null,
    variables text[] not null default '{}',
    is_predefined boolean not null default false,
    is_active boolean not null default true,
    times_used bigint not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index marketing_templates_platform_idx on marketing_templates (platform, tone) where is_active;

-- What is most common in a vector or a text takes long to count and helps nobody.
alter table content_chunks alter column embedding set statistics 0;
alter index contents_search_idx alter column 1 set statistics 0;

create function set_updated_at() returns trigger language plpgsql as $$
begin
    new.updated_at := now();
    return new;
end
$$;

create trigger crawls_updated_at before update on crawls
    for each row execute function set_updated_at();
create trigger contents_updated_at before update on contents
    for each row execute function set_updated_at();
create trigger marketing_templates_updated_at before update on marketing_templates
    for each row execute function set_updated_at();

-- Templates that the product comes with. People add their own beside them, in the same table.
insert into marketing_templates (slug, name, platform, tone, body, variables, is_predefined) values
    ('launch', 'Product launch', 'linkedin', 'enthusiastic',
     'Today {product} opens its doors. {summary} See for yourself: {url}', '{product,summary,url}', true),
    ('weekly-digest', 'Weekly digest', 'email', 'informative',
     'This week on {domain}: {summary}', '{domain,summary}', true),
    ('short-tip', 'Short tip', 'twitter', 'casual', 'Did you know? {summary} {url}', '{summary,url}', true),
    ('behind-the-scenes', 'Behind the scenes', 'instagram', 'friendly',
     'A look behind {product}: {summary}', '{product,summary}', true),
    ('case-study', 'Case study', 'blog', 'authoritative',
     'How {customer} uses {product}. {summary}', '{customer,product,summary}', true),
    ('outage-answer', 'Answer to an outage', 'customer_support', 'professional',
     'We are sorry. {summary} We will write again within the hour.', '{summary}', true);
