//! What one grant gives, by what it, its client and its API are.

use super::{
    Permission, PermittedAudience, PermittedOrganization, PermittedScope,
};
use crate::model::{
    Attrs, ClientRef, ClientSpec, GrantSpec, OrganizationId,
    ResourceServerSpec, SubjectType, Value,
};

/// An object that a grant joins, as far as it can be seen.
#[derive(Clone, Copy)]
pub(super) enum End<'a> {
    /// Its fields, and what those amount to that are missing.
    Seen {
        attrs: &'a Attrs,
        defaults: &'a Attrs,
    },
    /// It is somebody else's, and said to be there: it is
    /// taken to be fit for use.
    External,
}

impl<'a> End<'a> {
    /// What a field is, or amounts to; none where that is not known.
    fn field(self, name: &str) -> Option<&'a Value> {
        match self {
            Self::Seen {
                attrs,
                defaults,
            } => {
                let set = attrs
                    .get(name)
                    .filter(|value| **value != Value::Null);
                set.or_else(|| defaults.get(name))
            }
            Self::External => None,
        }
    }
}

/// A grant with what it joins.
pub(super) struct Joined<'a> {
    pub(super) client_ref: ClientRef,
    pub(super) audience: PermittedAudience,
    pub(super) subject_type: SubjectType,
    pub(super) grant: End<'a>,
    pub(super) client: End<'a>,
    pub(super) server: End<'a>,
}

impl Joined<'_> {
    /// What it gives: each scope with each organization.
    pub(super) fn permissions(self) -> Vec<Permission> {
        let is_fit = match self.subject_type {
            SubjectType::Client => {
                can_ask_for_itself(self.client)
                    && lets_in(self.server, "client")
            }
            // What a client must be to act for a person is a matter of that
            // person's login.
            SubjectType::User => lets_in(self.server, "user"),
        };
        if !is_fit {
            return Vec::new();
        }

        let organizations =
            permitted_organizations(self.grant, self.subject_type);
        let scopes = permitted_scopes(self.grant, self.server);
        let mut permissions =
            Vec::with_capacity(scopes.len() * organizations.len());
        for scope in &scopes {
            for organization in &organizations {
                permissions.push(Permission {
                    client: self.client_ref.clone(),
                    audience: self.audience.clone(),
                    scope: scope.clone(),
                    organization: organization.clone(),
                    subject_type: self.subject_type,
                });
            }
        }
        permissions
    }
}

/// Whether the client may use its grants without a person: by the grant type,
/// and with something to prove who it is.
fn can_ask_for_itself(client: End<'_>) -> bool {
    let may_ask = client
        .field(ClientSpec::GRANT_TYPES)
        .and_then(Value::as_set)
        .is_none_or(|grant_types| {
            grant_types.contains(&"client_credentials".into())
        });

    let method = client
        .field(ClientSpec::SECRET_METHOD)
        .and_then(Value::as_text);
    let has_proof = method != Some("none")
        || client
            .field(ClientSpec::METHODS)
            .is_some();

    may_ask && has_proof
}

/// Whether the API takes tokens of such a subject at all.
fn lets_in(server: End<'_>, subject: &str) -> bool {
    let policy = server
        .field(ResourceServerSpec::SUBJECT_TYPE_AUTHORIZATION)
        .and_then(Value::as_map)
        .and_then(|subjects| subjects.get(subject))
        .and_then(Value::as_map)
        .and_then(|subject| subject.get("policy"))
        .and_then(Value::as_text);

    policy != Some("deny_all")
}

/// A scope that the API does not have is given all the same:
/// the tenant does not check.
fn permitted_scopes(grant: End<'_>, server: End<'_>) -> Vec<PermittedScope> {
    let names: Vec<&str> =
        if grant.field(GrantSpec::ALL_SCOPES) == Some(&Value::Bool(true)) {
            let Some(declared) = server
                .field(ResourceServerSpec::SCOPES)
                .and_then(Value::as_map)
            else {
                return vec![PermittedScope::Every];
            };
            declared
                .keys()
                .map(AsRef::as_ref)
                .collect()
        } else {
            let named = grant
                .field(GrantSpec::SCOPES)
                .and_then(Value::as_set);
            named
                .into_iter()
                .flatten()
                .filter_map(Value::as_text)
                .collect()
        };

    // A name that is none is no scope that anybody could ask for.
    let scopes: Vec<PermittedScope> = names
        .into_iter()
        .filter_map(|name| name.parse().ok())
        .map(PermittedScope::Named)
        .collect();
    if scopes.is_empty() {
        return vec![PermittedScope::None];
    }
    scopes
}

fn permitted_organizations(
    grant: End<'_>,
    subject_type: SubjectType,
) -> Vec<PermittedOrganization> {
    // A person's organization is that of the login, and no matter of the grant.
    if subject_type == SubjectType::User {
        return vec![PermittedOrganization::None];
    }

    let usage = grant
        .field(GrantSpec::ORGANIZATION_USAGE)
        .and_then(Value::as_text);
    let mut organizations = match usage {
        Some("require") => Vec::new(),
        Some("allow") => vec![PermittedOrganization::None],
        // `deny`, which is also what a tenant takes silence for.
        _ => return vec![PermittedOrganization::None],
    };

    if grant.field(GrantSpec::ALLOW_ANY_ORGANIZATION)
        == Some(&Value::Bool(true))
    {
        organizations.push(PermittedOrganization::Any);
        return organizations;
    }
    let Some(named) = grant.field(GrantSpec::ORGANIZATIONS) else {
        organizations.push(PermittedOrganization::Unseen);
        return organizations;
    };
    let named = named.as_set();
    let named = named
        .into_iter()
        .flatten()
        .filter_map(Value::as_text);
    let ids = named.filter_map(|id| id.parse::<OrganizationId>().ok());
    organizations.extend(ids.map(PermittedOrganization::Id));
    organizations
}
