//! Where settings come from, which one wins, and which are refused. Nothing here needs a database: a command that
//! stops at its configuration starts nothing.

use crate::harness::Sandbox;

/// A good secret, in no use anywhere.
const SECRET: &str = "8f0b2c6d9e1a4f7385bd0c2e6a917f34";

#[test]
fn the_placeholder_of_an_example_file_does_not_start_a_server() {
    // SC-2: the .env of the systems this one follows.
    let sandbox = Sandbox::new();
    sandbox.write(
        ".env",
        "SUPABASE_URL=your-supabase-url\nJWT_SECRET_KEY=your-secure-random-key-here\nACCESS_TOKEN_EXPIRE_MINUTES=1440\n",
    );
    let ran = sandbox.run_with(&["serve"], &[("TENANTRY_LOG_FORMAT", "text")]).ends_with(2);
    let ran = ran.complains(&["TN0301", "placeholder", ".env", "openssl rand -hex 32"]);
    assert!(!ran.stderr.contains("your-secure-random-key-here"), "{}", ran.stderr);
    assert!(!sandbox.data_dir().exists(), "nothing was started");
}

#[test]
fn a_short_secret_does_not_start_a_server() {
    // SC-2
    let ran = Sandbox::new().run_with(&["serve"], &[("JWT_SECRET_KEY", "hunter2hunter2")]);
    let ran = ran.ends_with(2).complains(&["TN0301"]);
    assert!(!ran.stderr.contains("hunter2"), "{}", ran.stderr);
}

#[test]
fn a_key_file_that_others_can_read_is_refused() {
    // SC-1
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.data_dir()).unwrap();
    sandbox.write(".tenantry/master.key", SECRET);
    let path = sandbox.data_dir().join("master.key");
    std::fs::set_permissions(path, PermissionsExt::from_mode(0o644)).unwrap();
    let ran = sandbox.run(&["serve"]).ends_with(4);
    ran.complains(&["TN0302", "chmod 600 .tenantry/master.key"]);
}

#[test]
fn a_misspelt_key_of_the_file_is_refused_with_the_one_that_was_meant() {
    let sandbox = Sandbox::new();
    sandbox.write("tenantry.toml", "listn = \"127.0.0.1:8001\"\npublic_ur = \"x\"\n");
    let ran = sandbox.run(&["migrate", "status"]).ends_with(2);
    ran.complains(&["TN0304", "did you mean listen ?", "did you mean public_url ?"]);
}

#[test]
fn a_file_that_is_not_toml_or_not_there_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("tenantry.toml", "\nlisten = \n");
    sandbox.run(&["doctor"]).ends_with(2).complains(&["TN0306", "line 2"]);
    let ran = Sandbox::new().run(&["doctor", "--config", "absent.toml"]).ends_with(2);
    ran.complains(&["TN0306", "absent.toml"]);
}

#[test]
fn the_command_line_wins_over_the_environment_which_wins_over_the_files() {
    let sandbox = Sandbox::new();
    let origin = |arguments: &[&str], variables: &[(&str, &str)]| {
        let ran = sandbox.run_with(arguments, variables).ends_with(2).complains(&["TN0305"]);
        ran.stderr.lines().find(|line| line.contains("found in")).unwrap().to_owned()
    };
    let plain = ["serve", "--json"];
    let found = |text: &str, origin: &str| assert!(text.contains(origin), "{origin}: {text}");
    sandbox.write(".env", "TENANTRY_LISTEN=a\n");
    found(&origin(&plain, &[]), ".env");
    sandbox.write("tenantry.toml", "listen = \"b\"\n");
    found(&origin(&plain, &[]), "tenantry.toml");
    found(&origin(&plain, &[("TENANTRY_LISTEN", "c")]), "the environment");
    let flag = ["serve", "--json", "--listen", "d"];
    found(&origin(&flag, &[("TENANTRY_LISTEN", "c")]), "the command line");
}

#[test]
fn every_wrong_value_is_said_at_once() {
    let variables = [
        ("TENANTRY_LISTEN", "nowhere"),
        ("ACCESS_TOKEN_EXPIRE_MINUTES", "0"),
        ("TENANTRY_PASSWORD_MIN_LENGTH", "7"),
        ("TENANTRY_TRUSTED_PROXIES", "10.0.0.1,proxy"),
        ("TENANTRY_PUBLIC_URL", "tenantry.example"),
        ("TENANTRY_LOG_FORMAT", "xml"),
        ("DATABASE_URL", "postgres://user:hunter2@host:port/x"),
    ];
    let ran = Sandbox::new().run_with(&["serve", "--json"], &variables).ends_with(2);
    let names: Vec<&str> = variables.iter().map(|(name, _)| *name).collect();
    let ran = ran.complains(&names);
    assert!(!ran.stderr.contains("hunter2"), "{}", ran.stderr);
}

#[test]
fn an_unknown_variable_of_ours_is_warned_about_and_stops_nothing() {
    let variables =
        [("TENANTRY_LISTN", "x"), ("TENANTRY_LISTEN", "nowhere"), ("SUPABASE_URL", "x")];
    let sandbox = Sandbox::new();
    sandbox.write("tenantry.toml", "data_dir = \"/dev/null/data\"\n");
    let ran = sandbox.run_with(&["migrate", "status"], &variables[..1]);
    let ran =
        ran.complains(&["warning[TN0307]", "TENANTRY_LISTN", "did you mean TENANTRY_LISTEN ?"]);
    assert!(!ran.stderr.contains("SUPABASE"), "{}", ran.stderr);
}

#[test]
fn an_address_whose_authorities_cannot_be_read_is_refused_without_its_password() {
    let url = "postgres://user:hunter2@127.0.0.1:1/x?sslmode=verify-full&sslrootcert=/nowhere.pem";
    let ran = Sandbox::new()
        .run_with(&["serve"], &[("DATABASE_URL", url), ("TENANTRY_LISTEN", "127.0.0.1:0")]);
    let ran = ran.ends_with(2).complains(&["TN0305", "/nowhere.pem"]);
    assert!(!ran.stderr.contains("hunter2"), "{}", ran.stderr);
}

#[test]
fn an_origin_that_no_browser_sends_is_refused_with_the_reason() {
    // WB-3
    for (origins, reason) in [
        ("*", "wildcard"),
        ("https://app.example.com,https://*.example.com", "wildcard"),
        ("https://app.example.com/", "leave the path and the last slash out"),
        ("app.example.com", "does not begin with https:// or http://"),
        ("https://app.example.com:443", "left out when it is the scheme's own"),
    ] {
        let ran = Sandbox::new().run_with(&["serve"], &[("TENANTRY_CORS_ORIGINS", origins)]);
        let wanted = ["TN0305", "TENANTRY_CORS_ORIGINS", reason];
        ran.ends_with(2).complains(&wanted);
    }
}

#[test]
fn a_limit_that_is_no_number_is_refused() {
    for name in ["ORGANIZATION", "KEY", "ADDRESS"] {
        let name = format!("TENANTRY_RATE_LIMIT_{name}");
        let ran = Sandbox::new().run_with(&["serve"], &[(name.as_str(), "-1")]).ends_with(2);
        ran.complains(&["TN0305", &name, "a whole number from 0 to 1000000"]);
    }
}
