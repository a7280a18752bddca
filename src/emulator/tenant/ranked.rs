//! A sorted map whose entries are also found by their rank, so that the
//! hundredth page of a listing costs what the first does.

use std::mem::replace;

/// How many entries a block holds before it is divided. Finding a rank adds up
/// the lengths of the blocks before it, inserting moves the entries of one
/// block: with this many, a tenant of 100,000 objects has some 400 blocks, and
/// either takes less than writing down one object.
const BLOCK: usize = 512;

/// Entries in the order of their keys, in blocks of which none is empty.
#[derive(Clone)]
pub(super) struct Ranked<T> {
    blocks: Vec<Block<T>>,
    length: usize,
}

type Block<T> = Vec<(String, T)>;

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
                let (_, known) = block.get_mut(place)?;
                return Some(replace(known, value));
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
        // The search for a block asks each for its last key,
        // so none may be without.
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
        let blocks = &self.blocks;
        let index =
            blocks.partition_point(|block| last_key(block) <= Some(key));
        let within = match blocks.get(index) {
            Some(block) => {
                block.partition_point(|(known, _)| known.as_str() <= key)
            }
            None => 0,
        };

        self.entries(index, within)
    }

    /// The entries from one of a block on.
    fn entries(
        &self,
        block: usize,
        within: usize,
    ) -> impl Iterator<Item = (&str, &T)> {
        let blocks = self.blocks.iter().skip(block);
        let entries = blocks.flatten().skip(within);

        entries.map(|(key, value)| (key.as_str(), value))
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
    block
        .last()
        .map(|(key, _)| key.as_str())
}

fn find_place<T>(block: &[(String, T)], key: &str) -> Result<usize, usize> {
    block.binary_search_by(|(known, _)| known.as_str().cmp(key))
}

#[cfg(test)]
mod tests;
