//! What Auth0 reads from an X.509 certificate.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use x509_cert::Certificate as Parsed;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::der::Decode as _;
use x509_cert::name::RelativeDistinguishedName;

use super::moment::Moment;

/// The short names of the attributes that stand in subjects; others are named
/// by their number.
const SHORT_NAMES: [(&str, &str); 12] = [
    ("2.5.4.3", "CN"),
    ("2.5.4.4", "SN"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.42", "GN"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
];

/// A certificate that could be read.
pub(super) struct Certificate {
    thumbprint: String,
    parsed: Parsed,
}

impl Certificate {
    /// The first certificate of a PEM text, if it holds one.
    pub(super) fn read(pem: &str) -> Option<Self> {
        let der = CertificateDer::from_pem_slice(pem.as_bytes()).ok()?;
        let thumbprint = URL_SAFE_NO_PAD.encode(digest(&SHA256, &der));

        Some(Self {
            thumbprint,
            parsed: Parsed::from_der(&der).ok()?,
        })
    }

    /// The SHA-256 of the whole certificate, unlike the RFC
    /// 7638 thumbprint of its key.
    pub(super) fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    pub(super) fn expiry(&self) -> Moment {
        let expiry = self
            .parsed
            .tbs_certificate()
            .validity()
            .not_after;

        Moment::after_1970(expiry.to_unix_duration())
    }

    /// The subject as `C=es\nST=Madrid`: one attribute a line, in the order of
    /// the certificate.
    pub(super) fn subject(&self) -> String {
        let lines: Vec<String> = self
            .parsed
            .tbs_certificate()
            .subject()
            .iter_rdn()
            .map(write_name)
            .collect();

        lines.join("\n")
    }
}

/// The attributes of one name: nearly always a single one.
fn write_name(name: &RelativeDistinguishedName) -> String {
    let attributes: Vec<String> = name
        .iter()
        .map(write_attribute)
        .collect();

    attributes.join(" + ")
}

fn write_attribute(attribute: &AttributeTypeAndValue) -> String {
    let number = attribute.oid.to_string();
    let known = SHORT_NAMES
        .iter()
        .find(|(known, _)| *known == number);
    let name = known.map_or(number.as_str(), |(_, name)| name);
    let value = String::from_utf8_lossy(attribute.value.value());

    format!("{name}={value}")
}

#[cfg(test)]
mod tests {
    use super::super::thumbprint::read_thumbprint;
    use super::*;

    /// A certificate of version 1, without extensions.
    const CERTIFICATE: &str = include_str!("certificate.pem");

    #[test]
    fn a_certificate_is_described_as_observed() {
        let certificate = Certificate::read(CERTIFICATE).unwrap();
        assert_eq!(
            certificate.subject(),
            "C=es\nST=Madrid\nL=Madrid\nO=Okta\nOU=DX-CDT\nCN=Developer \
             Experience"
        );
        assert_eq!(
            certificate.expiry().to_string(),
            "2033-05-13T09:33:13.000Z"
        );
        assert_eq!(certificate.thumbprint().len(), 43);
        let key = read_thumbprint(CERTIFICATE).unwrap();
        assert_eq!(
            key,
            "w0kIFOc-q7KKK-pa2Uj5b_Cl3f0hAgFeseLg8iEmWu0"
        );
        assert_ne!(certificate.thumbprint(), key);
        assert!(Certificate::read("-----BEGIN PUBLIC KEY-----").is_none());
    }
}
