//! A key that the tenant signs tokens with, and its published form.

use std::error::Error;

use aws_lc_rs::digest::{Digest, SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use rcgen::{
    Certificate, CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256,
    RsaKeySize,
};

use super::error::EmulatorError;
use super::tenant::DOMAIN;
use crate::words::hexadecimal;

/// The algorithms that an API may have its tokens signed by with the
/// tenant's key, as APIs name them. Beside them there is HS256, by a
/// secret that the API shares.
pub(crate) const SIGNING_ALGORITHMS: [(&str, Algorithm); 3] = [
    ("RS256", Algorithm::RS256),
    ("RS512", Algorithm::RS512),
    ("PS256", Algorithm::PS256),
];

/// Signs tokens, and is published as a JWK. Deliberately not `Debug`.
pub(crate) struct SigningKey {
    pem: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
    certificate: Certificate,
    jwk: Jwk,
    id: String,
}

impl SigningKey {
    pub(crate) fn generate() -> Result<Self, EmulatorError> {
        let pair =
            KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)
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

        // Keys of Auth0 carry `x5c` and `x5t`; the latter is a SHA-1 by RFC
        // 7517.
        let certificate = certify_key(&pem)?;
        jwk.common.x509_chain = Some(vec![STANDARD.encode(certificate.der())]);
        jwk.common.x509_sha1_fingerprint =
            Some(URL_SAFE_NO_PAD.encode(sha1(&certificate)));

        let decoding = DecodingKey::from_jwk(&jwk)?;
        Ok(Self {
            pem,
            encoding,
            decoding,
            certificate,
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

    /// Its certificate, in PEM.
    pub(crate) fn certificate(&self) -> String {
        self.certificate.pem()
    }

    /// The SHA-1 of its certificate, in hexadecimal digits.
    pub(crate) fn thumbprint(&self) -> String {
        let digest = sha1(&self.certificate);
        hexadecimal(digest.as_ref().iter().copied()).to_uppercase()
    }

    /// What it is called where it signs by this algorithm.
    ///
    /// A name of its own for each: a published key says one algorithm, and
    /// libraries refuse a token of another. Auth0 publishes the name once, and
    /// has a flag that leaves the algorithm out.
    pub(crate) fn id_for(&self, algorithm: Algorithm) -> String {
        match algorithm {
            Algorithm::RS256 => self.id.clone(),
            other => format!("{}-{other:?}", self.id),
        }
    }

    /// Whether this is one of its names.
    pub(crate) fn is_called(&self, id: &str) -> bool {
        SIGNING_ALGORITHMS
            .iter()
            .any(|(_, algorithm)| self.id_for(*algorithm) == id)
    }

    /// Its public half, for tokens that are signed by this algorithm.
    pub(crate) fn publish(&self, algorithm: Algorithm) -> Jwk {
        let mut jwk = self.jwk.clone();
        jwk.common.key_id = Some(self.id_for(algorithm));
        jwk.common.key_algorithm = Some(algorithm.into());
        jwk
    }
}

fn sha1(certificate: &Certificate) -> Digest {
    digest(&SHA1_FOR_LEGACY_USE_ONLY, certificate.der())
}

/// The key's own certificate, the same each time: its serial number and its
/// signature follow from the key.
fn certify_key(pem: &str) -> Result<Certificate, rcgen::Error> {
    let pair = KeyPair::from_pem_and_sign_algo(pem, &PKCS_RSA_SHA256)?;
    let mut parameters = CertificateParams::default();
    let name = &mut parameters.distinguished_name;
    name.push(DnType::CommonName, DOMAIN);

    parameters.self_signed(&pair)
}
