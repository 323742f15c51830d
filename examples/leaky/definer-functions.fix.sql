-- The functions belong to the tables' owner, whom row security holds because it is forced: whatever they are asked for, they
-- see and write the entered organization only. Their search_path is fixed, and PUBLIC may not call them. Signing in happens
-- before an organization is entered, so it asks for the organization's name as well and answers only inside of it.
-- remains: forged
-- locks: each function for an instant; the tables are not locked.

alter function pennant.add_credits(uuid, numeric, text) owner to pennant_owner;
alter function pennant.add_credits(uuid, numeric, text) set search_path = pg_catalog, pg_temp;
alter function pennant.log_event(uuid, text, text, jsonb) owner to pennant_owner;
alter function pennant.log_event(uuid, text, text, jsonb) set search_path = pg_catalog, pg_temp;
alter function pennant.get_user_for_login(text) owner to pennant_owner;
alter function pennant.get_user_for_login(text) set search_path = pg_catalog, pg_temp;
alter function pennant.monthly_totals() owner to pennant_owner;
revoke execute on all functions in schema pennant from public;
grant execute on all functions in schema pennant to pennant_app;
