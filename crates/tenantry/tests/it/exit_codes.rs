//! The exit codes that need no server. Where the others are made to happen: 1 in `doctor.rs`, 3 in `migrate.rs`, 4 and
//! 6 in `refusals.rs`, 5 in `prove.rs`, 130 in `serve.rs`.

use crate::harness::Sandbox;

#[test]
fn zero_is_an_answer_and_two_is_a_mistake() {
    let sandbox = Sandbox::new();
    for (arguments, code) in [
        (&["--version"][..], 0),
        (&["help"], 0),
        (&["help", "serve"], 0),
        (&["explain", "TN0101"], 0),
        (&["explain"], 0),
        (&["completion", "bash"], 0),
        (&[], 2),
        (&["nonsense"], 2),
        (&["serve", "--nonsense"], 2),
        (&["migrate"], 2),
        (&["migrate", "down", "0"], 2),
        (&["completion", "nonsense"], 2),
        (&["explain", "TN0000"], 2),
        (&["help", "nonsense"], 2),
        (&["--quiet", "--verbose", "explain"], 2),
    ] {
        sandbox.run(arguments).ends_with(code);
    }
}

#[test]
fn the_table_names_every_code() {
    let shown = Sandbox::new().run(&["help", "exit-codes"]).ends_with(0).stdout;
    let numbers: Vec<&str> =
        shown.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(numbers, ["0", "1", "2", "3", "4", "5", "6", "130"]);
}
