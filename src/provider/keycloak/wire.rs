//! Objects as Keycloak shows them, as far as they are looked at. Secrets are
//! not: what is not named here is dropped where it is read.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::names::{
    AUDIENCE_CLAIM, AUDIENCE_MAPPER, CLAIM_NAME, DPOP, HOLDS_ROLES,
    IN_ACCESS_TOKEN, IN_LIGHTWEIGHT_TOKEN, IN_TOKEN_SCOPE, INCLUDED_CLIENT,
    INCLUDED_CUSTOM, KIND, LIFESPAN, LOGO, METADATA_PREFIX, NAME_AS_MADE,
    PROTOCOL, SCOPE_API, SCOPE_NAME, SWITCHES,
};
use crate::model::{Digest, Mark};

/// A client.
#[expect(
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    reason = "the fields are Keycloak's"
)]
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Client {
    /// The id in addresses.
    pub(super) id: String,
    pub(super) client_id: String,
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) protocol: Option<String>,
    /// It checks the tokens of others, and gets none,
    /// whatever else is switched on.
    #[serde(default)]
    pub(super) bearer_only: bool,
    #[serde(default)]
    pub(super) standard_flow_enabled: bool,
    #[serde(default)]
    pub(super) implicit_flow_enabled: bool,
    #[serde(default)]
    pub(super) direct_access_grants_enabled: bool,
    #[serde(default)]
    pub(super) service_accounts_enabled: bool,
    #[serde(default)]
    pub(super) authorization_services_enabled: bool,
    #[serde(default)]
    pub(super) attributes: Attributes,
    #[serde(default)]
    pub(super) default_client_scopes: Vec<String>,
    #[serde(default)]
    pub(super) optional_client_scopes: Vec<String>,
}

/// A client scope.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClientScope {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) protocol: Option<String>,
    #[serde(default)]
    pub(super) attributes: Attributes,
    #[serde(default)]
    pub(super) protocol_mappers: Vec<Mapper>,
}

/// What puts something into tokens.
#[expect(clippy::struct_field_names, reason = "the fields are Keycloak's")]
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Mapper {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) protocol_mapper: String,
    #[serde(default)]
    pub(super) config: BTreeMap<String, String>,
}

/// The attributes of an object that are looked at: others may hold keys.
#[derive(Debug, Clone, Default)]
pub(super) struct Attributes(pub(super) BTreeMap<String, String>);

impl Attributes {
    /// What an attribute says; nothing where it is empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.get(name).map(String::as_str);
        value.filter(|value| !value.is_empty())
    }

    /// Whether a switch is on, as Keycloak reads it: in
    /// whichever case it was written.
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.get(name).is_some_and(is_true)
    }
}

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Self, D::Error> {
        struct Known;

        impl<'de> Visitor<'de> for Known {
            type Value = Attributes;

            fn expecting(
                &self,
                formatter: &mut fmt::Formatter<'_>,
            ) -> fmt::Result {
                formatter.write_str("a map of texts")
            }

            fn visit_unit<E>(self) -> Result<Attributes, E> {
                Ok(Attributes::default())
            }

            fn visit_map<M: MapAccess<'de>>(
                self,
                mut map: M,
            ) -> Result<Attributes, M::Error> {
                let mut known = BTreeMap::new();
                while let Some(name) = map.next_key::<String>()? {
                    if is_looked_at(&name) {
                        let value: Option<String> = map.next_value()?;
                        known.extend(value.map(|value| (name, value)));
                    } else {
                        map.next_value::<serde::de::IgnoredAny>()?;
                    }
                }
                Ok(Attributes(known))
            }
        }

        deserializer.deserialize_any(Known)
    }
}

/// Whether a text says yes to Keycloak, where it reads a switch.
fn is_true(text: &str) -> bool {
    text.eq_ignore_ascii_case("true")
}

fn is_looked_at(name: &str) -> bool {
    let is_setting = [
        KIND,
        SCOPE_API,
        SCOPE_NAME,
        NAME_AS_MADE,
        IN_TOKEN_SCOPE,
        LOGO,
        DPOP,
        LIFESPAN,
        HOLDS_ROLES,
    ]
    .contains(&name);

    let is_switch = SWITCHES.contains(&name);
    is_setting
        || is_switch
        || Mark::is_entry(name)
        || name.starts_with(METADATA_PREFIX)
}

impl Client {
    /// The first entry of its mark, if it carries one.
    pub(super) fn mark(&self) -> Option<&str> {
        self.attributes.get(Mark::STACK)
    }

    /// What its mark comes to, or that it carries none.
    pub(super) fn mark_digest(&self) -> Digest {
        let entries =
            Mark::METADATA_KEYS.map(|entry| self.attributes.get(entry));

        Digest::of(serde_json::json!(entries))
    }

    /// Whether it carries a mark, whosoever.
    pub(super) fn is_marked(&self) -> bool {
        Mark::METADATA_KEYS
            .iter()
            .any(|entry| self.attributes.get(entry).is_some())
    }

    /// The names of the scopes that it may ask for, or gets unasked.
    pub(super) fn scopes(&self) -> impl Iterator<Item = &str> {
        let optional = self.optional_client_scopes.iter();

        optional
            .chain(&self.default_client_scopes)
            .map(String::as_str)
    }
}

impl ClientScope {
    /// The API that its tokens are for: what its one mapper puts
    /// into their audience. None where it has none, or several, or
    /// one that nobody can name.
    pub(super) fn audience(&self) -> Option<&str> {
        if self.protocol.as_deref() != Some(PROTOCOL) {
            return None;
        }

        let mut mappers = self.protocol_mappers.iter();
        let only = mappers.find(|mapper| mapper.adds_audience())?;
        if mappers.any(Mapper::adds_audience) {
            return None;
        }
        only.audience()
    }

    /// Whether tokens say that they have it.
    pub(super) fn is_in_token_scope(&self) -> bool {
        let said = self.attributes.0.get(IN_TOKEN_SCOPE);

        // Nothing said is a yes, and an empty text is a no.
        said.is_none_or(|said| is_true(said))
    }

    /// The API that it was made for, if it carries a mark.
    pub(super) fn marked_api(&self) -> Option<&str> {
        self.attributes.get(Mark::STACK)?;
        self.attributes.get(SCOPE_API)
    }
}

impl Mapper {
    /// What it puts into the audience of access tokens,
    /// if that is what it is for.
    fn audience(&self) -> Option<&str> {
        if self.protocol_mapper != AUDIENCE_MAPPER
            || self.get(IN_ACCESS_TOKEN) != Some("true")
        {
            return None;
        }

        self.get(INCLUDED_CLIENT)
            .or_else(|| self.get(INCLUDED_CUSTOM))
    }

    /// Whether it puts anything into the audience of tokens, of
    /// whichever kind either is.
    pub(super) fn adds_audience(&self) -> bool {
        let is_in_tokens = [IN_ACCESS_TOKEN, IN_LIGHTWEIGHT_TOKEN]
            .iter()
            .any(|tokens| self.get(tokens) == Some("true"));
        let adds = match self.get(CLAIM_NAME) {
            Some(claim) => claim == AUDIENCE_CLAIM,
            None => {
                self.protocol_mapper == AUDIENCE_MAPPER
                    && (self.get(INCLUDED_CLIENT).is_some()
                        || self.get(INCLUDED_CUSTOM).is_some())
            }
        };

        is_in_tokens && adds
    }

    fn get(&self, name: &str) -> Option<&str> {
        let value = self
            .config
            .get(name)
            .map(String::as_str);
        value.filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_scope_is_in_tokens_unless_it_is_said_that_it_is_not() {
        for (said, expected) in [
            (json!({}), true),
            (json!({ IN_TOKEN_SCOPE: "TRUE" }), true),
            (json!({ IN_TOKEN_SCOPE: "false" }), false),
            (json!({ IN_TOKEN_SCOPE: "" }), false),
        ] {
            let object =
                json!({ "id": "1", "name": "read", "attributes": said });
            let scope: ClientScope = serde_json::from_value(object).unwrap();
            assert_eq!(scope.is_in_token_scope(), expected, "{said}");
        }
    }

    #[test]
    fn no_attribute_is_kept_that_is_not_looked_at() {
        let object = json!({ "id": "1", "clientId": "c", "attributes": { "saml.signing.private.key": "s3cret" } });
        let client: Client = serde_json::from_value(object).unwrap();
        assert!(!format!("{client:?}").contains("s3cret"));
    }
}
