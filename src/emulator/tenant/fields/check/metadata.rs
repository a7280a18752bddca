//! The check of free keys with short texts.

use serde_json::Value;

use super::super::super::Object;
use super::super::violation::{Violation, join};
use super::scalar::check_length;

/// How long a key or a value of metadata may be, and
/// how many keys there may be.
const METADATA_LENGTH: usize = 255;
pub(crate) const METADATA_KEYS: usize = 10;

/// What the keys of metadata may have beside letters and digits.
const METADATA_SIGNS: &str = ":,-+=_*?\"/\\()<>@\t ";

pub(super) fn check_metadata(
    metadata: &Object,
    path: &str,
) -> Result<(), Violation> {
    for key in metadata.keys() {
        check_metadata_key(key, &join(path, key))?;
    }

    check_texts(metadata, METADATA_KEYS, path)
}

pub(super) fn check_texts(
    texts: &Object,
    most: usize,
    path: &str,
) -> Result<(), Violation> {
    if texts.len() > most {
        return Err(Violation::too_many(texts.len(), most, path));
    }

    for (key, value) in texts {
        let path = join(path, key);
        match value {
            Value::Null => {}
            Value::String(text) => {
                check_length(text, 0, METADATA_LENGTH, &path)?;
            }
            _ => {
                return Err(Violation::wrong_type("string", value, &path));
            }
        }
    }

    Ok(())
}

fn check_metadata_key(key: &str, path: &str) -> Result<(), Violation> {
    check_length(key, 1, METADATA_LENGTH, path)?;

    let refused = key
        .chars()
        .find(|letter| !is_metadata_letter(*letter));
    let Some(letter) = refused else {
        return Ok(());
    };

    let reason = format!("Key has a letter that is not allowed: {letter}");
    Err(Violation::new(reason, path))
}

fn is_metadata_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || METADATA_SIGNS.contains(letter)
}
