//! Tables in every shape that the operations have to take.

/// Two levels of partitions, with a key, a unique constraint and a unique index, which all hold the partition's column.
pub(crate) const PARTITIONED: &str = r#"
create table events (id bigint, at date, code text, kind text, constraint "Events key" primary key (id, at) include (kind),
    constraint events_code_once unique (code, at) deferrable initially deferred) partition by range (at);
create unique index events_kind_idx on events (lower(kind), id, at);
create table "events 2024" partition of events for values from ('2024-01-01') to ('2025-01-01');
create table events_later partition of events for values from ('2025-01-01') to ('2030-01-01') partition by range (at);
create table events_2025 partition of events_later for values from ('2025-01-01') to ('2026-01-01');
alter index "events 2024_pkey" rename to "named by 'hand'";
comment on constraint "Events key" on events is 'which event it is';
comment on index "named by 'hand'" is 'of 2024';
insert into events values (1, '2024-05-05', 'a', 'x'), (2, '2025-05-05', 'b', 'y');
"#;

/// Keys of every kind on plain tables.
pub(crate) const KEYED: &str = r#"
create table plain (id bigserial primary key, email text, tag text default gen_random_uuid(), note text,
    constraint plain_email_key unique (email) include (note), constraint plain_tag_key unique nulls not distinct (tag) deferrable initially deferred);
create unique index plain_lower on plain (lower(email) collate "C" desc nulls last) with (fillfactor = 70) where note is not null and note <> ' where (';
comment on constraint plain_pkey on plain is 'it''s the key';
comment on index plain_lower is '100 % lower';
create table composite (a int, b text, c int, primary key (b, a));
create unique index composite_c on composite (c, (a + 1));
alter table composite cluster on composite_pkey;
create table "Wei""rd 'table'" ("or der" int, "select" text not null, constraint "it's ""mine""" primary key ("or der"));
create unique index "select" on "Wei""rd 'table'" ("select");
alter table "Wei""rd 'table'" replica identity using index "select";
create table keyless (note text);
insert into plain (email, note) values ('A@x', 'n'), ('b@x', null);
insert into composite values (1, 'x', 5), (2, 'x', 6);
insert into "Wei""rd 'table'" values (1, 'a');
"#;

/// Foreign keys of every kind.
pub(crate) const LINKED: &str = r#"
create table teams (id int primary key, code text not null unique, region text, number int, unique (region, number));
create table people (id int primary key, team_id int constraint "people's team" references teams on delete set null,
    boss_id int references people (id) on delete cascade deferrable initially deferred,
    team_code text references teams (code) on update cascade on delete restrict);
comment on constraint "people's team" on people is 'where they are';
create table desks (id int primary key, team_id int default 1 references teams on delete set default, region text, number int,
    constraint desks_place foreign key (number, region) references teams (number, region) match full,
    constraint desks_half foreign key (region, number) references teams (region, number) on delete set null (number));
create table loose (id int primary key, team_id int);
insert into loose values (1, 77);
alter table loose add constraint loose_team foreign key (team_id) references teams not valid;
create table visits (id int, at date, team_id int not null, primary key (id, at),
    constraint visits_team foreign key (team_id) references teams on delete cascade) partition by range (at);
create table visits_2024 partition of visits for values from ('2024-01-01') to ('2025-01-01');
create table visits_later partition of visits for values from ('2025-01-01') to ('2030-01-01') partition by range (at);
create table visits_2025 partition of visits_later for values from ('2025-01-01') to ('2026-01-01');
create table receipts (id int primary key, visit_id int, visit_at date,
    constraint receipts_visit foreign key (visit_id, visit_at) references visits (id, at));
insert into teams values (1, 'one', 'n', 1), (2, 'two', 's', 2);
insert into people values (1, 1, null, 'one'), (2, 1, 1, 'two');
insert into desks values (1, 1, 'n', 1), (2, 2, null, null);
insert into visits values (1, '2024-02-02', 1), (2, '2025-02-02', 2);
insert into receipts values (1, 1, '2024-02-02');
"#;
