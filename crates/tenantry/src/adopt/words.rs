//! Figures as people read them: rows, times, sizes, sessions.

use std::time::Duration;

use tenantry_adopt::error::Holder;
use tenantry_prove::report::words::grouped;

use crate::clean;

/// A number of things in threes.
pub(super) fn number(number: i64) -> String {
    grouped(u64::try_from(number).unwrap_or_default())
}

/// A number of things with their noun.
pub(super) fn some(count: i64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", number(count))
}

/// A time that something took: `8.1 s`, `11 min 42 s`, `2 h 05 min`.
pub(super) fn took(seconds: f64) -> String {
    let whole = whole(seconds);
    match whole {
        0..100 => format!("{seconds:.1} s"),
        100..3_600 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3_600, whole % 3_600 / 60),
    }
}

/// A time that is expected: `under a minute`, `about 12 minutes`.
pub(super) fn about(time: Duration) -> String {
    match time.as_secs() {
        0..45 => "under a minute".to_owned(),
        seconds @ 45..5_400 => {
            let minutes = i64::try_from((seconds + 30) / 60).unwrap_or(i64::MAX);
            format!("about {}", some(minutes, "minute"))
        }
        seconds => {
            let hours = i64::try_from((seconds + 1_800) / 3_600).unwrap_or(i64::MAX);
            format!("about {}", some(hours, "hour"))
        }
    }
}

/// What is left of a work, where that can be said.
pub(super) fn left(rows: i64, rate: f64) -> Option<String> {
    if rate < 1.0 || rows <= 0 {
        return None;
    }
    let rows = i32::try_from(rows).map_or(f64::from(i32::MAX), f64::from);
    let seconds = whole(rows / rate);
    Some(match seconds {
        0..90 => format!("{} s left", seconds.max(1)),
        90..5_400 => format!("{} min left", (seconds + 30) / 60),
        _ => format!("{} h left", (seconds + 1_800) / 3_600),
    })
}

/// Whole seconds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is clamped to what fits, and a fraction of a second is not wanted"
)]
fn whole(seconds: f64) -> u64 {
    seconds.clamp(0.0, 1e12) as u64
}

/// How long a lock was held.
pub(super) fn lock(milliseconds: f64) -> String {
    if milliseconds < 1.0 { "< 1 ms".to_owned() } else { format!("{milliseconds:.0} ms") }
}

/// A number of bytes.
pub(super) fn size(bytes: i64) -> String {
    let mut size = u64::try_from(bytes).unwrap_or_default();
    for unit in ["bytes", "kB", "MB", "GB"] {
        if size < 10_000 {
            return format!("{} {unit}", grouped(size));
        }
        size = size.saturating_add(500) / 1_000;
    }
    format!("{} TB", grouped(size))
}

/// `2026-11-22 14:09 UTC` of an RFC 3339 time in UTC; another text stays as it is.
pub(super) fn moment(text: &str) -> String {
    match (text.get(..10), text.get(10..11), text.get(11..16)) {
        (Some(day), Some("T"), Some(time)) if text.ends_with('Z') => format!("{day} {time} UTC"),
        _ => text.to_owned(),
    }
}

/// The first digits of a hash.
pub(super) fn brief(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

/// Who has a lock, and since when.
pub(super) fn holder(holder: &Holder) -> String {
    let minutes = holder.seconds / 60;
    let time = match holder.seconds {
        seconds if seconds < 100 => format!("{} s", seconds.max(0)),
        _ if minutes < 100 => format!("{minutes} min"),
        _ => format!("{} h", minutes / 60),
    };
    let application = match holder.application.as_str() {
        "" => String::new(),
        name => format!(", app \"{name}\""),
    };
    let said = format!(
        "pid {}, \"{}\" for {time}{application}, user {}",
        holder.pid, holder.state, holder.role
    );
    clean::text(&said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_as_exact_as_they_are_long() {
        assert_eq!([0.04, 8.1, 99.9].map(took), ["0.0 s", "8.1 s", "99.9 s"]);
        assert_eq!([702.0, 7_500.0].map(took), ["11 min 42 s", "2 h 05 min"]);
        let about = [3, 50, 700, 9_000].map(|seconds| about(Duration::from_secs(seconds)));
        assert_eq!(
            about,
            ["under a minute", "about 1 minute", "about 12 minutes", "about 3 hours"]
        );
    }

    #[test]
    fn what_is_left_is_said_only_where_it_is_known() {
        assert_eq!(left(591_673, 2_698.0).as_deref(), Some("4 min left"));
        assert_eq!(left(10, 2_698.0).as_deref(), Some("1 s left"));
        assert_eq!((left(10, 0.0), left(0, 10.0)), (None, None));
    }

    #[test]
    fn sizes_and_moments_have_their_units() {
        assert_eq!([999, 240_000_000].map(size), ["999 bytes", "240 MB"]);
        assert_eq!(size(31_400_000_000), "31 GB");
        assert_eq!(moment("2026-11-22T14:09:31.5Z"), "2026-11-22 14:09 UTC");
        assert_eq!(moment("yesterday"), "yesterday");
        assert_eq!([0.2, 3.4].map(lock), ["< 1 ms", "3 ms"]);
    }
}
