//! Environments that would undo each other's work.

use std::collections::BTreeMap;

use super::problem::{Problem, ProblemId, quote};
use super::provider::{ProviderChoice, TenantName};
use super::source::Span;
use crate::model::StackName;

/// Two environments that are one stack in one tenant, as far as the
/// configuration says which one: each would undo what the other does. Each is
/// said with its place.
#[must_use]
pub fn find_shared_tenants<'a, E>(environments: E) -> Vec<Problem>
where
    E: Iterator<Item = (&'a StackName, &'a ProviderChoice, Span)>,
{
    let mut seen: BTreeMap<(&StackName, String), Span> = BTreeMap::new();
    let mut shared = Vec::new();
    for (stack, provider, span) in environments {
        // A local tenant is for trials, and the command
        // line often names another.
        let name = match provider.tenant() {
            Some(TenantName::Auth0(name) | TenantName::Keycloak(name)) => name,
            Some(TenantName::Local(_)) | None => continue,
        };

        let place = (stack, name.clone());
        if let Some(first) = seen.get(&place) {
            let message = format!(
                "this environment is in a tenant with another one, {}",
                quote(&name)
            );
            let problem = Problem::new(ProblemId::SharedTenant, span, message)
                .related(*first, "the other one")
                .help(
                    "each would undo what the other does: give it a tenant of \
                     its own, or a `stack`",
                );
            shared.push(problem);
        } else {
            seen.insert(place, span);
        }
    }
    shared
}
