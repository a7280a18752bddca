//! Where ids, secrets and orders come from: a counter, so
//! that a failure comes again.

use std::fmt::Write;

use aws_lc_rs::digest::{SHA512, digest};

const ALPHABET: &[u8; 62] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const SECRET_LENGTH: usize = 86;

#[derive(Default)]
pub(super) struct Source {
    taken: u64,
    readings: usize,
}

impl Source {
    fn next(&mut self) -> Vec<u8> {
        self.taken += 1;
        digest(&SHA512, &self.taken.to_be_bytes())
            .as_ref()
            .to_vec()
    }

    pub(super) fn id(&mut self) -> String {
        id_from(&self.next())
    }

    pub(super) fn secret(&mut self) -> String {
        let (first, second) = (self.next(), self.next());
        let bytes = first
            .into_iter()
            .chain(second)
            .take(SECRET_LENGTH);
        bytes
            .map(|byte| {
                char::from(ALPHABET[usize::from(byte) % ALPHABET.len()])
            })
            .collect()
    }

    /// The items in another order than the last time: Keycloak promises none.
    pub(super) fn shuffle<T>(&mut self, mut items: Vec<T>) -> Vec<T> {
        self.readings += 1;
        if !items.is_empty() {
            let turn = self.readings % items.len();
            items.rotate_left(turn);
        }
        if self.readings.is_multiple_of(2) {
            items.reverse();
        }
        items
    }
}

/// The id of what is made of its name alone.
pub(super) fn id_of(name: &str) -> String {
    id_from(digest(&SHA512, name.as_bytes()).as_ref())
}

fn id_from(bytes: &[u8]) -> String {
    let mut id = String::new();
    for (place, byte) in bytes.iter().take(16).enumerate() {
        if [4, 6, 8, 10].contains(&place) {
            id.push('-');
        }
        let _ = write!(id, "{byte:02x}");
    }
    id
}
