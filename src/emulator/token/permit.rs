//! Whether a client gets a token, and for what.

use std::collections::BTreeSet;

use serde_json::Value;

use super::organization::choose_organization;
use super::quota::Quota;
use super::refusal::Refusal;
use super::request::TokenRequest;
use crate::emulator::tenant::{
    GrantKey, MANAGEMENT_AUDIENCE, Object, Tenant, is_true, text, texts,
};

/// What a token is issued for.
pub(crate) struct Permit {
    pub(crate) client_id: String,
    /// As it was asked for.
    pub(crate) audience: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) resource_server: Object,
    /// The id of the organization it is for.
    pub(crate) organization: Option<String>,
    pub(crate) quota: Option<Quota>,
}

/// Finds the API and the grant of a client that has authenticated, in the order
/// Auth0 complains. The Management API has two names: its identifier, and
/// `own_audience`, that of the address it is reached at.
pub(crate) fn authorize(
    tenant: &Tenant,
    request: TokenRequest,
    own_audience: &str,
) -> Result<Permit, Refusal> {
    let client = tenant
        .client(&request.client_id)
        .ok_or(Refusal::Unauthenticated)?;
    if !texts(client, "grant_types")
        .any(|grant_type| grant_type == "client_credentials")
    {
        return Err(Refusal::GrantTypeNotAllowed);
    }

    let audience = request
        .audience
        .ok_or(Refusal::NoAudience)?;
    let identifier = if audience == own_audience {
        MANAGEMENT_AUDIENCE
    } else {
        &audience
    };
    // By identifier only: an id is no audience.
    let resource_server = tenant
        .resource_server(identifier)
        .filter(|api| text(api, "identifier") == Some(identifier))
        .ok_or_else(|| Refusal::UnknownAudience(audience.clone()))?;

    let key = GrantKey::of_client(&request.client_id, identifier);
    let grant = tenant
        .granted(&key)
        .filter(|_| !denies_clients(resource_server))
        .ok_or_else(|| Refusal::NoGrant(audience.clone()))?;
    let granted = list_granted_scopes(grant, resource_server);
    let asked_organization = request.organization.as_deref();
    let organization =
        choose_organization(tenant, client, grant, asked_organization)?;

    Ok(Permit {
        client_id: request.client_id,
        audience,
        scopes: choose_scopes(request.scopes, &granted)?,
        resource_server: resource_server.clone(),
        organization,
        quota: Quota::of(client),
    })
}

fn denies_clients(api: &Object) -> bool {
    let policy = api
        .get("subject_type_authorization")
        .and_then(|authorization| authorization.pointer("/client/policy"))
        .and_then(Value::as_str);
    policy == Some("deny_all")
}

fn list_granted_scopes(grant: &Object, api: &Object) -> Vec<String> {
    if !is_true(grant, "allow_all_scopes") {
        return texts(grant, "scope")
            .map(str::to_owned)
            .collect();
    }

    // Those that are declared now: such a grant keeps no list of its own.
    let Some(declared) = api
        .get("scopes")
        .and_then(Value::as_array)
    else {
        return Vec::new();
    };
    declared
        .iter()
        .filter_map(|scope| scope.get("value")?.as_str())
        .map(str::to_owned)
        .collect()
}

/// Exactly the scopes asked for, all of those granted when none is, or none if
/// one is not granted.
fn choose_scopes(
    asked: Vec<String>,
    granted: &[String],
) -> Result<Vec<String>, Refusal> {
    if asked.is_empty() {
        return Ok(granted.to_vec());
    }

    let known: BTreeSet<&String> = granted.iter().collect();
    let ungranted: Vec<String> = asked
        .iter()
        .filter(|scope| !known.contains(scope))
        .cloned()
        .collect();
    if !ungranted.is_empty() {
        return Err(Refusal::Ungranted(ungranted));
    }
    Ok(asked)
}

#[cfg(test)]
mod tests;
