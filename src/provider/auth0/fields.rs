//! One table per kind: what a field is called here and there, what shape it has
//! there, and what it means to be unset.

use serde_json::{Value as Json, json};
use smol_str::SmolStr;

use super::object::Object;
use super::shape::Shape;
use crate::model::{
    Attrs, ClientSpec, FieldRules, GrantSpec, Kind, Members, Value, compact,
};

/// A field Grantry knows.
pub(super) struct Field {
    name: &'static str,
    wire: &'static str,
    shape: Shape,
    unset: Unset,
}

/// What an unset field means, and how it becomes unset. Names, the type of a
/// client and its `jwt_configuration` do so in no way: no configuration can say
/// `null` there.
#[derive(Clone, Copy)]
enum Unset {
    /// It has no value; `null` clears it, where it can be cleared.
    None,
    /// It means this; `null` clears it, where it can be cleared.
    Means(fn() -> Value),
    /// It means this; the field cannot be cleared, only set to it.
    SetTo(fn() -> Value),
}

const fn field(name: &'static str, unset: Unset) -> Field {
    Field {
        name,
        wire: name,
        shape: Shape::Plain,
        unset,
    }
}

const FALSE: Unset = Unset::SetTo(|| Value::Bool(false));

const NO_MEMBERS: Unset = Unset::SetTo(|| Value::Set(Members::default()));

const RESOURCE_SERVER: [Field; 17] = [
    field("name", Unset::None),
    Field {
        shape: Shape::Scopes,
        ..field(
            "scopes",
            Unset::SetTo(|| Value::Map(Attrs::new())),
        )
    },
    // What tenants show; the reference says HS256.
    field("signing_alg", Unset::SetTo(|| "RS256".into())),
    field(
        "token_lifetime",
        Unset::SetTo(|| Value::Integer(86_400)),
    ),
    field(
        // Not in Auth0's reference of the request, and taken all the same.
        "token_lifetime_for_web",
        Unset::SetTo(|| Value::Integer(7200)),
    ),
    // Once it is set there is no way back to none, which means this one.
    field(
        "token_dialect",
        Unset::SetTo(|| "access_token".into()),
    ),
    field("enforce_policies", FALSE),
    field("allow_offline_access", FALSE),
    field(
        "skip_consent_for_verifiable_first_party_clients",
        FALSE,
    ),
    field(
        "subject_type_authorization",
        Unset::SetTo(|| {
            let policies = json!({
                "user": { "policy": "allow_all" },
                "client": { "policy": "require_client_grant" },
            });
            policies.into()
        }),
    ),
    field("authorization_details", Unset::None),
    Field {
        shape: Shape::TokenEncryption,
        ..field("token_encryption", Unset::None)
    },
    field("proof_of_possession", Unset::None),
    field("consent_policy", Unset::None),
    field("authorization_policy", Unset::None),
    field("allow_online_access", FALSE),
    field(
        "allow_online_access_with_ephemeral_sessions",
        FALSE,
    ),
];

const CLIENT: [Field; 17] = [
    field("name", Unset::None),
    field("description", Unset::SetTo(|| "".into())),
    field("app_type", Unset::None),
    field(
        "grant_types",
        // What Auth0 gives a client that is created without any.
        Unset::SetTo(|| {
            let broad = [
                "authorization_code",
                "implicit",
                "refresh_token",
                "client_credentials",
            ];
            Value::Set(
                broad
                    .map(Value::from)
                    .into_iter()
                    .collect(),
            )
        }),
    ),
    // Which one counts where none was sent Auth0 does not show, so it means
    // nothing here.
    field("token_endpoint_auth_method", Unset::None),
    field(
        "is_first_party",
        Unset::SetTo(|| Value::Bool(true)),
    ),
    field("oidc_conformant", FALSE),
    Field {
        shape: Shape::Entries,
        ..field(
            "client_metadata",
            Unset::SetTo(|| Value::Entries(Attrs::new())),
        )
    },
    field("logo_uri", Unset::SetTo(|| "".into())),
    Field {
        shape: Shape::JwtConfiguration,
        ..field(
            "jwt_configuration",
            Unset::Means(|| {
                Value::Entries(Attrs::from_iter([(
                    "lifetime_in_seconds".into(),
                    Value::Integer(36_000),
                )]))
            }),
        )
    },
    field("token_quota", Unset::None),
    field("default_organization", Unset::None),
    field("require_proof_of_possession", FALSE),
    field("compliance_level", Unset::None),
    field("token_exchange", Unset::None),
    Field {
        shape: Shape::RefreshToken,
        ..field(
            "refresh_token",
            Unset::Means(|| {
                // Without numbers: those that Auth0 fills in depend on how the
                // client was made, and mean nothing while its life is infinite.
                let endless = json!({
                    "rotation_type": "non-rotating",
                    "expiration_type": "non-expiring",
                    "leeway": 0,
                    "infinite_token_lifetime": true,
                    "infinite_idle_token_lifetime": true,
                    "policies": {},
                });
                endless.into()
            }),
        )
    },
    Field {
        shape: Shape::Methods,
        ..field(ClientSpec::METHODS, Unset::None)
    },
];

const GRANT: [Field; 5] = [
    Field {
        wire: "scope",
        ..field("scopes", Unset::None)
    },
    Field {
        wire: "allow_all_scopes",
        ..field("all_scopes", FALSE)
    },
    field(
        "organization_usage",
        Unset::Means(|| "deny".into()),
    ),
    field(
        "allow_any_organization",
        Unset::Means(|| Value::Bool(false)),
    ),
    field("authorization_details_types", NO_MEMBERS),
];

/// The fields Grantry knows of a kind.
pub(super) fn fields(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::ResourceServer => &RESOURCE_SERVER,
        Kind::Client => &CLIENT,
        Kind::Grant => &GRANT,
    }
}

/// What Auth0 does by itself with the fields of a kind.
pub(crate) fn rules(kind: Kind) -> FieldRules {
    let (ceiling, unlisted) = match kind {
        Kind::ResourceServer => (
            Some(("token_lifetime_for_web", "token_lifetime")),
            None,
        ),
        Kind::Client => (None, Some(ClientSpec::METHODS)),
        // No part of the grant at all: they are kept at the organizations.
        Kind::Grant => (None, Some(GrantSpec::ORGANIZATIONS)),
    };

    FieldRules {
        defaults: fields(kind)
            .iter()
            .filter_map(default_of)
            .collect(),
        ceilings: ceiling
            .into_iter()
            .map(|(field, other)| (field.into(), other.into()))
            .collect(),
        unlisted: unlisted
            .into_iter()
            .map(str::to_owned)
            .collect(),
    }
}

fn default_of(field: &Field) -> Option<(SmolStr, Value)> {
    let value = field.unset.meaning()?;

    Some((field.name.into(), value))
}

/// What Auth0 calls a field; none of one that it does not have.
#[cfg(feature = "cli")]
pub(crate) fn name_of(kind: Kind, field: &str) -> Option<&'static str> {
    let name = find_field(kind, field).map(|field| field.wire);

    // What an object is found by is no field of it.
    name.or(match (kind, field) {
        (Kind::ResourceServer, "identifier") => Some("identifier"),
        (Kind::Client, "client_id") | (Kind::Grant, "client") => {
            Some("client_id")
        }
        (Kind::Grant, "resource_server") => Some("audience"),
        (Kind::Grant, "subject_type") => Some("subject_type"),
        _ => None,
    })
}

/// The names Auth0 gives the fields of a kind, for asking for nothing else.
pub(super) fn wire_names(kind: Kind) -> impl Iterator<Item = &'static str> {
    fields(kind)
        .iter()
        .map(|field| field.wire)
}

/// Takes the known fields out of an object; `None` if one is not what it should
/// be. A value this version does not know survives as it is.
pub(super) fn decode(kind: Kind, object: &mut Object) -> Option<Attrs> {
    let mut attrs = Attrs::new();
    for field in fields(kind) {
        // Where a field is unset Auth0 leaves it out, or says `null`.
        let json = match object.remove(field.wire) {
            None | Some(Json::Null) => continue,
            Some(json) => json,
        };
        let value = field.shape.decode(json)?;
        attrs.insert(field.name.into(), value);
    }

    Some(compact(attrs))
}

/// Fields as Auth0 writes them; the name of the first that it does not have, if
/// there is one.
pub(super) fn encode(kind: Kind, attrs: &Attrs) -> Result<Object, String> {
    let mut object = Object::new();
    for (name, value) in attrs {
        let field = find_field(kind, name).ok_or_else(|| name.to_string())?;
        object.insert(field.wire.to_owned(), field.encode(value));
    }

    Ok(object)
}

/// Says of a new client what an unset field of it means, where Auth0 would fill
/// in less: one without a secret gets no `client_credentials` by itself, and
/// the next plan would add them.
pub(super) fn fill_in_grant_types(client: &mut Object) {
    let is_public =
        client.get(ClientSpec::SECRET_METHOD) == Some(&"none".into());
    if !is_public || client.contains_key(ClientSpec::GRANT_TYPES) {
        return;
    }

    if let Some(field) = find_field(Kind::Client, ClientSpec::GRANT_TYPES) {
        client.insert(
            field.wire.to_owned(),
            field.encode(&Value::Null),
        );
    }
}

fn find_field(kind: Kind, name: &str) -> Option<&'static Field> {
    fields(kind)
        .iter()
        .find(|field| field.name == name)
}

impl Field {
    fn encode(&self, value: &Value) -> Json {
        match (value, self.unset) {
            (Value::Null, Unset::SetTo(default)) => {
                self.shape.encode(&default())
            }
            (Value::Null, Unset::None | Unset::Means(_)) => Json::Null,
            (value, _) => self.shape.encode(value),
        }
    }
}

impl Unset {
    fn meaning(self) -> Option<Value> {
        match self {
            Self::None => None,
            Self::Means(default) | Self::SetTo(default) => Some(default()),
        }
    }
}

#[cfg(test)]
mod tests;
