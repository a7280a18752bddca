//! A tenant of the emulator, filled and looked at over its Management API.

use grantry::emulator::{
    self, Emulator, MANAGEMENT_AUDIENCE, MANAGEMENT_CLIENT_ID,
};
use grantry::model::Standing;
use reqwest::Method;
use serde_json::{Value as Json, json};

use crate::helpers::management::Management;
use crate::helpers::plain_http::plain_http;
use crate::helpers::served::in_memory;

use super::{Names, OURSELVES, Object, client_fields};

/// An emulator, and a caller who may do everything.
pub(crate) struct Emulated {
    _emulator: Emulator,
    pub(crate) names: Names,
    pub(crate) management: Management,
}

impl Emulated {
    /// A tenant that holds these objects beside its own.
    pub(crate) async fn with(objects: &[Object]) -> Self {
        let emulator = emulator::start(in_memory())
            .await
            .unwrap();
        let management = Management::of(&emulator, &plain_http()).await;
        let host = MANAGEMENT_AUDIENCE
            .split('/')
            .nth(2)
            .unwrap();
        let mut names = Names::of(host);
        names.0.push((
            OURSELVES.to_owned(),
            MANAGEMENT_CLIENT_ID.to_owned(),
        ));
        let mut tenant = Self {
            _emulator: emulator,
            names,
            management,
        };
        for object in objects {
            tenant.put(object).await;
        }
        tenant
    }
}

impl Emulated {
    async fn put(&mut self, object: &Object) {
        let Self {
            names,
            management,
            ..
        } = self;
        match object {
            Object::Api {
                standing: Standing::System,
                ..
            }
            | Object::Grant {
                standing: Standing::Ourselves,
                ..
            } => {}
            Object::Api {
                identifier,
                scopes,
                ..
            } => {
                let scopes = scopes.as_array().unwrap().iter();
                let scopes: Vec<Json> = scopes
                    .map(|scope| json!({ "value": scope }))
                    .collect();
                let body = json!({ "identifier": names.there(identifier), "scopes": scopes });
                management
                    .ask(Method::POST, "resource-servers", Some(&body))
                    .await;
            }
            Object::Client {
                id,
                name,
                standing,
                mark,
            } => {
                let mark = mark
                    .as_ref()
                    .map(|mark| names.there(mark));
                let mut body = client_fields(name, mark.as_deref());
                match standing {
                    Standing::Ourselves => {
                        let path = format!("clients/{MANAGEMENT_CLIENT_ID}");
                        management
                            .ask(Method::PATCH, &path, Some(&body))
                            .await;
                        return;
                    }
                    Standing::ThirdParty => {
                        body["is_first_party"] = false.into();
                    }
                    Standing::System => {
                        body["app_type"] = "express_configuration".into();
                    }
                    Standing::Ordinary
                    | Standing::Global
                    | Standing::Registered
                    | Standing::OtherProtocol
                    | Standing::ScopesAlone
                    | Standing::GetsTokens => {}
                }
                let made = management
                    .ask(Method::POST, "clients", Some(&body))
                    .await;
                names.0.push((
                    id.clone(),
                    made["client_id"]
                        .as_str()
                        .unwrap()
                        .to_owned(),
                ));
            }
            Object::Grant {
                client,
                audience,
                user,
                scopes,
                ..
            } => {
                let mut body = json!({
                    "client_id": names.there(client),
                    "audience": names.there(audience),
                    "subject_type": if *user { "user" } else { "client" },
                });
                match scopes {
                    Json::Null => body["allow_all_scopes"] = true.into(),
                    scopes => body["scope"] = scopes.clone(),
                }
                management
                    .ask(Method::POST, "client-grants", Some(&body))
                    .await;
            }
        }
    }
}
