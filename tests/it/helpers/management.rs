//! The Management API of an emulator, spoken to without Grantry.

use grantry::emulator::{
    Emulator, MANAGEMENT_AUDIENCE, MANAGEMENT_CLIENT_ID,
    MANAGEMENT_CLIENT_SECRET,
};
use reqwest::{Client, Method};
use serde_json::{Value as Json, json};

/// A caller with a management token, who may do everything.
#[derive(Clone)]
pub(crate) struct Management {
    pub(crate) url: String,
    pub(crate) token: String,
    http: Client,
}

impl Management {
    pub(crate) async fn of(emulator: &Emulator, http: &Client) -> Self {
        let (url, http) = (emulator.url(), http.clone());
        let request = json!({
            "grant_type": "client_credentials",
            "client_id": MANAGEMENT_CLIENT_ID,
            "client_secret": MANAGEMENT_CLIENT_SECRET,
            "audience": MANAGEMENT_AUDIENCE,
        });
        let answer = http
            .post(format!("{url}/oauth/token"))
            .form(&request)
            .send()
            .await
            .unwrap();
        let answer: Json = answer.json().await.unwrap();
        Self {
            url,
            token: answer["access_token"]
                .as_str()
                .unwrap()
                .to_owned(),
            http,
        }
    }

    /// Asks for something that must be given.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<&Json>,
    ) -> Json {
        let asked = format!("{method} {path}: {body:?}");
        let request = self
            .http
            .request(method, format!("{}/api/v2/{path}", self.url));
        let request = request.bearer_auth(&self.token);
        let request = body.map_or(request.try_clone().unwrap(), |body| {
            request.json(body)
        });
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{asked}: {text}");
        serde_json::from_str(&text).unwrap_or(Json::Null)
    }
}
