//! The RS256 key that the tenant signs tokens with, and its published form.

use std::error::Error;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::{Value, json};

use super::error::EmulatorError;
use super::tenant::DOMAIN;

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
        Self::try_from_pem(pem).map_err(EmulatorError::SigningKey)
    }

    fn try_from_pem(pem: String) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let encoding = EncodingKey::from_rsa_pem(pem.as_bytes())?;
        let mut jwk = Jwk::from_encoding_key(&encoding, Algorithm::RS256)?;
        // Its name follows from the key, so a state file need not keep it.
        let id = jwk.thumbprint(ThumbprintHash::SHA256)?;
        jwk.common.key_id = Some(id.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);

        // Keys of Auth0 carry `x5c` and `x5t`; the latter is a SHA-1 by RFC 7517.
        let certificate = certify_key(&pem)?;
        let thumbprint = digest(&SHA1_FOR_LEGACY_USE_ONLY, &certificate);
        jwk.common.x509_chain = Some(vec![STANDARD.encode(&certificate)]);
        jwk.common.x509_sha1_fingerprint = Some(URL_SAFE_NO_PAD.encode(thumbprint));

        let decoding = DecodingKey::from_jwk(&jwk)?;
        Ok(Self {
            pem,
            encoding,
            decoding,
            jwk,
            id,
        })
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

/// The key's own certificate in DER, the same each time: its serial number and its signature follow
/// from the key.
fn certify_key(pem: &str) -> Result<Vec<u8>, rcgen::Error> {
    let pair = KeyPair::from_pem_and_sign_algo(pem, &PKCS_RSA_SHA256)?;
    let mut parameters = CertificateParams::default();
    let name = &mut parameters.distinguished_name;
    name.push(DnType::CommonName, DOMAIN);

    let certificate = parameters.self_signed(&pair)?;
    Ok(certificate.der().to_vec())
}
