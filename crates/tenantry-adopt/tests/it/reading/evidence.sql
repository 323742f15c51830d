-- An application that declares hardly any foreign key. Every reference in it is known to the test.
create type kind as enum ('Post', 'Comment');
create domain person_key as uuid;
create table "Users" (id uuid primary key, email text not null unique, "teamId" text);
create table teams (id text primary key, name text);
create table agent_qa_interactions (id bigserial primary key, question text, thread_parent_id bigint, reviewed_by text);
create table agent_threads (id bigserial primary key, "interaction_id" bigint, rating int, "teamID" text, holder person_key);
create table agent_notes (id int primary key, user_id text, quantity int, priority_id int, external_user_id text);
create table posts (id int primary key, author uuid);
create table comments (id int primary key, post_id int, "parentCommentId" int, post_type text);
create table reactions (id int primary key, target_type kind, target_id int, owner_type text, owner_id uuid,
    post_type text, post_id int);
create table mixed (id uuid primary key, subject_kind text, subject_ref text, who text, secret uuid, token text);
create table settings (id int primary key, payload jsonb, plain json, broken json);
create table priorities (id int primary key);
create table silent (id uuid primary key, team_id text, users_id uuid, note text, amount int);
create table profiles (id uuid primary key, bio text);
create table logs (id bigint, user_email text, at date, primary key (id, at)) partition by range (at);
create table logs_2024 partition of logs for values from ('2024-01-01') to ('2025-01-01');
create table codes (code text primary key);
create table places (id int primary key, code text, "odd "" name_id" int);

insert into teams select 'team_' || lpad(n::text, 12, 'c'), 'Team ' || n from generate_series(1, 40) as n;
insert into "Users" select md5('user' || n)::uuid, 'u' || n || '@example.test',
    case when n % 5 = 0 then '' when n % 7 = 0 then null else 'team_' || lpad((n % 40 + 1)::text, 12, 'c') end
    from generate_series(1, 300) as n;
insert into agent_qa_interactions (question, thread_parent_id, reviewed_by)
    select 'q', case when n > 50 then n - 50 end, case when n % 2 = 0 then md5('user' || n)::uuid::text else '' end
    from generate_series(1, 200) as n;
insert into agent_threads ("interaction_id", rating, "teamID", holder)
    select n, n % 5 + 1, 'team_' || lpad((n % 40 + 1)::text, 12, 'c'), md5('user' || n)::uuid from generate_series(1, 150) as n;
insert into agent_notes select n, case when n = 3 then 'deleted' else md5('user' || n)::uuid::text end, n % 30 + 1, n % 3 + 1,
    'crm-00000000' || n from generate_series(1, 60) as n;
insert into posts select n, md5('user' || n)::uuid from generate_series(1, 80) as n;
insert into comments select n, n, case when n > 10 then n - 10 end, 'text' from generate_series(1, 70) as n;
insert into reactions select n, (case when n % 2 = 0 then 'Post' else 'Comment' end)::kind, n,
    case when n % 2 = 0 then 'App\Models\User' else 'App\Models\Mixed' end,
    md5(case when n % 2 = 0 then 'user' else 'mixed' end || n)::uuid, 'emoji', n from generate_series(1, 60) as n;
insert into mixed select md5('mixed' || n)::uuid, (array['person', 'squad', 'unknown'])[n % 3 + 1],
    (array[md5('user' || n)::uuid::text, 'team_' || lpad(n::text, 12, 'c'), 'nothing-0000000' || n])[n % 3 + 1],
    md5('user' || n)::uuid::text, gen_random_uuid(), md5(random()::text) from generate_series(1, 36) as n;
insert into settings select n, jsonb_build_object('user_id', md5('user' || n)::uuid, 'postId', n, 'trace_id', gen_random_uuid(),
    'anything', 'x', 'made_by_id', md5('mixed' || (n % 36 + 1))::uuid), '[1, 2]', '{"post_id": "\u0000"}'
    from generate_series(1, 30) as n;
insert into priorities select generate_series(1, 5);
insert into profiles select id from "Users" limit 200;
insert into logs select n, 'u' || n || '@example.test', '2024-03-03' from generate_series(1, 100) as n;
insert into codes values ('DE'), ('FR');
insert into places select n, case when n % 2 = 0 then 'DE' else 'FR' end, n from generate_series(1, 10) as n;
