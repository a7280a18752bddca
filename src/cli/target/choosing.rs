//! Which tenant is chosen, and as whom we speak to it.

use std::io;
use std::path::{Path, PathBuf};

use super::Target;
use crate::cli::arguments::TenantArguments;
use crate::cli::choice::{self, Choice, Unsettled};
use crate::cli::credentials::{CredentialSet, CredentialSource};
use crate::cli::exit::Failure;
use crate::cli::output;
use crate::config::Loaded;
use crate::files;
use crate::model::{RateLimit, Reserve};
use crate::provider::auth0::{CorrelationId, Domain};
use crate::provider::keycloak::{Realm, RealmName};
use crate::provider::{ProviderError, auth0, keycloak};

/// What is made use of, of what is known.
#[derive(Debug, Clone, Copy)]
enum Knowledge {
    /// Our credentials.
    OfWhoWeAre,
    /// Only where the tenant is.
    OfNothing,
}

impl Target {
    /// The tenant that the command line, a configuration, if there is one, or
    /// the environment means.
    pub(in crate::cli) fn choose(
        tenant: &TenantArguments,
        loaded: Option<&Loaded>,
    ) -> Result<Self, Failure> {
        let source = CredentialSource::read()?;
        let environment = loaded.and_then(|loaded| loaded.environment.as_ref());

        Self::choose_by(
            &source.for_environment(environment),
            tenant,
            loaded,
        )
    }

    /// The same for whom these credentials say we are.
    pub(in crate::cli) fn choose_by(
        set: &CredentialSet<'_>,
        tenant: &TenantArguments,
        loaded: Option<&Loaded>,
    ) -> Result<Self, Failure> {
        Self::choose_with(Knowledge::OfWhoWeAre, set, tenant, loaded)
    }

    /// The tenant also where the credentials are of no use: then it is one
    /// without any, and why.
    pub(in crate::cli) fn choose_whatever_the_credentials(
        set: &CredentialSet<'_>,
        tenant: &TenantArguments,
        loaded: Option<&Loaded>,
    ) -> Result<(Self, Option<Failure>), Failure> {
        let failure = match Self::choose_by(set, tenant, loaded) {
            Ok(target) => return Ok((target, None)),
            Err(failure) => failure,
        };

        // Once more: what is wrong beside the credentials is to
        // be found in the same run.
        let target =
            Self::choose_with(Knowledge::OfNothing, set, tenant, loaded)?;
        Ok((target, Some(failure)))
    }

    fn choose_with(
        knowledge: Knowledge,
        set: &CredentialSet<'_>,
        tenant: &TenantArguments,
        loaded: Option<&Loaded>,
    ) -> Result<Self, Failure> {
        let told = tenant.provider.as_ref();
        let written = loaded.and_then(|loaded| loaded.provider.as_ref());
        let choice = choice::choose(told, written, &set.surroundings())
            .map_err(|unsettled| name_all_missing(unsettled, set))?;

        match choice {
            Choice::Local(file) => Ok(Self::Local(file)),
            Choice::LocalBeside(file) => {
                let folder =
                    loaded.map_or(Path::new(""), |loaded| &loaded.folder);
                let path = join_inside(folder, &file)?;
                Ok(Self::Local(path))
            }
            Choice::Auth0 {
                domain,
                rate_limit,
                reserve,
            } => {
                let settings = settings_of_domain(knowledge, set, domain)?;
                let settings = set_pace(settings, tenant, rate_limit, reserve);
                let settings = match loaded {
                    Some(loaded) => {
                        let stack = &loaded.desired.stack;
                        settings.with_correlation(CorrelationId::of(stack))
                    }
                    None => settings,
                };
                Ok(Self::Auth0(Box::new(settings)))
            }
            Choice::Keycloak {
                realm,
                scope_naming,
            } => {
                let settings = settings_of_realm(knowledge, set, realm)?
                    .with_scope_naming(scope_naming)
                    .with_secrets(output::secrets())
                    .with_parallelism(tenant.parallelism)
                    .with_deadline(tenant.deadline.begin());
                Ok(Self::Keycloak(Box::new(settings)))
            }
        }
    }
}

/// Where an Auth0 tenant is, and who we are there.
fn settings_of_domain(
    knowledge: Knowledge,
    set: &CredentialSet<'_>,
    domain: Domain,
) -> Result<auth0::Settings, Failure> {
    // Not asked for before: a local tenant takes no
    // credentials, and so misses none.
    let credentials = match knowledge {
        Knowledge::OfWhoWeAre => set.credentials(&domain)?,
        Knowledge::OfNothing => auth0::Credentials::none(),
    };
    let audience = set.audience(&domain);

    let settings =
        auth0::Settings::new(domain, credentials, audience.as_deref())?;
    Ok(settings)
}

/// Where a realm is, and who we are there.
fn settings_of_realm(
    knowledge: Knowledge,
    set: &CredentialSet<'_>,
    realm: Realm,
) -> Result<keycloak::Settings, Failure> {
    let credentials = match knowledge {
        Knowledge::OfWhoWeAre => set.realm_credentials(&realm)?,
        Knowledge::OfNothing => keycloak::Credentials::none(),
    };
    let auth_realm = set.auth_realm(&realm);

    let settings = keycloak::Settings::new(realm, credentials);
    match auth_realm {
        Some(name) => {
            let name = RealmName::parse(&name)?;
            Ok(settings.with_auth_realm(name))
        }
        None => Ok(settings),
    }
}

/// A tenant's file in the configuration's folder.
fn join_inside(folder: &Path, file: &Path) -> Result<PathBuf, ProviderError> {
    // Whoever opens a pull request chooses this name, and might choose any file
    // of the machine.
    let path = folder.join(file);
    let source = match files::is_inside(folder, file) {
        Ok(true) => return Ok(path),
        Ok(false) => {
            io::Error::other("it leads out of the configuration's folder")
        }
        Err(error) => error,
    };

    Err(ProviderError::File {
        action: "use",
        path,
        source,
    })
}

/// Whoever has set nothing at all is told of every variable at once.
fn name_all_missing(unsettled: Unsettled, set: &CredentialSet<'_>) -> Failure {
    match unsettled {
        Unsettled::NoDomain { stated } => set.refuse_unnamed(stated),
        Unsettled::NoRealm { stated } => set.refuse_unnamed_realm(stated),
        Unsettled::Settings(error) => error.into(),
        unsettled => Failure::Unsettled(unsettled),
    }
}

/// The settings with how fast and how long the tenant may be spoken to.
fn set_pace(
    settings: auth0::Settings,
    tenant: &TenantArguments,
    rate_limit: Option<RateLimit>,
    reserve: Reserve,
) -> auth0::Settings {
    let settings = settings
        // The same ones, so that a token is hidden in the output from when it
        // was obtained.
        .with_secrets(output::secrets())
        .with_parallelism(tenant.parallelism)
        .with_reserve(reserve)
        .with_deadline(tenant.deadline.begin());

    match rate_limit {
        Some(limit) => settings.with_rate_limit(limit),
        None => settings,
    }
}
