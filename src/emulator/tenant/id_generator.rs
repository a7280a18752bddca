//! Ids and secrets in Auth0's shapes.

use aws_lc_rs::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

const HEXADECIMAL: &[u8; 16] = b"0123456789abcdef";
const ALPHABET: &[u8; 62] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Makes ids and secrets from one secret seed and a count, so that the rules of
/// the tenant stay functions of its state. Deliberately not `Debug`: the seed
/// foretells every secret.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct IdGenerator {
    seed: String,
    count: u64,
}

impl IdGenerator {
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        Self {
            seed: STANDARD.encode(seed),
            count: 0,
        }
    }

    pub(crate) fn hexadecimal(&mut self, length: usize) -> String {
        self.generate(length, |byte| {
            Some(char::from(HEXADECIMAL[usize::from(byte % 16)]))
        })
    }

    pub(crate) fn alphanumeric(&mut self, length: usize) -> String {
        // Bytes past the last whole multiple of 62 would
        // favour the first letters.
        self.generate(length, |byte| {
            (byte < 248).then(|| {
                char::from(ALPHABET[usize::from(byte) % ALPHABET.len()])
            })
        })
    }

    fn generate(
        &mut self,
        length: usize,
        letter: impl Fn(u8) -> Option<char>,
    ) -> String {
        let mut text = String::with_capacity(length + SHA256_OUTPUT_LEN);
        while text.len() < length {
            self.count += 1;
            let block = digest(
                &SHA256,
                format!("{}:{}", self.seed, self.count).as_bytes(),
            );
            text.extend(
                block
                    .as_ref()
                    .iter()
                    .copied()
                    .filter_map(&letter),
            );
        }
        text.truncate(length);

        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_of_the_asked_length_and_never_repeat() {
        let mut id_generator = IdGenerator::new([7; 32]);
        let first = id_generator.alphanumeric(64);
        let second = id_generator.alphanumeric(64);

        assert_eq!(first.len(), 64);
        assert_eq!(id_generator.hexadecimal(24).len(), 24);
        assert_ne!(first, second);
    }
}
