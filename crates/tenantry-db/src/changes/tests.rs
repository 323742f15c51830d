//! What is believed of the past, and for how long.

use super::*;

const A: Subject = Subject::User(Uuid::from_u128(1));
const B: Subject = Subject::User(Uuid::from_u128(2));

/// As if the process had run for an hour.
fn changes() -> Changes {
    let start = Instant::now().checked_sub(Duration::from_secs(3_600)).unwrap();
    Changes { start, ..Changes::default() }
}

fn ago(milliseconds: u64) -> Instant {
    Instant::now().checked_sub(Duration::from_millis(milliseconds)).unwrap()
}

/// SE-5: however an answer came to be remembered, without the watcher it does not hold.
#[test]
fn nothing_holds_unless_changes_were_read_a_moment_ago() {
    let changes = changes();
    assert!(!changes.is_watched() && changes.unseen().is_none());
    assert!(!changes.holds(&changes.moment(), &[A]));
    changes.caught_up(ago(0));
    assert!(changes.holds(&changes.moment(), &[A]));
    // What counts is when the reading began, not when it was answered.
    changes.caught_up(ago(1_600));
    assert!(!changes.holds(&changes.moment(), &[A]));
    changes.caught_up(ago(1_000));
    assert!(changes.holds(&changes.moment(), &[A]));
}

#[test]
fn a_change_ends_what_was_read_before_it_and_of_its_subject_only() {
    let changes = changes();
    changes.caught_up(ago(0));
    let before = changes.moment();
    changes.note(&[A]);
    assert!(!changes.holds(&before, &[A]) && !changes.holds(&before, &[B, A]));
    assert!(changes.holds(&before, &[B]));
    assert!(changes.holds(&changes.moment(), &[A]), "what is read from now on holds");
    let between = changes.moment();
    changes.note_everything();
    assert!(!changes.holds(&between, &[A]) && !changes.holds(&before, &[B]));
    assert!(changes.holds(&changes.moment(), &[A, B]));
    changes.note(&[]);
}

#[test]
fn an_answer_is_remembered_for_half_a_minute_at_the_most() {
    let changes = changes();
    changes.caught_up(ago(0));
    let at = |milliseconds| Moment { time: ago(milliseconds), ..changes.moment() };
    assert!(changes.holds(&at(29_000), &[A]));
    assert!(!changes.holds(&at(30_000), &[A]));
}

/// Changes of which no remembered answer can be older are not kept, and a flood of them is one.
#[test]
fn changes_are_forgotten_when_they_are_of_no_more_use() {
    let changes = changes();
    changes.note(&[A]);
    let count = || changes.marks.read().unwrap().changed.len();
    changes.caught_up(ago(0));
    assert_eq!(count(), 1);
    changes.marks.write().unwrap().changed.get_mut(&A).unwrap().1 = ago(31_000);
    changes.caught_up(ago(0));
    assert_eq!(count(), 0);
    let before = changes.moment();
    let flood: Vec<Subject> =
        (0..=MOST as u128).map(|number| Subject::Session(Uuid::from_u128(number))).collect();
    changes.note(&flood);
    assert_eq!(count(), 0);
    assert!(!changes.holds(&before, &[B]));
    assert!(changes.holds(&changes.moment(), &[B]));
}
