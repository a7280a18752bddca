//! What to do where it is not settled which tenant is
//! meant, or one is meant twice.

use super::variables::assign;
use crate::cli::choice::{NamedBy, Unsettled};
use crate::cli::credentials::names::{self, suffix_of};
use crate::config::TenantName;
use crate::model::{Advice as _, EnvironmentName, Step};

/// What to do about two environments with one tenant.
pub(super) fn advise_on_one_tenant(
    first: &EnvironmentName,
    second: &EnvironmentName,
    tenant: &TenantName,
) -> Step {
    let variable = match tenant {
        TenantName::Local(_) => None,
        TenantName::Keycloak(_) => Some(names::REALM),
        _ => Some(names::DOMAIN),
    };
    let each = match variable {
        None => format!(
            "give each a file of its own: `provider: {{ local: {{ file: \
             {first}.json }} }}` in `{first}`"
        ),
        Some(variable) => {
            let (first, second) = (suffix_of(first), suffix_of(second));
            format!(
                "name a tenant for each: in the configuration, or as \
                 {variable}{first} and {variable}{second}"
            )
        }
    };

    format!(
        "{each}\nor give each a `stack` of its own, if both are to be in this \
         tenant"
    )
    .into()
}

/// What to do where it is not settled which tenant is meant.
pub(super) fn advise_on_unsettled(unsettled: &Unsettled) -> Option<Step> {
    match unsettled {
        Unsettled::NoProvider { .. } => Some(
            "say `--provider auth0`, `--provider keycloak` or `--provider \
             local`, or name a `provider` in the configuration"
                .into(),
        ),
        Unsettled::TwoDomains {
            stated,
            named,
            by,
        } => {
            let set = match by {
                NamedBy::CommandLine => {
                    format!("say `--provider auth0:{stated}`")
                }
                NamedBy::Variable(variable) => {
                    format!("set {variable}={stated}")
                }
            };
            let step = format!(
                "for `{stated}`, {set}, with credentials of that tenant\nfor \
                 `{named}`, take `domain` out of the configuration, or state \
                 that one"
            );
            Some(step.into())
        }
        Unsettled::TwoRealms {
            field,
            stated,
            named,
            by,
        } => {
            let set = match by {
                NamedBy::CommandLine => {
                    "say `--provider keycloak:URL/REALM`".to_owned()
                }
                NamedBy::Variable(variable) => {
                    format!("set {}", assign(variable, stated))
                }
            };
            let step = format!(
                "for `{stated}`, {set}, with credentials of that realm\nfor \
                 `{named}`, take `{field}` out of the configuration, or state \
                 that one"
            );
            Some(step.into())
        }
        Unsettled::Settings(error) => error.next_step(),
        Unsettled::NoDomain { .. } | Unsettled::NoRealm { .. } => None,
    }
}
