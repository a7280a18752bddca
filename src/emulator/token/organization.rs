//! Which organization a token is for, if any.

use super::refusal::Refusal;
use crate::emulator::tenant::{Object, Tenant, is_true, text, texts};

/// What the grant says about organizations. Absent means that there are none.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Usage {
    Denied,
    Allowed,
    Required,
}

impl Usage {
    fn of(grant: &Object) -> Self {
        match text(grant, "organization_usage") {
            Some("allow") => Self::Allowed,
            Some("require") => Self::Required,
            _ => Self::Denied,
        }
    }
}

/// The id of the organization asked for, by id or name, or else of the one the
/// client falls back to where the grant requires one.
pub(crate) fn choose_organization(
    tenant: &Tenant,
    client: &Object,
    grant: &Object,
    asked: Option<&str>,
) -> Result<Option<String>, Refusal> {
    let name = match (Usage::of(grant), asked) {
        (Usage::Denied, Some(_)) => {
            return Err(Refusal::OrganizationNotAllowed);
        }
        // Documented: the client's default counts only where the grant requires
        // an organization.
        (Usage::Denied | Usage::Allowed, None) => return Ok(None),
        (Usage::Allowed | Usage::Required, Some(name)) => name,
        (Usage::Required, None) => {
            find_default(client).ok_or(Refusal::OrganizationRequired)?
        }
    };

    let id = tenant
        .organization_named(name)
        .and_then(|organization| text(organization, "id"))
        .filter(|id| may_use(tenant, id, grant))
        .ok_or_else(|| Refusal::NoOrganization(name.to_owned()))?;
    Ok(Some(id.to_owned()))
}

fn find_default(client: &Object) -> Option<&str> {
    let default = client
        .get("default_organization")?
        .as_object()?;
    if !texts(default, "flows").any(|flow| flow == "client_credentials") {
        return None;
    }
    text(default, "organization_id")
}

fn may_use(tenant: &Tenant, organization: &str, grant: &Object) -> bool {
    if is_true(grant, "allow_any_organization") {
        return true;
    }
    text(grant, "id")
        .is_some_and(|grant| tenant.is_associated(organization, grant))
}

#[cfg(test)]
mod tests;
