//! An address with several hosts: the first that lets us in is taken.

use tenantry_core::Clock;
use tenantry_db::{Config, Database, DbError, Health, Target};
use tenantry_testkit::{TestDatabase, secret};
use tokio_postgres::config::Host;

fn database(of: &TestDatabase, prepare: impl FnOnce(&mut Config)) -> Database {
    let there = of.target();
    let Host::Unix(folder) = &there.config.get_hosts()[0] else { panic!("no socket") };
    let mut config = Config::new();
    prepare(&mut config);
    config.host_path(folder).port(there.config.get_ports()[0]);
    config.dbname(there.config.get_dbname().unwrap());
    let target = Target { config, ..there };
    Database::new(&target, &secret(), Clock::system(), of.tasks()).unwrap()
}

/// RE-4. A name that leads nowhere, as that of a server that was taken away, does not hide the hosts behind it.
#[tokio::test]
async fn a_host_whose_name_is_not_found_does_not_end_the_search() {
    let there = TestDatabase::create().await;
    for lost in [&["does-not-resolve.invalid"][..], &["does-not-resolve.invalid", "127.0.0.1"]] {
        let database = database(&there, |config| {
            for host in lost {
                config.host(*host);
            }
        });
        assert_eq!(database.health().await, Health::Well, "{lost:?}");
        database.platform().await.unwrap();
    }
    // The control: where there is no other, what is wrong with the name is told.
    let mut target = there.target();
    let mut config = Config::new();
    config.host("does-not-resolve.invalid").dbname("nothing");
    target.config = config;
    let nowhere = Database::new(&target, &secret(), Clock::system(), there.tasks()).unwrap();
    let refused = nowhere.platform().await.map(drop);
    let Err(DbError::Unavailable { source: Some(source), .. }) = &refused else {
        panic!("{refused:?}")
    };
    println!("{source}");
}
