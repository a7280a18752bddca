//! What the chosen provider can express, by which a configuration is checked.

use crate::cli::arguments::{Configuration, Provider, TenantArguments};
use crate::cli::exit::Failure;
use crate::config::{self, Loaded, ProviderChoice};
use crate::model::Support;
use crate::provider::{self, auth0, keycloak, local};

impl Configuration {
    /// Loads what is written, checked against what the provider can express
    /// that is meant.
    pub(in crate::cli) fn load_for(
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
pub(in crate::cli) fn support_of(
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
