//! The plan as SQL.

use super::*;

#[tokio::test]
async fn hostile_names_stay_names() {
    let database = database(
        "create table \"a\nselect 'out of the comment';\" (\"id\"\"; drop table x\" serial primary key, \"it's\" text unique);
         create table \"SELECT\" (\"Order\" serial primary key,
             \"a b\" int not null references \"a\nselect 'out of the comment';\");",
    )
    .await;
    let plan = decided(&database, &Request::default(), "").await;
    assert_eq!(open(&plan), Vec::<String>::new());
    let sql = plan.sql();
    for line in sql.lines().filter(|line| line.starts_with("-- ")) {
        assert!(!line.contains('\r'), "{line}");
    }
    assert!(plan.objections().is_empty(), "{:#?}", plan.objections());
    assert_eq!(sql, plan.sql());
}
