//! Texts that are compared to the letter, and can be written anew.

/// Whether the texts that the tests expect are to be rewritten: `GRANTRY_BLESS=1` asks for it.
#[expect(
    clippy::disallowed_methods,
    reason = "a test may be asked to rewrite what it expects"
)]
pub(crate) fn is_asked_for() -> bool {
    std::env::var_os("GRANTRY_BLESS").is_some()
}
