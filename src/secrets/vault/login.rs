//! Being let in.

use reqwest::StatusCode;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value as Json, json};

use super::VaultSession;
use super::client::Client;
use super::message::Request;
use super::settings::VaultLogin;
use crate::model::step;
use crate::secrets::SinkError;

impl Client {
    /// The token of this run, which it asks for once.
    pub(super) async fn token(&self) -> Result<&SecretString, SinkError> {
        let VaultSession(token) = &self.session;
        token
            .get_or_try_init(|| self.log_in())
            .await
    }

    async fn log_in(&self) -> Result<SecretString, SinkError> {
        let (mount, secret, body) = match &self.settings.login {
            VaultLogin::Token(token) => {
                self.secrets.keep(token);
                return Ok(token.clone());
            }
            VaultLogin::AppRole {
                role_id,
                secret_id,
                mount,
            } => {
                let secret = secret_id.expose_secret().trim();
                let body = json!({ "role_id": role_id, "secret_id": secret });
                let mount = mount.as_deref().unwrap_or("approle");
                (mount, secret_id, body)
            }
            VaultLogin::Kubernetes {
                role,
                token,
                mount,
            } => {
                let secret = token.expose_secret().trim();
                let body = json!({ "role": role, "jwt": secret });
                let mount = mount.as_deref().unwrap_or("kubernetes");
                (mount, token, body)
            }
        };

        self.secrets.keep(secret);
        self.exchange(mount, body).await
    }

    async fn exchange(
        &self,
        mount: &str,
        body: Json,
    ) -> Result<SecretString, SinkError> {
        let request = Request::post(&["auth", mount, "login"], body);
        let answer = self.send_stranger(&request).await?;
        match answer.status {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => {
                let said = self.tell(&answer);
                let reason =
                    format!("nobody can log in at `auth/{mount}`: {said}");
                let advice = step![
                    "name where that method of login is mounted, and its \
                     namespace"
                ];
                return Err(self
                    .settings
                    .not_set_up(&reason, advice));
            }
            StatusCode::BAD_REQUEST
            | StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN => {
                return Err(SinkError::Unauthorized {
                    sink: self.settings.name(),
                    reason: self.tell(&answer),
                });
            }
            _ => return Err(self.refused("a login", &answer)),
        }

        let token = answer
            .body
            .pointer("/auth/client_token");
        let token = token
            .and_then(Json::as_str)
            .filter(|token| !token.is_empty());
        let token =
            token.ok_or_else(|| self.unexpected("a login gave no token"))?;
        let token = SecretString::from(token);
        self.secrets.keep(&token);
        Ok(token)
    }
}
