//! A step as a request.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value as Json, json};

use super::fields;
use super::object::{Object, collection};
use super::procedure::Step;
use super::shape::encode_credential;
use crate::model::{Address, Attrs, ClientRef, ClientSpec, SubjectType};

/// One request that changes the tenant.
#[derive(Debug, PartialEq)]
pub(super) struct Request {
    method: Method,
    /// The segments of the path below the root of the API, not encoded.
    path: Vec<String>,
    body: Option<Json>,
}

impl Request {
    /// The request of a step; in words, why there is none.
    pub(super) fn of(step: Step<'_>) -> Result<Self, String> {
        Ok(match step {
            Step::Create {
                address,
                fields,
            } => {
                let path = [collection(address.kind())];
                Self::post(&path, body_of_create(address, fields)?.into())
            }
            Step::Update {
                address,
                id,
                fields,
            } => {
                let path = [collection(address.kind()), id.as_str()];
                Self::patch(&path, body_of_update(address, fields)?.into())
            }
            Step::Delete { address, id } => {
                // Never by its identifier, which Auth0 takes as well: another
                // API may have that by now.
                Self::delete(&[collection(address.kind()), id.as_str()])
            }

            Step::AddKey {
                client,
                method,
                name,
                key,
            } => {
                let path = ["clients", client.as_str(), "credentials"];
                Self::post(&path, encode_credential(method, name, key))
            }
            Step::SetKeyExpiry {
                client,
                credential,
                name: _,
                expires_at,
            } => {
                let path = [
                    "clients",
                    client.as_str(),
                    "credentials",
                    credential,
                ];
                let expires_at = Json::from(expires_at.clone());
                Self::patch(&path, json!({ "expires_at": expires_at }))
            }
            Step::SwitchKeys {
                address,
                client,
                others,
                methods,
            } => {
                let mut body = body_of_update(address, others)?;
                body.insert(
                    ClientSpec::METHODS.to_owned(),
                    encode_methods(methods),
                );
                Self::patch(&["clients", client.as_str()], body.into())
            }
            Step::DeleteKey {
                client,
                credential,
            } => Self::delete(&[
                "clients",
                client.as_str(),
                "credentials",
                credential,
            ]),

            Step::AddOrganization {
                grant,
                organization,
            } => {
                let path = ["organizations", organization, "client-grants"];
                Self::post(&path, json!({ "grant_id": grant.as_str() }))
            }
            Step::RemoveOrganization {
                grant,
                organization,
            } => {
                let grant = grant.as_str();
                Self::delete(&[
                    "organizations",
                    organization,
                    "client-grants",
                    grant,
                ])
            }
        })
    }

    /// Makes something new in a collection.
    pub(super) fn post(path: &[&str], body: Json) -> Self {
        Self::new(Method::POST, path, Some(body))
    }

    /// Requests what is at a path.
    pub(super) fn patch(path: &[&str], body: Json) -> Self {
        Self::new(Method::PATCH, path, Some(body))
    }

    /// Deletes what is at a path.
    pub(super) fn delete(path: &[&str]) -> Self {
        Self::new(Method::DELETE, path, None)
    }

    fn new(method: Method, path: &[&str], body: Option<Json>) -> Self {
        let path = path
            .iter()
            .map(|segment| (*segment).to_owned())
            .collect();
        Self {
            method,
            path,
            body,
        }
    }

    pub(super) fn method(&self) -> Method {
        self.method.clone()
    }

    /// The segments of the path below the root of the API, not encoded.
    pub(super) fn path(&self) -> impl Iterator<Item = &str> {
        self.path.iter().map(String::as_str)
    }

    pub(super) fn body(&self) -> Option<&Json> {
        self.body.as_ref()
    }
}

/// The body of a POST: the fields, and what of the address Auth0 does not make
/// up itself.
fn body_of_create(address: &Address, fields: &Attrs) -> Result<Object, String> {
    let mut body = encode_fields(address, fields)?;

    match address {
        Address::ResourceServer(identifier) => {
            body.insert(
                "identifier".to_owned(),
                identifier.as_str().into(),
            );
        }
        // Its key is in its mark, which is one of the fields.
        Address::Client(_) => fields::fill_in_grant_types(&mut body),
        Address::Grant {
            client,
            audience,
            subject_type,
        } => {
            let ClientRef::Id(client) = client else {
                return Err(format!("the client of {address} has no id yet"));
            };
            body.insert("client_id".to_owned(), client.as_str().into());
            body.insert("audience".to_owned(), audience.as_str().into());
            match subject_type {
                // Auth0's default, and unknown to tenants that have only this
                // one.
                SubjectType::Client => {}
                SubjectType::User => {
                    body.insert("subject_type".to_owned(), "user".into());
                }
            }
        }
    }
    Ok(body)
}

/// The body of a PATCH: what changes, and nothing else.
fn body_of_update(address: &Address, fields: &Attrs) -> Result<Object, String> {
    // Nothing of the address: Auth0 refuses a PATCH that names it, even where
    // it stays the same.
    let mut body = encode_fields(address, fields)?;

    match body.get("allow_all_scopes") {
        // The two exclude each other: a grant of all scopes names none.
        Some(Json::Bool(true)) => {
            body.remove("scope");
        }
        // Auth0 wants to know what remains, also where that is nothing.
        Some(_) => {
            body.entry("scope").or_insert_with(|| json!([]));
        }
        None => {}
    }
    Ok(body)
}

/// The methods of a client, each with the ids of its keys.
fn encode_methods(methods: &BTreeMap<String, BTreeSet<String>>) -> Json {
    // This is what clears them.
    if methods.is_empty() {
        return Json::Null;
    }

    methods
        .iter()
        .map(|(method, ids)| {
            let ids: Json = ids
                .iter()
                .map(|id| json!({ "id": id }))
                .collect();
            (method.clone(), json!({ "credentials": ids }))
        })
        .collect()
}

fn encode_fields(address: &Address, fields: &Attrs) -> Result<Object, String> {
    fields::encode(address.kind(), fields)
        .map_err(|field| format!("Auth0 has no field `{field}` for {address}"))
}

#[cfg(test)]
mod tests {
    use crate::model::{RemoteId, Value};

    use super::*;

    fn attrs(json: Json) -> Attrs {
        match Value::from(json) {
            Value::Map(attrs) => attrs,
            other => panic!("{other:?} is no object"),
        }
    }

    fn grant(subject_type: SubjectType) -> Address {
        Address::Grant {
            client: ClientRef::Id("c1".parse().unwrap()),
            audience: "https://api/".parse().unwrap(),
            subject_type,
        }
    }

    fn api() -> Address {
        Address::ResourceServer("https://api/".parse().unwrap())
    }

    fn create(address: &Address, json: Json) -> Json {
        let step = Step::Create {
            address,
            fields: &attrs(json),
        };
        let request = Request::of(step).unwrap();

        assert_eq!(request.method, Method::POST);
        assert_eq!(request.path.len(), 1);
        request.body.unwrap()
    }

    fn update(address: &Address, json: Json) -> Json {
        let step = Step::Update {
            address,
            id: &RemoteId::new("x/1"),
            fields: &attrs(json),
        };
        let request = Request::of(step).unwrap();

        assert_eq!(request.path().last(), Some("x/1"));
        request.body.unwrap()
    }

    #[test]
    fn a_create_says_where_the_object_is() {
        assert_eq!(
            create(
                &api(),
                json!({ "name": "API", "scopes": { "a": null } })
            ),
            json!({ "identifier": "https://api/", "name": "API", "scopes": [{ "value": "a" }] })
        );
        assert_eq!(
            create(
                &grant(SubjectType::Client),
                json!({ "scopes": [] })
            ),
            json!({ "client_id": "c1", "audience": "https://api/", "scope": [] })
        );
        assert_eq!(
            create(
                &grant(SubjectType::User),
                json!({ "all_scopes": true })
            ),
            json!({
                "client_id": "c1", "audience": "https://api/", "subject_type": "user",
                "allow_all_scopes": true,
            })
        );
    }

    #[test]
    fn a_client_without_a_secret_is_not_left_to_the_grant_types_of_its_kind() {
        let address = Address::Client(ClientRef::Key("c".parse().unwrap()));
        let body = create(
            &address,
            json!({ "token_endpoint_auth_method": "none" }),
        );
        assert_eq!(
            body["grant_types"],
            json!([
                "authorization_code",
                "client_credentials",
                "implicit",
                "refresh_token"
            ])
        );

        for said in [
            json!({ "token_endpoint_auth_method": "none", "grant_types": ["implicit"] }),
            json!({ "token_endpoint_auth_method": "client_secret_post" }),
        ] {
            let grant_types = said.get("grant_types").cloned();
            let body = create(&address, said);
            assert_eq!(body.get("grant_types"), grant_types.as_ref());
        }
    }

    #[test]
    fn scopes_of_a_grant_are_switched_in_one_request() {
        let address = grant(SubjectType::Client);

        assert_eq!(
            update(&address, json!({ "scopes": ["a"] })),
            json!({ "scope": ["a"] })
        );
        assert_eq!(
            update(
                &address,
                json!({ "scopes": null, "all_scopes": true })
            ),
            json!({ "allow_all_scopes": true })
        );
        assert_eq!(
            update(
                &address,
                json!({ "scopes": ["a"], "all_scopes": null })
            ),
            json!({ "scope": ["a"], "allow_all_scopes": false })
        );
        assert_eq!(
            update(&address, json!({ "all_scopes": false })),
            json!({ "scope": [], "allow_all_scopes": false })
        );
    }

    #[test]
    fn metadata_of_an_update_keeps_its_tombstones() {
        let entries =
            Value::Entries(Attrs::from_iter([("a".into(), Value::Null)]));
        let address = &Address::Client(ClientRef::Key("c".parse().unwrap()));
        let fields = &Attrs::from_iter([("client_metadata".into(), entries)]);
        let step = Step::Update {
            address,
            id: &RemoteId::new("c1"),
            fields,
        };

        let body = Request::of(step).unwrap().body;
        assert_eq!(
            body,
            Some(json!({ "client_metadata": { "a": null } }))
        );
    }

    #[test]
    fn a_grant_of_a_client_without_an_id_is_not_sent() {
        let address = Address::Grant {
            client: ClientRef::Key("gift-deliveries".parse().unwrap()),
            audience: "https://api/".parse().unwrap(),
            subject_type: SubjectType::Client,
        };
        let step = Step::Create {
            address: &address,
            fields: &Attrs::new(),
        };

        let error = Request::of(step).unwrap_err();
        assert!(error.contains("gift-deliveries"), "{error}");
        assert!(error.contains("no id yet"), "{error}");
    }
}
