//! What the configuration can say of a live grant.

use super::rendering::{Rendering, can_say, explain_stays, set_fields};
use super::view::LiveGrant;
use super::yaml::quote;
use super::{Entry, Field};
use crate::model::{
    Attrs, Audience, FieldRules, GrantSettings, GrantSpec, Key,
    ResourceServerSpec, ScopeName, SubjectType, Value,
};

/// The grant type that every token for a client itself is asked for with.
const CLIENT_CREDENTIALS: &str = "client_credentials";

/// The fields of which exactly one is said.
const OF_SCOPES: [&str; 2] = [GrantSpec::SCOPES, GrantSpec::ALL_SCOPES];

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
    /// The tenant's own Management API, with its fields
    /// where the tenant shows it.
    Management(Option<&'a Attrs>),
    /// Any other, with what can be said of it and its fields.
    Other(&'a Rendering, &'a Attrs),
}

/// What is said of a grant beside its client and resource server, or why it
/// cannot be said.
pub(super) fn render_grant(
    grant: LiveGrant<'_>,
    ends: Ends<'_>,
    rules: &FieldRules,
) -> Result<Entry, String> {
    check_ends(grant.subject_type, ends)?;
    let live = &grant.found.attrs;

    let mut entry = Entry::default();
    entry
        .fields
        .push(render_scopes(live, ends.api)?);
    if grant.subject_type == SubjectType::User {
        entry
            .fields
            .push(("subject_type".into(), "user".into()));
    }
    for (field, value) in set_fields(live, &rules.defaults) {
        if OF_SCOPES.contains(&field.as_str()) {
            continue;
        }
        if can_say(GrantSettings::attrs, field, value)
            && may_stand(field, value, grant)
        {
            entry
                .fields
                .push((field.clone(), value.clone()));
        } else {
            entry.remarks.push(explain_stays(field));
        }
    }

    let organizations = GrantSpec::ORGANIZATIONS;
    let is_unseen = rules.unlisted.contains(organizations)
        && !live.contains_key(organizations);
    if is_unseen && names_organizations(live) {
        let why = "stays as it is: an export does not look at them; say which \
                   they are to manage them";
        entry
            .remarks
            .push(format!("{} {why}.", quote(organizations)));
    }
    Ok(entry)
}

/// Whether a configuration may say this of such a grant.
fn may_stand(field: &str, value: &Value, grant: LiveGrant<'_>) -> bool {
    let is_empty = value
        .as_set()
        .is_some_and(|members| members.iter().next().is_none());
    match field {
        GrantSpec::ORGANIZATIONS => {
            is_empty || names_organizations(&grant.found.attrs)
        }
        GrantSpec::AUTHORIZATION_DETAILS_TYPES => {
            is_empty || grant.subject_type == SubjectType::User
        }
        _ => true,
    }
}

/// Whether a client may name organizations, and which ones matters.
fn names_organizations(live: &Attrs) -> bool {
    let usage = live.get(GrantSpec::ORGANIZATION_USAGE);

    usage
        .and_then(Value::as_text)
        .is_some_and(|usage| matches!(usage, "allow" | "require"))
}

/// Whether both ends allow a grant at all.
fn check_ends(subject_type: SubjectType, ends: Ends<'_>) -> Result<(), String> {
    if let Api::Other(Rendering::Omitted(why), _) = ends.api {
        return Err(format!("its API is left out, because {why}"));
    }
    // A client that is only referred to is not declared, so nothing can
    // contradict its grants.
    let (SubjectType::Client, Rendering::Full(client)) =
        (subject_type, ends.client)
    else {
        return Ok(());
    };

    let grant_types = client
        .get("grant_types")
        .and_then(Value::as_set);
    if grant_types
        .is_some_and(|types| !types.contains(&CLIENT_CREDENTIALS.into()))
    {
        return Err(format!(
            "its client may not use `{CLIENT_CREDENTIALS}`"
        ));
    }
    if client.get("token_endpoint_auth_method") == Some(&"none".into()) {
        return Err("its client does not authenticate".to_owned());
    }
    Ok(())
}

fn render_scopes(live: &Attrs, api: Api<'_>) -> Result<Field, String> {
    if live.get(GrantSpec::ALL_SCOPES) == Some(&Value::Bool(true)) {
        return match api {
            Api::Management(_) => {
                Err("Auth0 refuses all scopes of its own API".to_owned())
            }
            Api::Other(..) => {
                Ok((GrantSpec::ALL_SCOPES.into(), Value::Bool(true)))
            }
        };
    }

    let scopes = live
        .get(GrantSpec::SCOPES)
        .and_then(Value::as_set);
    let scopes = scopes.cloned().unwrap_or_default();
    for scope in &scopes {
        check_scope(scope, api)?;
    }
    Ok((GrantSpec::SCOPES.into(), Value::Set(scopes)))
}

fn check_scope(scope: &Value, api: Api<'_>) -> Result<(), String> {
    let scope = scope
        .as_text()
        .ok_or("a scope of it is no text")?;
    let quoted = quote(scope);

    if scope.parse::<ScopeName>().is_err() {
        return Err(format!(
            "a configuration cannot say its scope {quoted}"
        ));
    }
    if !api.has_scope(scope) {
        return Err(format!(
            "its API does not declare the scope {quoted}"
        ));
    }
    Ok(())
}

impl Api<'_> {
    /// Whether a grant may name this scope. Of an API that the tenant does not
    /// show nothing is known.
    fn has_scope(self, scope: &str) -> bool {
        let (Self::Management(Some(attrs)) | Self::Other(_, attrs)) = self
        else {
            return true;
        };

        let scopes = attrs
            .get(ResourceServerSpec::SCOPES)
            .and_then(Value::as_map);
        scopes.is_some_and(|scopes| scopes.contains_key(scope))
    }
}

/// A grant as it is written.
pub(super) fn write_grant(client: &Key, server: &Key, said: Entry) -> Entry {
    let client = ("client".into(), client.as_str().into());
    let server = ("resource_server".into(), server.as_str().into());
    let mut fields = vec![client, server];
    fields.extend(said.fields);

    Entry { fields, ..said }
}

/// The key of the Management API.
pub(super) fn management_api() -> Option<Key> {
    Audience::MANAGEMENT_API.parse().ok()
}
