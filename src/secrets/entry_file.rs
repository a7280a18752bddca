//! Files that are entries, by what they say.

use std::path::Path;

use super::Entry;
use crate::files::{self, Limit};
use crate::model::{EntryFormat, LabelError};

/// How a file begins that is encrypted with age (C2SP age, "File format").
const ENCRYPTED: &[u8] = b"age-encryption.org/";

/// Whether a file is an entry of a sink, or may be one: what it holds may be nowhere else.
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
        .any(|format| Entry::read_label(&text, format) != Err(LabelError::NotOurs))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::secrets::entry::tests::entry;

    #[test]
    fn an_entry_is_known_by_what_it_says() {
        let folder = tempfile::tempdir().unwrap();
        let is_entry = |text: &str| {
            let path = folder.path().join("file");
            fs::write(&path, text).unwrap();
            is_entry_file(&path)
        };

        let label = entry().label.to_line();
        assert!(is_entry(&format!("# grantry {label}\nCLIENT_ID=a\n")));
        assert!(is_entry(&format!("{{\"label\":{label}}}")));
        assert!(is_entry("age-encryption.org/v1\n-> X25519 a\n"));
        // Damaged, or of a newer Grantry.
        assert!(is_entry("# grantry {\"grantry\":9}\n"));
        for text in [
            "",
            "CLIENT_ID=a\n",
            "{\"format\":\"grantry/plan\"}",
            "# A plan\n",
        ] {
            assert!(!is_entry(text), "{text}");
        }
        assert!(!is_entry_file(folder.path()));
    }
}
