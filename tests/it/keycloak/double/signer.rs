//! The RS256 key of all doubles of a run: making one
//! takes longer than most tests.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use rcgen::{KeyPair, PKCS_RSA_SHA256, PublicKeyData, RsaKeySize};
use serde_json::{Map, Value as Json, json};

struct Signer {
    encoding: EncodingKey,
    decoding: DecodingKey,
    jwk: Jwk,
    id: String,
    public_key: String,
}

static SIGNER: LazyLock<Signer> = LazyLock::new(|| {
    let pair =
        KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    let encoding =
        EncodingKey::from_rsa_pem(pair.serialize_pem().as_bytes()).unwrap();
    let mut jwk = Jwk::from_encoding_key(&encoding, Algorithm::RS256).unwrap();
    let id = jwk
        .thumbprint(ThumbprintHash::SHA256)
        .unwrap();
    jwk.common.key_id = Some(id.clone());
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    Signer {
        decoding: DecodingKey::from_jwk(&jwk).unwrap(),
        public_key: STANDARD.encode(pair.subject_public_key_info()),
        encoding,
        jwk,
        id,
    }
});

pub(super) fn sign(claims: &Map<String, Json>, kind: &str) -> String {
    let mut header = Header::new(Algorithm::RS256);
    header.typ = Some(kind.to_owned());
    header.kid = Some(SIGNER.id.clone());
    jsonwebtoken::encode(&header, claims, &SIGNER.encoding).unwrap()
}

/// The claims of a token of ours that has not expired.
pub(super) fn verify(token: &str) -> Option<Map<String, Json>> {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_aud = false;
    validation.leeway = 0;
    let decoded = jsonwebtoken::decode(token, &SIGNER.decoding, &validation);
    decoded.ok().map(|token| token.claims)
}

pub(super) fn published() -> Json {
    json!({ "keys": [SIGNER.jwk] })
}

pub(super) fn public_key() -> &'static str {
    &SIGNER.public_key
}
