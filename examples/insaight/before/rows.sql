-- Rows for schema.sql, the same ones each time, about {{scale}} of them; half are events. The number in braces is put in
-- before it is run; README.md shows how.

create temporary table phrase (number integer primary key, text text not null);
insert into phrase select row_number() over () - 1, text from (values
    ('Revenue grew by 4.2 % against the month before, mostly in the north.'),
    ('Three columns hold more than a tenth of empty values.'),
    ('The distribution has a long tail: one row in a hundred carries a third of the sum.'),
    ('Orders and visits move together; the correlation is 0.81.'),
    ('Week 14 stands out. It is the week with the holiday.'),
    ('Returns fall as soon as the size table is shown.'),
    ('There is no trend that the noise would not explain.'),
    ('The two regions differ by less than the error of the survey.'),
    ('Half of the customers come back within forty days.'),
    ('Prices below ten are almost never discounted.'),
    ('The outliers are typing errors: the comma is in the wrong place.'),
    ('Demand doubles on the last working day of a month.'),
    ('Deliveries by ship take nine days longer and vary twice as much.'),
    ('The forecast for the next quarter is between 118 and 131.'),
    ('Support tickets follow releases with a delay of two days.'),
    ('What sells in the morning is not what sells at night.')
) as list (text);
create temporary table project (number integer primary key, name text not null);
insert into project
    select i, (array['Harbour sales', 'Winter survey', 'Web shop', 'Fleet', 'Returns', 'Energy', 'Members', 'Stock'])[1 + i % 8]
        || case when i < 8 then '' else ' ' || i / 8 + 1 end
    from generate_series(0, 7 + {{scale}}::integer / 500) as i;
analyze phrase, project;

insert into uploads (id, project_name, file_name, content_type, byte_size, row_count, column_count, sha256, uploaded_by, status,
    metadata, created_at, updated_at)
select md5('upload' || i)::uuid, project.name, 'export-' || i || case when i % 8 = 0 then '.parquet' else '.csv' end,
    case when i % 8 = 0 then 'application/octet-stream' else 'text/csv' end, 1000 + i * 104729 % 40000000, 10 + i * 997 % 300000,
    4, md5('a' || i) || md5('b' || i), 'user_' || left(md5('person' || i % 23), 24), case when i % 19 = 0 then 'failed' else 'ready' end,
    jsonb_build_object('delimiter', ';', 'encoding', 'utf-8'), at, at
from generate_series(1, 2 + {{scale}}::bigint / 50) as i
join project on project.number =
    floor((8 + {{scale}}::bigint / 500) * power(i * 2654435761 % 4294967296 / 4294967296::float8, 2))::integer,
lateral (select timestamptz '2025-06-30 18:00+00' - make_interval(mins => (i * 37 % 250000)::integer) as at) as moment
order by i;

insert into upload_columns (upload_id, position, name, kind, null_count, distinct_count, sample_values)
select md5('upload' || i)::uuid, n, (array['day', 'region', 'amount', 'quantity'])[n], (array['date', 'text', 'numeric', 'integer'])[n],
    i * n % 40, 3 + i * n * 7 % 900, array['a' || i % 9, 'b' || n]
from generate_series(1, 2 + {{scale}}::bigint / 50) as i, generate_series(1, 4) as n order by i, n;

insert into analysis_history (upload_id, project_name, question, analysis_type, result, narrative, tokens_used, duration_ms,
    cost_per_token, requested_by, created_at)
select case when i % 14 <> 0 then upload.id end, upload.project_name,
    case when i % 3 <> 0 then 'What changed in week ' || i % 52 || '?' end,
    (array['summary', 'correlation', 'outliers', 'trend'])[1 + i % 4],
    jsonb_build_object('mean', 10 + i % 90, 'rows', 100 + i % 5000, 'p', 0.01 * (i % 99)), one.text || ' ' || other.text,
    (200 + i * 31 % 4000)::integer, (90 + i * 17 % 9000)::integer, 0.000004, 'user_' || left(md5('person' || i % 23), 24),
    timestamptz '2025-06-30 18:00+00' - make_interval(mins => (i * 29 % 250000)::integer)
from generate_series(1, 5 + {{scale}}::bigint / 5) as i
join uploads upload on upload.id =
    md5('upload' || 1 + floor((2 + {{scale}}::bigint / 50) * power(i * 2246822519 % 4294967296 / 4294967296::float8, 2))::bigint)::uuid
join phrase one on one.number = i % 16 join phrase other on other.number = (i / 16 + i * 3) % 16
order by i;

-- One report in eleven is of an analysis that is gone.
insert into saved_reports (id, project_name, title, analysis_id, palette_code, description, is_default, created_by, created_at,
    updated_at)
select md5('report' || i)::uuid, project.name, 'Report ' || i,
    case when i % 5 = 0 then null when i % 11 = 0 then 900000000 + i else 1 + i * 3 % (5 + {{scale}}::bigint / 5) end,
    (array['harbour', 'harbour', 'meadow', 'slate'])[1 + i % 4], case when i % 2 = 0 then text end, i = first,
    'user_' || left(md5('person' || i % 23), 24), timestamptz '2025-05-01 09:00+00' + make_interval(mins => (i * 7 % 80000)::integer),
    timestamptz '2025-06-30 09:00+00'
from (
    select i, i % (8 + {{scale}}::bigint / 500) as project, min(i) over (partition by i % (8 + {{scale}}::bigint / 500)) as first
    from generate_series(1, 8 + {{scale}}::bigint / 50) as i
) as report
join project on project.number = report.project join phrase on phrase.number = i % 16
order by i;

insert into report_sections (report_id, position, heading, body, chart)
select md5('report' || i)::uuid, n, (array['What we asked', 'What we found', 'What to do'])[n], text,
    case when n = 2 then jsonb_build_object('kind', 'bar', 'x', 'region', 'y', 'amount') end
from generate_series(1, 8 + {{scale}}::bigint / 50) as i, generate_series(1, 3) as n join phrase on true
where phrase.number = (i + n * 5) % 16 order by i, n;

insert into report_shares (token, report_id, recipient_email, expires_at, opened_count, created_at)
select md5('share' || i), md5('report' || 1 + i * 7 % (8 + {{scale}}::bigint / 50))::uuid,
    case when i % 3 <> 0 then 'reader' || i || '@example.org' end, case when i % 2 = 0 then timestamptz '2026-06-30 00:00+00' end,
    (60 / (1 + i % 50))::integer, timestamptz '2025-06-01 09:00+00'
from generate_series(1, 2 + {{scale}}::bigint / 100) as i order by i;

insert into daily_usage (project_name, day, analyses, tokens, uploaded_bytes)
select project.name, date '2025-06-30' - back, 1 + (back * 7 + number) % 40, 900 * (1 + (back + number) % 70), 40000 * ((back + number) % 30)
from project, generate_series(0, 4) as back order by back, number;

insert into analysis_events (analysis_id, project_name, event_type, actor, payload, occurred_at)
select history.id, history.project_name, (array['started', 'progress', 'progress', 'finished', 'viewed'])[1 + i % 5],
    history.requested_by, jsonb_build_object('step', i % 7, 'ms', i % 900),
    timestamptz '2025-01-01 00:00+00' + make_interval(mins => (i * 104729 % 262000)::integer)
from generate_series(1, 10 + {{scale}}::bigint / 2) as i
join analysis_history history on history.id =
    1 + floor((5 + {{scale}}::bigint / 5) * power(i * 2654435761 % 4294967296 / 4294967296::float8, 1.5))::bigint
order by i;

drop table phrase, project;
refresh materialized view project_activity;
analyze schema_migrations, chart_palettes, uploads, upload_columns, analysis_history, saved_reports, report_sections, report_shares, daily_usage, analysis_events;
