//! Where a configuration says the tenant is.

use std::path::PathBuf;

use super::file::Provider;
use crate::model::{RateLimit, Reserve};

/// Where the tenant is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProviderChoice {
    /// A tenant in a file, relative to the folder of the configuration.
    Local {
        /// The file.
        file: PathBuf,
    },
    /// An Auth0 tenant.
    Auth0 {
        /// The domain it is said to have. It comes from elsewhere, and this is compared with it.
        domain: Option<String>,
        /// How fast it may be spoken to; if there is none, its answers say.
        rate_limit: Option<RateLimit>,
        /// What is left to others.
        reserve: Reserve,
    },
}

impl ProviderChoice {
    /// Which tenant it is about; none, where only the surroundings say it.
    #[must_use]
    pub fn place(&self) -> Option<(&'static str, String)> {
        match self {
            Self::Local { file } => Some(("local", file.display().to_string())),
            Self::Auth0 { domain, .. } => Some(("auth0", domain.clone()?)),
        }
    }

    pub(super) fn of(declared: &Provider) -> Self {
        match declared {
            Provider::Local(local) => Self::Local {
                file: local.file.clone(),
            },
            Provider::Auth0(auth0) => Self::Auth0 {
                domain: auth0.domain.clone(),
                rate_limit: auth0.rate_limit,
                reserve: auth0.reserve.unwrap_or_default(),
            },
        }
    }
}
