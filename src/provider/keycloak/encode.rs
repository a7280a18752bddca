//! From the fields of the model to what Keycloak is sent.

use serde_json::{Map, Value as Json, json};

use super::decode::{
    ACCESS_TOKEN_LIFETIME, DESCRIPTION, LOGO_URI, PROOF_OF_POSSESSION,
};
use super::names::{
    API, AUDIENCE_MAPPER, BASIC_SCOPE, CLIENT, DPOP, IN_ACCESS_TOKEN,
    IN_TOKEN_SCOPE, INCLUDED_CLIENT, KIND, LIFESPAN, LOGO, METADATA_PREFIX,
    NAME_AS_MADE, PROTOCOL, SCOPE_API, SCOPE_NAME,
};
use super::role::{FLOWS, Role, Switch};
use super::wire::{Client, ClientScope};
use crate::model::{
    Attrs, ClientSpec, Identifier, Mark, ResourceServerSpec, ScopeName, Value,
};

/// What a client is told to be.
#[derive(Debug, Default)]
struct ClientBody {
    fields: Map<String, Json>,
    attributes: Map<String, Json>,
}

/// A new client that stands for an API. The error names a
/// field that cannot be written.
pub(super) fn new_api(
    identifier: &Identifier,
    attrs: &Attrs,
) -> Result<Json, String> {
    let mut body = ClientBody::new(identifier.as_str(), API);
    // It gets no tokens, so it asks for no scopes.
    body.fields
        .insert("defaultClientScopes".into(), json!([]));
    body.add(attrs)?;

    Ok(body.into_json())
}

/// A new client that gets tokens for itself.
pub(super) fn new_client(
    client_id: &str,
    attrs: &Attrs,
) -> Result<Json, String> {
    let mut body = ClientBody::new(client_id, CLIENT);
    body.fields
        .insert("serviceAccountsEnabled".into(), json!(true));
    // Who the token speaks for. The realm's own defaults may
    // give more than is declared.
    let defaults = json!([BASIC_SCOPE]);
    body.fields
        .insert("defaultClientScopes".into(), defaults);
    body.add(attrs)?;

    Ok(body.into_json())
}

/// What changes of a client; none where nothing of the client itself does.
pub(super) fn changed_client(
    live: &Client,
    fields: &Attrs,
) -> Result<Option<Json>, String> {
    let mut body = ClientBody::default();
    body.add(fields)?;
    if body.fields.is_empty() && body.attributes.is_empty() {
        return Ok(None);
    }

    // It goes with the mark, and without one it says nothing.
    if let Some(mark) = body.attributes.get(Mark::STACK) {
        let kind = match live.role() {
            Role::Api => API,
            _ => CLIENT,
        };
        let kind = if mark.is_null() {
            Json::Null
        } else {
            json!(kind)
        };
        body.attributes
            .insert(KIND.into(), kind);
    }
    // A change that does not say so switches it off, and deletes all that was
    // set up for it.
    if live.authorization_services_enabled {
        let on = json!(true);
        body.fields
            .insert("authorizationServicesEnabled".into(), on);
    }
    Ok(Some(body.into_json()))
}

impl ClientBody {
    /// A client that can do nothing yet.
    fn new(client_id: &str, kind: &str) -> Self {
        let fields = [
            ("clientId", json!(client_id)),
            ("protocol", json!(PROTOCOL)),
            ("enabled", json!(true)),
            ("publicClient", json!(false)),
            ("bearerOnly", json!(false)),
            ("consentRequired", json!(false)),
            ("standardFlowEnabled", json!(false)),
            ("implicitFlowEnabled", json!(false)),
            ("directAccessGrantsEnabled", json!(false)),
            ("serviceAccountsEnabled", json!(false)),
            // Its roles would get into its tokens, and the audience of these
            // along with them.
            ("fullScopeAllowed", json!(false)),
            // Scopes are given by requests of their own: a name that is not
            // known would be passed over in silence here.
            ("optionalClientScopes", json!([])),
        ];

        Self {
            fields: fields
                .map(|(name, value)| (name.into(), value))
                .into_iter()
                .collect(),
            attributes: Map::from_iter([(KIND.into(), json!(kind))]),
        }
    }

    fn add(&mut self, fields: &Attrs) -> Result<(), String> {
        for (field, value) in fields {
            match field.as_str() {
                ClientSpec::NAME => self.set("name", text_or_nothing(value)),
                DESCRIPTION => self.set("description", text_or_nothing(value)),
                ClientSpec::GRANT_TYPES => self.set_grant_types(value),
                LOGO_URI => self.set_attribute(LOGO, value),
                PROOF_OF_POSSESSION => self.set_attribute(DPOP, value),
                ACCESS_TOKEN_LIFETIME => self.set_attribute(LIFESPAN, value),
                ClientSpec::METADATA => self.set_metadata(value),
                // The one stands in the address of what is new, and never
                // changes; the others are objects of their own.
                ClientSpec::ID | ResourceServerSpec::SCOPES => {}
                // Of a client without keys.
                ClientSpec::SECRET_METHOD if *value == Value::Null => {}
                field => {
                    return Err(format!(
                        "`{field}` cannot be written to Keycloak"
                    ));
                }
            }
        }
        Ok(())
    }

    fn set(&mut self, name: &str, value: Json) {
        self.fields.insert(name.into(), value);
    }

    fn set_attribute(&mut self, name: &str, value: &Value) {
        self.attributes
            .insert(name.into(), attribute(value));
    }

    fn set_grant_types(&mut self, value: &Value) {
        let is_on = |grant_type: &str| {
            let types = value.as_set();
            types.is_some_and(|types| {
                types.contains(&Value::Text(grant_type.into()))
            })
        };
        // An attribute is switched off by taking it away.
        let flag = |is_on: bool| {
            if is_on {
                Value::Bool(true)
            } else {
                Value::Null
            }
        };

        // With this, none of them counts.
        self.set("bearerOnly", json!(false));
        for flow in &FLOWS {
            let is_wanted = is_on(flow.grant_type);
            match flow.switch {
                Switch::Field(name, _) => self.set(name, json!(is_wanted)),
                Switch::Attribute(name) => {
                    self.set_attribute(name, &flag(is_wanted));
                }
            }
        }
    }

    fn set_metadata(&mut self, value: &Value) {
        for (name, value) in value.as_map().into_iter().flatten() {
            if Mark::is_entry(name) {
                self.set_attribute(name, value);
            } else {
                self.set_attribute(&format!("{METADATA_PREFIX}{name}"), value);
            }
        }
    }

    fn into_json(mut self) -> Json {
        if !self.attributes.is_empty() {
            let attributes = Json::Object(self.attributes);
            self.fields
                .insert("attributes".into(), attributes);
        }
        Json::Object(self.fields)
    }
}

/// A text that is cleared becomes empty: it is never absent again.
fn text_or_nothing(value: &Value) -> Json {
    json!(value.as_text().unwrap_or_default())
}

/// Attributes are texts; what is `null` goes.
fn attribute(value: &Value) -> Json {
    match value {
        Value::Text(text) if !text.is_empty() => json!(text),
        Value::Bool(flag) => json!(flag.to_string()),
        Value::Integer(number) => json!(number.to_string()),
        _ => Json::Null,
    }
}

/// The first entry of the mark that is to be written.
pub(super) fn mark_in(fields: &Attrs) -> Option<String> {
    let metadata = fields
        .get(ClientSpec::METADATA)?
        .as_map()?;
    metadata
        .get(Mark::STACK)?
        .as_text()
        .map(str::to_owned)
}

/// What a scope is to be.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScopeBody<'a> {
    /// What it is called in the realm.
    pub(super) name: &'a str,
    pub(super) api: &'a Identifier,
    pub(super) scope: &'a ScopeName,
    pub(super) description: &'a str,
    /// The first entry of the mark of its API.
    pub(super) mark: &'a str,
}

impl ScopeBody<'_> {
    /// All of it, with what puts its API into the audience of tokens.
    pub(super) fn create(self) -> Json {
        json!({
            "name": self.name,
            "description": self.description,
            "protocol": PROTOCOL,
            "attributes": self.attributes(),
            "protocolMappers": [audience_mapper(self.api)],
        })
    }

    /// What of it can be changed by a change of the scope itself.
    pub(super) fn change(self) -> Json {
        json!({
            "name": self.name,
            "description": self.description,
            "protocol": PROTOCOL,
            "attributes": self.attributes(),
        })
    }

    /// Whether a scope says all of it already, but for its audience.
    pub(super) fn is_said_by(self, there: &ClientScope) -> bool {
        let attribute = |name| there.attributes.get(name);
        let description = there
            .description
            .as_deref()
            .unwrap_or_default();
        let made_as = attribute(NAME_AS_MADE);

        there.name == self.name
            && description == self.description
            && there.protocol.as_deref() == Some(PROTOCOL)
            && there.is_in_token_scope()
            && attribute(Mark::STACK) == Some(self.mark)
            && attribute(SCOPE_API) == Some(self.api.as_str())
            && attribute(SCOPE_NAME) == Some(self.scope.as_str())
            // What was made before it was said has none, and needs none.
            && made_as.is_none_or(|name| name == self.name)
    }

    fn attributes(self) -> Json {
        json!({
            IN_TOKEN_SCOPE: "true",
            Mark::STACK: self.mark,
            SCOPE_API: self.api.as_str(),
            SCOPE_NAME: self.scope.as_str(),
            NAME_AS_MADE: self.name,
        })
    }
}

/// A scope with another mark.
pub(super) fn marked_scope(name: &str, mark: &str) -> Json {
    json!({ "name": name, "attributes": { Mark::STACK: mark } })
}

/// A scope without its mark.
pub(super) fn released_scope(name: &str) -> Json {
    json!({
        "name": name,
        "attributes": {
            Mark::STACK: null,
            SCOPE_API: null,
            SCOPE_NAME: null,
            NAME_AS_MADE: null,
        },
    })
}

/// What puts an API into the audience of tokens.
pub(super) fn audience_mapper(api: &Identifier) -> Json {
    json!({
        "name": "audience",
        "protocol": PROTOCOL,
        "protocolMapper": AUDIENCE_MAPPER,
        "config": {
            INCLUDED_CLIENT: api.as_str(),
            IN_ACCESS_TOKEN: "true",
            "introspection.token.claim": "true",
        },
    })
}
