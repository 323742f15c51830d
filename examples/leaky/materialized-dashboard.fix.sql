-- The sums move to an ordinary table with row security, which a job fills instead of a refresh; the materialized view is no
-- longer the application's. (A view that filters the materialized one by the entered organization would do as well.)
-- remains: forged
-- locks: the views for an instant.

create table umbra.monthly_usage (
    organization_id uuid not null references umbra.organizations (id) on delete cascade,
    kind            umbra.meter_kind not null,
    month           date not null,
    used            numeric not null,
    primary key (organization_id, kind, month)
);
alter table umbra.monthly_usage owner to umbra_owner;
insert into umbra.monthly_usage select * from umbra.usage_by_month;
alter table umbra.monthly_usage enable row level security;
alter table umbra.monthly_usage force row level security;
create policy own on umbra.monthly_usage
    using (organization_id = (select nullif(current_setting('app.org', true), '')::uuid))
    with check (organization_id = (select nullif(current_setting('app.org', true), '')::uuid));
grant select on umbra.monthly_usage to umbra_app;

drop view umbra.dashboard;
drop materialized view umbra.usage_by_month;
create view umbra.dashboard with (security_invoker = true) as
    select organization_id, kind, month, used, rank() over (partition by organization_id order by used desc) as place
      from umbra.monthly_usage;
grant select on umbra.dashboard to umbra_app;
