//! `tenantry adopt apply` stopped in every way but by force: Ctrl-C, a pause, a second process, a lock that somebody keeps, and
//! an attack that got through. Each time the same command, or `resume`, goes on to the end.

use std::io::Write as _;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use crate::adopt_ground::{Adopted, Ground, answers, difference, login};
use crate::harness::Ran;
use crate::scripts::Sample;

const TRUTH: &str = include_str!("../../../../examples/voiceforge/before/ground_truth.toml");
/// So slow that there is time to do something about it.
const SLOWLY: &[&str] = &["apply", "--yes", "--largest-batch", "20", "--rest", "200"];

/// Sites with their pages, each site to be an organization.
fn sites(ground: &Ground) -> Adopted<'_> {
    let adopted = ground.sample(Sample::Voiceforge, 6_000);
    let login = login(Sample::Voiceforge);
    let answers = answers(TRUTH, true);
    let plan = adopted.plan(&answers, &["--login", &login, "--root", "crawls"]);
    // Under the usual name, so that no command has to be told.
    let folder = ground.sandbox.path();
    std::fs::rename(folder.join(plan), folder.join("tenantry.plan.toml")).unwrap();
    adopted
}

/// The rows that have their organization.
fn filled(adopted: &Adopted<'_>) -> i64 {
    let is_there = "select to_regclass('tenantry_adopt.cursors') is not null";
    if adopted.sql(is_there) != "t" {
        return 0;
    }
    let rows = adopted.sql("select coalesce(sum(rows_done), 0) from tenantry_adopt.cursors");
    rows.parse().unwrap()
}

/// Waits until rows are being given their organization.
fn until_filling(adopted: &Adopted<'_>) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while filled(adopted) == 0 {
        assert!(Instant::now() < deadline, "nothing is filled");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn until_state(adopted: &Adopted<'_>, state: &str) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !adopted.state().starts_with(state) {
        assert!(Instant::now() < deadline, "{} is not {state}", adopted.state());
    }
}

/// Sessions of the one who keeps locks.
const IDLE: &str = "select pid from pg_stat_activity where application_name = 'nightly-export' and state = 'idle in transaction'";

/// Somebody in the middle of a transaction.
struct Holder(Child);

impl Holder {
    fn of(adopted: &Adopted<'_>, statements: &str) -> Self {
        let mut session = adopted.session("nightly-export");
        writeln!(session.stdin.as_mut().unwrap(), "{statements}").unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        while adopted.sql(IDLE).is_empty() {
            assert!(Instant::now() < deadline, "the session does not begin");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self(session)
    }

    /// Lets go: without input the session ends, and its transaction with it.
    fn end(mut self) {
        drop(self.0.stdin.take());
        assert!(self.0.wait().unwrap().success());
    }
}

fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
}

/// What is said last, before the number that it ends with.
fn last(ran: &Ran) -> &str {
    ran.stderr.trim_end().lines().last().unwrap()
}

fn ended(child: Child) -> Ran {
    child.wait_with_output().unwrap().into()
}

/// RE-2: a signal stops it after the batch that runs, with what is done written down.
#[test]
fn control_c_stops_it_after_the_batch_and_resume_goes_on() {
    let ground = Ground::new();
    let adopted = sites(&ground);
    let checksum = adopted.checksum();
    let child = adopted.begin(SLOWLY);
    until_filling(&adopted);
    interrupt(&child);
    let ran = ended(child).ends_with(130);
    assert!(ran.stdout.contains("tenantry adopt resume"), "{}", ran.stdout);
    assert_eq!(adopted.state(), "paused backfill");
    let so_far = filled(&adopted);
    let ran = adopted.adopt(&["resume", "--yes"]).ends_with(0);
    assert!(ran.stdout.contains("is under way"), "{}", ran.stdout);
    assert!(filled(&adopted) > so_far, "it went on");
    assert_eq!(adopted.state(), "shadow shadow");
    assert_eq!(adopted.checksum(), checksum);
    adopted.assert_clean();

    // Taking back can be stopped as well; somebody who keeps a lock sees to it that it does not end before.
    let holder = Holder::of(&adopted, "begin; select count(*) from contents;");
    let child = adopted.begin(&["rollback", "--yes"]);
    until_state(&adopted, "rolling-back");
    interrupt(&child);
    let ran = ended(child).ends_with(130);
    assert!(ran.stdout.contains("tenantry adopt rollback"), "{}", ran.stdout);
    holder.end();
    adopted.adopt(&["apply", "--yes"]).ends_with(4).complains(&["TN1108", "taken back"]);
    adopted.adopt(&["rollback", "--yes"]).ends_with(0);
    assert_eq!(adopted.checksum(), checksum);
    adopted.adopt(&["status"]).ends_with(4).complains(&["TN1107"]);
}

#[test]
fn a_pause_from_elsewhere_and_a_second_process_leave_the_first_one_in_order() {
    let ground = Ground::new();
    let adopted = sites(&ground);
    let child = adopted.begin(SLOWLY);
    until_filling(&adopted);

    let second = adopted.adopt(&["apply", "--yes"]).ends_with(4);
    let holder = adopted
        .sql("select pid from pg_locks where locktype = 'advisory' and granted and objsubid = 1 and database = (select oid from pg_database where datname = current_database())");
    second.complains(&[
        "TN1106",
        &format!("backend {holder}, tenantry adopt as tenantry_superuser"),
        "tenantry adopt pause",
        "This command changed nothing.",
    ]);
    let back = adopted.adopt(&["rollback", "--yes"]).ends_with(4);
    back.complains(&["TN1106", &holder]);

    let asked = adopted.adopt(&["pause"]).ends_with(0);
    assert!(asked.stdout.contains(&format!("(pid {holder})")), "{}", asked.stdout);
    ended(child).ends_with(130);
    assert_eq!(adopted.state(), "paused backfill");
    let asked = adopted.adopt(&["pause"]).ends_with(0);
    assert!(asked.stdout.contains("is paused"), "{}", asked.stdout);
    adopted.adopt(&["apply", "--yes"]).ends_with(0);
    assert_eq!(adopted.state(), "shadow shadow");
    adopted.adopt(&["pause"]).ends_with(4).complains(&["TN1108"]);
}

/// RE-3: whoever keeps a lock is named and left alone, and nobody else was made to wait for long.
#[test]
fn a_lock_that_somebody_keeps_is_named_and_the_same_command_goes_on_when_it_is_free() {
    let ground = Ground::new();
    let adopted = sites(&ground);
    let holder = Holder::of(&adopted, "begin; select count(*) from contents;");
    let pid = adopted.sql(IDLE);
    let ran = adopted.adopt(&["apply", "--yes"]).ends_with(6);
    assert!(last(&ran).starts_with("Your application was never made to wait longer than 200 ms."));
    ran.complains(&["TN1105", "could not lock", "contents", &pid, "nightly-export"]);
    assert_eq!(adopted.sql(IDLE), pid, "nobody's session is ended");
    let status = adopted.adopt(&["status"]).ends_with(0);
    assert!(status.stdout.contains("could not lock"), "{}", status.stdout);

    holder.end();
    adopted.adopt(&["apply", "--yes"]).ends_with(0);
    assert_eq!(adopted.state(), "shadow shadow");
}

/// SC-1 comes before everything: what leaks is not enforced.
#[test]
fn a_leak_that_the_attack_finds_ends_with_5_and_the_guard_is_back_in_shadow() {
    let ground = Ground::new();
    let adopted = sites(&ground);
    adopted.adopt(&["apply", "--yes"]).ends_with(0);
    let of_the_old_login = "set role voiceforge_app; select count(*) from contents";
    let all = adopted.sql("select count(*) from contents");
    assert_eq!(adopted.sql(of_the_old_login), all, "shadow hides nothing");
    // A right that no look at the schema shows, and with which every organization's rows can be removed.
    adopted.sql("grant truncate on contents to tenantry_app");
    let enforce = ["apply", "--enforce", "--accept-denials", "--yes"];
    let ran = adopted.adopt(&enforce).ends_with(5);
    assert!(ran.stdout.contains("contents"), "the report is shown: {}", ran.stdout);
    assert!(last(&ran).starts_with("Everything that enforcing did is taken back"));
    ran.complains(&["TN1111", "tenantry adopt apply --enforce"]);
    assert_eq!(adopted.state(), "shadow shadow");
    assert_eq!(adopted.sql(of_the_old_login), all, "the old login is not bound");

    adopted.sql("revoke truncate on contents from tenantry_app");
    adopted.adopt(&enforce).ends_with(0);
    assert_eq!(adopted.state(), "enforced prove");
    assert_eq!(adopted.sql(of_the_old_login), "0", "bound, and nobody is sealed");
}

/// What is dropped by finishing does not come back, so going on is all that is left then.
#[test]
fn enforcing_and_finishing_that_are_stopped_are_gone_through_with() {
    let ground = Ground::new();
    let adopted = sites(&ground);
    let enforce = ["apply", "--enforce", "--accept-denials", "--yes"];
    adopted.adopt(&["apply", "--yes"]).ends_with(0);
    // Half of the logins bound is no state to rest in, so whoever goes on need not say again that it is wanted.
    let holder = Holder::of(&adopted, "begin; select count(*) from contents;");
    let child = adopted.begin(&enforce);
    until_state(&adopted, "applying enforce");
    interrupt(&child);
    let ran = ended(child).ends_with(130);
    assert!(ran.stdout.contains("may be bound already"), "{}", ran.stdout);
    holder.end();
    assert_eq!(adopted.state(), "paused enforce");
    adopted.adopt(&["resume", "--yes"]).ends_with(0);
    assert_eq!(adopted.state(), "enforced prove");

    let holder = Holder::of(&adopted, "begin; select count(*) from contents;");
    let child = adopted.begin(&["finish", "--yes"]);
    until_state(&adopted, "applying finish");
    interrupt(&child);
    let ran = ended(child).ends_with(130);
    assert!(ran.stdout.contains("tenantry adopt finish"), "{}", ran.stdout);
    holder.end();
    assert_eq!(adopted.state(), "paused finish");
    let status = adopted.adopt(&["status"]).ends_with(0);
    assert!(status.stdout.contains("tenantry adopt finish   goes on"), "{}", status.stdout);
    adopted.adopt(&enforce).ends_with(4).complains(&["TN1108", "finish goes on"]);
    adopted.adopt(&["rollback", "--yes"]).ends_with(4).complains(&["TN1109"]);
    let done = adopted.adopt(&["finish", "--yes"]).ends_with(0);
    assert!(done.stdout.contains("nothing of the old way is left"), "{}", done.stdout);
    assert_eq!(adopted.state(), "finished finish");
}

/// RE-2: a kill between the last step that is taken back and forgetting that there ever was one.
#[test]
fn taking_back_that_is_killed_after_its_last_step_is_not_taken_for_done() {
    let ground = Ground::new();
    let adopted = sites(&ground);
    let before = adopted.dump();
    adopted.adopt(&["apply", "--until", "prepare", "--yes"]).ends_with(0);
    // Whoever reads the journal keeps it from being dropped, and from nothing else.
    let holder = Holder::of(&adopted, "begin; select state from tenantry_adopt.run;");
    let mut child = adopted.begin(&["rollback", "--yes"]);
    let waiting = "select count(*) from pg_stat_activity where application_name = 'tenantry adopt' and wait_event_type = 'Lock' and query like 'drop schema%'";
    let deadline = Instant::now() + Duration::from_secs(60);
    while adopted.sql(waiting) == "0" {
        assert!(Instant::now() < deadline, "the journal is not dropped");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    while adopted.sql(waiting) != "0" {
        assert!(Instant::now() < deadline, "a session outlives its program");
    }
    holder.end();
    assert_eq!(adopted.state(), "rolling-back prepare");
    adopted.adopt(&["rollback", "--yes"]).ends_with(0);
    adopted.adopt(&["status"]).ends_with(4).complains(&["TN1107"]);
    assert!(adopted.dump() == before, "{}", difference(&before, &adopted.dump()));
}
