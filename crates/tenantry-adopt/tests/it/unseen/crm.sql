-- A CRM with declared keys: rows that a user *or* an organization owns, names of the framework before every table, a composite
-- key, a circle of three, a tree, a queue, numbers for keys.
create table crm_organization (id bigserial primary key, name text not null, primary_contact_id bigint);
create table auth_user (id serial primary key, username text not null unique, email text not null unique, password text not null);
create table crm_membership (id serial primary key, organization_id bigint not null references crm_organization, user_id int not null references auth_user, role text);
create table crm_contact (id bigserial primary key, email text, account_id bigint);
create table crm_account (id bigserial primary key, organization_ref bigint not null references crm_organization, main_deal_id bigint);
create table crm_deal (id bigserial primary key, owner_user_id int references auth_user, owner_org_id bigint references crm_organization, account_id bigint references crm_account, stage_id int);
create table crm_stage (id serial primary key, name text not null unique, position int);
create table crm_note (deal_id bigint not null references crm_deal on delete cascade, number int not null, reply_to int, body text, primary key (deal_id, number),
    foreign key (deal_id, reply_to) references crm_note (deal_id, number));
create table crm_folder (id bigserial primary key, parent_id bigint references crm_folder, organization_ref bigint references crm_organization);
create table crm_tag (id serial primary key, label text not null);
create table crm_deal_tags (deal_id bigint not null references crm_deal, tag_id int not null references crm_tag);
create table crm_saved_search (id serial primary key, user_id int not null references auth_user, query text);
create table delayed_jobs (id bigserial primary key, handler text, run_at timestamptz, attempts int);
create table django_migrations (id serial primary key, app text, name text, applied timestamptz);
alter table crm_organization add foreign key (primary_contact_id) references crm_contact;
alter table crm_contact add foreign key (account_id) references crm_account;
alter table crm_deal add foreign key (stage_id) references crm_stage;
insert into crm_organization (name) select 'Org ' || n from generate_series(1, 20) n;
insert into auth_user (username, email, password) select 'u' || n, 'u' || n || '@example.com', 'x' from generate_series(1, 100) n;
insert into crm_membership (organization_id, user_id, role) select n % 20 + 1, n, 'member' from generate_series(1, 100) n;
insert into crm_account (organization_ref) select n % 20 + 1 from generate_series(1, 200) n;
insert into crm_contact (email, account_id) select 'c' || n || '@example.com', n % 200 + 1 from generate_series(1, 300) n;
insert into crm_stage (name, position) select 'Stage ' || n, n from generate_series(1, 6) n;
insert into crm_deal (owner_user_id, owner_org_id, account_id, stage_id) select case when n % 3 = 0 then n % 100 + 1 end, case when n % 3 > 0 then n % 20 + 1 end, null, n % 6 + 1 from generate_series(1, 900) n;
insert into crm_note (deal_id, number, body) select n, 1, 'hm' from generate_series(1, 900) n;
insert into crm_folder (parent_id, organization_ref) select nullif(n / 3, 0), case when n < 20 then n end from generate_series(1, 60) n;
insert into crm_tag (label) select 'tag ' || n from generate_series(1, 30) n;
insert into crm_deal_tags select n, n % 30 + 1 from generate_series(1, 500) n;
insert into crm_saved_search (user_id, query) select n, 'x' from generate_series(1, 50) n;
