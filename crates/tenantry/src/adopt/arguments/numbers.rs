//! Numbers of the command line, with the bounds that keep a slip from being dangerous.

use std::time::Duration;

/// A time in milliseconds within bounds. `250`, `250ms` and `2s` are understood.
pub(super) fn milliseconds(
    least: u64,
    most: u64,
) -> impl Fn(&str) -> Result<Duration, String> + Clone + Send + Sync + 'static {
    move |text| {
        let (digits, unit) = match (text.strip_suffix("ms"), text.strip_suffix('s')) {
            (Some(digits), _) => (digits, 1),
            (None, Some(digits)) => (digits, 1_000),
            (None, None) => (text, 1),
        };
        let number = digits.trim().parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
        match number.filter(|number| (least..=most).contains(number)) {
            Some(number) => Ok(Duration::from_millis(number)),
            None => Err(format!("it is a number of milliseconds from {least} to {most}")),
        }
    }
}

/// A number of rows.
pub(super) fn rows(text: &str) -> Result<i64, String> {
    let number = text.replace(['_', ','], "").parse().ok();
    number
        .filter(|number| (1..=1_000_000).contains(number))
        .ok_or_else(|| "it is a number of rows from 1 to 1000000".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_with_its_unit_and_kept_within_bounds() {
        let read = milliseconds(1, 60_000);
        for (text, wanted) in [("250", 250), ("250ms", 250), ("2s", 2_000), ("60s", 60_000)] {
            assert_eq!(read(text), Ok(Duration::from_millis(wanted)), "{text}");
        }
        for text in ["0", "61s", "-1", "", "s", "ms", "1.5s", "1m", "99999999999999999999s"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_number_of_rows_may_be_grouped() {
        assert_eq!((rows("20_000"), rows("1,000")), (Ok(20_000), Ok(1_000)));
        assert!(["0", "-5", "1000001", "many", ""].iter().all(|text| rows(text).is_err()));
    }
}
