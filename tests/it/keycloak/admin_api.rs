//! A realm of a Keycloak, real or double, spoken to without Grantry.

use std::time::{Duration, Instant};

use reqwest::{Client, Method, Response};
use serde_json::{Value as Json, json};

use super::double::Double;

use crate::helpers::plain_http::plain_http;

/// For how long a token of an administrator is taken to be good, which lives
/// for a minute.
const FRESH: Duration = Duration::from_secs(20);

/// Where a Keycloak is, and who administers it.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) administrator: String,
    pub(crate) password: String,
}

impl Server {
    /// The one that `tests/keycloak/start` started.
    #[expect(
        clippy::disallowed_methods,
        reason = "only who starts the tests knows where a server is"
    )]
    pub(crate) fn real() -> Self {
        let variable = |name: &str| {
            let name = format!("GRANTRY_KEYCLOAK_{name}");
            std::env::var(&name).unwrap_or_else(|_| panic!("{name} is not set"))
        };
        Self {
            url: variable("URL"),
            administrator: variable("ADMIN"),
            password: variable("ADMIN_PASSWORD"),
        }
    }

    pub(crate) fn of(double: &Double) -> Self {
        Self {
            url: double.url(),
            administrator: "admin".to_owned(),
            password: "admin".to_owned(),
        }
    }
}

/// A caller with a token, for one realm.
#[derive(Clone)]
pub(crate) struct AdminApi {
    pub(crate) url: String,
    pub(crate) realm: String,
    pub(crate) token: String,
    since: Instant,
    http: Client,
}

impl AdminApi {
    /// The administrator of the server, for a realm that is there or not. The
    /// token is short-lived.
    pub(crate) async fn log_in(server: &Server, realm: &str) -> Self {
        let form = json!({
            "grant_type": "password",
            "client_id": "admin-cli",
            "username": server.administrator,
            "password": server.password,
        });
        let mut api = Self {
            url: server.url.clone(),
            realm: realm.to_owned(),
            token: String::new(),
            since: Instant::now(),
            http: plain_http(),
        };
        api.token = api.fetch_token("master", &form).await;
        api
    }

    /// Whether the token will do for a while.
    pub(crate) fn is_fresh(&self) -> bool {
        self.since.elapsed() < FRESH
    }

    /// The administrator, for a realm that is made from what is given; see
    /// [`realm_with_accounts`](super::double::realm_with_accounts).
    pub(crate) async fn found(server: &Server, realm: &Json) -> Self {
        let name = realm["realm"].as_str().unwrap();
        let api = Self::log_in(server, name).await;
        let path = "/admin/realms";
        let answer = api
            .send(Method::POST, path, Some(realm))
            .await;
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert_eq!(status, 201, "{text}");
        api
    }

    /// A service account of the realm, whose secret is the name of its client
    /// and `-secret`.
    pub(crate) async fn account(&self, client_id: &str) -> Self {
        let form = json!({
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": format!("{client_id}-secret"),
        });
        let token = self
            .fetch_token(&self.realm, &form)
            .await;
        Self {
            token,
            ..self.clone()
        }
    }

    pub(crate) async fn remove_realm(&self) {
        self.must(Method::DELETE, "", None)
            .await;
    }

    /// Asks for something of the realm; the path begins behind its name.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<&Json>,
    ) -> (u16, Json) {
        let path = format!("/admin/realms/{}{path}", self.realm);
        let answer = self.send(method, &path, body).await;
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        let json = serde_json::from_str(&text).unwrap_or(Json::String(text));
        (status.as_u16(), json)
    }

    /// Asks for something that must be given.
    pub(crate) async fn must(
        &self,
        method: Method,
        path: &str,
        body: Option<&Json>,
    ) -> Json {
        let asked = format!("{method} {path}: {body:?}");
        let (status, answer) = self.ask(method, path, body).await;
        assert!(status < 300, "{asked}: {status} {answer}");
        answer
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Json>,
    ) -> Response {
        let request = self
            .http
            .request(method, format!("{}{path}", self.url));
        let request = request.bearer_auth(&self.token);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        request.send().await.unwrap()
    }

    async fn fetch_token(&self, realm: &str, form: &Json) -> String {
        let url = format!(
            "{}/realms/{realm}/protocol/openid-connect/token",
            self.url
        );
        let answer = self
            .http
            .post(url)
            .form(form)
            .send()
            .await
            .unwrap();
        let answer: Json = answer.json().await.unwrap();
        let token = answer["access_token"].as_str();
        token
            .unwrap_or_else(|| panic!("{answer}"))
            .to_owned()
    }
}
