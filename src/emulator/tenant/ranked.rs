//! A sorted map whose entries are also found by their rank, so that the
//! hundredth page of a listing costs what the first does.

/// How many entries a block holds before it is divided. Finding a rank adds up
/// the lengths of the blocks before it, inserting moves the entries of one
/// block: with this many, a tenant of 100,000 objects has some 400 blocks, and
/// either takes less than writing down one object.
const BLOCK: usize = 512;

/// Entries in the order of their keys, in blocks of which none is empty.
#[derive(Clone)]
pub(super) struct Ranked<T> {
    blocks: Vec<Vec<(String, T)>>,
    length: usize,
}

impl<T> Default for Ranked<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Ranked<T> {
    pub(super) const fn new() -> Self {
        Self {
            blocks: Vec::new(),
            length: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.length
    }

    pub(super) fn is_empty(&self) -> bool {
        self.length == 0
    }

    pub(super) fn get(&self, key: &str) -> Option<&T> {
        let block = self.blocks.get(self.find_block(key))?;
        let place = find_place(block, key).ok()?;

        block.get(place).map(|(_, value)| value)
    }

    /// Puts a value under a key, in the place of the one that was there.
    pub(super) fn insert(&mut self, key: String, value: T) -> Option<T> {
        // What comes after all others joins the last block.
        let last = self.blocks.len().saturating_sub(1);
        let index = self.find_block(&key).min(last);
        let Some(block) = self.blocks.get_mut(index) else {
            self.blocks.push(vec![(key, value)]);
            self.length += 1;
            return None;
        };

        match find_place(block, &key) {
            Ok(place) => {
                return block
                    .get_mut(place)
                    .map(|(_, old)| std::mem::replace(old, value));
            }
            Err(place) => block.insert(place, (key, value)),
        }
        self.length += 1;

        if block.len() > BLOCK {
            let upper = block.split_off(BLOCK / 2);
            self.blocks.insert(index + 1, upper);
        }

        None
    }

    pub(super) fn remove(&mut self, key: &str) -> Option<T> {
        let index = self.find_block(key);
        let block = self.blocks.get_mut(index)?;
        let place = find_place(block, key).ok()?;

        let (_, value) = block.remove(place);
        self.length -= 1;
        // The search for a block asks each for its last key, so none may be
        // without.
        if block.is_empty() {
            self.blocks.remove(index);
        }

        Some(value)
    }

    /// The entries past the first so many.
    pub(super) fn past(&self, rank: usize) -> impl Iterator<Item = (&str, &T)> {
        let mut index = 0;
        let mut within = rank;
        for block in &self.blocks {
            if within < block.len() {
                break;
            }
            within -= block.len();
            index += 1;
        }

        self.entries(index, within)
    }

    /// The entries with keys after this one.
    pub(super) fn after<'s>(
        &'s self,
        key: &str,
    ) -> impl Iterator<Item = (&'s str, &'s T)> + use<'s, T> {
        let index = self
            .blocks
            .partition_point(|block| last_key(block) <= Some(key));
        let within = self.blocks.get(index).map_or(0, |block| {
            block.partition_point(|(known, _)| known.as_str() <= key)
        });

        self.entries(index, within)
    }

    /// The entries from one of a block on.
    fn entries(
        &self,
        block: usize,
        within: usize,
    ) -> impl Iterator<Item = (&str, &T)> {
        self.blocks
            .iter()
            .skip(block)
            .flatten()
            .skip(within)
            .map(|(key, value)| (key.as_str(), value))
    }

    /// Which block a key is in, if it is anywhere.
    fn find_block(&self, key: &str) -> usize {
        self.blocks
            .partition_point(|block| last_key(block) < Some(key))
    }
}

impl FromIterator<String> for Ranked<()> {
    fn from_iter<I: IntoIterator<Item = String>>(keys: I) -> Self {
        let mut ranked = Self::default();
        for key in keys {
            ranked.insert(key, ());
        }

        ranked
    }
}

fn last_key<T>(block: &[(String, T)]) -> Option<&str> {
    block.last().map(|(key, _)| key.as_str())
}

fn find_place<T>(block: &[(String, T)], key: &str) -> Result<usize, usize> {
    block.binary_search_by(|(known, _)| known.as_str().cmp(key))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// Enough keys for several blocks, in an order that is neither sorted nor
    /// reversed.
    fn keys() -> impl Iterator<Item = String> {
        (0..3 * BLOCK)
            .map(|number| format!("{:04}", number * 769 % (3 * BLOCK)))
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
            let next = ranked.after(key).next().map(|(key, ())| key);
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
}
