//! A database in the style of hosted back ends: helpers over memberships, which run as a role that passes by row
//! security because they have to. Used as it is meant, nothing of it is a leak.

use super::right::is_ours;
use super::stage::Stage;

const HELPERS: &str = r#"
    create schema auth;
    create function auth.uid() returns uuid language sql stable
        as $$ select nullif(current_setting('request.jwt.claim.sub', true), '')::uuid $$;
    create table shop.memberships (organization_id uuid not null references shop.organizations, user_id uuid not null references shop.users, primary key (organization_id, user_id));
    alter table shop.memberships enable row level security, force row level security;
    create policy own on shop.memberships using (user_id = auth.uid());
    grant select on shop.memberships to {app};
    create function shop.is_member(organization_id uuid) returns boolean language sql stable security definer set search_path = ''
        as $$ select exists (select from shop.memberships m where m.organization_id = is_member.organization_id and m.user_id = auth.uid()) $$;
    create policy member on shop.changes using (shop.is_member(organization_id));
    alter database {database} set "app.settings.secret" = 'x'"#;

/// RL-4
#[tokio::test]
async fn a_helper_over_memberships_is_a_warning_and_no_leak() {
    let stage =
        Stage::wrong(HELPERS).await.with("shop.memberships", "direct", Some("organization_id"));
    let findings = stage.all().await;
    let ours: Vec<_> = findings.iter().filter(|found| is_ours(found.code)).collect();
    let [helper] = &ours[..] else { panic!("{ours:#?}") };
    assert_eq!((helper.code, helper.severity.as_str()), ("TN0731", "warning"));
}
