//! Secrets that are made here.

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::SecretString;

/// In bytes: as text it has 64 characters, as Auth0's own.
const LENGTH: usize = 48;

/// A new secret of 64 letters, digits, `-` and `_`; none in the unheard-of case
/// that the machine has no chance.
#[must_use]
pub fn make_secret() -> Option<SecretString> {
    let mut bytes = [0; LENGTH];
    rand::fill(&mut bytes).ok()?;

    Some(URL_SAFE_NO_PAD.encode(bytes).into())
}
