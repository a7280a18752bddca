//! Files that are entries, by what they say.

use std::fs;

use super::entry;
use crate::secrets::is_entry_file;

#[test]
fn an_entry_is_known_by_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let is_entry = |text: &str| {
        let path = folder.path().join("file");
        fs::write(&path, text).unwrap();
        is_entry_file(&path)
    };

    let label = entry().label.to_line();
    assert!(is_entry(&format!(
        "# grantry {label}\nCLIENT_ID=a\n"
    )));
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
