//! Numbers: a distinctive one first, then what the checks name and what lies beside and between.

use super::Wish;

/// Whole numbers up to a greatest one.
pub(super) fn whole(most: i64, wish: &Wish<'_>) -> Vec<String> {
    let mut random = wish.random();
    let is_small = most == i64::from(i16::MAX);
    let (least, greatest) =
        if is_small { (10_000, 32_000) } else { (1_000_000_000, 2_000_000_000) };
    let mut numbers: Vec<i64> = vec![signed(random.between(least, greatest))];
    if wish.hints.is_hashed {
        numbers.extend((0..200).map(|_| signed(random.between(least, greatest))));
    }
    numbers.extend(near(wish).into_iter().map(rounded));
    numbers.extend([1, 2, 0, 3, 5, 10, 50, 100, -1]);
    let sizes = [9, 99, 999, 9_999, 99_999, 999_999, 9_999_999];
    numbers.extend(sizes.map(|size| signed(random.between(size / 9, size))));
    let numbers = numbers.into_iter().filter(|number| number.saturating_abs() <= most);
    numbers.map(|number| number.to_string()).collect()
}

/// Numbers with so many digits before and after the point.
pub(super) fn decimal(before: usize, after: usize, wish: &Wish<'_>) -> Vec<String> {
    let mut random = wish.random();
    let greatest = 10_u64.pow(u32::try_from(before.min(9)).unwrap_or(9));
    let distinct = match (before, after) {
        (0, _) => fraction(&mut random, after),
        // With few digits before the point the ones after it tell rows apart.
        (1..=4, 1..) => {
            format!("{}.{}", random.between(1, greatest - 1), digits(&mut random, after))
        }
        _ => random.between((greatest / 10).max(1), greatest - 1).to_string(),
    };
    let mut numbers = vec![distinct];
    let mut more = near(wish);
    more.extend([0.0, 1.0, 0.5, 2.0, 10.0, 100.0, 0.1, 0.25, -1.0]);
    let limit = 10_f64.powi(i32::try_from(before).unwrap_or(9));
    numbers.extend(more.into_iter().filter(|one| one.abs() < limit).map(|one| one.to_string()));
    numbers
}

fn fraction(random: &mut super::Random, after: usize) -> String {
    format!("0.{}", digits(random, after))
}

fn digits(random: &mut super::Random, length: usize) -> String {
    (0..length.min(9)).map(|_| random.between(1, 9).to_string()).collect()
}

/// What the checks name, with a distinctive number between each two, and the neighbours.
pub(super) fn near(wish: &Wish<'_>) -> Vec<f64> {
    let mut random = wish.random();
    let mut bounds: Vec<f64> = wish.hints.numbers.clone();
    bounds.sort_by(f64::total_cmp);
    let mut numbers = Vec::new();
    for pair in bounds.windows(2) {
        if let [low, high] = pair {
            let share =
                f64::from(u32::try_from(random.between(1, 9_999)).unwrap_or(5_000)) / 10_000.0;
            let between = low + (high - low) * share;
            // Whole where there is room for it, so that a rounding type does not leave the interval.
            numbers.push(if high - low > 2.0 { between.floor().max(low + 1.0) } else { between });
        }
    }
    for bound in wish.turned(bounds) {
        numbers.extend([bound, bound + 1.0, bound - 1.0, bound * 2.0, bound / 2.0]);
    }
    numbers
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a number that is too great only becomes a candidate that fails"
)]
const fn rounded(number: f64) -> i64 {
    number as i64
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
