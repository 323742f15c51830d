//! Which nodes of a graph lie on a common cycle, by Tarjan's algorithm. The components come out with the targets of arrows
//! before their sources: with arrows from children to parents, parents come first.

/// The strongly connected components. `arrows[n]` are the nodes that `n` points at; a component of one node is on a cycle
/// only if it points at itself.
pub(crate) fn components(arrows: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut walk = Walk {
        arrows,
        order: vec![None; arrows.len()],
        lowest: vec![0; arrows.len()],
        is_open: vec![false; arrows.len()],
        open: Vec::new(),
        next: 0,
        found: Vec::new(),
    };
    for node in 0..arrows.len() {
        if walk.order[node].is_none() {
            walk.visit(node);
        }
    }
    walk.found
}

/// How far the walk has come.
struct Walk<'a> {
    arrows: &'a [Vec<usize>],
    order: Vec<Option<usize>>,
    lowest: Vec<usize>,
    is_open: Vec<bool>,
    open: Vec<usize>,
    next: usize,
    found: Vec<Vec<usize>>,
}

impl Walk<'_> {
    /// Visits a node and all that is reached from it. The path is a list, not the program's stack: schemas are read, and
    /// a long chain of tables must not end the process.
    fn visit(&mut self, first: usize) {
        let mut path = vec![(first, 0)];
        self.enter(first);
        while let Some((node, arrow)) = path.pop() {
            let Some(&target) = self.arrows[node].get(arrow) else {
                self.leave(node);
                if let Some(&(parent, _)) = path.last() {
                    self.lowest[parent] = self.lowest[parent].min(self.lowest[node]);
                }
                continue;
            };
            path.push((node, arrow + 1));
            match self.order[target] {
                None => {
                    self.enter(target);
                    path.push((target, 0));
                }
                Some(order) if self.is_open[target] => {
                    self.lowest[node] = self.lowest[node].min(order);
                }
                Some(_) => {}
            }
        }
    }

    fn enter(&mut self, node: usize) {
        self.order[node] = Some(self.next);
        self.lowest[node] = self.next;
        self.next += 1;
        self.open.push(node);
        self.is_open[node] = true;
    }

    /// Closes the component whose first node this is.
    fn leave(&mut self, node: usize) {
        if self.order[node] != Some(self.lowest[node]) {
            return;
        }
        let begin = self.open.iter().rposition(|&open| open == node).unwrap_or_default();
        let mut component = self.open.split_off(begin);
        component.iter().for_each(|&member| self.is_open[member] = false);
        component.sort_unstable();
        self.found.push(component);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_are_found_and_parents_come_first() {
        // 0 → 1 → 2 → 0 is a cycle; 3 → 0; 4 → 4; 5 stands alone; 6 ↔ 7 hang on 4.
        let arrows = vec![vec![1], vec![2], vec![0], vec![0], vec![4], vec![], vec![7, 4], vec![6]];
        let found = components(&arrows);
        assert_eq!(found, vec![vec![0, 1, 2], vec![3], vec![4], vec![5], vec![6, 7]]);
    }

    #[test]
    fn a_chain_of_a_hundred_thousand_does_not_end_the_process() {
        let arrows: Vec<Vec<usize>> =
            (0..100_000).map(|node| if node == 0 { vec![] } else { vec![node - 1] }).collect();
        let found = components(&arrows);
        assert_eq!(found.len(), 100_000);
        assert_eq!(found[0], vec![0]);
    }
}
