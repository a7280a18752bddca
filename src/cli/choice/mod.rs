//! Which tenant is meant: decided from what is said, and where; nothing is read
//! and nothing sent.
//!
//! A secret never follows a file. Whoever may write a configuration, in a pull
//! request say, is not thereby given the credentials of the environment: only
//! the environment itself or the command line names the domain that they are
//! sent to. What a file says of it is a check.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::arguments::Provider;
use crate::config::{LOCAL_FILE, ProviderChoice};
use crate::model::{RateLimit, Reserve, ScopeNaming};
use crate::provider::ProviderError;
use crate::provider::auth0::Domain;
use crate::provider::keycloak::Realm;

mod auth0;
mod keycloak;
#[cfg(test)]
mod tests;

/// What the environment says of tenants.
#[derive(Debug, Clone, Default)]
pub(super) struct Surroundings {
    /// The names of all variables that are some provider's.
    pub(super) variables: Arc<BTreeSet<String>>,
    /// The domain of the tenant.
    pub(super) domain: Option<String>,
    /// What the variable is called that says it.
    pub(super) domain_variable: String,
    /// The audience of the Management API, where the domain is a custom one.
    pub(super) audience: Option<String>,
    /// The address of the Keycloak.
    pub(super) url: Option<String>,
    /// What the variable is called that says it.
    pub(super) url_variable: String,
    /// The realm of it.
    pub(super) realm: Option<String>,
    /// What the variable is called that says it.
    pub(super) realm_variable: String,
    /// The domains and realms whose credentials are at hand, each for itself.
    pub(super) keyed_tenants: Arc<BTreeSet<String>>,
}

/// The tenant that is meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// A file, relative to the working directory.
    Local(PathBuf),
    /// A file, relative to the folder of the configuration.
    LocalBeside(PathBuf),
    /// An Auth0 tenant.
    Auth0 {
        /// Where credentials may be sent.
        domain: Domain,
        /// How fast it may be spoken to; if there is none, its answers say.
        rate_limit: Option<RateLimit>,
        /// What is left to others.
        reserve: Reserve,
    },
    /// A realm of a Keycloak.
    Keycloak {
        /// Where credentials may be sent.
        realm: Realm,
        /// How scopes are called there.
        scope_naming: ScopeNaming,
    },
}

/// Who says where credentials may be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NamedBy {
    CommandLine,
    Variable(String),
}

/// Why no tenant is meant.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unsettled {
    /// Somebody has a provider in mind, and says so nowhere.
    #[error(
        "nothing says which tenant is meant, though {} set",
        are(variables)
    )]
    NoProvider { variables: BTreeSet<String> },
    /// Nobody who may says where credentials are sent; a file cannot.
    #[error("nothing says where the Auth0 tenant is")]
    NoDomain { stated: Option<Domain> },
    /// The file is for another tenant than credentials may be sent to.
    #[error(
        "the configuration is for `{stated}` (`provider.auth0.domain`), but \
         {} `{named}`; nothing was sent to either",
        match by {
            NamedBy::CommandLine => "`--provider` names".to_owned(),
            NamedBy::Variable(variable) => format!("{variable} is"),
        }
    )]
    TwoDomains {
        stated: Domain,
        named: Domain,
        by: NamedBy,
    },
    /// Nobody who may says which realm credentials are sent to; a file cannot.
    #[error(
        "nothing says where the Keycloak is, and which realm of it is meant"
    )]
    NoRealm { stated: Option<Realm> },
    /// The file is for another realm than credentials may be sent to.
    #[error(
        "the configuration is for `{stated}` (`provider.keycloak.{field}`), \
         but {} `{named}`; nothing was sent to either",
        match by {
            NamedBy::CommandLine => "`--provider` names".to_owned(),
            NamedBy::Variable(variable) => format!("{variable} is"),
        }
    )]
    TwoRealms {
        /// The field that differs.
        field: &'static str,
        stated: String,
        /// What it differs from.
        named: String,
        by: NamedBy,
    },
    #[error(transparent)]
    Settings(#[from] ProviderError),
}

/// The command line first, then the configuration, then the local provider,
/// unless the environment shows that another one is in somebody's mind: a merge
/// job that forgot to say so must not be green.
pub(super) fn choose(
    told: Option<&Provider>,
    written: Option<&ProviderChoice>,
    surroundings: &Surroundings,
) -> Result<Choice, Unsettled> {
    match (told, written) {
        (Some(Provider::Auth0(domain)), written) => {
            auth0::choose(domain.as_deref(), written, surroundings)
        }
        (None, Some(ProviderChoice::Auth0 { .. })) => {
            auth0::choose(None, written, surroundings)
        }
        (Some(Provider::Keycloak(realm)), written) => {
            keycloak::choose(realm.as_deref(), written, surroundings)
        }
        (None, Some(ProviderChoice::Keycloak { .. })) => {
            keycloak::choose(None, written, surroundings)
        }
        // Anywhere, unlike what a configuration names: whoever runs this may
        // read it anyway.
        (Some(Provider::Local(Some(file))), _) => {
            Ok(Choice::Local(file.clone()))
        }
        (
            Some(Provider::Local(None)) | None,
            Some(ProviderChoice::Local { file }),
        ) => Ok(Choice::LocalBeside(file.clone())),
        (None, None) if !surroundings.variables.is_empty() => {
            Err(Unsettled::NoProvider {
                variables: BTreeSet::clone(&surroundings.variables),
            })
        }
        (Some(Provider::Local(None)) | None, _) => {
            Ok(Choice::LocalBeside(LOCAL_FILE.into()))
        }
    }
}

/// Names in a row, with their verb.
pub(super) fn are(names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let names: Vec<String> = names
        .into_iter()
        .map(|name| name.as_ref().to_owned())
        .collect();

    match names.as_slice() {
        [] => String::new(),
        [name] => format!("{name} is"),
        [names @ .., last] => format!("{} and {last} are", names.join(", ")),
    }
}
