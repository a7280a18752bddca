//! Files that are entries, by what they say.

use std::path::Path;

use super::Entry;
use crate::files::{self, Limit};
use crate::model::{EntryFormat, LabelError};

/// How a file begins that is encrypted with age (C2SP age, "File format").
const ENCRYPTED: &[u8] = b"age-encryption.org/";

/// Whether a file is an entry of a sink, or may be one: what it holds may be
/// nowhere else.
#[must_use]
pub fn is_entry_file(path: &Path) -> bool {
    // None is larger.
    let Ok(bytes) = files::read(path, Limit::KEY) else {
        return false;
    };
    if bytes.starts_with(ENCRYPTED) {
        return true;
    }

    let text = String::from_utf8_lossy(&bytes);
    [EntryFormat::Dotenv, EntryFormat::Json]
        .into_iter()
        .any(|format| {
            Entry::read_label(&text, format) != Err(LabelError::NotOurs)
        })
}
