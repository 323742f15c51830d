//! Which rounds count: those before which the reference cost the same. A shared machine is now faster and now slower;
//! the reference says when, without a look at what is compared, so a round is never thrown away for its own figures.

use crate::statistics::Spread;

/// How far the reference may vary over the rounds that count.
pub(crate) const LARGEST_VARIATION: f64 = 0.15;

/// The rounds that count, at most `wanted`, in their order: the largest set whose references lie close together.
pub(crate) fn still(references: &[f64], wanted: usize) -> Vec<usize> {
    let within = |least: f64| {
        let close = |index: &usize| {
            let value = references[*index];
            value >= least && value <= least * (1.0 + LARGEST_VARIATION)
        };
        (0..references.len()).filter(close).take(wanted).collect::<Vec<_>>()
    };
    let sets = references.iter().map(|least| within(*least));
    // Of sets that are equally large, the one of the faster machine.
    let mut best: Vec<usize> = Vec::new();
    for set in sets {
        let cost = |set: &[usize]| set.iter().map(|index| references[*index]).sum::<f64>();
        if set.len() > best.len() || (set.len() == best.len() && cost(&set) < cost(&best)) {
            best = set;
        }
    }
    best
}

/// Why what was measured beside this reference counts for nothing, if it does.
pub(crate) fn drifted(reference: Spread) -> Option<String> {
    let variation = reference.variation();
    (variation > LARGEST_VARIATION).then(|| {
        format!(
            "the reference varied by {:.0} % between the rounds ({:.1} to {:.1} µs); {:.0} % are allowed",
            variation * 100.0,
            reference.least,
            reference.most,
            LARGEST_VARIATION * 100.0
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_set_of_close_references_counts() {
        assert_eq!(still(&[10.0, 20.0, 10.5, 11.0, 9.9], 3), [0, 2, 3]);
        assert_eq!(still(&[20.0, 10.0, 20.5, 21.0], 3), [0, 2, 3], "slow, and still");
        assert_eq!(still(&[10.0, 20.0], 2), [0], "of equally many the faster");
        assert_eq!(still(&[20.0, 10.0], 2), [1]);
        assert_eq!(still(&[], 3), [0_usize; 0]);
    }

    #[test]
    fn what_counts_has_not_drifted_and_what_jumps_has() {
        let references = [10.0, 11.4, 13.0, 10.2];
        let kept: Vec<f64> = still(&references, 4).into_iter().map(|i| references[i]).collect();
        assert_eq!(drifted(Spread::of(&kept).unwrap()), None);
        assert!(drifted(Spread::of(&references).unwrap()).is_some());
    }
}
