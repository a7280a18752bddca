//! A realm for a test, and whoever administers it by hand.

use std::sync::atomic::{AtomicUsize, Ordering};

use grantry::provider::keycloak::{Credentials, Realm, Settings, Writer};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value as Json, json};

/// Who plans, and who applies: clients of each realm, with the role that each needs.
const ACCOUNTS: [(&str, &str); 2] = [("grantry-plan", "view-clients"), (APPLY, "manage-clients")];
const APPLY: &str = "grantry-apply";

/// A realm of its own.
pub(crate) struct TestRealm {
    pub(crate) url: String,
    pub(crate) name: String,
    client: Client,
    token: String,
}

impl TestRealm {
    /// A new realm of the Keycloak that the variables name.
    pub(crate) async fn make() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);

        let variable = |name: &str| {
            std::env::var(name)
                .unwrap_or_else(|_| panic!("{name} is not set: `tests/keycloak/run`"))
        };
        let url = variable("GRANTRY_KEYCLOAK_URL");
        let [user, password] =
            ["GRANTRY_KEYCLOAK_ADMIN", "GRANTRY_KEYCLOAK_ADMIN_PASSWORD"].map(variable);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("test-{}-{number}", std::process::id());

        let client = Client::builder().no_proxy().build().unwrap();
        let token = log_in(&client, &url, &user, &password).await;
        let realm = Self {
            url,
            name,
            client,
            token,
        };
        realm.create().await;
        realm
    }

    async fn create(&self) {
        let clients = ACCOUNTS.map(|(id, _)| {
            json!({
                "clientId": id,
                "secret": secret_of(id),
                "standardFlowEnabled": false,
                "serviceAccountsEnabled": true,
                "fullScopeAllowed": true,
            })
        });
        let users = ACCOUNTS.map(|(id, role)| {
            json!({
                "username": format!("service-account-{id}"),
                "enabled": true,
                "serviceAccountClientId": id,
                "clientRoles": { "realm-management": [role] },
            })
        });
        let body = json!({
            "realm": self.name,
            "enabled": true,
            // Tests take a while, and the administrator's token is the realm's own affair.
            "clients": clients,
            "users": users,
        });

        let url = format!("{}/admin/realms", self.url);
        let answer = self
            .client
            .post(url)
            .bearer_auth(&self.token)
            .json(&body)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
    }

    /// What Grantry does here as whoever applies.
    pub(crate) fn settings(&self) -> Settings {
        let realm = Realm::parse(&format!("{}/{}", self.url, self.name)).unwrap();
        let credentials = Credentials::client_secret(APPLY, secret_of(APPLY).into()).unwrap();
        Settings::new(realm, credentials)
    }

    pub(crate) fn writer(&self) -> Writer {
        Writer::new(self.settings()).unwrap()
    }

    /// What an administrator does by hand: the status and the body of the answer.
    pub(crate) async fn ask(&self, method: Method, path: &str, body: Option<&Json>) -> (u16, Json) {
        let url = format!("{}/admin/realms/{}/{path}", self.url, self.name);
        let mut request = self.client.request(method, url).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }

        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let body = answer.bytes().await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }
}

fn secret_of(client: &str) -> String {
    format!("{client}-secret")
}

/// A token of the server's own administrator.
async fn log_in(client: &Client, url: &str, user: &str, password: &str) -> String {
    let form = [
        ("grant_type", "password"),
        ("client_id", "admin-cli"),
        ("username", user),
        ("password", password),
    ];
    let url = format!("{url}/realms/master/protocol/openid-connect/token");
    let answer = client.post(url).form(&form).send().await.unwrap();
    let answer: Json = answer.json().await.unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}
