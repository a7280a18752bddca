//! Which tenant is meant: the only place that chooses between providers.

use std::path::{Path, PathBuf};

use super::arguments::{Provider, Tenant};
use super::environment;
use super::exit::Failure;
use super::output;
use crate::config::{Loaded, ProviderChoice};
use crate::model::{RateLimit, Reserve};
use crate::provider::auth0::{CorrelationId, Credentials};
use crate::provider::{Either, auth0, local};

/// Where the local tenant is, unless told otherwise; relative to the configuration.
const LOCAL_FILE: &str = ".grantry/tenant.json";

/// The tenant that is meant.
#[derive(Debug)]
pub(super) enum Target {
    Local(PathBuf),
    Auth0(Box<auth0::Settings>),
}

impl Target {
    /// The flag first, then the configuration, then the local provider.
    pub(super) fn choose(tenant: &Tenant, loaded: &Loaded) -> Result<Self, Failure> {
        let chosen = Self::written(tenant, loaded.provider.clone(), &loaded.folder)?;
        Ok(match chosen {
            Self::Auth0(settings) => {
                let correlation = CorrelationId::of(&loaded.desired.stack);
                Self::Auth0(Box::new(settings.with_correlation(correlation)))
            }
            local @ Self::Local(_) => local,
        })
    }

    /// The flag, or the local provider: for a verb without a configuration.
    pub(super) fn without_configuration(tenant: &Tenant) -> Result<Self, Failure> {
        Self::written(tenant, None, Path::new(""))
    }

    fn written(
        tenant: &Tenant,
        written: Option<ProviderChoice>,
        folder: &Path,
    ) -> Result<Self, Failure> {
        match chosen(tenant, written) {
            Chosen::Local(file) => Ok(Self::Local(file)),
            Chosen::Written(ProviderChoice::Local { file }) => Ok(Self::Local(folder.join(file))),
            Chosen::Written(ProviderChoice::Auth0 { domain, rate_limit, reserve }) => {
                let settings = auth0_settings(domain, environment::credentials()?)?;
                Ok(Self::Auth0(Box::new(paced(settings, tenant, rate_limit, reserve))))
            }
        }
    }

    /// The tenant also where the credentials are of no use: then it is one without any, and why.
    pub(super) fn whatever_the_credentials(
        tenant: &Tenant,
        loaded: Option<&Loaded>,
    ) -> Result<(Self, Option<Failure>), Failure> {
        let written = loaded.and_then(|loaded| loaded.provider.clone());
        let folder = loaded.map_or(Path::new(""), |loaded| &loaded.folder);
        match Self::written(tenant, written.clone(), folder) {
            Ok(target) => Ok((target, None)),
            Err(failure) => {
                let Chosen::Written(ProviderChoice::Auth0 { domain, rate_limit, reserve }) =
                    chosen(tenant, written)
                else {
                    return Err(failure);
                };
                let settings = auth0_settings(domain, Credentials::none())?;
                let settings = paced(settings, tenant, rate_limit, reserve);
                Ok((Self::Auth0(Box::new(settings)), Some(failure)))
            }
        }
    }

    /// Says which tenant is meant, before anything is read or written.
    pub(super) fn announce(self) -> Self {
        output::talk(&match &self {
            Self::Local(path) if path.exists() => format!("Tenant: local {}\n", path.display()),
            Self::Local(path) => format!("Tenant: local {} (a new one)\n", path.display()),
            Self::Auth0(settings) => format!("Tenant: auth0 {}\n", settings.domain()),
        });
        self
    }

    /// What a plan may use: it cannot write.
    pub(super) fn reader(self) -> Result<Reader, Failure> {
        Ok(match self {
            Self::Local(path) => Reader::Local(local::Reader::new(path)),
            Self::Auth0(settings) => Reader::Auth0(auth0::Reader::new(*settings)?),
        })
    }

    /// What an apply uses.
    pub(super) fn writer(self) -> Result<Writer, Failure> {
        Ok(match self {
            Self::Local(path) => Writer::Local(local::Writer::open(path)?),
            Self::Auth0(settings) => Writer::Auth0(auth0::Writer::new(*settings)?),
        })
    }
}

/// Which tenant was chosen, and where.
enum Chosen {
    /// On the command line: a file relative to the working directory.
    Local(PathBuf),
    /// Anywhere else.
    Written(ProviderChoice),
}

fn chosen(tenant: &Tenant, written: Option<ProviderChoice>) -> Chosen {
    Chosen::Written(match (tenant.provider.clone(), written) {
        (Some(Provider::Local(Some(file))), _) => return Chosen::Local(file),
        (Some(Provider::Auth0(Some(domain))), _) => auth0_at(Some(domain)),
        (Some(Provider::Auth0(None)), Some(written @ ProviderChoice::Auth0 { .. }))
        | (Some(Provider::Local(None)), Some(written @ ProviderChoice::Local { .. }))
        | (None, Some(written)) => written,
        (Some(Provider::Auth0(None)), _) => auth0_at(None),
        (Some(Provider::Local(None)) | None, _) => {
            ProviderChoice::Local { file: LOCAL_FILE.into() }
        }
    })
}

/// A tenant of which the configuration says nothing: it may be another one than it is for.
fn auth0_at(domain: Option<String>) -> ProviderChoice {
    ProviderChoice::Auth0 { domain, rate_limit: None, reserve: Reserve::default() }
}

fn auth0_settings(
    domain: Option<String>,
    credentials: Credentials,
) -> Result<auth0::Settings, Failure> {
    let domain = domain.or_else(environment::domain).unwrap_or_default();
    let audience = environment::audience();
    Ok(auth0::Settings::parse(&domain, credentials, audience.as_deref())?)
}

/// The settings with how fast and how long the tenant may be spoken to.
fn paced(
    settings: auth0::Settings,
    tenant: &Tenant,
    rate_limit: Option<RateLimit>,
    reserve: Reserve,
) -> auth0::Settings {
    let settings = settings.with_parallelism(tenant.parallelism);
    let settings = settings.with_reserve(reserve).with_deadline(tenant.deadline.begun_now());
    match rate_limit {
        Some(limit) => settings.with_rate_limit(limit),
        None => settings,
    }
}

/// A reader of the chosen tenant.
pub(super) type Reader = Either<local::Reader, auth0::Reader>;

/// A writer of the chosen tenant.
pub(super) type Writer = Either<local::Writer, auth0::Writer>;

impl Writer {
    /// What ties the tenant's log entries to this run, where the tenant has logs.
    pub(super) fn correlation(&self) -> Option<&CorrelationId> {
        match self {
            Self::Local(_) => None,
            Self::Auth0(writer) => writer.correlation(),
        }
    }
}
