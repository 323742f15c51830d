//! `tenantry migrate` on a private cluster: up, status, down, and what each refuses.

use serde_json::Value;

use crate::harness::Sandbox;

#[test]
fn migrations_go_up_and_down_and_down_only_when_it_is_confirmed() {
    let sandbox = Sandbox::new();
    let status = || {
        let ran = sandbox.run(&["migrate", "status", "--json"]).ends_with(0);
        serde_json::from_str::<Value>(&ran.stdout).unwrap()
    };
    let before = status();
    let all = before["migrations"].as_array().unwrap().len();
    assert_eq!(before["pending"], all);
    sandbox.run(&["migrate", "status", "--exit-code"]).ends_with(3);

    let up = sandbox.run(&["migrate", "up"]).ends_with(0);
    assert!(up.stdout.contains("contract/0001_create_isolation_contract"), "{}", up.stdout);
    assert!(up.stdout.contains("master.key"), "{}", up.stdout);
    assert_eq!(status()["pending"], 0);
    sandbox.run(&["migrate", "status", "--exit-code"]).ends_with(0);
    let again = sandbox.run(&["migrate", "up"]).ends_with(0);
    assert!(again.stdout.contains("No migration was pending"), "{}", again.stdout);

    let refused = sandbox.run(&["migrate", "down"]).ends_with(4);
    refused.complains(&["TN0406", "takes back", "--yes", "Nothing was changed."]);
    assert_eq!(status()["pending"], 0);
    let steps = all.to_string();
    let down = sandbox.run(&["migrate", "down", &steps, "--yes", "--json"]).ends_with(0);
    let down: Value = serde_json::from_str(&down.stdout).unwrap();
    assert_eq!(down["taken_back"].as_array().unwrap().len(), all);
    assert_eq!(status()["pending"], all);
    sandbox.run(&["migrate", "up"]).ends_with(0);
}
