//! The secrets that a run knows, and how they are hidden (redacted) in every
//! text that leaves it.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};

use super::holds_private_key;

/// What stands where a secret was.
const INSTEAD: &str = "(secret)";

/// In bytes. A shorter one is too likely to be a part of something else.
const SHORTEST: usize = 8;

/// The secrets that must not leave in any text, in whatever way it writes them.
/// Clones share what they know.
#[derive(Clone, Default)]
pub struct Secrets(Arc<RwLock<Vec<Written>>>);

/// A secret as a text may have it.
struct Written {
    text: SecretString,
    letters: Letters,
}

/// Which letters stand for each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Letters {
    AsTheyAre,
    /// Base64 has two alphabets.
    Base64,
}

impl Secrets {
    /// Takes note of a secret. One of less than 8 bytes is let be.
    pub fn keep(&self, secret: &SecretString) {
        // Whoever repeats a secret need not repeat the line
        // break that it was read with.
        let text = secret.expose_secret().trim();
        self.keep_text(text);
        if holds_private_key(text) {
            self.keep_private_key(text);
        }
    }

    /// Takes note that a secret is none any more here: it has left,
    /// and no text can have it.
    pub fn forget(&self, secret: &SecretString) {
        let text = secret.expose_secret().trim();
        let encoded = encode_shifted(text);
        let is_of_it = |written: &Written| {
            let known = written.text.expose_secret();
            known == text
                || encoded
                    .iter()
                    .any(|encoded| encoded == known)
        };

        let mut all = self
            .0
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        all.retain(|written| !is_of_it(written));
    }

    /// A key in PEM is a secret as a whole, without its
    /// labels, and by the line.
    fn keep_private_key(&self, text: &str) {
        // Where a variable cannot hold line breaks, they are written as `\n`.
        let pem = text.replace("\\n", "\n");
        self.keep_text(&pem);

        let lines: Vec<&str> = pem
            .lines()
            .map(str::trim)
            .filter(|line| !line.starts_with("-----"))
            .collect();
        self.keep_written(&lines.concat(), Letters::Base64);
        for line in lines {
            self.keep_written(line, Letters::Base64);
        }
    }

    fn keep_text(&self, text: &str) {
        if text.len() < SHORTEST {
            return;
        }

        self.keep_written(text, Letters::AsTheyAre);
        for encoded in encode_shifted(text) {
            self.keep_written(&encoded, Letters::Base64);
        }
    }

    fn keep_written(&self, text: &str, letters: Letters) {
        if text.len() < SHORTEST {
            return;
        }

        // Every text is searched for each of them, so none is kept twice.
        let mut all = self
            .0
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let is_known = all.iter().any(|known| {
            known.letters == letters && known.text.expose_secret() == text
        });
        if !is_known {
            all.push(Written {
                text: text.into(),
                letters,
            });
        }
    }

    /// The text without any of the secrets: as they are, percent-encoded,
    /// escaped or in base64.
    #[must_use]
    pub fn hide<'a>(&self, text: &'a str) -> Cow<'a, str> {
        // A panic elsewhere is no reason to show them: a list that was added to
        // in part is still a list.
        let all = self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        if all.is_empty() {
            return Cow::Borrowed(text);
        }

        // All that is said goes through here, and at most of its bytes no
        // secret can begin.
        let may_begin = first_bytes(&all);
        let mut hidden = String::new();
        let mut copied = 0;
        let mut at = 0;
        while let Some(byte) = text.as_bytes().get(at) {
            let end = if may_begin[usize::from(*byte)] {
                find_end(&all, text.as_bytes(), at)
            } else {
                None
            };
            let Some(end) = end else {
                at += 1;
                continue;
            };

            hidden.push_str(text.get(copied..at).unwrap_or_default());
            hidden.push_str(INSTEAD);
            copied = end;
            at = end;
        }

        // No secret is empty, so whatever was found ends behind the beginning.
        if copied == 0 {
            return Cow::Borrowed(text);
        }
        hidden.push_str(text.get(copied..).unwrap_or_default());
        Cow::Owned(hidden)
    }
}

/// Where the longest of the secrets ends that stand here.
// The longest: behind a shorter one that begins alike, the rest
// would be left to be read.
fn find_end(all: &[Written], text: &[u8], start: usize) -> Option<usize> {
    all.iter()
        .filter_map(|written| written.find_end(text, start))
        .max()
}

/// The bytes that a secret may begin with, in whatever way it is written.
fn first_bytes(all: &[Written]) -> [bool; 256] {
    let plain = all.iter().filter_map(|written| {
        written
            .text
            .expose_secret()
            .bytes()
            .next()
    });
    // With these begins what is encoded or escaped, and the
    // other alphabet of base64.
    let otherwise = "%\\+-_".bytes();

    let mut may_begin = [false; 256];
    for byte in plain.chain(otherwise) {
        may_begin[usize::from(byte)] = true;
    }
    may_begin
}

impl Written {
    /// Where it ends, if it stands here.
    fn find_end(&self, text: &[u8], start: usize) -> Option<usize> {
        let secret = self.text.expose_secret().as_bytes();
        if text.get(start..)?.starts_with(secret) {
            return Some(start + secret.len());
        }

        let mut at = start;
        for letter in secret {
            at += self.measure_letter(text.get(at..)?, *letter)?;
        }
        Some(at)
    }

    /// How many bytes of the text stand for this letter, if they do.
    fn measure_letter(&self, text: &[u8], letter: u8) -> Option<usize> {
        if let [b'%', high, low, ..] = text
            && let Some(byte) = decode_byte(*high, *low)
            && self.letters.stand_for(byte, letter)
        {
            return Some(3);
        }

        match text {
            [b'\\', escaped, ..]
                if self.letters.stand_for(*escaped, letter) =>
            {
                Some(2)
            }
            [b'\\', b'n', ..] if letter == b'\n' => Some(2),
            // As in a form.
            [b'+', ..] if letter == b' ' => Some(1),
            [byte, ..] if self.letters.stand_for(*byte, letter) => Some(1),
            _ => None,
        }
    }
}

impl Letters {
    /// Whether a byte of a text stands for a letter of a secret.
    fn stand_for(self, byte: u8, letter: u8) -> bool {
        match (self, byte) {
            (_, byte) if byte == letter => true,
            (Self::Base64, b'-') => letter == b'+',
            (Self::Base64, b'_') => letter == b'/',
            _ => false,
        }
    }
}

/// The byte that two hexadecimal digits stand for.
fn decode_byte(high: u8, low: u8) -> Option<u8> {
    let high = char::from(high).to_digit(16)?;
    let low = char::from(low).to_digit(16)?;
    u8::try_from(high * 16 + low).ok()
}

/// What of a text is the same in base64 whatever stands before it, which shifts
/// it by up to two bytes: with something after it, and at the end.
fn encode_shifted(text: &str) -> Vec<String> {
    (0..3)
        .flat_map(|shift| {
            let bytes = [&[0; 2][..shift], text.as_bytes()].concat();
            let encoded = STANDARD_NO_PAD.encode(&bytes);

            // A letter holds six bits: those that hold some of other bytes are
            // not the text's alone.
            let from = (shift * 8).div_ceil(6);
            let to = bytes.len() * 8 / 6;
            let at_end = encoded.get(from..).unwrap_or_default();
            let before_more = encoded
                .get(from..to)
                .unwrap_or_default();
            [at_end.to_owned(), before_more.to_owned()]
        })
        .collect()
}

/// Says nothing of what it knows.
impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Secrets")
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
