-- The same people, organizations and memberships as better-auth/seed.sql, in the names of this implementation's tables;
-- that file explains the factor, and what is removed before.
truncate users, organization, member, sessions cascade;

insert into users (id, name, email, email_verified)
select md5('user ' || number), 'Person ' || number, 'person' || number || '@example.com', true
from generate_series(0, current_setting('peer.organizations')::bigint * 10 - 1) number;

insert into organization (id, name, slug)
select md5('organization ' || number), 'Organization ' || number, 'organization-' || number
from generate_series(0, current_setting('peer.organizations')::bigint - 1) number;

insert into member (id, organization_id, user_id, role)
select md5('member ' || organization || ' ' || place),
       md5('organization ' || organization),
       md5('user ' || ((organization * 100 + place) * 7919) % (current_setting('peer.organizations')::bigint * 10)),
       case when place = 0 then 'owner' else 'member' end
from generate_series(0, current_setting('peer.organizations')::bigint - 1) organization,
     generate_series(0, 99) place;

insert into sessions (id, token, user_id, expires_at)
select md5('session ' || id), md5('token ' || id), id, now() + interval '7 days'
from users;
