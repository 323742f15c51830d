//! Every screen of `adopt`, at two widths and once with its colours, to be looked at.

use tenantry_adopt::AdoptError;
use tenantry_adopt::decisions::DecisionsError;
use tenantry_adopt::progress::{Event, State};
use tenantry_adopt::step::Phase;

use super::board::Board;
use super::failure::{self, Stage};
use super::{finish, outcome, phase_line, plan, rollback, sample, status};
use crate::trouble::{Trouble, text};

/// The stage of a run.
const WORKING: Stage =
    Stage::Working { again: "tenantry adopt apply", lock: std::time::Duration::from_millis(200) };
const WIDTHS: [usize; 2] = [80, 120];

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// A snapshot at each width, and of its colours at the wider one. Nothing but what is to be copied is too wide.
fn screens(name: &str, screen: &dyn Fn(usize) -> String) {
    for width in WIDTHS {
        let shown = plain(&screen(width));
        let is_copied = |line: &&str| {
            ["tenantry ", "[tables.", "--keep", "class = "].iter().any(|part| line.contains(part))
        };
        let wide = shown.lines().filter(|line| line.chars().count() > width);
        let wide: Vec<&str> = wide.filter(|line| !is_copied(line)).collect();
        assert!(wide.is_empty(), "{name} at {width}: {wide:#?}");
        insta::assert_snapshot!(format!("{name}_{width}"), shown);
    }
    insta::assert_snapshot!(format!("{name}_colored"), screen(120).replace('\u{1b}', "␛"));
}

#[test]
fn a_plan_shows_whose_each_table_is_and_what_is_to_decide() {
    let ending = "Wrote tenantry.plan.toml   sha256 9f3c1e2ab417\nDecide in it what is open, then:  tenantry adopt plan";
    let open = sample::open_plan();
    screens("plan_open", &|width| plan::text_of(&open, ending, false, width));
    let decided = sample::plan();
    screens("plan", &|width| plan::text_of(&decided, "", false, width));
    screens("plan_verbose", &|width| plan::text_of(&decided, "", true, width));
}

#[test]
fn a_long_list_is_cut_and_nothing_that_is_open_is() {
    let open = plain(&plan::text_of(&sample::open_plan(), "", false, 120));
    assert!(open.contains("…  3 more"), "{open}");
    assert!(!open.contains("attachments   "), "{open}");
    let feedback = open.lines().find(|line| line.starts_with("▲ feedback"));
    assert!(feedback.is_some_and(|line| line.contains("unclear")), "{open}");
    let verbose = plain(&plan::text_of(&sample::open_plan(), "", true, 120));
    assert!(!verbose.contains('…') && verbose.contains("attachments"), "{verbose}");
}

fn board(events: &[Event]) -> Board {
    let mut board = Board::default();
    events.iter().for_each(|event| board.note(event));
    board
}

#[test]
fn a_run_shows_what_is_in_hand_and_who_is_in_the_way() {
    let filling = board(&sample::backfilling());
    screens("apply_backfill", &|width| filling.lines(227, false, width).join("\n"));
    let blocked = board(&sample::waiting());
    screens("apply_blocked", &|width| blocked.lines(12, true, width).join("\n"));
    let line = blocked.line().unwrap_or_default();
    assert!(line.contains("pid 8812") && line.contains("nightly-export"), "{line}");
}

#[test]
fn what_went_by_leaves_the_screen() {
    let mut board = board(&sample::waiting());
    board.note(&Event::Blocked {
        table: sample::name("contents"),
        attempt: 4,
        holders: Vec::new(),
    });
    assert!(plain(&board.lines(1, false, 80).join("\n")).contains("try 4"));
    let none = std::time::Duration::ZERO;
    board.note(&Event::StepDone { number: 62, longest_lock: none, waited: none });
    assert!(!plain(&board.lines(1, false, 80).join("\n")).contains("waiting"));
    let progress = sample::status(State::Shadow, Phase::Shadow).phases.remove(3);
    board.note(&Event::PhaseDone { progress });
    assert!(board.is_empty() && board.lines(1, false, 80).is_empty());
}

#[test]
fn a_bar_is_never_longer_than_it_may_be() {
    for (done, of) in [(0, 0), (0, 10), (5, 10), (10, 10), (12, 10), (i64::MAX / 2, 1)] {
        let mut board = Board::default();
        board.note(&Event::PhaseBegun { phase: Phase::Backfill, steps: 1 });
        let table =
            sample::name("a_table_with_a_name_that_is_much_longer_than_its_column_could_be");
        board.note(&Event::Batch { table, done, of, rate: f64::NAN, size: 1 });
        for width in [60, 80, 120] {
            let lines = plain(&board.lines(1, false, width).join("\n"));
            let wide = lines.lines().any(|line| line.chars().count() > width);
            assert!(!wide || done > 1_000, "{done} of {of} at {width}: {lines}");
        }
    }
}

#[test]
fn a_phase_that_is_done_stays_with_its_figures() {
    let phases = sample::status(State::Enforced, Phase::Prove).phases;
    screens("apply_phases", &|width| {
        phases.iter().map(|phase| phase_line::text(phase, width)).collect::<Vec<_>>().join("\n")
    });
}

#[test]
fn the_end_of_a_run_says_what_can_be_done_next() {
    let file = ".tenantry/voiceforge.env";
    for (name, state, phase, was_stopped) in [
        ("end_shadow", State::Shadow, Phase::Shadow, false),
        ("end_enforced", State::Enforced, Phase::Prove, false),
        ("end_finished", State::Finished, Phase::Finish, false),
        ("end_stopped", State::Paused, Phase::Backfill, true),
    ] {
        let outcome = sample::outcome(state, phase, was_stopped);
        screens(name, &|width| outcome::text(&outcome, file, "", width));
    }
    let mut around = sample::outcome(State::Enforced, Phase::Prove, false);
    around.status.unbound = vec!["voiceforge_root".to_owned()];
    around.status.copies = vec![sample::name("crawl_counts")];
    for width in WIDTHS {
        let shown = plain(&outcome::text(&around, file, "", width));
        assert!(!shown.contains("every login of its application"), "{shown}");
        for part in
            ["▲ Row security does not bind voiceforge_root", "Old logins can read crawl_counts"]
        {
            assert!(shown.contains(part), "{part} in {shown}");
        }
    }
}

#[test]
fn the_status_says_where_it_stands_and_what_would_be_denied() {
    for (name, state, phase) in [
        ("status_backfill", State::Applying, Phase::Backfill),
        ("status_shadow", State::Shadow, Phase::Shadow),
        ("status_enforced", State::Enforced, Phase::Prove),
    ] {
        let status = sample::status(state, phase);
        screens(name, &|width| status::text(&status, "", false, width));
    }
    let mut around = sample::status(State::Enforced, Phase::Prove);
    around.unbound = vec!["postgres".to_owned(), "voiceforge_root".to_owned()];
    around.copies = vec![sample::name("crawl_counts")];
    for width in WIDTHS {
        let shown = plain(&status::text(&around, "", false, width));
        for part in ["▲ Row security does not bind postgres", "voiceforge_root", "crawl_counts"] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
    }
    let mut stopped = sample::status(State::Stopped, Phase::Constrain);
    stopped.error = Some("could not lock contents within 2.4s, tried 12 times".to_owned());
    screens("status_stopped", &|width| status::text(&stopped, "", true, width));
}

#[test]
fn taking_back_is_shown_before_it_is_asked_for() {
    let undoing = sample::undoing();
    screens("rollback", &|width| rollback::text(&undoing, None, width));
    screens("rollback_impossible", &|width| {
        text(&Trouble::from(rollback::impossible(&undoing)), width)
    });
    let enforced = sample::status(State::Enforced, Phase::Prove);
    screens("finish", &|width| finish::text(&enforced, width));
}

#[test]
fn every_refusal_names_the_next_command_and_whether_anything_was_changed() {
    let blocked = AdoptError::Blocked {
        table: sample::name("contents"),
        tries: 12,
        waited: std::time::Duration::from_millis(2_400),
        holders: vec![sample::holder()],
    };
    let drifted = AdoptError::Drifted {
        difference: vec![
            "+ column contents.embedding_v2 text".into(),
            "- index contents_url_idx".into(),
        ],
    };
    let open = AdoptError::Decisions(DecisionsError::Open(vec!["feedback".into(), "flags".into()]));
    let step = AdoptError::Step {
        number: 62,
        title: "index content_chunks".to_owned(),
        message: "ERROR: could not extend file: No space left on device".to_owned(),
        sql: "create unique index concurrently content_chunks_id_key on public.content_chunks (organization_id, id)".to_owned(),
    };
    let orphans = AdoptError::Orphans { table: sample::name("feedback"), rows: 3 };
    let busy = AdoptError::Busy { pid: 41_207, holder: "tenantry on build-3".to_owned() };
    for (name, error, exit) in [
        ("refused_blocked", blocked, 6),
        ("refused_drifted", drifted, 4),
        ("refused_open", open, 4),
        ("refused_step", step, 1),
        ("refused_orphans", orphans, 4),
        ("refused_busy", busy, 4),
        ("refused_not_started", AdoptError::NotStarted, 4),
    ] {
        let trouble = failure::of(&error, WORKING);
        assert_eq!(trouble.exit.number(), exit, "{name}");
        assert!(trouble.problems.iter().all(|problem| !problem.help.is_empty()), "{name}");
        screens(name, &|width| text(&trouble, width));
    }
}

#[test]
fn what_a_database_calls_its_things_cannot_steer_the_terminal_or_show_a_password() {
    // SC-3
    let hostile = "a\u{1b}[2Jb postgres://u:hunter2@h/d\u{202e}";
    let mut status = sample::status(State::Shadow, Phase::Shadow);
    status.database = hostile.to_owned();
    status.error = Some(hostile.to_owned());
    status.organization.0 = hostile.to_owned();
    status.unbound = vec![hostile.to_owned()];
    status.copies = vec![tenantry_adopt::name::TableName::new("public", hostile)];
    for denial in &mut status.denials {
        denial.statement = hostile.to_owned();
        denial.application = hostile.to_owned();
    }
    let mut holder = sample::holder();
    holder.application = hostile.to_owned();
    holder.query = hostile.to_owned();
    let table = tenantry_adopt::name::TableName::new("public", hostile);
    let blocked = board(&[
        Event::PhaseBegun { phase: Phase::Expand, steps: 1 },
        Event::StepBegun { number: 1, title: hostile.to_owned() },
        Event::Batch { table: table.clone(), done: 1, of: 2, rate: 1.0, size: 1 },
        Event::Blocked { table: table.clone(), attempt: 1, holders: vec![holder] },
    ]);
    let step = AdoptError::Step {
        number: 1,
        title: hostile.to_owned(),
        message: hostile.to_owned(),
        sql: hostile.to_owned(),
    };
    for shown in [
        status::text(&status, "", true, 120),
        blocked.lines(1, false, 120).join("\n"),
        blocked.line().unwrap_or_default(),
        text(&failure::of(&step, WORKING), 120),
        finish::text(&status, 120),
    ] {
        let shown = plain(&shown);
        for part in ["\u{1b}", "\u{202e}", "hunter2"] {
            assert!(!shown.contains(part), "{part:?} in {shown}");
        }
        assert!(!shown.contains("[2Jb") || shown.contains("\\u{1b}[2Jb"), "{shown}");
    }
}
