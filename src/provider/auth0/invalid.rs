//! Settings that make no sense.

use crate::model::{Advice, Step, Term, step};
use crate::provider::web::UnusableCredentials;
use crate::provider::{ProviderError, SettingsError};

/// How a domain is written.
const AS_IN: &str = "write it as in `acme.eu.auth0.com`";

/// A setting of Auth0 that makes no sense. None of them shows a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidSetting {
    /// There is no domain.
    #[error("the Auth0 domain is empty")]
    NoDomain,
    /// The domain has a user and perhaps a password before it, which is why it
    /// is not shown.
    #[error("the Auth0 domain holds credentials")]
    DomainWithCredentials,
    /// The domain is none, or may not be spoken to.
    #[error("the Auth0 domain `{shown}` {why}")]
    Domain {
        /// The domain, as far as it can be shown.
        shown: String,
        /// What is wrong with it.
        why: String,
    },
    /// The audience is not a Management API.
    #[error("the Auth0 audience `{shown}` is not a Management API")]
    Audience {
        /// The audience, as far as it can be shown.
        shown: String,
    },
    /// The domain is of another tenant than the audience.
    #[error(
        "the Auth0 domain `{domain}` and the audience `{audience}` are of two \
         tenants"
    )]
    TwoTenants {
        /// The domain.
        domain: String,
        /// The audience.
        audience: String,
        /// The Management API of the domain.
        api: String,
    },
    /// The token is for another tenant than the audience.
    #[error("the Auth0 API token is for `{issued_for}`, not for `{audience}`")]
    ForeignToken {
        /// What the token is for.
        issued_for: String,
        /// The audience.
        audience: String,
    },
    /// The client id is none.
    #[error("the Auth0 client id is no client id: {why}")]
    ClientId {
        /// What is wrong with it.
        why: String,
    },
    /// There is no secret.
    #[error("the Auth0 client secret is empty")]
    NoSecret,
    /// The key cannot be used.
    #[error("the key of the Auth0 client {why}")]
    Key {
        /// What is wrong with it.
        why: &'static str,
    },
    /// The token is none.
    #[error("the Auth0 API token {why}")]
    Token {
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
    /// This machine has no random numbers: two runs without chance would take
    /// each other's lock for their own.
    #[error(
        "this machine has no random numbers, without which it locks nothing"
    )]
    NoRandomness,
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
            Self::NoDomain => "no-domain",
            Self::DomainWithCredentials => "domain-with-credentials",
            Self::Domain { .. } => "invalid-domain",
            Self::Audience { .. } => "invalid-audience",
            Self::TwoTenants { .. } => "two-tenants",
            Self::ForeignToken { .. } => "foreign-token",
            Self::ClientId { .. } => "invalid-client-id",
            Self::NoSecret => "no-secret",
            Self::Key { .. } => "invalid-key",
            Self::Token { .. } => "invalid-token",
            Self::NoCredentials => "no-credentials",
            Self::NoConnection { .. } => "no-connection",
            Self::NoRandomness => "no-randomness",
        }
    }

    fn next_step(&self) -> Option<Step> {
        Some(match self {
            Self::NoDomain | Self::Domain { .. } => AS_IN.into(),
            Self::DomainWithCredentials => {
                "give only the domain, as in `acme.eu.auth0.com`".into()
            }
            Self::Audience { .. } => step![
                "set ",
                Term::Audience,
                " as in `https://acme.eu.auth0.com/api/v2/`, or leave it out",
            ],
            Self::TwoTenants { api, .. } => {
                step![
                    "set ",
                    Term::Audience,
                    format!(" to `{api}`, or leave it out")
                ]
            }
            Self::ForeignToken { .. } => step![
                "get a token for the tenant that is meant, or mend ",
                Term::Domain,
                " and ",
                Term::Audience,
            ],
            Self::ClientId { .. } => step!["set ", Term::ClientId],
            Self::NoSecret => step!["set ", Term::ClientSecret],
            Self::Key { .. } => step![
                "set ",
                Term::PrivateKey,
                ", and ",
                Term::SigningAlgorithm,
                " where it is not RS256",
            ],
            Self::Token { .. } => {
                step![
                    "set ",
                    Term::Token,
                    " to an access token of the Management API"
                ]
            }
            Self::NoCredentials
            | Self::NoConnection { .. }
            | Self::NoRandomness => return None,
        })
    }
}

/// The error of a provider for a setting that makes no sense.
pub(super) fn invalid(setting: InvalidSetting) -> ProviderError {
    ProviderError::Settings(Box::new(setting))
}
