//! The name Auth0 gives a public key.

use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};

/// The RSA key in a PEM certificate or public key, if it is one.
pub(super) fn read_public_key(pem: &str) -> Option<Jwk> {
    let key = DecodingKey::from_rsa_pem(pem.as_bytes()).ok()?;

    Jwk::from_decoding_key(&key, None).ok()
}

/// The RFC 7638 thumbprint of the RSA key in a PEM certificate or public key,
/// if it is one.
pub(super) fn read_thumbprint(pem: &str) -> Option<String> {
    read_public_key(pem)?
        .thumbprint(ThumbprintHash::SHA256)
        .ok()
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};

    use super::*;

    #[test]
    fn a_key_and_its_certificate_have_one_name() {
        let pair =
            KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)
                .unwrap();
        let certificate = CertificateParams::default()
            .self_signed(&pair)
            .unwrap();
        let name = read_thumbprint(&pair.public_key_pem()).unwrap();
        assert_eq!(name.len(), 43);
        assert_eq!(read_thumbprint(&certificate.pem()), Some(name));
        assert_eq!(read_thumbprint("not a key"), None);
    }
}
