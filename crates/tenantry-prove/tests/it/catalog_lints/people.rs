//! Tables about people that belong to no organization.

use super::stage::Stage;

/// RL-4
#[tokio::test]
async fn a_table_of_people_without_row_security_shows_their_secrets() {
    let stage = Stage::wrong("alter table shop.users disable row level security").await;
    let found = stage.finds_and_mends("TN0748", "shop.users", "leak").await;
    assert!(found.cause.contains("password_hash"), "{found:#?}");
    let milder = stage.leaves_to_a_person("TN0748", "shop.users", "warning").await;
    assert!(milder.cause.contains("email"), "{milder:#?}");
    stage.run("alter table shop.users enable row level security").await;
    assert!(stage.findings("TN0748").await.is_empty());
}

/// RL-4
#[tokio::test]
async fn words_that_only_look_like_secrets_are_no_finding() {
    let stage = Stage::wrong(
        "create table shop.models (id uuid primary key, token_count bigint, content_hash text, is_secret boolean, passage text);
        grant select on shop.models to {app}",
    )
    .await
    .with("shop.models", "shared", None);
    assert!(stage.findings("TN0748").await.is_empty());
    stage.run(r#"alter table shop.models add column "accessToken" text"#).await;
    stage.finds_and_mends("TN0748", "shop.models", "leak").await;
}
