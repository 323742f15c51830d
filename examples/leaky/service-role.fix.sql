-- The login of the requests loses what it never needed. The nightly job gets a login of its own, whose password is not where
-- requests are served; migrations run as the owner, by a person or a pipeline.
-- remains: forged
-- locks: none.

alter role oxbow_service nobypassrls;
revoke oxbow_owner from oxbow_service;
do $$ begin create role oxbow_nightly login bypassrls; exception when duplicate_object or unique_violation then null; end $$;
grant usage on schema oxbow to oxbow_nightly;
grant select on all tables in schema oxbow to oxbow_nightly;
