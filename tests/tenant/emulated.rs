//! A tenant of the emulator, filled and looked at over its Management API.

use std::path::PathBuf;

use grantry::emulator::{
    self, Emulator, MANAGEMENT_AUDIENCE, MANAGEMENT_CLIENT_ID, MANAGEMENT_CLIENT_SECRET, Settings,
    Transport, Weather,
};
use grantry::model::Standing;
use reqwest::{Client, Method};
use serde_json::{Value as Json, json};

use super::{Names, OURSELVES, Object, client_fields};

/// An emulator, and a caller who may do everything.
pub(crate) struct Emulated {
    _emulator: Emulator,
    pub(crate) names: Names,
    pub(crate) management: Management,
}

/// A caller with a management token.
#[derive(Clone)]
pub(crate) struct Management {
    pub(crate) url: String,
    pub(crate) token: String,
    http: Client,
}

impl Emulated {
    /// A tenant that holds these objects beside its own.
    pub(crate) async fn with(objects: &[Object]) -> Self {
        let (listen, state) = (([127, 0, 0, 1], 0).into(), None::<PathBuf>);
        let weather = Weather::default();
        let settings = Settings { listen, transport: Transport::Plain, state, weather };
        let emulator = emulator::start(settings).await.unwrap();
        let management = Management::of(&emulator).await;
        let host = MANAGEMENT_AUDIENCE.split('/').nth(2).unwrap();
        let mut names = Names::of(host);
        names.0.push((OURSELVES.to_owned(), MANAGEMENT_CLIENT_ID.to_owned()));
        for object in objects {
            management.put(object, &mut names).await;
        }
        Self { _emulator: emulator, names, management }
    }
}

impl Management {
    async fn of(emulator: &Emulator) -> Self {
        let (url, http) = (emulator.url(), Client::new());
        let request = json!({
            "grant_type": "client_credentials",
            "client_id": MANAGEMENT_CLIENT_ID,
            "client_secret": MANAGEMENT_CLIENT_SECRET,
            "audience": MANAGEMENT_AUDIENCE,
        });
        let answer = http.post(format!("{url}/oauth/token")).form(&request).send().await.unwrap();
        let answer: Json = answer.json().await.unwrap();
        Self { url, token: answer["access_token"].as_str().unwrap().to_owned(), http }
    }

    /// Asks for something that must be given.
    pub(crate) async fn ask(&self, method: Method, path: &str, body: Option<&Json>) -> Json {
        let asked = format!("{method} {path}: {body:?}");
        let request = self.http.request(method, format!("{}/api/v2/{path}", self.url));
        let request = request.bearer_auth(&self.token);
        let request = body.map_or(request.try_clone().unwrap(), |body| request.json(body));
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{asked}: {text}");
        serde_json::from_str(&text).unwrap_or(Json::Null)
    }

    async fn put(&self, object: &Object, names: &mut Names) {
        match object {
            Object::Api { standing: Standing::System, .. }
            | Object::Grant { standing: Standing::Ourselves, .. } => {}
            Object::Api { identifier, scopes, .. } => {
                let scopes = scopes.as_array().unwrap().iter();
                let scopes: Vec<Json> = scopes.map(|scope| json!({ "value": scope })).collect();
                let body = json!({ "identifier": names.there(identifier), "scopes": scopes });
                self.ask(Method::POST, "resource-servers", Some(&body)).await;
            }
            Object::Client { id, name, standing, mark } => {
                let mark = mark.as_ref().map(|mark| names.there(mark));
                let mut body = client_fields(name, mark.as_deref());
                match standing {
                    Standing::Ourselves => {
                        let path = format!("clients/{MANAGEMENT_CLIENT_ID}");
                        self.ask(Method::PATCH, &path, Some(&body)).await;
                        return;
                    }
                    Standing::ThirdParty => body["is_first_party"] = false.into(),
                    Standing::System => body["app_type"] = "express_configuration".into(),
                    Standing::Ordinary | Standing::Global | Standing::Registered => {}
                }
                let made = self.ask(Method::POST, "clients", Some(&body)).await;
                names.0.push((id.clone(), made["client_id"].as_str().unwrap().to_owned()));
            }
            Object::Grant { client, audience, user, scopes, .. } => {
                let mut body = json!({
                    "client_id": names.there(client),
                    "audience": names.there(audience),
                    "subject_type": if *user { "user" } else { "client" },
                });
                match scopes {
                    Json::Null => body["allow_all_scopes"] = true.into(),
                    scopes => body["scope"] = scopes.clone(),
                }
                self.ask(Method::POST, "client-grants", Some(&body)).await;
            }
        }
    }
}
