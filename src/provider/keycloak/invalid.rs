//! Settings that make no sense.

use crate::model::{Advice, Step, Term, step};
use crate::provider::web::UnusableCredentials;
use crate::provider::{ProviderError, SettingsError};

/// A setting of Keycloak that makes no sense. None of them shows a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidSetting {
    /// The address has a user and perhaps a password in it,
    /// which is why it is not shown.
    #[error("the Keycloak address holds credentials")]
    AddressWithCredentials,
    /// The address is none, or may not be spoken to.
    #[error("the Keycloak address `{shown}` {why}")]
    Address {
        /// The address, as far as it can be shown.
        shown: String,
        /// What is wrong with it.
        why: String,
    },
    /// The name of the realm is none.
    #[error("the Keycloak realm `{shown}` {why}")]
    Realm {
        /// The name, as far as it can be shown.
        shown: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The client id is none.
    #[error("the Keycloak client id is no client id: {why}")]
    ClientId {
        /// What is wrong with it.
        why: String,
    },
    /// There is no secret.
    #[error("the Keycloak client secret is empty")]
    NoSecret,
    /// The key cannot be used.
    #[error("the key of the Keycloak client {why}")]
    Key {
        /// What is wrong with it.
        why: &'static str,
    },
    /// There are no credentials, and some are needed.
    #[error("no credentials")]
    NoCredentials,
    /// This machine cannot connect to anything.
    #[error("no connection can be made on this machine: {why}")]
    NoConnection {
        /// What the system says.
        why: String,
    },
}

impl From<UnusableCredentials> for InvalidSetting {
    fn from(problem: UnusableCredentials) -> Self {
        match problem {
            UnusableCredentials::ClientId { why } => Self::ClientId { why },
            UnusableCredentials::NoSecret => Self::NoSecret,
            UnusableCredentials::Key { why } => Self::Key { why },
        }
    }
}

impl SettingsError for InvalidSetting {}

impl Advice for InvalidSetting {
    fn id(&self) -> &'static str {
        match self {
            Self::AddressWithCredentials => "address-with-credentials",
            Self::Address { .. } => "invalid-address",
            Self::Realm { .. } => "invalid-realm",
            Self::ClientId { .. } => "invalid-client-id",
            Self::NoSecret => "no-secret",
            Self::Key { .. } => "invalid-key",
            Self::NoCredentials => "no-credentials",
            Self::NoConnection { .. } => "no-connection",
        }
    }

    fn next_step(&self) -> Option<Step> {
        Some(match self {
            Self::AddressWithCredentials | Self::Address { .. } => {
                "the address is as in `https://sso.example`, or \
                 `https://sso.example/auth` where it has a path; with its \
                 realm, as in `https://sso.example/acme`"
                    .into()
            }
            Self::Realm { .. } => {
                step!["set ", Term::Realm, " to the name of the realm"]
            }
            Self::ClientId { .. } => step!["set ", Term::RealmClientId],
            Self::NoSecret => step!["set ", Term::RealmClientSecret],
            Self::Key { .. } => step![
                "set ",
                Term::RealmPrivateKey,
                " to a private RSA key in PEM"
            ],
            Self::NoCredentials | Self::NoConnection { .. } => return None,
        })
    }
}

/// The error of a provider for a setting that makes no sense.
pub(super) fn invalid(setting: InvalidSetting) -> ProviderError {
    ProviderError::Settings(Box::new(setting))
}
