//! What providers make of a field: its name at Auth0, and
//! what it is where nobody says.

use serde_json::Value as Json;

use super::words::code;
use crate::model::{Attrs, ClientSpec, Kind, Value};
use crate::provider::auth0;

/// The kind of the objects of a definition, where it is one of those that
/// providers keep.
fn kind_of(definition: &str) -> Option<Kind> {
    match definition {
        "ResourceServer" => Some(Kind::ResourceServer),
        "Client" => Some(Kind::Client),
        "Grant" => Some(Kind::Grant),
        _ => None,
    }
}

/// What Auth0 calls a field, if it is one of Auth0's.
pub(super) fn auth0_name(
    definition: &str,
    field: &str,
) -> Option<&'static str> {
    auth0::name_of(kind_of(definition)?, field)
}

/// The defaults of the fields of a kind.
pub(super) struct Defaults {
    /// What Grantry fills in.
    grantry: Attrs,
    /// What Auth0 takes by itself.
    auth0: Attrs,
}

impl Defaults {
    pub(super) fn of(definition: &str) -> Self {
        let kind = kind_of(definition);
        let rules = kind
            .map(auth0::rules)
            .unwrap_or_default();
        let mut machine = ClientSpec::default();
        if kind == Some(Kind::Client) {
            machine.default_to_machine(&auth0::SUPPORT.machine);
        }

        Self {
            grantry: machine.attrs(),
            auth0: rules.defaults,
        }
    }

    pub(super) fn of_field(&self, field: &str) -> Option<String> {
        let (value, whose) = match self.grantry.get(field) {
            Some(value) if *value != Value::Null => (value, "Grantry"),
            _ => (self.auth0.get(field)?, "Auth0"),
        };

        let value = match Json::from(value.clone()) {
            // Several settings, each of which has a section that says so.
            Json::Object(_) => return None,
            Json::Array(words) if words.is_empty() => "none".to_owned(),
            Json::Array(words) => {
                let words: Vec<String> = words.iter().map(code).collect();
                words.join(", ")
            }
            Json::String(text) if text.is_empty() => "none".to_owned(),
            value => code(&value),
        };
        Some(format!("{value}<br>({whose}'s)"))
    }
}
