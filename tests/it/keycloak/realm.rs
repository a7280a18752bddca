//! A realm for a test: of the double, or of the real Keycloak that the
//! variables name.

use std::sync::atomic::{AtomicUsize, Ordering};

use grantry::provider::keycloak::{Credentials, Realm, Settings, Writer};
use reqwest::Method;
use serde_json::Value as Json;

use super::admin_api::{AdminApi, Server};
use super::double::{Double, realm_with_accounts};

/// A realm of its own, and whoever administers it by hand.
pub(crate) struct TestRealm {
    /// Whoever made the realm; on a real Keycloak for a minute, see
    /// [`again`](Self::again).
    pub(crate) admin: AdminApi,
    server: Server,
    /// What it is a realm of; none where that is a real Keycloak.
    double: Option<Double>,
}

impl TestRealm {
    /// The realm of a new double.
    pub(crate) async fn doubled() -> Self {
        let double = Double::start().await;
        let server = Server::of(&double);
        let admin = AdminApi::log_in(&server, double.realm()).await;

        Self {
            admin,
            server,
            double: Some(double),
        }
    }

    /// A new realm of the real Keycloak.
    pub(crate) async fn real() -> Self {
        Self::found(Server::real(), realm_with_accounts).await
    }

    /// A new realm of a server, made from what is given for its name. That is
    /// as long as any other.
    pub(crate) async fn found(
        server: Server,
        make: impl FnOnce(&str) -> Json,
    ) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);

        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("test-{:08}-{number:04}", std::process::id());
        let admin = AdminApi::found(&server, &make(&name)).await;

        Self {
            admin,
            server,
            double: None,
        }
    }

    /// The same realm, for somebody else.
    pub(crate) async fn again(&self) -> Self {
        Self {
            admin: self.log_in().await,
            server: self.server.clone(),
            double: None,
        }
    }

    /// The administrator with a token that will do: what takes longer than a
    /// minute outlives the first one.
    pub(crate) async fn log_in(&self) -> AdminApi {
        if self.admin.is_fresh() {
            self.admin.clone()
        } else {
            AdminApi::log_in(&self.server, &self.admin.realm).await
        }
    }

    /// What plays the part of the Keycloak.
    pub(crate) fn double(&self) -> &Double {
        self.double
            .as_ref()
            .expect("this is a real one")
    }

    /// What Grantry does here as this client.
    pub(crate) fn settings_as(&self, client: &str) -> Settings {
        self.settings_of(client, &self.admin.url)
    }

    /// What Grantry does here as whoever applies, by another way.
    pub(crate) fn settings_at(&self, url: &str) -> Settings {
        self.settings_of("grantry-apply", url)
    }

    fn settings_of(&self, client: &str, url: &str) -> Settings {
        let place = format!("{url}/{}", self.admin.realm);
        let secret = format!("{client}-secret");
        let credentials =
            Credentials::client_secret(client, secret.into()).unwrap();
        Settings::new(Realm::parse(&place).unwrap(), credentials)
    }

    /// What Grantry does here as whoever applies.
    pub(crate) fn settings(&self) -> Settings {
        self.settings_as("grantry-apply")
    }

    pub(crate) fn writer(&self) -> Writer {
        Writer::new(self.settings()).unwrap()
    }

    /// A client as an administrator sees it.
    pub(crate) async fn client(&self, client_id: &str) -> Json {
        let path = format!("/clients?clientId={client_id}");
        let found = self
            .admin
            .must(Method::GET, &path, None)
            .await;
        found[0].clone()
    }

    /// A client scope as an administrator sees it.
    pub(crate) async fn scope(&self, name: &str) -> Json {
        let scopes = self
            .admin
            .must(Method::GET, "/client-scopes", None)
            .await;
        let scopes = scopes.as_array().unwrap();
        let found = scopes
            .iter()
            .find(|scope| scope["name"] == name);
        found.cloned().unwrap_or_default()
    }

    /// Changes a client by hand.
    pub(crate) async fn change_client(&self, client_id: &str, change: &Json) {
        let client = self.client(client_id).await;
        let path = format!("/clients/{}", client["id"].as_str().unwrap());
        self.admin
            .must(Method::PUT, &path, Some(change))
            .await;
    }
}
