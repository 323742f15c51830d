//! The same conversion as a script in one transaction, for comparison: what the application waits for meanwhile.

use std::time::{Duration, Instant};

use crate::Asked;
use crate::course::waits;
use crate::original::{Original, load};
use crate::workload::Workload;

const SCRIPT: &str = "begin;
    create table organizations (id uuid primary key, name text not null);
    insert into organizations select id, domain from crawls;
    alter table crawls add column organization_id uuid;
    alter table contents add column organization_id uuid;
    alter table content_chunks add column organization_id uuid;
    update crawls set organization_id = id;
    update contents c set organization_id = p.organization_id from crawls p where p.id = c.crawl_id;
    update content_chunks c set organization_id = p.organization_id from contents p where p.id = c.content_id;
    alter table crawls alter column organization_id set not null, add foreign key (organization_id) references organizations (id);
    alter table contents alter column organization_id set not null, add foreign key (organization_id) references organizations (id);
    alter table content_chunks alter column organization_id set not null, add foreign key (organization_id) references organizations (id);
    create index on crawls (organization_id, id);
    create index on contents (organization_id, id);
    create index on content_chunks (organization_id, id);
    commit";

pub(crate) async fn measure(asked: &Asked, original: &Original) {
    let adoption = original.copy().await;
    let admin = adoption.database.admin().await;
    let workload = Workload::start(&adoption.loaded, asked.workload()).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let began = Instant::now();
    admin.batch_execute(SCRIPT).await.unwrap();
    let seconds = began.elapsed().as_secs_f64();
    // Afterwards the writer's inserts are refused: nothing fills the column.
    let worked = workload.stop().await;
    println!(
        "\nby hand, one transaction: {seconds:.2} s, load {}; reader {}, writer {}",
        load(),
        waits(&worked.reads),
        waits(&worked.writes)
    );
}
