//! Dates and times: an ordinary day first, then days around what the checks and bounds name, then the relative words
//! that PostgreSQL reads (`tomorrow`), for checks that compare with the present.

use super::super::random::Random;
use super::Wish;

/// Whether a text begins like a date.
pub(super) fn is_date(text: &str) -> bool {
    let mut letters = text.chars();
    letters.by_ref().take(4).all(|letter| letter.is_ascii_digit()) && letters.next() == Some('-')
}

/// Days. All columns of a row begin with the same one, so that what begins and ends lies close together and rows with
/// another salt lie elsewhere.
pub(super) fn dates(wish: &Wish<'_>) -> Vec<String> {
    let mut random = wish.random();
    let common = common_day(wish);
    let mut list = vec![common.clone()];
    for bound in bounds(wish) {
        let date = bound.get(..10).unwrap_or(&bound).to_owned();
        list.extend([later_in_month(&date, &mut random), date]);
    }
    list.extend([later_in_month(&common, &mut random), first_of_month(&common)]);
    list.extend(["yesterday", "today", "tomorrow"].map(ToOwned::to_owned));
    list.extend([day(&mut random, 2024, 2024), day(&mut random, 2090, 2098)]);
    // A Monday that begins a year, and the end of a month.
    list.extend([day(&mut random, 1950, 1990), "2024-01-01".to_owned(), "2024-01-31".to_owned()]);
    list
}

/// Points in time, those of one row on the same day.
pub(super) fn timestamps(wish: &Wish<'_>) -> Vec<String> {
    let mut random = wish.random();
    let common = common_day(wish);
    let mut list = vec![format!("{common} {}+00", clock(&mut random))];
    for bound in bounds(wish) {
        let (date, rest) = bound.split_at_checked(10).unwrap_or((&bound, ""));
        let zone = rest.find(['+', '-']).and_then(|at| rest.get(at..)).unwrap_or_default();
        list.push(format!("{date} {}{zone}", clock(&mut random)));
        let later = later_in_month(date, &mut random);
        list.push(format!("{later} {}{zone}", clock(&mut random)));
        list.push(bound);
    }
    list.push(format!("{common} 23:{:02}:59.5+00", random.between(0, 59)));
    list.extend(["now", "yesterday", "tomorrow"].map(ToOwned::to_owned));
    list.extend([format!("{common} {:02}:00:00", random.between(0, 23)), common.clone()]);
    list.push(first_of_month(&common));
    list.extend([moment(&mut random, 2024, 2024), moment(&mut random, 2090, 2098)]);
    list.extend([moment(&mut random, 1950, 1990), "2024-01-01".to_owned(), "infinity".to_owned()]);
    list
}

fn common_day(wish: &Wish<'_>) -> String {
    day(&mut Random::new(wish.salt, "the day of the row"), 2001, 2023)
}

fn first_of_month(date: &str) -> String {
    format!("{}-01", date.get(..7).unwrap_or("2024-01"))
}

/// Times of day, with microseconds.
pub(super) fn clock(random: &mut Random) -> String {
    let (hour, minute, second) =
        (random.between(1, 22), random.between(0, 59), random.between(0, 59));
    format!("{hour:02}:{minute:02}:{second:02}.{:06}", random.between(1, 999_999))
}

fn bounds(wish: &Wish<'_>) -> Vec<String> {
    let dates = wish.hints.strings.iter().filter(|text| is_date(text)).cloned();
    let mut dates: Vec<String> = dates.collect();
    dates.sort();
    dates
}

fn day(random: &mut Random, first: u64, last: u64) -> String {
    let (year, month) = (random.between(first, last), random.between(1, 12));
    format!("{year}-{month:02}-{:02}", random.between(1, 28))
}

fn moment(random: &mut Random, first: u64, last: u64) -> String {
    format!("{} {}+00", day(random, first, last), clock(random))
}

/// Another day of the same month, not before this one: bounds mostly stand at the beginning of a month.
fn later_in_month(date: &str, random: &mut Random) -> String {
    let (month, day) = date.split_at_checked(8).unwrap_or((date, ""));
    let day: u64 = day.parse().unwrap_or(28);
    format!("{month}{:02}", random.between(day.min(28), 28).max(day))
}
