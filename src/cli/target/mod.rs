//! The tenant that was chosen, and how it is opened: the only place that
//! chooses between providers.
//!
//! `choosing` finds out which tenant is meant, and as whom we speak to it;
//! `opening` opens it, and `chosen` is what reads or writes it then. `support`
//! is what its provider can express.

use std::fmt;
use std::path::PathBuf;

use super::arguments::Format;
use super::exit::Failure;
use super::output;
use super::page::Page;
use crate::config::Loaded;
use crate::files;
use crate::model::{Support, safe_path};
use crate::provider::auth0::DomainName;
use crate::provider::{auth0, keycloak, local};
use crate::render::document::Provenance;

mod choosing;
mod chosen;
mod opening;
mod support;

pub(super) use chosen::{Chosen, Reader, Writer, with_chosen};
pub(super) use support::support_of;

/// The tenant that is meant.
#[derive(Debug, Clone)]
pub(super) enum Target {
    Local(PathBuf),
    Auth0(Box<auth0::Settings>),
    Keycloak(Box<keycloak::Settings>),
}

impl Target {
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
    /// configuration's folder: so it has one name wherever the run begins, and
    /// in every checkout.
    pub(super) fn provenance(&self, loaded: &Loaded) -> Provenance {
        let (provider, tenant) = match self {
            Self::Local(path) => {
                let name = files::name_from(&loaded.folder, path);
                (Provenance::LOCAL, name)
            }
            Self::Auth0(settings) => (Provenance::AUTH0, settings.domain()),
            Self::Keycloak(settings) => {
                let name = settings.realm().to_string();
                (Provenance::KEYCLOAK, name)
            }
        };
        let environment = loaded.environment.as_ref();

        Provenance {
            stack: loaded.desired.stack.to_string(),
            environment: environment.map(ToString::to_string),
            provider: provider.to_owned(),
            tenant,
            tenant_hash: None,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local(path) => {
                write!(formatter, "Tenant: local {}", safe_path(path))?;
                if path.exists() {
                    return Ok(());
                }
                write!(formatter, " (a new one)")
            }
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
                let realm = settings.realm();
                write!(formatter, "Tenant: keycloak {realm}")?;
                match settings.other_realm() {
                    Some(other) => {
                        let name = other.as_str();
                        write!(formatter, ", as a client of the realm `{name}`")
                    }
                    None => Ok(()),
                }
            }
        }
    }
}
