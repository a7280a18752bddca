//! An emulator for a test, and Grantry's way to it.

use grantry::emulator::Settings;
#[cfg(feature = "cli")]
use grantry::emulator::{
    MANAGEMENT_AUDIENCE, MANAGEMENT_CLIENT_ID, MANAGEMENT_CLIENT_SECRET,
};
#[cfg(feature = "cli")]
use grantry::provider::auth0;

/// An emulator at a free port, which keeps its tenant in memory without limits,
/// delays and faults.
pub(crate) fn in_memory() -> Settings {
    Settings::default()
}

/// An address where nobody listens: nothing but the system itself may take this
/// port. One that was free a moment ago may be another test's by now.
#[cfg(feature = "cli")]
pub(crate) const NOBODY: &str = "http://127.0.0.1:1";

/// How the Auth0 provider reaches the emulator at this address.
#[cfg(feature = "cli")]
pub(crate) fn settings(url: &str) -> auth0::Settings {
    let secret = MANAGEMENT_CLIENT_SECRET
        .to_owned()
        .into();
    let credentials =
        auth0::Credentials::client_secret(MANAGEMENT_CLIENT_ID, secret)
            .unwrap();
    auth0::Settings::parse(url, credentials, Some(MANAGEMENT_AUDIENCE)).unwrap()
}
