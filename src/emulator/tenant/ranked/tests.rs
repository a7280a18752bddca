use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// Enough keys for several blocks, in an order that is
/// neither sorted nor reversed.
fn keys() -> impl Iterator<Item = String> {
    (0..3 * BLOCK).map(|number| format!("{:04}", number * 769 % (3 * BLOCK)))
}

fn check(ranked: &Ranked<usize>, model: &BTreeMap<String, usize>) {
    assert_eq!(ranked.len(), model.len());
    assert!(
        ranked
            .blocks
            .iter()
            .all(|block| !block.is_empty() && block.len() <= BLOCK)
    );
    let entries: Vec<(&str, &usize)> = ranked.past(0).collect();
    let expected: Vec<(&str, &usize)> = model
        .iter()
        .map(|(key, value)| (key.as_str(), value))
        .collect();
    assert_eq!(entries, expected);
}

#[test]
fn every_rank_and_every_key_leads_to_the_entries_from_there() {
    let mut ranked: Ranked<()> = keys().collect();
    for gone in ["0000", "0511", "1535"] {
        ranked.remove(gone);
    }
    let all: Vec<String> = ranked
        .past(0)
        .map(|(key, ())| key.to_owned())
        .collect();
    for (rank, key) in all.iter().enumerate() {
        assert_eq!(ranked.past(rank).next().unwrap().0, key);
        let next = ranked
            .after(key)
            .next()
            .map(|(key, ())| key);
        assert_eq!(next, all.get(rank + 1).map(String::as_str));
    }
    for past in [all.len(), all.len() + 1, usize::MAX] {
        assert_eq!(ranked.past(past).count(), 0);
    }

    assert_eq!(ranked.after("").count(), all.len());
    assert_eq!(ranked.after("0000").next().unwrap().0, "0001");
    assert_eq!(ranked.after("9").count(), 0);
}

#[test]
fn what_is_emptied_can_be_filled_again() {
    let mut ranked: Ranked<()> = keys().collect();
    for key in keys() {
        assert!(ranked.remove(&key).is_some());
        assert!(ranked.remove(&key).is_none());
    }
    assert!(ranked.is_empty() && ranked.blocks.is_empty());
    ranked.insert("a".to_owned(), ());
    assert_eq!(ranked.past(0).count(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn it_holds_what_a_sorted_map_holds(
        steps in prop::collection::vec((any::<bool>(), 0..2000_usize), 0..3000)
    ) {
        let (mut ranked, mut model) = (Ranked::default(), BTreeMap::new());
        for (number, (is_added, key)) in steps.into_iter().enumerate() {
            let key = format!("{key:04}");
            if is_added {
                prop_assert_eq!(ranked.insert(key.clone(), number), model.insert(key, number));
            } else {
                prop_assert_eq!(ranked.remove(&key), model.remove(&key));
                prop_assert_eq!(ranked.get(&key), None);
            }
        }
        check(&ranked, &model);
    }
}
