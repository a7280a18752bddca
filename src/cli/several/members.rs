//! The environments that a run is about, each with its tenant.

use std::collections::BTreeMap;

use crate::cli::credentials::{CredentialSet, CredentialSource};
use crate::cli::exit::Failure;
use crate::cli::target::Target;
use crate::config::{Loaded, TenantName};
use crate::files;
use crate::model::{EnvironmentName, StackName};
use crate::render::document::Provenance;

/// One environment, with the tenant that it is about.
pub(in crate::cli) struct Member {
    pub(in crate::cli) environment: EnvironmentName,
    pub(in crate::cli) loaded: Loaded,
    pub(in crate::cli) target: Target,
}

/// The tenant that a target is, by its name.
pub(super) fn tenant_of(target: &Target) -> TenantName {
    match target {
        Target::Local(file) => TenantName::Local(files::where_it_leads(file)),
        Target::Auth0(settings) => TenantName::Auth0(settings.domain()),
        Target::Keycloak(settings) => {
            TenantName::Keycloak(settings.realm().to_string())
        }
    }
}

/// The same, as a plan names it. Those of files have no hash that tells them
/// apart, and do not come so far.
pub(super) fn tenant_named(place: &Provenance) -> TenantName {
    let tenant = place.tenant.clone();
    if place.provider == Provenance::KEYCLOAK {
        TenantName::Keycloak(tenant)
    } else {
        TenantName::Auth0(tenant)
    }
}

/// The tenant that each environment is about.
pub(super) fn choose_targets(
    environments: &[(EnvironmentName, Loaded)],
    source: &CredentialSource,
    choose: impl Fn(&CredentialSet<'_>, &Loaded) -> Result<Target, Failure>,
) -> Vec<Result<Target, Failure>> {
    let targets = environments
        .iter()
        .map(|(environment, loaded)| {
            let set = source.for_environment(Some(environment));
            choose(&set, loaded)
        });
    targets.collect()
}

/// An environment with its place, which no other may have, and its tenant.
type Stand<'a, Place> = (Place, &'a EnvironmentName, TenantName);

/// Which stack an environment is, and in which tenant;
/// none where that is not known.
pub(super) fn stand_of<'a>(
    environment: &'a EnvironmentName,
    loaded: &'a Loaded,
    target: &Result<Target, Failure>,
) -> Option<Stand<'a, (&'a StackName, TenantName)>> {
    let tenant = tenant_of(target.as_ref().ok()?);
    let place = (&loaded.desired.stack, tenant.clone());

    Some((place, environment, tenant))
}

/// Refuses two environments that would undo each other's work: those that are
/// in one place.
pub(super) fn refuse_shared<'a, Place: Ord>(
    all: impl Iterator<Item = Stand<'a, Place>>,
) -> Result<(), Failure> {
    let mut seen: BTreeMap<Place, &EnvironmentName> = BTreeMap::new();
    for (place, environment, tenant) in all {
        if let Some(first) = seen.insert(place, environment) {
            return Err(Failure::OneTenant(
                first.clone(),
                environment.clone(),
                tenant,
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
