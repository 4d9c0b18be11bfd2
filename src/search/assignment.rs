//! Which finger of one record goes with which of the other, where positions are not known.

/// The one-to-one assignment of rows to columns that pairs as many as it can, and among those has the largest sum of
/// gains: the column of each row, or none. `gain[row][column]` is absent where the two may not be paired.
///
/// The Hungarian method by shortest augmenting paths (H. W. Kuhn, Naval Research Logistics Quarterly 2, 1955; R. Jonker
/// and A. Volgenant, Computing 38, 1987), O(rows² · columns). `rows` must not exceed `columns`.
pub(super) fn assign(gain: &[Vec<Option<f64>>], columns: usize) -> Vec<Option<usize>> {
    let rows = gain.len();
    debug_assert!(rows <= columns);
    // A pair that may not be costs more than all others together, so that as few as possible are taken.
    let largest = gain.iter().flatten().flatten().fold(1.0, |m: f64, &g| m.max(g));
    let forbidden = largest * (rows + 1) as f64;
    let cost = |row: usize, column: usize| gain[row][column].map_or(forbidden, |g| -g);

    // Rows and columns count from 1 here; column 0 holds the row that is being placed.
    let mut row_of = vec![0usize; columns + 1];
    let (mut row_price, mut column_price) = (vec![0.0f64; rows + 1], vec![0.0f64; columns + 1]);
    for row in 1..=rows {
        row_of[0] = row;
        let mut slack = vec![f64::INFINITY; columns + 1];
        let mut came_from = vec![0usize; columns + 1];
        let mut done = vec![false; columns + 1];
        let mut at = 0;
        while row_of[at] != 0 {
            done[at] = true;
            let (mut step, mut next) = (f64::INFINITY, 0);
            for column in 1..=columns {
                if done[column] {
                    continue;
                }
                let reduced = cost(row_of[at] - 1, column - 1) - row_price[row_of[at]] - column_price[column];
                if reduced < slack[column] {
                    (slack[column], came_from[column]) = (reduced, at);
                }
                if slack[column] < step {
                    (step, next) = (slack[column], column);
                }
            }
            for column in 0..=columns {
                if done[column] {
                    row_price[row_of[column]] += step;
                    column_price[column] -= step;
                } else {
                    slack[column] -= step;
                }
            }
            at = next;
        }
        while at != 0 {
            row_of[at] = row_of[came_from[at]];
            at = came_from[at];
        }
    }
    let mut column_of = vec![None; rows];
    for column in 1..=columns {
        if row_of[column] != 0 && gain[row_of[column] - 1][column - 1].is_some() {
            column_of[row_of[column] - 1] = Some(column - 1);
        }
    }
    column_of
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Tries every assignment: the most pairs, then the largest sum.
    fn best_by_trying_all(gain: &[Vec<Option<f64>>], used: &mut Vec<bool>) -> (usize, f64) {
        let Some((row, rest)) = gain.split_first() else { return (0, 0.0) };
        let mut best = best_by_trying_all(rest, used);
        for column in 0..used.len() {
            if let (Some(g), false) = (row[column], used[column]) {
                used[column] = true;
                let (count, sum) = best_by_trying_all(rest, used);
                used[column] = false;
                if (count + 1, sum + g) > best {
                    best = (count + 1, sum + g);
                }
            }
        }
        best
    }

    proptest! {
        #[test]
        fn no_other_assignment_pairs_more_or_gains_more(
            (gain, columns) in (1usize..5, 0usize..3).prop_flat_map(|(rows, more)| {
                let columns = rows + more;
                let gains = prop::option::weighted(0.7, (0u32..90).prop_map(f64::from));
                (prop::collection::vec(prop::collection::vec(gains, columns), rows), Just(columns))
            })
        ) {
            let assigned = assign(&gain, columns);
            let pairs: Vec<f64> =
                assigned.iter().zip(&gain).filter_map(|(c, row)| c.and_then(|c| row[c])).collect();
            let mut taken: Vec<usize> = assigned.into_iter().flatten().collect();
            taken.sort_unstable();
            taken.dedup();
            prop_assert_eq!(taken.len(), pairs.len());
            let best = best_by_trying_all(&gain, &mut vec![false; columns]);
            prop_assert_eq!((pairs.len(), pairs.iter().sum::<f64>()), best);
        }
    }

    #[test]
    fn two_fingers_that_like_the_same_one_share_out() {
        let gain = vec![vec![Some(50.0), Some(40.0)], vec![Some(45.0), Some(1.0)]];
        assert_eq!(assign(&gain, 2), [Some(1), Some(0)]);
    }
}
