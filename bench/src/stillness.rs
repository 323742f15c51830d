//! Which rounds count: those at whose beginning and end the reference cost the same. A shared machine is now faster and
//! now slower; the reference says when, without a look at what is compared, so a round is never thrown away for its own
//! figures.

/// How far the reference may vary over the rounds that count.
pub(crate) const LARGEST_VARIATION: f64 = 0.15;

/// The rounds that count, at most `wanted`, in their order: the largest set whose references lie close together. Round
/// `n` lies between the references `n` and `n + 1`.
pub(crate) fn still(references: &[f64], wanted: usize) -> Vec<usize> {
    let within = |least: f64| {
        let is_close = |value: f64| value >= least && value <= least * (1.0 + LARGEST_VARIATION);
        let rounds = references.windows(2).enumerate();
        let close = rounds.filter(|(_, ends)| ends.iter().all(|end| is_close(*end)));
        close.map(|(round, _)| round).take(wanted).collect::<Vec<_>>()
    };
    let sets = references.iter().map(|least| within(*least));
    // Of sets that are equally large, the one of the faster machine.
    let cost = |set: &[usize]| set.iter().map(|round| references[*round]).sum::<f64>();
    let mut best: Vec<usize> = Vec::new();
    for set in sets {
        if set.len() > best.len() || (set.len() == best.len() && cost(&set) < cost(&best)) {
            best = set;
        }
    }
    best
}

/// The references at both ends of the rounds that count.
pub(crate) fn ends(references: &[f64], rounds: &[usize]) -> Vec<f64> {
    rounds.iter().flat_map(|round| &references[*round..=*round + 1]).copied().collect()
}

/// A machine that does not keep still for so many rounds tells nothing: why what was measured counts for nothing, if it
/// does.
pub(crate) fn too_few(count: usize, wanted: usize) -> Option<String> {
    (count < wanted).then(|| {
        format!("the reference kept still in {count} rounds only, where {wanted} were wanted")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_counts_when_the_machine_kept_still_at_both_ends() {
        assert_eq!(still(&[10.0, 10.1, 20.0, 10.5, 11.0, 9.9], 3), [0, 3, 4]);
        assert_eq!(still(&[10.0, 20.0, 20.5, 21.0], 3), [1, 2], "slow, and still");
        assert_eq!(still(&[20.0, 20.1, 10.0, 10.1], 2), [2], "of equally many the faster");
        assert_eq!(still(&[10.0, 11.4, 13.0, 14.5], 3), [0], "drifting away bit by bit");
        assert_eq!(still(&[10.0], 3), [0_usize; 0]);
        assert_eq!(still(&[], 3), [0_usize; 0]);
    }

    #[test]
    fn what_counts_lies_close_together_and_too_little_of_it_is_void() {
        let references = [10.0, 10.2, 30.0, 10.1, 11.2];
        let rounds = still(&references, 3);
        assert_eq!(ends(&references, &rounds), [10.0, 10.2, 10.1, 11.2]);
        assert_eq!(too_few(rounds.len(), 2), None);
        assert!(too_few(rounds.len(), 3).unwrap().contains("2 rounds only, where 3"));
    }
}
