//! Checks of public keys and certificates. No text of a key is ever shown: it
//! may be a private one.

use std::collections::BTreeMap;

use super::super::file::ResourceServer;
use super::super::node::Node;
use super::super::place::Place;
use super::super::private_keys::REPLACE;
use super::super::problem::{Problem, ProblemId};
use super::super::source::Span;
use super::context::Context;
use super::repeated::find_repeated;
use crate::model::{
    ClientSpec, Credential, Credentials, KeyMethod, Pem, PemError,
    PublicKeyCredential, ResourceServerSpec, Setting,
};

pub(super) fn check_encryption_key(
    server: &ResourceServer,
    place: &Place<'_>,
) -> Option<Problem> {
    let encryption = server.spec.token_encryption.value()?;
    let pem = encryption.encryption_key.pem.as_ref()?;

    let path = [ResourceServerSpec::ENCRYPTION, "encryption_key"];
    let key = place.below(&path)?;
    not_a_key(pem, span_of_pem(&key.value))
}

pub(super) fn check_credentials(context: &Context<'_>) -> Vec<Problem> {
    list_credentials(context)
        .iter()
        .filter_map(check_credential)
        .collect()
}

fn check_credential(credential: &WrittenCredential<'_>) -> Option<Problem> {
    let pem = credential.pem?;
    let span = credential.span();
    // Only the subject is sent: mutual TLS itself takes
    // other keys than RSA, too.
    if credential.method == KeyMethod::TlsClientAuth && pem.subject().is_some()
    {
        return None;
    }
    if let Some(problem) = not_a_key(pem, span) {
        return Some(problem);
    }

    // Mutual TLS knows a client by its certificate: by the
    // subject, or by the thumbprint.
    match credential.method {
        KeyMethod::PrivateKeyJwt => None,
        KeyMethod::TlsClientAuth | KeyMethod::SelfSignedTlsClientAuth => {
            no_certificate(pem, span)
        }
    }
}

fn not_a_key(pem: &Pem, span: Span) -> Option<Problem> {
    let error = pem.error()?;
    let help = match error {
        PemError::Private => REPLACE,
        PemError::Several => "give each key an entry of its own",
        PemError::Empty
        | PemError::NotPem
        | PemError::OtherBlock
        | PemError::NotRsa
        | PemError::TooWeak(_) => {
            "`openssl genrsa 2048` makes a key, and `openssl pkey -pubout` \
             prints its public half"
        }
        PemError::TooLong => {
            "leave out whatever stands around the block of PEM"
        }
    };

    Some(Problem::new(ProblemId::NotAKey, span, error.to_string()).help(help))
}

fn no_certificate(pem: &Pem, span: Span) -> Option<Problem> {
    if pem.key()?.certificate().is_some() {
        return None;
    }

    let message =
        "this is a bare public key, and this method needs a certificate";
    let problem = Problem::new(ProblemId::NotAKey, span, message)
        .help("give the `CERTIFICATE`, or authenticate with `private_key_jwt`");
    Some(problem)
}

pub(super) fn find_repeated_credentials(context: &Context<'_>) -> Vec<Problem> {
    // Two clients may have the same key; one client has it once.
    let mut names_by_client: BTreeMap<&str, Vec<(String, Span)>> =
        BTreeMap::new();
    for credential in list_credentials(context) {
        let span = credential.span();
        if let Some(name) = credential.name {
            let names = names_by_client
                .entry(credential.client)
                .or_default();
            names.push((name, span));
        }
    }

    names_by_client
        .values()
        .flat_map(|names| {
            let names = names
                .iter()
                .map(|(name, span)| (name.as_str(), *span));
            find_repeated(names)
        })
        .map(|key| {
            let message = "the same key is there twice";
            Problem::new(ProblemId::DuplicateItem, key.again, message)
                .related(key.first, "the other one")
        })
        .collect()
}

pub(super) fn check_expiries(context: &Context<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for credential in list_credentials(context) {
        let Expiry::FromCertificate { also_given } = credential.expiry else {
            continue;
        };
        let span = credential.key_of("parse_expiry_from_cert");

        if also_given {
            let message = "a key expires when its certificate does, or at a \
                           time given here";
            let problem =
                Problem::new(ProblemId::ConflictingKeys, span, message)
                    .related(
                        credential.key_of("expires_at"),
                        "the other is here",
                    );
            problems.push(problem);
        }

        let key = credential.pem.and_then(Pem::key);
        if key.is_some_and(|key| key.certificate().is_none()) {
            let message = "a bare public key has no time at which it expires";
            let problem = Problem::new(ProblemId::NotAKey, span, message)
                .help("say `expires_at` instead");
            problems.push(problem);
        }
    }
    problems
}

/// When a key ceases to be accepted.
enum Expiry {
    AsWritten,
    FromCertificate { also_given: bool },
}

impl Expiry {
    /// Of a credential that has no such setting.
    fn none<T>(_: &T) -> Self {
        Self::AsWritten
    }

    fn of(credential: &PublicKeyCredential) -> Self {
        if credential.parse_expiry_from_cert {
            Self::FromCertificate {
                also_given: credential.expires_at != Setting::Absent,
            }
        } else {
            Self::AsWritten
        }
    }
}

/// One credential of a client, of whichever method.
struct WrittenCredential<'a> {
    client: &'a str,
    method: KeyMethod,
    pem: Option<&'a Pem>,
    /// What names it among those of its client.
    name: Option<String>,
    expiry: Expiry,
    node: Option<&'a Node>,
    /// Where to point if it has no place of its own.
    client_span: Span,
}

impl WrittenCredential<'_> {
    fn span(&self) -> Span {
        self.node
            .map_or(self.client_span, span_of_pem)
    }

    /// The key of a field, or else the place of the credential.
    fn key_of(&self, field: &str) -> Span {
        let entry = self
            .node
            .and_then(|node| node.entry(field));
        entry.map_or_else(|| self.span(), |entry| entry.key_span)
    }
}

/// Where a key is written: at the word `pem` or the name of the
/// file, never the text itself.
fn span_of_pem(key: &Node) -> Span {
    key.entry("pem")
        .map_or(key.span, |pem| pem.key_span)
}

/// Every credential of the configuration.
fn list_credentials<'a>(context: &Context<'a>) -> Vec<WrittenCredential<'a>> {
    let mut all = Vec::new();
    for (client, place) in context.clients() {
        let Some(methods) = client
            .spec
            .client_authentication_methods
            .value()
        else {
            continue;
        };

        if let Some(credentials) = &methods.private_key_jwt {
            let method = KeyMethod::PrivateKeyJwt;
            all.extend(list_of_method(
                &place,
                method,
                credentials,
                Expiry::of,
            ));
        }
        // Only a key that signs has an expiry of its own.
        if let Some(credentials) = &methods.tls_client_auth {
            let method = KeyMethod::TlsClientAuth;
            all.extend(list_of_method(
                &place,
                method,
                credentials,
                Expiry::none,
            ));
        }
        if let Some(credentials) = &methods.self_signed_tls_client_auth {
            let method = KeyMethod::SelfSignedTlsClientAuth;
            all.extend(list_of_method(
                &place,
                method,
                credentials,
                Expiry::none,
            ));
        }
    }
    all
}

fn list_of_method<'a, T: Credential>(
    client: &Place<'a>,
    method: KeyMethod,
    credentials: &'a Credentials<T>,
    expiry_of: fn(&T) -> Expiry,
) -> Vec<WrittenCredential<'a>> {
    let path = [
        ClientSpec::METHODS,
        method.as_str(),
        "credentials",
    ];
    let nodes = match client.below(&path) {
        Some(entry) => entry.value.items(),
        None => &[],
    };
    let client_span = client.span();

    credentials
        .credentials
        .iter()
        .enumerate()
        .map(|(index, credential)| WrittenCredential {
            client: client.key(),
            method,
            pem: credential.pem(),
            name: credential.tenant_name(),
            expiry: expiry_of(credential),
            node: nodes.get(index),
            client_span,
        })
        .collect()
}
