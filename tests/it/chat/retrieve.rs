//! Fusion: reciprocal ranks, and the same order for the same input whatever the engine's ties.

use proptest::prelude::*;
use teller::chat::retrieve::fuse;

#[test]
fn a_passage_that_both_legs_find_comes_first() {
    let fused = fuse(&[vec!["a", "b", "c"], vec!["b", "d"]]);
    let ids: Vec<&str> = fused.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["b", "a", "d", "c"]);
    assert!((fused[0].1 - (1.0 / 62.0 + 1.0 / 61.0)).abs() < 1e-12);
}

#[test]
fn equal_scores_go_by_id() {
    let fused = fuse(&[vec!["b"], vec!["a"]]);
    assert_eq!(fused.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert!(fuse(&[Vec::new(), Vec::new()]).is_empty());
}

proptest! {
    #[test]
    fn the_order_of_the_legs_does_not_matter(
        a in proptest::collection::hash_set("[a-e]{1,2}", 0..12),
        b in proptest::collection::hash_set("[a-e]{1,2}", 0..12),
    ) {
        let (a, b): (Vec<&str>, Vec<&str>) =
            (a.iter().map(String::as_str).collect(), b.iter().map(String::as_str).collect());
        let (one, other) = (fuse(&[a.clone(), b.clone()]), fuse(&[b, a]));
        prop_assert_eq!(&one, &other);
        prop_assert!(one.windows(2).all(|pair| pair[0].1 > pair[1].1
            || (pair[0].1 == pair[1].1 && pair[0].0 < pair[1].0)));
    }
}
