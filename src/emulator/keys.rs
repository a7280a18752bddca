//! The tenant's RS256 signing key.

use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::{Value, json};

use super::error::EmulatorError;

/// Signs tokens, and is published as a JWK. Deliberately not `Debug`.
pub(crate) struct SigningKey {
    pem: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
    jwk: Jwk,
    id: String,
}

impl SigningKey {
    pub(crate) fn generate() -> Result<Self, EmulatorError> {
        let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)
            .map_err(|error| EmulatorError::SigningKey(error.into()))?;
        Self::from_pem(pair.serialize_pem())
    }

    pub(crate) fn from_pem(pem: String) -> Result<Self, EmulatorError> {
        Self::try_from_pem(pem).map_err(|error| EmulatorError::SigningKey(error.into()))
    }

    fn try_from_pem(pem: String) -> Result<Self, jsonwebtoken::errors::Error> {
        let encoding = EncodingKey::from_rsa_pem(pem.as_bytes())?;
        let mut jwk = Jwk::from_encoding_key(&encoding, Algorithm::RS256)?;
        let id = jwk.thumbprint(ThumbprintHash::SHA256)?;
        jwk.common.key_id = Some(id.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        let decoding = DecodingKey::from_jwk(&jwk)?;
        Ok(Self { pem, encoding, decoding, jwk, id })
    }

    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn encoding(&self) -> &EncodingKey {
        &self.encoding
    }

    pub(crate) fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }

    /// The key set published under `/.well-known/jwks.json`.
    pub(crate) fn published(&self) -> Value {
        json!({"keys": [self.jwk]})
    }
}
