-- Rows for schema.sql, the same ones each time, about {{scale}} of them. The number in braces is put in before it is run;
-- README.md shows how.

create temporary table phrase (number integer primary key, text text not null);
insert into phrase select row_number() over () - 1, text from (values
    ('I begin the day with one thing that matters.'), ('My work is allowed to be simple.'),
    ('I finish what I have begun, and I stop when it is finished.'), ('There is time enough for a walk.'),
    ('I say no kindly and once.'), ('I learn more from a draft than from a plan.'),
    ('Rest is a part of the work.'), ('I notice what went well before I correct what did not.'),
    ('My pace is mine.'), ('I ask early, so that the answer can still help.'),
    ('Small steps add up to a year.'), ('I keep my promises to myself.'),
    ('Today I choose curiosity over hurry.'), ('I can change my mind when the facts change.'),
    ('I make room for somebody else to be good.'), ('What I share, I share with care.'),
    ('I trust the process and check the result.'), ('I return to my breath, then to my task.'),
    ('A clear sentence is a gift.'), ('I let go of what is not mine to carry.')
) as list (text);
analyze phrase;

insert into agent_affirmation_items (id, theme, period_name, affirmation, language, is_favorite, metadata, created_at, updated_at)
select md5('affirmation' || i)::uuid::text, (array['focus', 'rest', 'courage', 'craft', 'friendship'])[1 + i % 5],
    (array['Image', 'Vision', 'Courage', 'Insight', 'Energy', 'Wisdom', 'Clarity'])
        [1 + floor(7 * power(i * 2654435761 % 4294967296 / 4294967296::float8, 2))::integer],
    one.text || ' ' || other.text, case when i % 6 = 0 then 'de' else 'en' end, i % 9 = 0, '{}', at, at
from generate_series(1, 2 + {{scale}}::bigint / 10) as i
join phrase one on one.number = i % 20 join phrase other on other.number = (i / 20 + i * 3) % 20,
lateral (select timestamptz '2025-06-30 18:00+00' - make_interval(mins => (i * 31 % 250000)::integer) as at) as moment
order by i;

insert into agent_qa_interactions (id, question, answer, context, relevance_score, user_feedback, metadata, created_at, updated_at)
select md5('question' || i)::uuid::text, 'How do we answer no. ' || i % 400 || ': ' || one.text,
    case when i % 15 <> 0 then one.text || ' ' || other.text end,
    jsonb_build_array(jsonb_build_object('source', 'handbook/' || i % 40 || '.md')), 0.4 + (i % 60) / 100.0,
    case when i % 4 = 0 then 1 + i % 5 end, jsonb_build_object('model', 'extractive', 'ms', 40 + i % 700), at, at
from generate_series(1, 2 + {{scale}}::bigint / 10) as i
join phrase one on one.number = i * 7 % 20 join phrase other on other.number = (i + i / 20) % 20,
lateral (select timestamptz '2025-06-30 18:00+00' - make_interval(mins => (i * 29 % 250000)::integer) as at) as moment
order by i;

insert into agent_qa_knowledge (id, file_path, section, content, embedding, content_hash, indexed_at)
select md5('knowledge' || i)::uuid::text, 'handbook/' || i % 40 || '.md', 'Section ' || i / 40, one.text,
    array(select sin(i * 12.9898 + d * 78.233)::float4 from generate_series(1, 32) as d), md5(one.text || i),
    timestamptz '2025-05-01 06:00+00' + make_interval(mins => (i % 4000)::integer)
from generate_series(1, 2 + {{scale}}::bigint / 20) as i join phrase one on one.number = i * 3 % 20 order by i;

insert into agent_content_items (id, title, body, content_type, channel, status, tags, source_affirmation_id, scheduled_for,
    metadata, created_at, updated_at)
select md5('content' || i)::uuid::text, initcap(split_part(one.text, ' ', 2) || ' ' || split_part(one.text, ' ', 3)) || ' ' || i,
    one.text || ' ' || other.text || ' ' || one.text, (array['post', 'article', 'carousel'])[1 + i % 3],
    (array['instagram', 'x', 'threads', 'blog'])[1 + i * i % 10 % 4], (array['draft', 'review', 'approved', 'published', 'published'])[1 + i % 5],
    array['morning', 'habit'], case when i % 3 <> 0 then md5('affirmation' || 1 + i * 2654435761 % 4294967296 % (2 + {{scale}}::bigint / 10))::uuid::text when i % 2 = 0 then '' end,
    case when i % 5 = 2 then at + interval '3 days' end, jsonb_build_object('words', 20 + i % 300, 'author_agent', 'writer'), at, at
from generate_series(1, 2 + {{scale}}::bigint / 12) as i
join phrase one on one.number = i * 11 % 20 join phrase other on other.number = (i / 20 + i) % 20,
lateral (select timestamptz '2025-06-30 18:00+00' - make_interval(mins => (i * 23 % 250000)::integer) as at) as moment
order by i;

insert into agent_content_approvals (id, content_id, approver, decision, comment, decided_at)
select md5('approval' || i)::uuid::text,
    md5('content' || 1 + floor((2 + {{scale}}::bigint / 12) * power(i * 2246822519 % 4294967296 / 4294967296::float8, 2))::bigint)::uuid::text,
    'editor' || i % 7 || '@example.com', (array['approved', 'approved', 'changes', 'rejected'])[1 + i % 4],
    case when i % 4 > 1 then 'Shorter, please.' end, timestamptz '2025-06-30 18:00+00' - make_interval(mins => (i * 19 % 250000)::integer)
from generate_series(1, 1 + {{scale}}::bigint / 20) as i order by i;

insert into agent_workflows (id, name, workflow_type, schedule, steps, is_active, last_run_id, created_at, updated_at)
select md5('workflow' || i)::uuid::text, 'Workflow ' || i, (array['content', 'video', 'research'])[1 + i % 3],
    case when i % 2 = 0 then '0 6 * * 1' end, '[{"agent": "writer"}, {"agent": "designer"}, {"agent": "publisher"}]', i % 7 <> 0,
    case when i % 4 <> 0 then md5('run' || i)::uuid::text end, timestamptz '2025-02-01 06:00+00', timestamptz '2025-06-01 06:00+00'
from generate_series(1, 2 + {{scale}}::bigint / 200) as i order by i;

insert into agent_workflow_runs (id, workflow_id, status, input, output, error, started_at, finished_at)
select md5('run' || i)::uuid::text,
    md5('workflow' || case when i <= 2 + {{scale}}::bigint / 200 then i
        else 1 + floor((2 + {{scale}}::bigint / 200) * power(i * 2654435761 % 4294967296 / 4294967296::float8, 2))::bigint end)::uuid::text,
    case when i % 21 = 0 then 'failed' else 'completed' end, jsonb_build_object('week', i % 52),
    case when i % 21 <> 0 then jsonb_build_object('items', i % 9) end, case when i % 21 = 0 then 'The image could not be made.' end,
    at, at + make_interval(secs => (5 + i % 300)::integer)
from generate_series(1, 4 + {{scale}}::bigint / 20) as i,
lateral (select timestamptz '2025-06-30 18:00+00' - make_interval(mins => (i * 17 % 250000)::integer) as at) as moment
order by i;

insert into agent_visual_posts (id, affirmation_id, image_path, image_url, style, created_at, updated_at)
select md5('visual' || i)::uuid::text,
    case when i % 8 <> 0 then md5('affirmation' || 1 + i * 668265263 % 4294967296 % (2 + {{scale}}::bigint / 10))::uuid::text end,
    'static/visual/' || md5('visual' || i) || '.png', case when i % 2 = 0 then 'https://cdn.example/visual/' || i || '.png' end,
    jsonb_build_object('font', 'serif', 'tint', '#' || left(md5(i::text), 6)), at, at
from generate_series(1, 2 + {{scale}}::bigint / 20) as i,
lateral (select timestamptz '2025-06-30 18:00+00' - make_interval(mins => (i * 13 % 250000)::integer) as at) as moment
order by i;

insert into agent_composed_posts (id, visual_post_id, template_name, caption, layers, file_size, created_at)
select md5('composed' || i)::uuid::text,
    case when i % 10 <> 0 then md5('visual' || 1 + i * 3266489917 % 4294967296 % (2 + {{scale}}::bigint / 20))::uuid::text end,
    (array['story', 'square', 'portrait'])[1 + i % 3], text, '[{"kind": "image"}, {"kind": "text", "size": 42}]', 40000 + i * 97 % 900000,
    timestamptz '2025-06-30 18:00+00' - make_interval(mins => (i * 11 % 250000)::integer)
from generate_series(1, 2 + {{scale}}::bigint / 25) as i join phrase on number = i % 20 order by i;

insert into agent_audio_tracks (id, title, genre, bpm, file_path, created_at)
select md5('audio' || i)::uuid::text, 'Track ' || i, (array['ambient', 'piano', 'beats'])[1 + i % 3], 60 + i % 80,
    'static/audio/' || i || '.mp3', timestamptz '2025-03-01 06:00+00'
from generate_series(1, 2 + {{scale}}::bigint / 200) as i order by i;

insert into agent_videos (id, title, video_type, sources, duration_seconds, file_path, created_at)
select md5('video' || i)::uuid::text, 'Reel ' || i, 'reel',
    jsonb_build_object('audio_id', md5('audio' || 1 + i % (2 + {{scale}}::bigint / 200))::uuid, 'visual_post_ids',
        jsonb_build_array(md5('visual' || 1 + i % (2 + {{scale}}::bigint / 20))::uuid)),
    10 + i % 80 + 0.25, 'static/video/' || i || '.mp4', timestamptz '2025-06-30 18:00+00' - make_interval(hours => (i % 4000)::integer)
from generate_series(1, 2 + {{scale}}::bigint / 50) as i order by i;

insert into agent_background_videos (id, title, provider, provider_id, url, duration_seconds, created_at)
select md5('background' || i)::uuid::text, (array['Waves', 'Forest', 'Clouds', 'Rain'])[1 + i % 4] || ' ' || i, 'stock', (100000 + i * 37)::text,
    'https://stock.example/' || i, 8 + i % 40, timestamptz '2025-03-01 06:00+00'
from generate_series(1, 2 + {{scale}}::bigint / 100) as i order by i;

insert into agent_hashtag_research (id, keyword, hashtags, volume, difficulty, researched_at)
select md5('hashtag' || i)::uuid::text, (array['morning', 'habit', 'focus', 'journal', 'calm'])[1 + i % 5],
    array['#habit' || i % 30, '#focus' || i % 17], 1000000 / (1 + i % 900), (i % 100) / 100.0,
    timestamptz '2025-06-30 18:00+00' - make_interval(hours => (i * 3 % 4000)::integer)
from generate_series(1, 2 + {{scale}}::bigint / 40) as i order by i;

insert into agent_instagram_posts (id, composed_post_id, caption, hashtags, instagram_id, posted_at, likes, comments, created_at)
select md5('instagram' || i)::uuid::text,
    case when i % 12 <> 0 then md5('composed' || 1 + i * 374761393 % 4294967296 % (2 + {{scale}}::bigint / 25))::uuid::text end,
    text, array['#habit', '#calm'], case when i % 3 <> 0 then (18000000000000000 + i * 7919)::text end,
    case when i % 3 <> 0 then at + interval '1 hour' end, (30000 / (1 + i % 700))::integer, (i % 40)::integer, at
from generate_series(1, 2 + {{scale}}::bigint / 25) as i join phrase on number = i * 9 % 20,
lateral (select timestamptz '2025-06-30 18:00+00' - make_interval(mins => (i * 7 % 250000)::integer) as at) as moment
order by i;

insert into agent_instagram_analyses (id, instagram_post_id, score, findings, analyzed_at)
select md5('analysis' || i)::uuid::text, md5('instagram' || 1 + i * 2246822519 % 4294967296 % (2 + {{scale}}::bigint / 25))::uuid::text,
    (i % 100) / 10.0, jsonb_build_object('hook', i % 2 = 0, 'length', 20 + i % 90), timestamptz '2025-06-30 18:30+00'
from generate_series(1, 1 + {{scale}}::bigint / 50) as i order by i;

-- Threads of up to six: each continues the one before it.
insert into agent_x_posts (id, content, thread_parent_id, thread_position, status, scheduled_for, metrics, created_at, updated_at)
select md5('x' || i)::uuid::text, text, case when i % 6 not in (0, 1) then md5('x' || i - 1)::uuid::text end,
    case when i % 6 = 0 then 0 else i % 6 - 1 end, (array['draft', 'scheduled', 'posted', 'posted'])[1 + i / 6 % 4],
    case when i / 6 % 4 = 1 then at + interval '1 day' end, jsonb_build_object('views', 90000 / (1 + i % 500)), at, at
from generate_series(1, 6 + {{scale}}::bigint / 12) as i join phrase on number = i % 20,
lateral (select timestamptz '2025-06-30 18:00+00' - make_interval(mins => (i * 5 % 250000)::integer) as at) as moment
order by i;

insert into agent_activities (actor, action, resource_type, resource_id, details, occurred_at)
select 'editor' || i % 7 || '@example.com', (array['created', 'changed', 'approved', 'deleted'])[1 + i % 4], kind.name,
    case kind.name
        when 'content' then md5('content' || 1 + i % (2 + {{scale}}::bigint / 12))::uuid::text
        when 'workflow' then md5('workflow' || 1 + i % (2 + {{scale}}::bigint / 200))::uuid::text
        when 'affirmation' then md5('affirmation' || 1 + i % (2 + {{scale}}::bigint / 10))::uuid::text
        when 'x_post' then md5('x' || 1 + i % (6 + {{scale}}::bigint / 12))::uuid::text
    end,
    jsonb_build_object('address', '192.0.2.' || i % 250), timestamptz '2025-06-30 18:00+00' - make_interval(mins => (i * 3 % 250000)::integer)
from generate_series(1, 10 + {{scale}}::bigint / 5) as i,
lateral (select (array['content', 'content', 'content', 'workflow', 'affirmation', 'x_post', 'session'])[1 + i % 7] as name) as kind
order by i;

insert into system_generic_storage (id, storage_key, collection, data, version, created_at, updated_at)
select md5('stored' || i)::uuid::text, (array['settings', 'cache', 'cursor'])[1 + i % 3] || ':' || i,
    (array['settings', 'cache', 'cursor'])[1 + i % 3], jsonb_build_object('value', md5(i::text), 'count', i % 50), (1 + i % 9)::integer,
    timestamptz '2025-02-01 06:00+00', timestamptz '2025-06-01 06:00+00'
from generate_series(1, 3 + {{scale}}::bigint / 40) as i order by i;

insert into system_connections (id, provider, account_name, access_token, refresh_token, scopes, expires_at, created_at)
select md5('connection' || i)::uuid::text, (array['instagram', 'x', 'threads'])[1 + i % 3], 'sample_account_' || i,
    'invented-' || md5('access' || i), 'invented-' || md5('refresh' || i), '{read,publish}', timestamptz '2026-06-30 18:00+00',
    timestamptz '2025-02-01 06:00+00'
from generate_series(1, 4) as i order by i;

drop table phrase;
analyze agent_affirmation_items, agent_qa_interactions, agent_qa_knowledge, agent_content_items,
    agent_content_approvals, agent_workflows, agent_workflow_runs, agent_visual_posts, agent_composed_posts,
    agent_videos, agent_audio_tracks, agent_background_videos, agent_hashtag_research, agent_instagram_posts,
    agent_instagram_analyses, agent_x_posts, agent_activities, system_generic_storage, system_connections;
