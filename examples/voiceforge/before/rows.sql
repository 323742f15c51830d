-- Rows for schema.sql, the same ones each time: {{crawls}} crawls, {{contents}} contents, {{chunks}} chunks and some
-- templates. The numbers in braces are put in before it is run; README.md shows how.

create temporary table sentence (number integer primary key, text text not null);
insert into sentence select row_number() over () - 1, text from (values
    ('Our team has repaired sails on this coast for three generations.'),
    ('Every order leaves the workshop within two working days.'),
    ('The new season brings lighter cloth and stronger seams.'),
    ('Read how a small bakery halved its waste in one winter.'),
    ('Prices include delivery to the door and taking back the packaging.'),
    ('A good loaf needs time, and we give it two nights.'),
    ('The course begins with the basics and ends with a project of your own.'),
    ('Ask us anything: we answer by telephone until eight in the evening.'),
    ('Bring your bicycle in the morning and ride it home at night.'),
    ('Our roof carries enough panels for the whole street.'),
    ('Members get the magazine, the map and a seat at the yearly dinner.'),
    ('We measured the noise before and after, and publish both.'),
    ('The museum keeps four hundred looms, of which thirty still run.'),
    ('Subscribe once and change the number of boxes whenever you like.'),
    ('This guide explains the difference between glazed and unglazed tiles.'),
    ('Returns are free for a month, for whatever reason.'),
    ('Our coffee travels by sail from the harbour where it is washed.'),
    ('The recipe serves six and keeps for three days.'),
    ('A sensor in each bed tells when it has to be watered.'),
    ('The report compares eleven towns and names what worked.'),
    ('Choose a colour, a length and a handle; we do the rest.'),
    ('The workshop is open to school classes on the first Monday.'),
    ('Nothing is thrown away: offcuts become bags and bags become labels.'),
    ('Parking is behind the mill, and the bus stops in front of it.'),
    ('Our insurance covers the instrument while it is lent to you.'),
    ('Frost is the enemy, so the cuttings stay inside until May.'),
    ('The choir rehearses on Thursdays and takes new voices in autumn.'),
    ('Three rules keep the archive honest: date it, sign it, never overwrite it.'),
    ('Each battery can be exchanged without a tool.'),
    ('The ferry runs hourly and takes bicycles without a charge.'),
    ('Since last year the whole catalogue can be searched by pattern.'),
    ('What began in a garage now fills two floors of the old dairy.')
) as list (text);

analyze sentence;

insert into crawls (id, domain, status, config, pages_crawled, pages_failed, error, started_at, finished_at, updated_at)
select md5('crawl' || i)::uuid,
    (array['sailworks', 'millbread', 'tilecraft', 'solarstreet', 'loomhouse', 'gardenbeds', 'ferryline', 'choirbook'])
        [1 + floor(8 * power(i * 2654435761 % 4294967296 / 4294967296::float8, 2))::integer] || '-' || i % 23 || '.example',
    case when i % 29 = 0 then 'failed' when i % 37 = 0 then 'cancelled' else 'completed' end,
    jsonb_build_object('max_depth', 1 + i % 4, 'max_pages', 50 * (1 + i % 8), 'respect_robots_txt', true,
        'delay', 0.5, 'exclude_patterns', jsonb_build_array('/login', '/cart')),
    20 + i * 7 % 300, i % 5, case when i % 29 = 0 then 'the host did not answer within 30 s' end,
    started, started + make_interval(secs => 40 + i % 900), started + make_interval(secs => 40 + i % 900)
from generate_series(1, {{crawls}}::bigint) as i,
    lateral (select timestamptz '2025-06-30 18:00+00' - make_interval(hours => (i * 11 % 4000)::integer) as started) as at;

-- The older a crawl, the more of the pages are from it: a few are large and most are small.
insert into contents (id, crawl_id, url, domain, title, text, content_type, language, author, is_processed, metadata,
    extracted_at, updated_at)
select md5('content' || i)::uuid, crawl.id, 'https://' || crawl.domain || '/page/' || i, crawl.domain,
    initcap(split_part(opening.text, ' ', 2) || ' ' || split_part(opening.text, ' ', 3) || ' ' || split_part(opening.text, ' ', 4)),
    body.text, (array['page', 'article', 'product', 'faq'])[1 + (i % 7 % 4)], case when i % 9 = 0 then 'de' else 'en' end,
    case when i % 3 = 0 then (array['Editorial', 'The workshop', 'Guest'])[1 + i / 3 % 3] end,
    i % 6 <> 0, jsonb_build_object('words', array_length(string_to_array(body.text, ' '), 1), 'depth', i % 4),
    crawl.started_at + make_interval(secs => i % 900), crawl.started_at + make_interval(secs => i % 900)
from generate_series(1, {{contents}}::bigint) as i
join crawls crawl on crawl.id =
    md5('crawl' || 1 + floor({{crawls}}::bigint * power(i * 2246822519 % 4294967296 / 4294967296::float8, 2))::bigint)::uuid
join sentence opening on opening.number = i % 32,
lateral (
    select string_agg(piece.text, ' ' order by n) as text from generate_series(0, 8 + i * i % 23) as n
    join sentence piece on piece.number = (i * 7 + n * n * 5 + n) % 32
) as body
order by i;

-- All at once, the references are checked in a tenth of the time that each row by itself takes.
alter table content_chunks drop constraint content_chunks_content_id_fkey;
insert into content_chunks (content_id, chunk_index, text, token_count, embedding, metadata, created_at)
select md5('content' || content)::uuid, position, text, length(text) / 4,
    case when i % 50 <> 0 then elements[1 + i * 97 % 8192 : 64 + i * 97 % 8192] end,
    case when i % 4 = 0 then jsonb_build_object('heading', 'Part ' || i % 9) end,
    timestamptz '2025-06-30 20:00+00' - make_interval(mins => (content * 13 % 240000)::integer)
from (
    select i, content, row_number() over (partition by content order by i) - 1 as position
    from (
        select i, 1 + floor({{contents}}::bigint * power(i * 2654435761 % 4294967296 / 4294967296::float8, 1.5))::bigint as content
        from generate_series(1, {{chunks}}::bigint) as i
    ) as placed
) as chunk
-- Vectors of a model, made up: pieces of 64 of one long row of numbers.
cross join (select array_agg(sin(n * 12.9898 + n / 64 * 78.233)::float4 order by n) as elements from generate_series(0, 8255) as n) as model
cross join (select array_agg(text order by number) as sentences from sentence) as list
cross join lateral (
    select sentences[1 + i * 11 % 32] || ' ' || sentences[1 + (i * 17 + i / 32) % 32] || ' ' || sentences[1 + (i * 5 + i / 1024) % 32] as text
) as body
order by content, i;
alter table content_chunks add constraint content_chunks_content_id_fkey
    foreign key (content_id) references contents (id) on delete cascade;

-- What people added to the predefined ones.
insert into marketing_templates (slug, name, platform, tone, body, variables, is_active, times_used, created_at, updated_at)
select 'own-' || i, 'Own template no. ' || i,
    (array['twitter', 'instagram', 'facebook', 'linkedin', 'email', 'blog', 'website'])[1 + i % 7],
    (array['professional', 'casual', 'friendly', 'enthusiastic', 'informative', 'persuasive'])[1 + i % 6],
    sentence.text || ' {summary} {url}', '{summary,url}', i % 8 <> 0, 4000 / (1 + i),
    timestamptz '2025-03-01 09:00+00' + make_interval(days => (i % 90)::integer), timestamptz '2025-06-01 09:00+00'
from generate_series(1, 12 + {{crawls}}::bigint / 10) as i join sentence on sentence.number = i * 3 % 32
order by i;

drop table sentence;
analyze crawls, contents, content_chunks, marketing_templates;
