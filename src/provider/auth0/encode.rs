//! A step as a request.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value as Json, json};

use super::fields;
use super::object::{Object, collection};
use super::procedure::Step;
use super::shape::encode_credential;
use crate::model::{
    Address, Attrs, ClientRef, ClientSpec, RemoteId, SubjectType,
};

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
                let body = body_of_create(address, fields)?;
                Self::post(&[collection(address.kind())], body.into())
            }
            Step::Update {
                address,
                id,
                fields,
            } => {
                let body = body_of_update(address, fields)?;
                Self::patch(&path_of(address, id), body.into())
            }
            // Never by its identifier, which Auth0 takes as well: another API
            // may have that by now.
            Step::Delete { address, id } => Self::delete(&path_of(address, id)),

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
                let expires_at = Json::from(expires_at.clone());
                let body = json!({ "expires_at": expires_at });
                Self::patch(&path_of_key(client, credential), body)
            }
            Step::SwitchKeys {
                address,
                client,
                others,
                methods,
            } => {
                let body = body_of_switch(address, others, methods)?;
                Self::patch(&["clients", client.as_str()], body.into())
            }
            Step::DeleteKey {
                client,
                credential,
            } => Self::delete(&path_of_key(client, credential)),

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
                let path = [
                    "organizations",
                    organization,
                    "client-grants",
                    grant,
                ];
                Self::delete(&path)
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

/// Where an object is.
fn path_of<'a>(address: &Address, id: &'a RemoteId) -> [&'a str; 2] {
    [collection(address.kind()), id.as_str()]
}

/// Where a key of a client is.
fn path_of_key<'a>(client: &'a RemoteId, credential: &'a str) -> [&'a str; 4] {
    [
        "clients",
        client.as_str(),
        "credentials",
        credential,
    ]
}

/// The body of a POST: the fields, and what of the address
/// Auth0 does not make up itself.
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
                // Auth0's default, and unknown to tenants
                // that have only this one.
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
            body.entry("scope")
                .or_insert_with(|| json!([]));
        }
        None => {}
    }
    Ok(body)
}

/// The body of a PATCH that switches a client over to keys that are there.
fn body_of_switch(
    client: &Address,
    others: &Attrs,
    methods: &BTreeMap<String, BTreeSet<String>>,
) -> Result<Object, String> {
    let mut body = body_of_update(client, others)?;
    let methods = encode_methods(methods);
    body.insert(ClientSpec::METHODS.to_owned(), methods);
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
mod tests;
