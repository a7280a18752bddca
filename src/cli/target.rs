//! Which tenant is meant: the only place that chooses between providers.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fmt, io};

use tokio::time::{Instant, sleep};

use super::arguments::{Provider, Tenant};
use super::choice::{self, Choice, Unsettled};
use super::environment;
use super::exit::Failure;
use super::output;
use crate::config::{Loaded, ProviderChoice};
use crate::files;
use crate::model::{RateLimit, Reserve, Support, safe_path};
use crate::provider::auth0::{CorrelationId, Credentials, DomainName};
use crate::provider::{self, ProviderError, auth0, local};

/// The tenant that is meant.
#[derive(Debug)]
pub(super) enum Target {
    Local(PathBuf),
    Auth0(Box<auth0::Settings>),
}

impl Target {
    /// The tenant that the command line, a configuration, if there is one, or the environment means.
    pub(super) fn choose(tenant: &Tenant, loaded: Option<&Loaded>) -> Result<Self, Failure> {
        Self::entered_with(environment::credentials, tenant, loaded)
    }

    /// The tenant also where the credentials are of no use: then it is one without any, and why.
    pub(super) fn whatever_the_credentials(
        tenant: &Tenant,
        loaded: Option<&Loaded>,
    ) -> Result<(Self, Option<Failure>), Failure> {
        match Self::choose(tenant, loaded) {
            Ok(target) => Ok((target, None)),
            Err(failure) => {
                let target = Self::entered_with(|| Ok(Credentials::none()), tenant, loaded)?;
                Ok((target, Some(failure)))
            }
        }
    }

    fn entered_with(
        credentials: impl FnOnce() -> Result<Credentials, Failure>,
        tenant: &Tenant,
        loaded: Option<&Loaded>,
    ) -> Result<Self, Failure> {
        let written = loaded.and_then(|loaded| loaded.provider.as_ref());
        let surroundings = environment::surroundings();
        let choice = choice::choose(tenant.provider.as_ref(), written, &surroundings);

        Ok(match choice.map_err(with_all_that_is_missing)? {
            Choice::Local(file) => Self::Local(file),
            Choice::LocalBeside(file) => Self::Local(beside(
                loaded.map_or(Path::new(""), |loaded| &loaded.folder),
                &file,
            )?),
            Choice::Auth0 {
                domain,
                rate_limit,
                reserve,
            } => {
                let audience = surroundings.audience.as_deref();
                let settings = auth0::Settings::new(domain, credentials()?, audience)?;
                let settings = paced(settings, tenant, rate_limit, reserve);
                Self::Auth0(Box::new(match loaded {
                    Some(loaded) => {
                        settings.with_correlation(CorrelationId::of(&loaded.desired.stack))
                    }
                    None => settings,
                }))
            }
        })
    }

    /// What the provider can express.
    pub(super) fn support(&self) -> &'static Support {
        match self {
            Self::Local(_) => &local::SUPPORT,
            Self::Auth0(_) => &auth0::SUPPORT,
        }
    }

    /// Says which tenant is meant, before anything is read or written.
    pub(super) fn announce(self) -> Self {
        output::talk(&format!("{self}\n"));
        self
    }

    /// Says the same as the first line of a plan.
    pub(super) fn head_plan(self) -> Result<Self, Failure> {
        output::data(&format!("{self}\n\n"))?;
        Ok(self)
    }

    /// What a plan may use: it cannot write.
    pub(super) fn reader(self) -> Result<Reader, Failure> {
        Ok(match self {
            Self::Local(path) => Reader::Local(local::Reader::new(path)),
            Self::Auth0(settings) => Reader::Auth0(auth0::Reader::new(*settings)?),
        })
    }

    /// What an unlock uses. Where nothing is locked, nothing is made either.
    pub(super) fn unlocker(self) -> Result<Unlocker, Failure> {
        Ok(match self {
            Self::Local(path) => Unlocker::Local(local::Reader::new(path)),
            Self::Auth0(settings) => Unlocker::Auth0(auth0::Writer::new(*settings)?),
        })
    }

    /// What an apply uses. A tenant file that another run has locked is waited for so long.
    pub(super) async fn writer(self, patience: Duration) -> Result<Writer, Failure> {
        Ok(match self {
            Self::Local(path) => Writer::Local(open(path, patience).await?),
            Self::Auth0(settings) => Writer::Auth0(auth0::Writer::new(*settings)?),
        })
    }
}

/// What the provider can express that is told, or else the one that a configuration names.
pub(super) fn support_of(
    told: Option<&Provider>,
) -> impl FnOnce(Option<&ProviderChoice>) -> &'static Support {
    move |written| match told {
        Some(Provider::Local(_)) => &local::SUPPORT,
        Some(Provider::Auth0(_)) => &auth0::SUPPORT,
        None => provider::support_of(written),
    }
}

/// How often a locked file is tried.
const PAUSE: Duration = Duration::from_millis(250);

async fn open(path: PathBuf, patience: Duration) -> Result<local::Writer, ProviderError> {
    let begun = Instant::now();
    loop {
        match local::Writer::open(path.clone()) {
            Err(ProviderError::Locked { .. }) if begun.elapsed() + PAUSE <= patience => {
                sleep(PAUSE).await;
            }
            opened => return opened,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local(path) if path.exists() => {
                write!(formatter, "Tenant: local {}", safe_path(path))
            }
            Self::Local(path) => write!(formatter, "Tenant: local {} (a new one)", safe_path(path)),
            Self::Auth0(settings) => {
                write!(formatter, "Tenant: auth0 {}", settings.domain())?;
                match settings.domain_name() {
                    DomainName::Canonical | DomainName::Loopback => Ok(()),
                    DomainName::Custom { api } => {
                        write!(formatter, ", a custom domain beside {api}")
                    }
                }
            }
        }
    }
}

/// A tenant's file in the configuration's folder.
fn beside(folder: &Path, file: &Path) -> Result<PathBuf, ProviderError> {
    let path = folder.join(file);
    let is_inside = files::is_inside(folder, file).and_then(|is_inside| {
        let outside = "it leads out of the configuration's folder";
        is_inside
            .then_some(())
            .ok_or_else(|| io::Error::other(outside))
    });
    match is_inside {
        Ok(()) => Ok(path),
        Err(source) => Err(ProviderError::File {
            action: "use",
            path,
            source,
        }),
    }
}

/// Whoever has set nothing at all is told of every variable at once.
fn with_all_that_is_missing(unsettled: Unsettled) -> Failure {
    match unsettled {
        Unsettled::NoDomain { stated } => {
            let mut missing = vec![environment::DOMAIN];
            missing.extend(environment::missing_credentials());
            Failure::NotSet { missing, stated }
        }
        Unsettled::Settings(error) => error.into(),
        unsettled => Failure::Unsettled(unsettled),
    }
}

/// The settings with how fast and how long the tenant may be spoken to.
fn paced(
    settings: auth0::Settings,
    tenant: &Tenant,
    rate_limit: Option<RateLimit>,
    reserve: Reserve,
) -> auth0::Settings {
    let settings = settings
        .with_secrets(output::secrets())
        .with_parallelism(tenant.parallelism);
    let settings = settings
        .with_reserve(reserve)
        .with_deadline(tenant.deadline.begun_now());
    match rate_limit {
        Some(limit) => settings.with_rate_limit(limit),
        None => settings,
    }
}

/// What belongs to the provider that is chosen, whichever that is.
#[derive(Debug)]
pub(super) enum Chosen<Local, Auth0> {
    Local(Local),
    Auth0(Auth0),
}

/// Does the same whichever provider is chosen. What is done is compiled for each of them, so nobody
/// passes their methods on one by one.
macro_rules! with_chosen {
    ($chosen:expr, $one:ident => $done:expr) => {
        match $chosen {
            $crate::cli::target::Chosen::Local($one) => $done,
            $crate::cli::target::Chosen::Auth0($one) => $done,
        }
    };
}
pub(super) use with_chosen;

/// A reader of the chosen tenant.
pub(super) type Reader = Chosen<local::Reader, auth0::Reader>;

/// What removes a lock of the chosen tenant.
pub(super) type Unlocker = Chosen<local::Reader, auth0::Writer>;

/// A writer of the chosen tenant.
pub(super) type Writer = Chosen<local::Writer, auth0::Writer>;

impl Writer {
    /// What ties the tenant's log entries to this run, where the tenant has logs.
    pub(super) fn correlation(&self) -> Option<&CorrelationId> {
        match self {
            Self::Local(_) => None,
            Self::Auth0(writer) => writer.correlation(),
        }
    }
}
