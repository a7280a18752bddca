//! What reads, unlocks or writes the tenant that is chosen,
//! whichever provider it is of.

use crate::provider::auth0::CorrelationId;
use crate::provider::{auth0, keycloak, local};

/// What belongs to the provider that is chosen, whichever that is.
#[derive(Debug)]
pub(in crate::cli) enum Chosen<Local, Auth0, Keycloak> {
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
pub(in crate::cli) use with_chosen;

/// A reader of the chosen tenant.
pub(in crate::cli) type Reader =
    Chosen<local::Reader, auth0::Reader, keycloak::Reader>;

/// What removes a lock of the chosen tenant.
pub(in crate::cli) type Unlocker =
    Chosen<local::Reader, auth0::Writer, keycloak::Reader>;

/// A writer of the chosen tenant.
pub(in crate::cli) type Writer =
    Chosen<local::Writer, auth0::Writer, keycloak::Writer>;

impl Writer {
    /// What ties the tenant's log entries to this run,
    /// where the tenant has logs.
    pub(in crate::cli) fn correlation(&self) -> Option<&CorrelationId> {
        match self {
            Self::Local(_) | Self::Keycloak(_) => None,
            Self::Auth0(writer) => writer.correlation(),
        }
    }
}
