//! Which fields a representation has, and what becomes of a body that is none.

use serde_json::{Map, Value as Json, json};

use super::answer::{Answer, Outcome, broken, described, error};
use Kind::{Anything, Mappers, Number, Text, TextMap, Texts, Truth};

/// What a field may hold. The server takes any scalar for a text.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Truth,
    Number,
    Texts,
    TextMap,
    Mappers,
    Anything,
}

pub(super) struct Representation {
    /// Its class, which a refusal names.
    name: &'static str,
    fields: &'static [(&'static str, Kind)],
    /// Whether fields that it does not have are let pass.
    is_open: bool,
}

pub(super) const CLIENT: Representation = Representation {
    name: "ClientRepresentation",
    fields: &[
        ("access", Anything),
        ("adminUrl", Text),
        ("alwaysDisplayInConsole", Truth),
        ("attributes", TextMap),
        ("authenticationFlowBindingOverrides", TextMap),
        ("authorizationServicesEnabled", Truth),
        ("authorizationSettings", Anything),
        ("baseUrl", Text),
        ("bearerOnly", Truth),
        ("clientAuthenticatorType", Text),
        ("clientId", Text),
        ("clientTemplate", Text),
        ("consentRequired", Truth),
        ("defaultClientScopes", Texts),
        ("defaultRoles", Texts),
        ("description", Text),
        ("directAccessGrantsEnabled", Truth),
        ("directGrantsOnly", Truth),
        ("enabled", Truth),
        ("frontchannelLogout", Truth),
        ("fullScopeAllowed", Truth),
        ("id", Text),
        ("implicitFlowEnabled", Truth),
        ("name", Text),
        ("nodeReRegistrationTimeout", Number),
        ("notBefore", Number),
        ("optionalClientScopes", Texts),
        ("origin", Text),
        ("protocol", Text),
        ("protocolMappers", Mappers),
        ("publicClient", Truth),
        ("redirectUris", Texts),
        ("registeredNodes", Anything),
        ("registrationAccessToken", Text),
        ("rootUrl", Text),
        ("secret", Text),
        ("serviceAccountsEnabled", Truth),
        ("standardFlowEnabled", Truth),
        ("surrogateAuthRequired", Truth),
        ("type", Text),
        ("useTemplateConfig", Truth),
        ("useTemplateMappers", Truth),
        ("useTemplateScope", Truth),
        ("webOrigins", Texts),
    ],
    is_open: false,
};

pub(super) const CLIENT_SCOPE: Representation = Representation {
    name: "ClientScopeRepresentation",
    fields: &[
        ("attributes", TextMap),
        ("description", Text),
        ("id", Text),
        ("name", Text),
        ("protocol", Text),
        ("protocolMappers", Mappers),
    ],
    is_open: true,
};

pub(super) const MAPPER: Representation = Representation {
    name: "ProtocolMapperRepresentation",
    fields: &[
        ("config", TextMap),
        ("consentRequired", Truth),
        ("consentText", Text),
        ("id", Text),
        ("name", Text),
        ("protocol", Text),
        ("protocolMapper", Text),
    ],
    is_open: false,
};

impl Representation {
    /// The fields that a body gives, `null` among them.
    pub(super) fn read(&self, body: &str) -> Outcome<Map<String, Json>> {
        if body.trim().is_empty() {
            return Err(broken());
        }
        let mut values = serde_json::Deserializer::from_str(body).into_iter();
        // What follows the first value is never looked at.
        match values.next() {
            Some(Ok(Json::Null)) => Err(broken()),
            Some(Ok(Json::Object(given))) => self.check(given, body),
            Some(Ok(_)) => Err(not_that_type()),
            _ => Err(cannot_parse("invalid_request")),
        }
    }

    fn check(
        &self,
        given: Map<String, Json>,
        body: &str,
    ) -> Outcome<Map<String, Json>> {
        let mut read = Map::new();
        for (name, value) in given {
            match self
                .fields
                .iter()
                .find(|(field, _)| *field == name)
            {
                Some((_, kind)) => {
                    read.insert(name, kind.read(value, body)?);
                }
                None if self.is_open => {}
                None => return Err(self.unrecognized(&name, body)),
            }
        }
        Ok(read)
    }

    fn unrecognized(&self, field: &str, body: &str) -> Answer {
        let (line, column) = place_after(field, body);
        error(
            400,
            &format!(
                "Invalid json representation for {}. Unrecognized field \"{field}\" at line {line} column {column}.",
                self.name
            ),
        )
    }
}

impl Kind {
    fn read(self, value: Json, body: &str) -> Outcome<Json> {
        if value.is_null() {
            return Ok(value);
        }
        match self {
            Text => text_of(value),
            Truth => truth_of(value),
            Number => number_of(&value),
            Texts => {
                let Json::Array(items) = value else {
                    return Err(not_that_type());
                };
                items.into_iter().map(text_of).collect()
            }
            TextMap => {
                let Json::Object(entries) = value else {
                    return Err(not_that_type());
                };
                let entries = entries
                    .into_iter()
                    .map(|(name, value)| Ok((name, text_of(value)?)));
                Ok(Json::Object(entries.collect::<Outcome<_>>()?))
            }
            Mappers => {
                let Json::Array(items) = value else {
                    return Err(not_that_type());
                };
                items
                    .into_iter()
                    .map(|item| match item {
                        Json::Object(given) => {
                            Ok(Json::Object(MAPPER.check(given, body)?))
                        }
                        _ => Err(not_that_type()),
                    })
                    .collect()
            }
            Anything => Ok(value),
        }
    }
}

fn text_of(value: Json) -> Outcome<Json> {
    match value {
        Json::Null | Json::String(_) => Ok(value),
        Json::Bool(_) | Json::Number(_) => Ok(json!(value.to_string())),
        Json::Array(_) | Json::Object(_) => Err(not_that_type()),
    }
}

fn truth_of(value: Json) -> Outcome<Json> {
    match value {
        Json::Bool(_) => Ok(value),
        Json::String(text) => match text.as_str() {
            "true" => Ok(json!(true)),
            "false" => Ok(json!(false)),
            "" => Ok(Json::Null),
            _ => Err(not_that_type()),
        },
        Json::Number(number) => Ok(json!(number.as_i64() != Some(0))),
        _ => Err(not_that_type()),
    }
}

fn number_of(value: &Json) -> Outcome<Json> {
    let number = match value {
        Json::Number(number) => number.as_i64(),
        Json::String(text) => text.parse().ok(),
        _ => None,
    };
    number
        .map(Json::from)
        .ok_or_else(not_that_type)
}

fn cannot_parse(error: &str) -> Answer {
    described(400, error, "Cannot parse the JSON")
}

fn not_that_type() -> Answer {
    cannot_parse("unknown_error")
}

/// Where the server's parser stands once it has met a field: behind its value
/// if that is a number or a word, else behind the first character of it.
fn place_after(field: &str, body: &str) -> (usize, usize) {
    let name = format!("\"{field}\"");
    let mut end = body
        .find(&name)
        .map_or(0, |place| place + name.len());
    let rest = &body[end..];
    end += rest.len()
        - rest
            .trim_start()
            .trim_start_matches(':')
            .trim_start()
            .len();
    let value = &body[end..];
    end += if value.starts_with(['"', '[', '{']) {
        1
    } else {
        value
            .find(|character: char| {
                ",]}".contains(character) || character.is_whitespace()
            })
            .unwrap_or(value.len())
    };

    let before = &body[..end];
    let line_start = before
        .rfind('\n')
        .map_or(0, |place| place + 1);
    let line = before.matches('\n').count() + 1;
    (line, before[line_start..].chars().count() + 1)
}

/// A text that a body gives, unless it is left out or `null`.
pub(super) fn given<'a>(
    given: &'a Map<String, Json>,
    field: &str,
) -> Option<&'a str> {
    given.get(field)?.as_str()
}
