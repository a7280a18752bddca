//! The encryption of access tokens for an API.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Attrs, KeyId, KeyName, Pem, PublicKey, Value};

/// The encryption of access tokens for an API. It is replaced as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "token encryption")]
pub struct TokenEncryption {
    /// The form of an encrypted token.
    pub format: EncryptedTokenFormat,
    /// The key of the API that tokens are encrypted for.
    pub encryption_key: EncryptionKey,
}

/// The form of an encrypted token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EncryptedTokenFormat {
    /// A signed token inside of an encrypted one, in compact form.
    CompactNestedJwe,
}

/// A public key that tokens are encrypted for: `pem`, or a file with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(
    deny_unknown_fields,
    title = "encryption key",
    extend("oneOf" = [{ "required": ["pem"] }, { "required": ["pem_file"] }])
)]
pub struct EncryptionKey {
    /// The algorithm that encrypts.
    pub alg: EncryptionAlg,
    /// The public key or certificate itself.
    #[serde(default, skip_serializing)]
    #[schemars(with = "Pem")]
    pub pem: Option<Pem>,
    /// A file with it, relative to the file that says so, and
    /// not outside of its folder.
    #[serde(default, skip_serializing)]
    #[schemars(with = "String", length(min = 1))]
    pub pem_file: Option<String>,
    /// The name of the key, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "KeyName")]
    pub name: Option<KeyName>,
    /// The name that tokens use for the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "KeyId")]
    pub kid: Option<KeyId>,
}

/// An algorithm that encrypts tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum EncryptionAlg {
    /// RSA-OAEP with SHA-256.
    #[serde(rename = "RSA-OAEP-256")]
    RsaOaep256,
    /// RSA-OAEP with SHA-384.
    #[serde(rename = "RSA-OAEP-384")]
    RsaOaep384,
    /// RSA-OAEP with SHA-512.
    #[serde(rename = "RSA-OAEP-512")]
    RsaOaep512,
}

impl TokenEncryption {
    /// The settings in plain form. The tenant tells the
    /// key by its thumbprint only.
    pub(super) fn plain(&self) -> Value {
        let mut plain = super::plain(self);
        let key = self
            .encryption_key
            .pem
            .as_ref()
            .and_then(Pem::key);
        if let Some(Value::Map(fields)) = plain.get_mut("encryption_key")
            && let Some(key) = key
        {
            fields.extend(plain_key(key));
        }

        Value::Map(plain)
    }
}

fn plain_key(key: &PublicKey) -> Attrs {
    Attrs::from_iter([
        (
            "thumbprint_sha256".into(),
            key.thumbprint().into(),
        ),
        (
            "pem".into(),
            Value::WriteOnly(Box::new(key.pem().into())),
        ),
    ])
}
