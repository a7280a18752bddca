//! How a client authenticates with keys of its own.
//!
//! In plain form a key stands under its name in the tenant, which its text
//! alone tells: `{private_key_jwt: {<thumbprint>: {alg, name, expires_at}}}`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{
    Attrs, KeyName, Pem, PublicKey, Setting, SubjectName, Timestamp, Value,
};

/// How a client authenticates with keys of its own: exactly one method.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(
    deny_unknown_fields,
    title = "authentication method",
    extend("minProperties" = 1, "maxProperties" = 1)
)]
pub struct ClientAuthenticationMethods {
    /// With a signed assertion (RFC 7523).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Credentials<PublicKeyCredential>")]
    pub private_key_jwt: Option<Credentials<PublicKeyCredential>>,
    /// With a certificate of an authority, known by its subject (RFC 8705,
    /// section 2.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Credentials<SubjectCredential>")]
    pub tls_client_auth: Option<Credentials<SubjectCredential>>,
    /// With a certificate of its own, known by its thumbprint (RFC 8705,
    /// section 2.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Credentials<CertificateCredential>")]
    pub self_signed_tls_client_auth: Option<Credentials<CertificateCredential>>,
}

/// The keys of a method: one, or two while one replaces the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(
    deny_unknown_fields,
    title = "set of credentials",
    rename = "CredentialsOf{T}"
)]
pub struct Credentials<T> {
    /// The keys. Each of them is accepted.
    // A list, as a key has no name until its text is read; in plain form it is
    // a map by that name.
    #[schemars(length(min = 1, max = 2))]
    pub credentials: Vec<T>,
}

/// A public key that assertions are verified with: `pem`, or a file with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(
    deny_unknown_fields,
    title = "public key",
    extend("oneOf" = [{ "required": ["pem"] }, { "required": ["pem_file"] }])
)]
pub struct PublicKeyCredential {
    /// The public key, or a certificate of it.
    // In plain form it is the name of the key, and a
    // value that is only written.
    #[serde(default, skip_serializing)]
    #[schemars(with = "Pem")]
    pub pem: Option<Pem>,
    /// A file with it, relative to the file that says so, and
    /// not outside of its folder.
    #[serde(default, skip_serializing)]
    #[schemars(with = "String", length(min = 1))]
    pub pem_file: Option<String>,
    /// The name of the key, for people. It cannot be changed later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "KeyName")]
    pub name: Option<KeyName>,
    /// The algorithm of the assertions. It cannot be changed later.
    #[serde(default)]
    pub alg: KeyAlg,
    /// When the key ceases to be accepted; `null` for never.
    #[serde(default, skip_serializing_if = "Setting::is_absent")]
    pub expires_at: Setting<Timestamp>,
    /// Whether the key ceases to be accepted when its certificate expires. This
    /// is looked at only when the key is new.
    #[serde(default, skip_serializing)]
    pub parse_expiry_from_cert: bool,
}

/// An algorithm that signs assertions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[derive(Serialize, Deserialize, JsonSchema)]
pub enum KeyAlg {
    /// RSA with SHA-256 (Auth0's default).
    #[default]
    RS256,
    /// RSA with SHA-384.
    RS384,
    /// RSA-PSS with SHA-256.
    PS256,
}

/// A certificate known by its subject: the subject itself, or a certificate to
/// take it from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(
    deny_unknown_fields,
    title = "subject of a certificate",
    extend("oneOf" = [
        { "required": ["subject_dn"] },
        { "required": ["pem"] },
        { "required": ["pem_file"] }
    ])
)]
pub struct SubjectCredential {
    /// The distinguished name of the subject, one `attribute=value` a line, in
    /// the certificate's order.
    #[serde(default, skip_serializing)]
    #[schemars(with = "SubjectName")]
    pub subject_dn: Option<SubjectName>,
    /// The certificate. Only its subject is used, whatever key it holds.
    #[serde(default, skip_serializing)]
    #[schemars(with = "Pem")]
    pub pem: Option<Pem>,
    /// A file with it, relative to the file that says so, and
    /// not outside of its folder.
    #[serde(default, skip_serializing)]
    #[schemars(with = "String", length(min = 1))]
    pub pem_file: Option<String>,
    /// The name of the certificate, for people. It cannot be changed later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "KeyName")]
    pub name: Option<KeyName>,
}

/// A certificate known by its thumbprint: `pem`, or a file with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(
    deny_unknown_fields,
    title = "certificate",
    extend("oneOf" = [{ "required": ["pem"] }, { "required": ["pem_file"] }])
)]
pub struct CertificateCredential {
    /// The certificate.
    #[serde(default, skip_serializing)]
    #[schemars(with = "Pem")]
    pub pem: Option<Pem>,
    /// A file with it, relative to the file that says so, and
    /// not outside of its folder.
    #[serde(default, skip_serializing)]
    #[schemars(with = "String", length(min = 1))]
    pub pem_file: Option<String>,
    /// The name of the certificate, for people. It cannot be changed later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "KeyName")]
    pub name: Option<KeyName>,
}

impl ClientAuthenticationMethods {
    /// In plain form, what stands in the place of a method for keys
    /// that no method of the client names: the tenant keeps them,
    /// and they count for nothing.
    pub const DETACHED: &str = "detached";

    /// The methods in plain form: each with its keys by the
    /// names the tenant gives them.
    pub(super) fn plain(&self) -> Value {
        // Taken apart, so that a new method does not compile until it is here.
        let Self {
            private_key_jwt,
            tls_client_auth,
            self_signed_tls_client_auth,
        } = self;
        let jwt = private_key_jwt
            .as_ref()
            .map(Credentials::plain);
        let tls = tls_client_auth
            .as_ref()
            .map(Credentials::plain);
        let self_signed = self_signed_tls_client_auth
            .as_ref()
            .map(Credentials::plain);

        let methods = [
            (KeyMethod::PrivateKeyJwt, jwt),
            (KeyMethod::TlsClientAuth, tls),
            (KeyMethod::SelfSignedTlsClientAuth, self_signed),
        ];
        let given = methods
            .into_iter()
            .filter_map(|(method, keys)| Some((method.as_str().into(), keys?)));
        Value::Map(given.collect())
    }
}

/// A way to authenticate with keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyMethod {
    /// With a signed assertion.
    PrivateKeyJwt,
    /// With a certificate known by its subject.
    TlsClientAuth,
    /// With a certificate known by its thumbprint.
    SelfSignedTlsClientAuth,
}

impl KeyMethod {
    /// Its name, which is its field in [`ClientAuthenticationMethods`] too.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::TlsClientAuth => "tls_client_auth",
            Self::SelfSignedTlsClientAuth => "self_signed_tls_client_auth",
        }
    }
}

/// A key, as the tenant will know it.
pub trait Credential: Serialize {
    /// The text it was read from, if it was.
    fn pem(&self) -> Option<&Pem>;

    /// Its name in the tenant; none if it has none, which the checks refuse.
    fn tenant_name(&self) -> Option<String>;

    /// What is sent along, and never given back.
    fn write_only(&self) -> Vec<(&'static str, Value)>;
}

impl<T: Credential> Credentials<T> {
    fn plain(&self) -> Value {
        let keys = self
            .credentials
            .iter()
            .filter_map(|credential| {
                let name = credential.tenant_name()?;
                Some((
                    name.into(),
                    Value::Entries(plain_credential(credential)),
                ))
            });
        Value::Map(keys.collect())
    }
}

fn plain_credential(credential: &impl Credential) -> Attrs {
    let mut fields = super::plain(credential);
    for (name, value) in credential.write_only() {
        fields.insert(name.into(), Value::WriteOnly(Box::new(value)));
    }
    fields
}

impl Credential for PublicKeyCredential {
    fn pem(&self) -> Option<&Pem> {
        self.pem.as_ref()
    }

    fn tenant_name(&self) -> Option<String> {
        let key = public_key(self.pem.as_ref())?;
        Some(key.thumbprint().to_owned())
    }

    fn write_only(&self) -> Vec<(&'static str, Value)> {
        let mut sent = write_only_pem(self.pem.as_ref());
        if self.parse_expiry_from_cert {
            sent.push(("parse_expiry_from_cert", Value::Bool(true)));
        }
        sent
    }
}

impl Credential for SubjectCredential {
    fn pem(&self) -> Option<&Pem> {
        self.pem.as_ref()
    }

    fn tenant_name(&self) -> Option<String> {
        if let Some(subject) = &self.subject_dn {
            // A block of YAML ends in a line break, which
            // is no part of the name.
            return Some(subject.as_str().trim_end().to_owned());
        }

        let subject = self.pem.as_ref()?.subject()?;
        Some(subject.to_owned())
    }

    fn write_only(&self) -> Vec<(&'static str, Value)> {
        // The subject is all that is sent, and it is the name already.
        Vec::new()
    }
}

impl Credential for CertificateCredential {
    fn pem(&self) -> Option<&Pem> {
        self.pem.as_ref()
    }

    fn tenant_name(&self) -> Option<String> {
        let certificate = public_key(self.pem.as_ref())?.certificate()?;
        Some(certificate.thumbprint.clone())
    }

    fn write_only(&self) -> Vec<(&'static str, Value)> {
        write_only_pem(self.pem.as_ref())
    }
}

fn public_key(pem: Option<&Pem>) -> Option<&PublicKey> {
    pem.and_then(Pem::key)
}

fn write_only_pem(pem: Option<&Pem>) -> Vec<(&'static str, Value)> {
    public_key(pem)
        .map(|key| ("pem", key.pem().into()))
        .into_iter()
        .collect()
}
