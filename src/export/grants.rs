//! What the configuration can say of a live grant.

use smol_str::SmolStr;

use super::Object;
use super::fate::Fate;
use super::yaml::quoted;
use crate::model::{
    Attrs, Audience, Found, GrantSpec, Key, OrganizationUsage, ResourceServerSpec, ScopeName,
    SubjectType, Value,
};

/// The grant type that every token for a client itself is asked for with.
const CLIENT_CREDENTIALS: &str = "client_credentials";

/// A live grant, and what is known of its two ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grant<'a> {
    pub(super) found: &'a Found,
    pub(super) subject_type: SubjectType,
    /// What can be said of its client.
    pub(super) client: &'a Fate,
    /// The API.
    pub(super) api: Api<'a>,
}

/// The API of a grant.
#[derive(Debug, Clone, Copy)]
pub(super) enum Api<'a> {
    /// The tenant's own Management API, with its fields where the tenant shows it.
    Management(Option<&'a Attrs>),
    /// Any other, with what can be said of it and its fields.
    Other(&'a Fate, &'a Attrs),
}

impl Grant<'_> {
    /// The fields beside client and resource server, or why they cannot be said.
    pub(super) fn fields(&self, defaults: &Attrs) -> Result<Vec<(SmolStr, Value)>, String> {
        self.ends()?;
        let live = &self.found.attrs;
        let mut fields = vec![self.scopes()?];
        if self.subject_type == SubjectType::User {
            fields.push(("subject_type".into(), "user".into()));
        }
        for field in ["organization_usage", "allow_any_organization"] {
            let value = live
                .get(field)
                .filter(|value| defaults.get(field) != Some(*value));
            let said = value.filter(|value| is_said(field, value));
            fields.extend(said.map(|value| (field.into(), value.clone())));
        }
        Ok(fields)
    }

    /// Whether both ends allow a grant at all.
    fn ends(&self) -> Result<(), String> {
        if let Api::Other(Fate::Silent(why), _) = self.api {
            return Err(format!("its API is left out, because {why}"));
        }
        let (SubjectType::Client, Fate::Declared(client)) = (self.subject_type, self.client) else {
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

    fn scopes(&self) -> Result<(SmolStr, Value), String> {
        let live = &self.found.attrs;
        if live.get(GrantSpec::ALL_SCOPES) == Some(&Value::Bool(true)) {
            return match self.api {
                Api::Management(_) => Err("Auth0 refuses all scopes of its own API".to_owned()),
                Api::Other(..) => Ok((GrantSpec::ALL_SCOPES.into(), Value::Bool(true))),
            };
        }
        let scopes = live
            .get(GrantSpec::SCOPES)
            .and_then(Value::as_set)
            .cloned()
            .unwrap_or_default();
        for scope in &scopes {
            let scope = scope.as_text().ok_or("a scope of it is no text")?;
            if scope.parse::<ScopeName>().is_err() {
                return Err(format!(
                    "a configuration cannot say its scope {}",
                    quoted(scope)
                ));
            }
            if !self.api.has_scope(scope) {
                return Err(format!(
                    "its API does not declare the scope {}",
                    quoted(scope)
                ));
            }
        }
        Ok((GrantSpec::SCOPES.into(), Value::Set(scopes)))
    }
}

impl Api<'_> {
    /// Whether a grant may name this scope. Of an API that the tenant does not show nothing is known.
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

fn is_said(field: &str, value: &Value) -> bool {
    match field {
        "organization_usage" => {
            serde_json::from_value::<OrganizationUsage>(value.clone().into()).is_ok()
        }
        _ => matches!(value, Value::Bool(_)),
    }
}

/// A grant as it is written.
pub(super) fn object(client: &Key, server: &Key, fields: Vec<(SmolStr, Value)>) -> Object {
    let ends = [("client", client), ("resource_server", server)];
    let ends = ends.map(|(field, key)| (field.into(), Value::from(key.as_str())));
    Object {
        remarks: Vec::new(),
        fields: ends.into_iter().chain(fields).collect(),
    }
}

/// The key of the Management API.
pub(super) fn management_api() -> Option<Key> {
    Audience::MANAGEMENT_API.parse().ok()
}
