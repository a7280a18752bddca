//! The secrets that a run knows, and their removal from texts.

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

/// The secrets that must not leave in any text, in whatever way it writes them. Clones share what they
/// know.
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
        let text = secret.expose_secret().trim();
        self.keep_text(text);
        if holds_private_key(text) {
            // Where a variable cannot hold line breaks, they are written as `\n`.
            let text = text.replace("\\n", "\n");
            self.keep_text(&text);
            let lines = text
                .lines()
                .map(str::trim)
                .filter(|line| !line.starts_with("-----"));
            let lines: Vec<&str> = lines.collect();
            self.keep_written(&lines.concat(), Letters::Base64);
            for line in lines {
                self.keep_written(line, Letters::Base64);
            }
        }
    }

    fn keep_text(&self, text: &str) {
        if text.len() < SHORTEST {
            return;
        }
        self.keep_written(text, Letters::AsTheyAre);
        for encoded in in_base64(text) {
            self.keep_written(&encoded, Letters::Base64);
        }
    }

    fn keep_written(&self, text: &str, letters: Letters) {
        if text.len() < SHORTEST {
            return;
        }
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if !all
            .iter()
            .any(|known| known.text.expose_secret() == text && known.letters == letters)
        {
            all.push(Written {
                text: text.into(),
                letters,
            });
        }
    }

    /// The text without any of the secrets: as they are, percent-encoded, escaped or in base64.
    #[must_use]
    pub fn hide<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if all.is_empty() {
            return Cow::Borrowed(text);
        }

        let bytes = text.as_bytes();
        let may_begin = beginnings(&all);
        let mut hidden = String::new();
        let (mut at, mut copied) = (0, 0);
        while let Some(byte) = bytes.get(at) {
            let ends = all
                .iter()
                .filter(|_| may_begin[usize::from(*byte)])
                .filter_map(|written| written.end(bytes, at));
            match ends.max() {
                Some(end) => {
                    hidden.push_str(text.get(copied..at).unwrap_or_default());
                    hidden.push_str(INSTEAD);
                    (at, copied) = (end, end);
                }
                None => at += 1,
            }
        }
        if copied == 0 {
            return Cow::Borrowed(text);
        }
        hidden.push_str(text.get(copied..).unwrap_or_default());
        Cow::Owned(hidden)
    }
}

/// The bytes that a secret may begin with, in whatever way it is written.
fn beginnings(all: &[Written]) -> [bool; 256] {
    let mut may_begin = [false; 256];
    let first = all
        .iter()
        .filter_map(|written| written.text.expose_secret().bytes().next());
    for byte in first.chain("%\\+-_".bytes()) {
        may_begin[usize::from(byte)] = true;
    }
    may_begin
}

impl Written {
    /// Where it ends, if it stands here.
    fn end(&self, text: &[u8], start: usize) -> Option<usize> {
        let wanted = self.text.expose_secret().as_bytes();
        let rest = text.get(start..)?;
        if rest.starts_with(wanted) {
            return Some(start + wanted.len());
        }
        let mut at = start;
        for wanted in wanted {
            at += self.letter(text.get(at..)?, *wanted)?;
        }
        Some(at)
    }

    /// How many bytes of the text stand for this letter, if they do.
    fn letter(&self, text: &[u8], wanted: u8) -> Option<usize> {
        let is = |byte: u8| match (self.letters, byte) {
            (_, byte) if byte == wanted => true,
            (Letters::Base64, b'-') => wanted == b'+',
            (Letters::Base64, b'_') => wanted == b'/',
            _ => false,
        };
        match text {
            [b'%', high, low, ..] if decoded(*high, *low).is_some_and(is) => Some(3),
            [b'\\', escaped, ..] if is(*escaped) => Some(2),
            [b'\\', b'n', ..] if wanted == b'\n' => Some(2),
            // As in a form.
            [b'+', ..] if wanted == b' ' => Some(1),
            [byte, ..] if is(*byte) => Some(1),
            _ => None,
        }
    }
}

/// The byte that two hexadecimal digits stand for.
fn decoded(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    Some(digit(high)? * 16 + digit(low)?)
}

/// What of a text is the same in base64 whatever stands before it, which shifts it by up to two
/// bytes: with something after it, and at the end.
fn in_base64(text: &str) -> Vec<String> {
    let shifted = (0..3).flat_map(|shift| {
        let bytes = [&[0; 2][..shift], text.as_bytes()].concat();
        let encoded = STANDARD_NO_PAD.encode(&bytes);
        // A letter holds six bits: those that hold some of other bytes are not the text's alone.
        let from = (shift * 8).div_ceil(6);
        let to = bytes.len() * 8 / 6;
        let part = |to: usize| encoded.get(from..to).unwrap_or_default().to_owned();
        [part(encoded.len()), part(to)]
    });
    shifted.collect()
}

/// Says nothing of what it knows.
impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Secrets").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};

    use super::*;

    const SECRET: &str = "s3cr/t+of \"the\" client??>>";

    fn knowing(secret: &str) -> Secrets {
        let secrets = Secrets::default();
        secrets.keep(&secret.into());
        secrets
    }

    fn percent_encoded(text: &str) -> String {
        text.bytes()
            .map(|byte| format!("%{byte:02x}"))
            .collect::<Vec<_>>()
            .concat()
    }

    #[test]
    fn a_secret_is_hidden_in_whatever_way_it_is_written() {
        let form = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect::<String>();
        let json = serde_json::to_string(SECRET).unwrap();
        let ways = [
            SECRET.to_owned(),
            form.clone(),
            form.to_lowercase(),
            form.replace('+', "%20"),
            percent_encoded(SECRET),
            json.trim_matches('"').to_owned(),
            STANDARD.encode(SECRET),
            URL_SAFE.encode(SECRET),
            URL_SAFE_NO_PAD.encode(SECRET),
            percent_encoded(&STANDARD.encode(SECRET)),
        ];
        for way in ways {
            let said = knowing(SECRET)
                .hide(&format!("bad: {way} (of me)"))
                .replace('=', "");
            let said = said.replace("%3d", "");
            assert_eq!(said, "bad: (secret) (of me)", "{way}");
        }
    }

    #[test]
    fn base64_of_more_than_the_secret_shows_nothing_of_it_either() {
        for before in ["", "i", "id", "id:", "id:x"] {
            for after in ["", "a", "ab", "abc"] {
                let text = STANDARD.encode(format!("{before}{SECRET}{after}"));
                let said = knowing(SECRET).hide(&text).into_owned();
                let others = said.replacen("(secret)", "", 1);
                assert!(
                    said.contains("(secret)") && others.len() <= 12,
                    "{before} {after}: {said}"
                );
            }
        }
    }

    #[test]
    fn a_private_key_is_hidden_by_the_line() {
        let body = STANDARD.encode([7, 77, 177, 250, 3].repeat(30));
        let (one, other) = body.split_at(64);
        let label = |word| format!("-----{word} PRIVATE KEY-----");
        let pem = format!("{}\\n{one}\\n{other}\\n{}\\n", label("BEGIN"), label("END"));
        let secrets = knowing(&pem);
        for text in [&pem.replace("\\n", "\n"), &pem, &body, one, other] {
            let said = secrets.hide(text);
            assert!(
                !said.contains(&one[..20]) && !said.contains(&other[..20]),
                "{said}"
            );
        }
        let encoded = STANDARD.encode(pem.trim().replace("\\n", "\n"));
        assert!(!secrets.hide(&encoded).contains(&encoded[40..60]));
    }

    #[test]
    fn what_is_no_secret_stays() {
        let secrets = knowing(SECRET);
        secrets.keep(&"short".into());
        for text in [
            "",
            "short",
            "100% of +\\ %zz %",
            "s3cr/t+of the client",
            "Köln ::\u{1f980}",
        ] {
            assert!(
                matches!(secrets.hide(text), Cow::Borrowed(same) if same == text),
                "{text}"
            );
        }
        assert_eq!(
            secrets.hide(&format!("{SECRET}{SECRET}Köln")),
            "(secret)(secret)Köln"
        );
        assert!(!format!("{secrets:?}").contains("s3cr"));
    }
}
