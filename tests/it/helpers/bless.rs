//! Texts that are compared to the letter, and can be written anew.

#[cfg(feature = "cli")]
use std::fs;

/// Whether the texts that the tests expect are to be rewritten:
/// `GRANTRY_BLESS=1` asks for it.
#[expect(
    clippy::disallowed_methods,
    reason = "a test may be asked to rewrite what it expects"
)]
pub(crate) fn is_asked_for() -> bool {
    std::env::var_os("GRANTRY_BLESS").is_some()
}

/// Compares a committed file with what it is generated from.
#[cfg(feature = "cli")]
pub(crate) fn compare(committed: &str, generated: &str) {
    if is_asked_for() {
        fs::write(committed, generated).unwrap();
    }
    let text = fs::read_to_string(committed).unwrap_or_default();
    assert!(
        text == generated,
        "{committed} is stale; GRANTRY_BLESS=1 rewrites it"
    );
}
