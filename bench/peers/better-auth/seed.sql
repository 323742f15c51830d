-- Organizations with a hundred members each, ten times as many people as organizations, one stored session a person.
-- The factor 7919 has no divisor in common with the number of people, so each person gets exactly ten organizations,
-- no organization names a person twice, and the members of one organization lie scattered over the table of people.
-- Data that was made for another number of organizations goes first, with the sessions of everybody in it.
truncate "user", organization, member, session cascade;

insert into "user" (id, name, email, "emailVerified", "createdAt", "updatedAt")
select md5('user ' || number), 'Person ' || number, 'person' || number || '@example.com', true, now(), now()
from generate_series(0, current_setting('peer.organizations')::bigint * 10 - 1) number;

insert into organization (id, name, slug, "createdAt")
select md5('organization ' || number), 'Organization ' || number, 'organization-' || number, now()
from generate_series(0, current_setting('peer.organizations')::bigint - 1) number;

insert into member (id, "organizationId", "userId", role, "createdAt")
select md5('member ' || organization || ' ' || place),
       md5('organization ' || organization),
       md5('user ' || ((organization * 100 + place) * 7919) % (current_setting('peer.organizations')::bigint * 10)),
       case when place = 0 then 'owner' else 'member' end,
       now()
from generate_series(0, current_setting('peer.organizations')::bigint - 1) organization,
     generate_series(0, 99) place;

insert into session (id, token, "userId", "expiresAt", "createdAt", "updatedAt")
select md5('session ' || id), md5('token ' || id), id, now() + interval '7 days', now(), now()
from "user";
