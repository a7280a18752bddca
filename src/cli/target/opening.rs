//! How a tenant is opened, to read it or to write it.

use std::path::PathBuf;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::Target;
use super::chosen::{Reader, Unlocker, Writer};
use crate::cli::exit::Failure;
use crate::provider::{ProviderError, auth0, keycloak, local};

/// How often a locked file is tried.
const PAUSE: Duration = Duration::from_millis(250);

impl Target {
    /// What a plan may use: it cannot write.
    pub(in crate::cli) fn reader(self) -> Result<Reader, Failure> {
        let reader = match self {
            Self::Local(path) => Reader::Local(local::Reader::new(path)),
            Self::Auth0(settings) => {
                Reader::Auth0(auth0::Reader::new(*settings)?)
            }
            Self::Keycloak(settings) => {
                Reader::Keycloak(keycloak::Reader::new(*settings)?)
            }
        };
        Ok(reader)
    }

    /// What an unlock uses. Where nothing is locked, nothing is made either.
    pub(in crate::cli) fn unlocker(self) -> Result<Unlocker, Failure> {
        let unlocker = match self {
            // Opening a file for writing would make it.
            Self::Local(path) => Unlocker::Local(local::Reader::new(path)),
            Self::Auth0(settings) => {
                Unlocker::Auth0(auth0::Writer::new(*settings)?)
            }
            // Nothing is ever locked there.
            Self::Keycloak(settings) => {
                Unlocker::Keycloak(keycloak::Reader::new(*settings)?)
            }
        };
        Ok(unlocker)
    }

    /// What an apply uses. A tenant file that another run has
    /// locked is waited for so long.
    pub(in crate::cli) async fn writer(
        self,
        patience: Duration,
    ) -> Result<Writer, Failure> {
        let writer = match self {
            Self::Local(path) => {
                let file = open_file(path, patience).await?;
                Writer::Local(file)
            }
            Self::Auth0(settings) => {
                Writer::Auth0(auth0::Writer::new(*settings)?)
            }
            Self::Keycloak(settings) => {
                Writer::Keycloak(keycloak::Writer::new(*settings)?)
            }
        };
        Ok(writer)
    }
}

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
