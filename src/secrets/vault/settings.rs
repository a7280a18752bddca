//! Where a Vault is, and who we are there.

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::model::{Step, is_private, step};
use crate::secrets::SinkError;

/// Where a Vault or an `OpenBao` is, and who we are there: all
/// of it from the environment.
#[derive(Debug, Clone)]
pub struct VaultSettings {
    /// Its address: `https`, or `http` to this machine.
    pub address: Url,
    /// The namespace that the store and our login are in.
    pub namespace: Option<String>,
    /// Where the store is mounted, a KV store of version 2.
    pub mount: String,
    /// Authorities in PEM that are trusted beside those of the system.
    pub authority: Option<String>,
    /// Who we are.
    pub login: VaultLogin,
}

/// How we say who we are.
#[derive(Debug, Clone)]
pub enum VaultLogin {
    /// By a token that somebody else has got.
    Token(SecretString),
    /// As an application (`AppRole`).
    AppRole {
        /// The id of the role.
        role_id: String,
        /// The id that is secret.
        secret_id: SecretString,
        /// Where the method is mounted: `approle` by default.
        mount: Option<String>,
    },
    /// As a service account of Kubernetes.
    Kubernetes {
        /// The name of the role.
        role: String,
        /// The token of the service account.
        token: SecretString,
        /// Where the method is mounted: `kubernetes` by default.
        mount: Option<String>,
    },
}

impl VaultSettings {
    /// How it is called in messages.
    pub(super) fn name(&self) -> String {
        format!(
            "the Vault at {}",
            self.address
                .origin()
                .ascii_serialization()
        )
    }

    /// Whether an address is that of a server, and nobody on the way can read
    /// what is sent there; if not, why, and what to do about it.
    pub fn check_address(address: &Url) -> Result<(), (&'static str, Step)> {
        let is_plain =
            address.username().is_empty() && address.password().is_none();
        if !is_private(address) {
            return Err((
                "what is sent to it could be read on the way",
                step!["name an address that begins with `https://`"],
            ));
        }
        if !is_plain
            || address.query().is_some()
            || address.fragment().is_some()
        {
            return Err((
                "its address says more than where it is",
                step![
                    "name its address alone, as in `https://vault.example:8200`"
                ],
            ));
        }
        Ok(())
    }

    pub(super) fn refuse_unusable(&self) -> Result<(), SinkError> {
        let checked = Self::check_address(&self.address);
        checked.map_err(|(reason, step)| self.not_set_up(reason, step))?;

        let is_name = |part: &str| !matches!(part, "" | "." | "..");
        if !self.mount.split('/').all(is_name) {
            return Err(self.not_set_up(
                "the name of its mount is none",
                step!["name where the store is mounted, as in `secret`"],
            ));
        }
        Ok(())
    }

    pub(super) fn not_set_up(
        &self,
        reason: &str,
        next_step: Step,
    ) -> SinkError {
        SinkError::NotSetUp {
            sink: self.name(),
            reason: reason.to_owned(),
            next_step: Some(next_step),
        }
    }
}

/// A secret as a header; none where it cannot be one.
pub(super) fn secret_header(secret: &SecretString) -> Option<HeaderValue> {
    let mut value =
        HeaderValue::from_str(secret.expose_secret().trim()).ok()?;
    value.set_sensitive(true);
    Some(value)
}
