//! Large objects know no organization, so the request path makes, reads and removes none.

use crate::arena::Arena;

/// RL-4. Every function that makes or opens a large object is refused.
#[tokio::test]
async fn large_objects_are_neither_made_nor_read() {
    let arena = Arena::new().await;
    let object: u32 = arena
        .admin
        .query_one(&arena.b.fill("select lo_from_bytea(0, '{secret}'::bytea)"), &[])
        .await
        .unwrap()
        .get(0);
    for sql in [
        format!("select lo_get({object})"),
        format!("select lo_get({object}, 0, 10)"),
        format!("select lo_open({object}, 262144)"),
        format!("select lo_put({object}, 0, 'mine')"),
        format!("select lo_unlink({object})"),
        "select lo_create(0)".to_owned(),
        "select lo_creat(-1)".to_owned(),
        "select lo_from_bytea(0, 'mine')".to_owned(),
        format!("select * from pg_largeobject where loid = {object}"),
        format!("comment on large object {object} is 'mine'"),
        format!("grant select on large object {object} to public"),
    ] {
        if sql.starts_with("grant") {
            arena.is_refused_without_control(&sql).await;
        } else {
            arena.is_refused(&sql).await;
        }
    }
    for sql in [
        "select lo_import('/etc/hostname')".to_owned(),
        format!("select lo_export({object}, '/tmp/x')"),
    ] {
        arena.is_refused_without_control(&sql).await;
    }
    let kept = arena.admin.query_one(&format!("select lo_get({object})"), &[]).await.unwrap();
    assert_eq!(kept.get::<_, Vec<u8>>(0), arena.b.secret.as_bytes());
}
