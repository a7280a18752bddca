//! Which tenant is meant: the only place that chooses between providers.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fmt, io};

use tokio::time::{Instant, sleep};

use super::arguments::{Configuration, Format, Provider, TenantArguments};
use super::choice::{self, Choice, Unsettled};
use super::credentials::{CredentialSet, CredentialSource};
use super::exit::Failure;
use super::output;
use super::page::Page;
use crate::config::{self, Loaded, ProviderChoice};
use crate::files;
use crate::model::{RateLimit, Reserve, Support, safe_path};
use crate::provider::auth0::{CorrelationId, Credentials, DomainName};
use crate::provider::keycloak::RealmName;
use crate::provider::{self, ProviderError, auth0, keycloak, local};
use crate::render::document::Provenance;

/// The tenant that is meant.
#[derive(Debug, Clone)]
pub(super) enum Target {
    Local(PathBuf),
    Auth0(Box<auth0::Settings>),
    Keycloak(Box<keycloak::Settings>),
}

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
    pub(super) fn choose(
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
    pub(super) fn choose_by(
        set: &CredentialSet<'_>,
        tenant: &TenantArguments,
        loaded: Option<&Loaded>,
    ) -> Result<Self, Failure> {
        Self::choose_with(Knowledge::OfWhoWeAre, set, tenant, loaded)
    }

    /// The tenant also where the credentials are of no use: then it is one
    /// without any, and why.
    pub(super) fn choose_whatever_the_credentials(
        set: &CredentialSet<'_>,
        tenant: &TenantArguments,
        loaded: Option<&Loaded>,
    ) -> Result<(Self, Option<Failure>), Failure> {
        let failure = match Self::choose_by(set, tenant, loaded) {
            Ok(target) => return Ok((target, None)),
            Err(failure) => failure,
        };

        // Once more: what is wrong beside the credentials is to be found in the
        // same run.
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
                Ok(Self::Local(join_inside(folder, &file)?))
            }
            Choice::Auth0 {
                domain,
                rate_limit,
                reserve,
            } => {
                // Not asked for before: a local tenant takes no credentials,
                // and so misses none.
                let credentials = match knowledge {
                    Knowledge::OfWhoWeAre => set.credentials(&domain)?,
                    Knowledge::OfNothing => Credentials::none(),
                };
                let audience = set.audience(&domain);
                let settings = auth0::Settings::new(
                    domain,
                    credentials,
                    audience.as_deref(),
                )?;
                let settings = set_pace(settings, tenant, rate_limit, reserve);
                let settings = match loaded {
                    Some(loaded) => settings.with_correlation(
                        CorrelationId::of(&loaded.desired.stack),
                    ),
                    None => settings,
                };
                Ok(Self::Auth0(Box::new(settings)))
            }
            Choice::Keycloak {
                realm,
                scope_naming,
            } => {
                let credentials = match knowledge {
                    Knowledge::OfWhoWeAre => set.realm_credentials(&realm)?,
                    Knowledge::OfNothing => keycloak::Credentials::none(),
                };
                let auth_realm = set.auth_realm(&realm);
                let auth_realm = auth_realm
                    .as_deref()
                    .map(RealmName::parse)
                    .transpose()?;
                let settings = keycloak::Settings::new(realm, credentials)
                    .with_scope_naming(scope_naming)
                    .with_secrets(output::secrets())
                    .with_parallelism(tenant.parallelism)
                    .with_deadline(tenant.deadline.begin());
                let settings = match auth_realm {
                    Some(name) => settings.with_auth_realm(name),
                    None => settings,
                };
                Ok(Self::Keycloak(Box::new(settings)))
            }
        }
    }

    /// What the provider can express.
    pub(super) fn support(&self) -> &'static Support {
        match self {
            Self::Local(_) => &local::SUPPORT,
            Self::Auth0(_) => &auth0::SUPPORT,
            Self::Keycloak(settings) => settings.support(),
        }
    }

    /// Whether no other tenant has the same hash in its marks. Files and
    /// emulators call themselves alike.
    pub(super) fn is_told_apart_by_hash(&self) -> bool {
        match self {
            Self::Local(_) => false,
            Self::Auth0(settings) => {
                settings.domain_name() != DomainName::Loopback
            }
            // The hash is of its address.
            Self::Keycloak(_) => true,
        }
    }

    /// Says which tenant is meant, before anything is read or written.
    pub(super) fn announce(self) -> Self {
        output::talk(&format!("{self}\n"));
        self
    }

    /// Says the same as the first line of a plan, where stdout is for people.
    pub(super) fn head_plan(
        self,
        format: Format,
        page: &Page,
    ) -> Result<Self, Failure> {
        if format.is_for_people() {
            page.data(&format!("{self}\n\n"))?;
        } else {
            page.talk(&format!("{self}\n"));
        }
        Ok(self)
    }

    /// Whose plan it will be, and of which tenant. A file is named from the
    /// configuration's folder: so it has one name wherever the run begins,
    /// and in every checkout.
    pub(super) fn provenance(&self, loaded: &Loaded) -> Provenance {
        let (provider, tenant) = match self {
            Self::Local(path) => (
                Provenance::LOCAL,
                files::name_from(&loaded.folder, path),
            ),
            Self::Auth0(settings) => (Provenance::AUTH0, settings.domain()),
            Self::Keycloak(settings) => (
                Provenance::KEYCLOAK,
                settings.realm().to_string(),
            ),
        };

        Provenance {
            stack: loaded.desired.stack.to_string(),
            environment: loaded
                .environment
                .as_ref()
                .map(ToString::to_string),
            provider: provider.to_owned(),
            tenant,
            tenant_hash: None,
        }
    }

    /// What a plan may use: it cannot write.
    pub(super) fn reader(self) -> Result<Reader, Failure> {
        match self {
            Self::Local(path) => Ok(Reader::Local(local::Reader::new(path))),
            Self::Auth0(settings) => {
                Ok(Reader::Auth0(auth0::Reader::new(*settings)?))
            }
            Self::Keycloak(settings) => Ok(Reader::Keycloak(
                keycloak::Reader::new(*settings)?,
            )),
        }
    }

    /// What an unlock uses. Where nothing is locked, nothing is made either.
    pub(super) fn unlocker(self) -> Result<Unlocker, Failure> {
        match self {
            // Opening a file for writing would make it.
            Self::Local(path) => Ok(Unlocker::Local(local::Reader::new(path))),
            Self::Auth0(settings) => {
                Ok(Unlocker::Auth0(auth0::Writer::new(*settings)?))
            }
            // Nothing is ever locked there.
            Self::Keycloak(settings) => Ok(Unlocker::Keycloak(
                keycloak::Reader::new(*settings)?,
            )),
        }
    }

    /// What an apply uses. A tenant file that another run has locked is waited
    /// for so long.
    pub(super) async fn writer(
        self,
        patience: Duration,
    ) -> Result<Writer, Failure> {
        match self {
            Self::Local(path) => {
                Ok(Writer::Local(open_file(path, patience).await?))
            }
            Self::Auth0(settings) => {
                Ok(Writer::Auth0(auth0::Writer::new(*settings)?))
            }
            Self::Keycloak(settings) => Ok(Writer::Keycloak(
                keycloak::Writer::new(*settings)?,
            )),
        }
    }
}

impl Configuration {
    /// Loads what is written, checked against what the provider can express
    /// that is meant.
    pub(super) fn load_for(
        &self,
        tenant: &TenantArguments,
    ) -> Result<Loaded, Failure> {
        let inputs = self.inputs.gather()?;
        let choose_support = support_of(tenant.provider.as_ref());

        Ok(config::load(
            &self.paths,
            &inputs,
            choose_support,
        )?)
    }
}

/// What the provider can express that is told, or else the one that a
/// configuration names.
pub(super) fn support_of(
    told: Option<&Provider>,
) -> impl FnOnce(Option<&ProviderChoice>) -> &'static Support {
    move |written| match told {
        Some(Provider::Local(_)) => &local::SUPPORT,
        Some(Provider::Auth0(_)) => &auth0::SUPPORT,
        Some(Provider::Keycloak(_)) => {
            let naming = written.map(ProviderChoice::scope_naming);
            keycloak::support_for(naming.unwrap_or_default())
        }
        None => provider::support_of(written),
    }
}

/// How often a locked file is tried.
const PAUSE: Duration = Duration::from_millis(250);

async fn open_file(
    path: PathBuf,
    patience: Duration,
) -> Result<local::Writer, ProviderError> {
    let begun = Instant::now();
    loop {
        let opened = local::Writer::open(path.clone());
        let is_locked = matches!(opened, Err(ProviderError::Locked { .. }));
        let is_out_of_patience = begun.elapsed() + PAUSE > patience;
        if !is_locked || is_out_of_patience {
            return opened;
        }

        sleep(PAUSE).await;
    }
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local(path) if path.exists() => {
                write!(formatter, "Tenant: local {}", safe_path(path))
            }
            Self::Local(path) => write!(
                formatter,
                "Tenant: local {} (a new one)",
                safe_path(path)
            ),
            Self::Auth0(settings) => {
                write!(formatter, "Tenant: auth0 {}", settings.domain())?;
                match settings.domain_name() {
                    DomainName::Canonical | DomainName::Loopback => Ok(()),
                    DomainName::Custom { api } => {
                        write!(formatter, ", a custom domain beside {api}")
                    }
                }
            }
            Self::Keycloak(settings) => {
                write!(
                    formatter,
                    "Tenant: keycloak {}",
                    settings.realm()
                )?;
                match settings.other_realm() {
                    Some(realm) => {
                        write!(
                            formatter,
                            ", as a client of the realm `{}`",
                            realm.as_str()
                        )
                    }
                    None => Ok(()),
                }
            }
        }
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

/// What belongs to the provider that is chosen, whichever that is.
#[derive(Debug)]
pub(super) enum Chosen<Local, Auth0, Keycloak> {
    Local(Local),
    Auth0(Auth0),
    Keycloak(Keycloak),
}

/// Does the same whichever provider is chosen. What is done is compiled for
/// each of them, so nobody passes their methods on one by one.
macro_rules! with_chosen {
    ($chosen:expr, $one:ident => $done:expr) => {
        match $chosen {
            $crate::cli::target::Chosen::Local($one) => $done,
            $crate::cli::target::Chosen::Auth0($one) => $done,
            $crate::cli::target::Chosen::Keycloak($one) => $done,
        }
    };
}
pub(super) use with_chosen;

/// A reader of the chosen tenant.
pub(super) type Reader = Chosen<local::Reader, auth0::Reader, keycloak::Reader>;

/// What removes a lock of the chosen tenant.
pub(super) type Unlocker =
    Chosen<local::Reader, auth0::Writer, keycloak::Reader>;

/// A writer of the chosen tenant.
pub(super) type Writer = Chosen<local::Writer, auth0::Writer, keycloak::Writer>;

impl Writer {
    /// What ties the tenant's log entries to this run, where the tenant has
    /// logs.
    pub(super) fn correlation(&self) -> Option<&CorrelationId> {
        match self {
            Self::Local(_) | Self::Keycloak(_) => None,
            Self::Auth0(writer) => writer.correlation(),
        }
    }
}
