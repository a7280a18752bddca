//! What the configuration can say of a live grant.

use super::rendering::Rendering;
use super::view::LiveGrant;
use super::yaml::quote;
use super::{Entry, Field};
use crate::model::{
    Attrs, Audience, GrantSpec, Key, OrganizationUsage, ResourceServerSpec, ScopeName, SubjectType,
    Value,
};

/// The grant type that every token for a client itself is asked for with.
const CLIENT_CREDENTIALS: &str = "client_credentials";

/// What is known of the two ends of a grant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ends<'a> {
    /// What can be said of its client.
    pub(super) client: &'a Rendering,
    /// The API.
    pub(super) api: Api<'a>,
}

/// The API of a grant.
#[derive(Debug, Clone, Copy)]
pub(super) enum Api<'a> {
    /// The tenant's own Management API, with its fields where the tenant shows it.
    Management(Option<&'a Attrs>),
    /// Any other, with what can be said of it and its fields.
    Other(&'a Rendering, &'a Attrs),
}

/// The fields beside client and resource server, or why they cannot be said.
pub(super) fn render_fields(
    grant: LiveGrant<'_>,
    ends: Ends<'_>,
    defaults: &Attrs,
) -> Result<Vec<Field>, String> {
    check_ends(grant.subject_type, ends)?;
    let live = &grant.found.attrs;

    let mut fields = vec![render_scopes(live, ends.api)?];
    if grant.subject_type == SubjectType::User {
        fields.push(("subject_type".into(), "user".into()));
    }
    for field in ["organization_usage", "allow_any_organization"] {
        let Some(value) = live.get(field) else {
            continue;
        };
        if defaults.get(field) != Some(value) && can_say(field, value) {
            fields.push((field.into(), value.clone()));
        }
    }
    Ok(fields)
}

/// Whether both ends allow a grant at all.
fn check_ends(subject_type: SubjectType, ends: Ends<'_>) -> Result<(), String> {
    if let Api::Other(Rendering::Omitted(why), _) = ends.api {
        return Err(format!("its API is left out, because {why}"));
    }
    // A client that is only referred to is not declared, so nothing can contradict its grants.
    let (SubjectType::Client, Rendering::Full(client)) = (subject_type, ends.client) else {
        return Ok(());
    };

    let grant_types = client.get("grant_types").and_then(Value::as_set);
    if grant_types.is_some_and(|types| !types.contains(&CLIENT_CREDENTIALS.into())) {
        return Err(format!("its client may not use `{CLIENT_CREDENTIALS}`"));
    }
    if client.get("token_endpoint_auth_method") == Some(&"none".into()) {
        return Err("its client does not authenticate".to_owned());
    }
    Ok(())
}

fn render_scopes(live: &Attrs, api: Api<'_>) -> Result<Field, String> {
    if live.get(GrantSpec::ALL_SCOPES) == Some(&Value::Bool(true)) {
        return match api {
            Api::Management(_) => Err("Auth0 refuses all scopes of its own API".to_owned()),
            Api::Other(..) => Ok((GrantSpec::ALL_SCOPES.into(), Value::Bool(true))),
        };
    }

    let scopes = live.get(GrantSpec::SCOPES).and_then(Value::as_set);
    let scopes = scopes.cloned().unwrap_or_default();
    for scope in &scopes {
        check_scope(scope, api)?;
    }
    Ok((GrantSpec::SCOPES.into(), Value::Set(scopes)))
}

fn check_scope(scope: &Value, api: Api<'_>) -> Result<(), String> {
    let scope = scope.as_text().ok_or("a scope of it is no text")?;
    let quoted = quote(scope);

    if scope.parse::<ScopeName>().is_err() {
        return Err(format!("a configuration cannot say its scope {quoted}"));
    }
    if !api.has_scope(scope) {
        return Err(format!("its API does not declare the scope {quoted}"));
    }
    Ok(())
}

impl Api<'_> {
    /// Whether a grant may name this scope. Of an API that the tenant does not show nothing is
    /// known.
    fn has_scope(self, scope: &str) -> bool {
        let (Self::Management(Some(attrs)) | Self::Other(_, attrs)) = self else {
            return true;
        };

        let scopes = attrs
            .get(ResourceServerSpec::SCOPES)
            .and_then(Value::as_map);
        scopes.is_some_and(|scopes| scopes.contains_key(scope))
    }
}

fn can_say(field: &str, value: &Value) -> bool {
    match field {
        "organization_usage" => {
            serde_json::from_value::<OrganizationUsage>(value.clone().into()).is_ok()
        }
        _ => matches!(value, Value::Bool(_)),
    }
}

/// A grant as it is written.
pub(super) fn write_grant(client: &Key, server: &Key, fields: Vec<Field>) -> Entry {
    let client = ("client".into(), client.as_str().into());
    let server = ("resource_server".into(), server.as_str().into());
    let mut all = vec![client, server];
    all.extend(fields);

    Entry {
        remarks: Vec::new(),
        fields: all,
    }
}

/// The key of the Management API.
pub(super) fn management_api() -> Option<Key> {
    Audience::MANAGEMENT_API.parse().ok()
}
