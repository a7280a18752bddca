//! One credential of a client: a key or certificate
//! that stands in for a secret.

use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::certificate::Certificate;
use super::collection::Schema;
use super::fields::{
    CERTIFICATE, CREDENTIAL, Operation, PUBLIC_KEY, Record, SUBJECT, check,
};
use super::moment::Moment;
use super::thumbprint::read_public_key;
use super::{Object, Refusal, Violation, is_true, text};

/// What a credential is, which decides the one method it can be used with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CredentialType {
    PublicKey,
    CertificateSubject,
    Certificate,
}

impl CredentialType {
    fn of(credential: &Object) -> Option<Self> {
        match text(credential, "credential_type")? {
            "public_key" => Some(Self::PublicKey),
            "cert_subject_dn" => Some(Self::CertificateSubject),
            "x509_cert" => Some(Self::Certificate),
            _ => None,
        }
    }

    fn method(self) -> &'static str {
        match self {
            Self::PublicKey => "private_key_jwt",
            Self::CertificateSubject => "tls_client_auth",
            Self::Certificate => "self_signed_tls_client_auth",
        }
    }
}

/// A credential as it is kept. The key is kept beside what is shown: it is
/// never answered.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Credential {
    shown: Object,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    public_key: Option<Jwk>,
}

impl Schema for Credential {
    const RECORD: &'static Record = &CREDENTIAL;
    const KEYS: &'static [&'static str] = &[
        "id",
        "credential_type",
        "kid",
        "alg",
        "subject_dn",
        "thumbprint_sha256",
        "name",
        "created_at",
        "updated_at",
        "expires_at",
    ];
}

impl Credential {
    /// Makes the credential that the body of a request describes.
    pub(super) fn new(
        id: String,
        body: &Object,
        now: Moment,
    ) -> Result<Self, Refusal> {
        let mut credential = Self {
            shown: Object::new(),
            public_key: None,
        };
        credential.show("id", id);

        match CredentialType::of(body) {
            Some(CredentialType::PublicKey) => {
                credential.describe_public_key(body)?;
            }
            Some(CredentialType::CertificateSubject) => {
                credential.describe_subject(body)?;
            }
            Some(CredentialType::Certificate) => {
                credential.describe_certificate(body)?;
            }
            None => {
                return Err(
                    Violation::new("No enum match", "credential_type").into(),
                );
            }
        }

        if let Some(name) = text(body, "name") {
            credential.show("name", name);
        }
        credential.show("created_at", now.to_string());
        credential.show("updated_at", now.to_string());
        if let Some(expiry) = choose_expiry(body) {
            credential.show("expires_at", expiry.to_string());
        }

        Ok(credential)
    }

    fn show(&mut self, key: &str, value: impl Into<Value>) {
        self.shown
            .insert(key.to_owned(), value.into());
    }

    fn describe_public_key(&mut self, body: &Object) -> Result<(), Refusal> {
        // Once more, by its type: the table of the request holds
        // the fields of all types.
        check(&PUBLIC_KEY, body, Operation::Create)?;
        let key = text(body, "pem")
            .and_then(read_public_key)
            .ok_or_else(|| Violation::new("Not a public key", "pem"))?;
        // Computed anew from four recorded keys: so Auth0 calls a key that
        // brings no `kid`.
        let name = key
            .thumbprint(ThumbprintHash::SHA256)
            .unwrap_or_default();

        self.show("credential_type", "public_key");
        self.show("kid", text(body, "kid").unwrap_or(&name));
        self.show("alg", text(body, "alg").unwrap_or("RS256"));
        self.public_key = Some(key);

        Ok(())
    }

    fn describe_subject(&mut self, body: &Object) -> Result<(), Refusal> {
        check(&SUBJECT, body, Operation::Create)?;
        let subject = match (text(body, "subject_dn"), text(body, "pem")) {
            (Some(subject), None) => subject.to_owned(),
            (None, Some(pem)) => read_certificate(pem)?.subject(),
            // In our words: Auth0's are not known.
            _ => {
                return Err(Refusal::Rule(
                    "Exactly one of subject_dn and pem must be provided",
                ));
            }
        };

        self.show("credential_type", "cert_subject_dn");
        self.show("subject_dn", subject);

        Ok(())
    }

    fn describe_certificate(&mut self, body: &Object) -> Result<(), Refusal> {
        check(&CERTIFICATE, body, Operation::Create)?;
        let certificate =
            read_certificate(text(body, "pem").unwrap_or_default())?;

        self.show("credential_type", "x509_cert");
        self.show("thumbprint_sha256", certificate.thumbprint());
        // Unasked, unlike that of a public key: recorded.
        self.show("expires_at", certificate.expiry().to_string());

        Ok(())
    }

    /// Changes when it expires, which is all that can change; null means never.
    pub(super) fn change_expiry(&mut self, body: &Object, now: Moment) {
        self.show("updated_at", now.to_string());

        match text(body, "expires_at").and_then(Moment::parse) {
            Some(expiry) => self.show("expires_at", expiry.to_string()),
            None => drop(self.shown.remove("expires_at")),
        }
    }

    /// What every answer shows of it.
    pub(crate) fn shown(&self) -> &Object {
        &self.shown
    }

    pub(crate) fn id(&self) -> &str {
        text(&self.shown, "id").unwrap_or_default()
    }

    /// What the `kid` of an assertion names it by.
    pub(crate) fn key_id(&self) -> Option<&str> {
        text(&self.shown, "kid")
    }

    /// The one algorithm that its key may sign with.
    pub(crate) fn algorithm(&self) -> Option<&str> {
        text(&self.shown, "alg")
    }

    pub(crate) fn public_key(&self) -> Option<&Jwk> {
        self.public_key.as_ref()
    }

    pub(crate) fn is_expired(&self, now: Moment) -> bool {
        let expiry = text(&self.shown, "expires_at").and_then(Moment::parse);

        expiry.is_some_and(|expiry| expiry <= now)
    }

    /// The method that this type of credential is for.
    pub(super) fn method(&self) -> Option<&'static str> {
        CredentialType::of(&self.shown).map(CredentialType::method)
    }

    /// Whether both hold the same key, or the same certificate,
    /// whatever they are called.
    pub(super) fn is_same_key(&self, other: &Self) -> bool {
        let certificate = text(&self.shown, "thumbprint_sha256");

        match (&self.public_key, &other.public_key) {
            // The parameters of the key; what else a JWK says
            // is what it is called.
            (Some(one), Some(another)) => one.algorithm == another.algorithm,
            _ => {
                certificate.is_some()
                    && certificate == text(&other.shown, "thumbprint_sha256")
            }
        }
    }
}

fn read_certificate(pem: &str) -> Result<Certificate, Violation> {
    Certificate::read(pem)
        .ok_or_else(|| Violation::new("Not a certificate", "pem"))
}

/// The time given, or else that of the certificate if it is
/// asked for and there is one.
fn choose_expiry(body: &Object) -> Option<Moment> {
    if let Some(given) = text(body, "expires_at").and_then(Moment::parse) {
        return Some(given);
    }
    if !is_true(body, "parse_expiry_from_cert") {
        return None;
    }

    let certificate = Certificate::read(text(body, "pem")?)?;
    Some(certificate.expiry())
}
