use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256, RsaKeySize};

use super::*;

/// A key whose thumbprint a tenant gave as its `kid`.
const KNOWN: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAs8/9RN2qV8HZMunRt8mx
ihqnIX726YqxGwF+7x1A0gpk4TWRpMUWnaaL2D3Nt/Kd5obKM0THZPCuE+Xwncf4
QloizZEn4jM3PNldweL9qwG160o2wXif2R5zLVQat9/188+Ko/sU/LorHgh23DMp
znSwIN30AdLG1WRPxqP5s9abVT0WgBt1VuQobw4TS6QltFUnMSEMBsNtMSPK+NPJ
pz9s3ozqkNMLNSLZMTwgODQWchUr2YJeZa5RbM0u5Xt9oF0HtXH8db3L6Rp3TdIA
uISnZ+mC7zRiCzWljkJZSBrqgtx6Su5wSve9cYGPS23zu3yeSapJWP7pki3G/GBz
JQIDAQAB
-----END PUBLIC KEY-----
";

#[test]
fn a_key_has_the_name_that_auth0_gave_it() {
    let key = PublicKey::parse(KNOWN).unwrap();
    assert_eq!(
        key.thumbprint(),
        "G-gF8B2XrPd_5oBE7CYMnVdbY1zcTsIabrANfO6E_1I"
    );
    assert_eq!((key.pem(), key.certificate()), (KNOWN, None));
    let indented = format!("\n{KNOWN}\n\n");
    assert_eq!(PublicKey::parse(&indented), Ok(key));
}

#[test]
fn a_certificate_has_the_name_of_its_key_and_two_of_its_own() {
    let pair =
        KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters
        .distinguished_name
        .push(DnType::CountryName, "es");
    parameters
        .distinguished_name
        .push(DnType::CommonName, "billing");
    let certificate = parameters.self_signed(&pair).unwrap();

    let alone = PublicKey::parse(&pair.public_key_pem()).unwrap();
    let key = PublicKey::parse(&certificate.pem()).unwrap();
    assert_eq!(key.thumbprint(), alone.thumbprint());

    let own = key.certificate().unwrap();
    assert_eq!(own.subject, "C=es\nCN=billing");
    assert_eq!(own.thumbprint, sha256(certificate.der()));
}

fn block(label: &str) -> String {
    format!("-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n")
}

#[test]
fn what_is_no_public_key_is_told_apart() {
    let elliptic = KeyPair::generate().unwrap();
    for (text, error) in [
        ("\n".to_owned(), PemError::Empty),
        ("hello".to_owned(), PemError::NotPem),
        (block("PUBLIC KEY"), PemError::NotPem),
        (block("PRIVATE KEY"), PemError::Private),
        (block("RSA PRIVATE KEY"), PemError::Private),
        (
            block("ENCRYPTED PRIVATE KEY"),
            PemError::Private,
        ),
        (
            format!("{KNOWN}{}", block("PRIVATE KEY")),
            PemError::Private,
        ),
        (format!("{KNOWN}{KNOWN}"), PemError::Several),
        (block("RSA PUBLIC KEY"), PemError::OtherBlock),
        (elliptic.public_key_pem(), PemError::NotRsa),
        (
            KNOWN.replace("MIIB", &"MIIB".repeat(1024)),
            PemError::TooLong,
        ),
    ] {
        assert_eq!(PublicKey::parse(&text), Err(error), "{text}");
    }
}
