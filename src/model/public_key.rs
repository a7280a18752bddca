//! Public keys and certificates, and the names by which a tenant knows them.

use std::borrow::Cow;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use x509_cert::der::asn1::UintRef;
use x509_cert::der::{Decode, DecodePem, Encode, Reader, SliceReader};
use x509_cert::spki::SubjectPublicKeyInfoOwned;

use super::private::holds_private_key;

/// The most characters of a PEM text that Auth0 takes.
const LONGEST: usize = 4096;

/// The fewest bits of an RSA key that RFC 7518, section 3.3, allows.
const FEWEST_BITS: usize = 2048;

/// A PEM text of the configuration: a public key, or why it is none. The checks
/// tell the reason without showing the text, which may be a private key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pem {
    key: Result<PublicKey, PemError>,
    /// The subject, where it is a certificate of any key.
    subject: Option<String>,
}

/// Why a text is no public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PemError {
    /// There is nothing.
    #[error("this is empty")]
    Empty,
    /// It has no block of PEM, or one that is damaged.
    #[error(
        "this is not PEM: a block between `-----BEGIN …-----` and \
         `-----END …-----`"
    )]
    NotPem,
    /// It has more than one block.
    #[error("this holds more than one block of PEM")]
    Several,
    /// It is a private key.
    #[error("this is a private key, which must never be in a configuration")]
    Private,
    /// It is neither a public key nor a certificate.
    #[error("this is neither a `PUBLIC KEY` nor a `CERTIFICATE`")]
    OtherBlock,
    /// It is no RSA key.
    #[error("this is not an RSA key")]
    NotRsa,
    /// It is too short to be safe.
    #[error("this RSA key has {0} bits, and at least {FEWEST_BITS} are needed")]
    TooWeak(usize),
    /// It is longer than Auth0 takes.
    #[error("this is longer than {LONGEST} characters")]
    TooLong,
}

/// An RSA public key, alone or in a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    pem: String,
    thumbprint: String,
    certificate: Option<Certificate>,
}

/// What only a certificate has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The SHA-256 of the certificate's DER form, in base64url without padding.
    pub thumbprint: String,
    /// The distinguished name of its subject, one attribute a line, in the
    /// certificate's order.
    pub subject: String,
}

impl Pem {
    /// The key.
    #[must_use]
    pub fn key(&self) -> Option<&PublicKey> {
        self.key.as_ref().ok()
    }

    /// The subject, where the text is a certificate. What key it
    /// holds makes no difference.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// Why there is no key.
    #[must_use]
    pub fn error(&self) -> Option<PemError> {
        self.key.as_ref().err().copied()
    }

    fn parse(text: &str) -> Self {
        let key = PublicKey::parse(text);
        let subject = match &key {
            Ok(key) => key
                .certificate()
                .map(|own| own.subject.clone()),
            // Of the key alone, and not of the text around it.
            Err(PemError::NotRsa | PemError::TooWeak(_)) => {
                subject_of(text.trim())
            }
            Err(_) => None,
        };

        Self { key, subject }
    }
}

/// The subject of a certificate, if this is one.
fn subject_of(pem: &str) -> Option<String> {
    let read = x509_cert::Certificate::from_pem(pem).ok()?;
    let certificate = Certificate::of(&read).ok()?;

    Some(certificate.subject)
}

impl PublicKey {
    /// Reads one block of PEM.
    pub fn parse(text: &str) -> Result<Self, PemError> {
        let block = text.trim();
        let label = only_label(block)?;
        // With the line break that is added below.
        if block.chars().count() >= LONGEST {
            return Err(PemError::TooLong);
        }

        // In one form, whatever stands around the block: a file may end in a
        // line break, and a `pem` need not.
        let pem = format!("{block}\n");
        match label {
            "PUBLIC KEY" => Self::from_key(pem),
            "CERTIFICATE" => Self::from_certificate(pem),
            _ => Err(PemError::OtherBlock),
        }
    }

    fn from_key(pem: String) -> Result<Self, PemError> {
        let key = SubjectPublicKeyInfoOwned::from_pem(&pem)
            .map_err(|_| PemError::NotPem)?;

        Ok(Self {
            thumbprint: hash_key(&key)?,
            pem,
            certificate: None,
        })
    }

    fn from_certificate(pem: String) -> Result<Self, PemError> {
        let read = x509_cert::Certificate::from_pem(&pem)
            .map_err(|_| PemError::NotPem)?;
        let certificate = Certificate::of(&read)?;
        let key = read
            .tbs_certificate()
            .subject_public_key_info();

        Ok(Self {
            thumbprint: hash_key(key)?,
            pem,
            certificate: Some(certificate),
        })
    }

    /// The PEM text, ending in a line break.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// The JWK thumbprint of the key (RFC 7638, SHA-256), which is what Auth0
    /// makes its `kid`.
    #[must_use]
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    /// The certificate, where the key came in one.
    #[must_use]
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }
}

/// The label of the one block that a text holds.
fn only_label(text: &str) -> Result<&str, PemError> {
    if text.is_empty() {
        return Err(PemError::Empty);
    }

    let mut blocks = text.split("-----BEGIN ").skip(1);
    let first = blocks.next().ok_or(PemError::NotPem)?;
    let (label, _) = first
        .split_once("-----")
        .ok_or(PemError::NotPem)?;

    // A second block may be the private key, which is the
    // worse of the two mistakes.
    if holds_private_key(text) {
        return Err(PemError::Private);
    }
    if blocks.next().is_some() {
        return Err(PemError::Several);
    }
    Ok(label)
}

impl Certificate {
    fn of(certificate: &x509_cert::Certificate) -> Result<Self, PemError> {
        let der = certificate
            .to_der()
            .map_err(|_| PemError::NotPem)?;
        let subject = certificate.tbs_certificate().subject();
        let lines: Vec<String> = subject
            .iter()
            .map(ToString::to_string)
            .collect();

        Ok(Self {
            thumbprint: sha256(&der),
            subject: lines.join("\n"),
        })
    }
}

/// The JWK thumbprint of an RSA key: the hash of its required members, in the
/// order of their names.
fn hash_key(key: &SubjectPublicKeyInfoOwned) -> Result<String, PemError> {
    // RSA only: so are all algorithms that Auth0 verifies assertions and
    // encrypts tokens with.
    let der = key
        .subject_public_key
        .as_bytes()
        .ok_or(PemError::NotRsa)?;
    let (modulus, exponent) =
        read_numbers(der).map_err(|_| PemError::NotRsa)?;
    let bits = count_bits(&modulus);
    if bits < FEWEST_BITS {
        return Err(PemError::TooWeak(bits));
    }

    // Both come without the zero that DER puts before a
    // high bit, as a JWK has them.
    let n = URL_SAFE_NO_PAD.encode(modulus);
    let e = URL_SAFE_NO_PAD.encode(exponent);
    // By hand and not by a serializer: the hash is over these very bytes,
    // without any space.
    let members = format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#);
    Ok(sha256(members.as_bytes()))
}

fn count_bits(number: &[u8]) -> usize {
    let leading = number
        .first()
        .map_or(0, |byte| byte.leading_zeros() as usize);
    (number.len() * 8).saturating_sub(leading)
}

/// The modulus and the exponent of an RSA public key
/// (RFC 8017, appendix A.1.1).
fn read_numbers(
    der: &[u8],
) -> Result<(Vec<u8>, Vec<u8>), x509_cert::der::Error> {
    let mut reader = SliceReader::new(der)?;
    reader.sequence(|reader| {
        let modulus = UintRef::decode(reader)?;
        let exponent = UintRef::decode(reader)?;
        Ok((
            modulus.as_bytes().to_vec(),
            exponent.as_bytes().to_vec(),
        ))
    })
}

fn sha256(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, bytes))
}

impl<'de> Deserialize<'de> for Pem {
    /// Never fails on a text: what is wrong with it is told by the checks.
    fn deserialize<D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self::parse(&text))
    }
}

impl JsonSchema for Pem {
    fn schema_name() -> Cow<'static, str> {
        "Pem".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description":
                "A public key or a certificate in PEM: one block, RSA, at \
                 least 2,048 bits.",
            "examples": [
                "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkq…\n\
                 -----END PUBLIC KEY-----\n",
            ],
        })
    }
}

#[cfg(test)]
mod tests;
