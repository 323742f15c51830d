-- The organization comes first in every key. What really has to be unique in the whole world (an address on the web) moves
-- to a table of its own that the application reaches only through a function that answers one name at a time and is limited.
-- remains: forged
-- locks: the new indexes are built here under SHARE; on a large table build them with `create unique index concurrently` first.

create unique index members_account_id_email_key on plinth.members (account_id, email);
alter table plinth.members drop constraint members_email_key;
create unique index sites_account_id_slug_key on plinth.sites (account_id, lower(slug));
drop index plinth.sites_slug_key;
create unique index coupons_account_id_code_live on plinth.coupons (account_id, code) where retired_at is null;
drop index plinth.coupons_code_live;
