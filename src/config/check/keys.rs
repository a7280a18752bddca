//! Checks of public keys and certificates. No text of a key is ever shown: it may be a private one.

use std::collections::BTreeMap;

use super::super::node::Node;
use super::super::private::REPLACE;
use super::super::problem::{Problem, ProblemId};
use super::super::source::Span;
use super::context::{Context, repeated};
use crate::model::{
    ClientSpec, Credential, Credentials, KeyMethod, Pem, PemError, PublicKeyCredential,
    ResourceServerSpec, Setting,
};

const CLIENTS: &str = "clients";

/// A key as it is written.
struct Written<'a> {
    pem: &'a Pem,
    /// Where it is written: the key `pem` or the name of the file, never the text itself.
    place: Span,
}

/// The place of the PEM text of a key: the word `pem` or `pem_file`.
fn place(key: &Node) -> Span {
    key.entry("pem").map_or(key.span, |pem| pem.key_span)
}

pub(super) fn encryption_keys(context: &Context<'_>) -> Vec<Problem> {
    let servers = context.file.resource_servers.iter();
    let keys = servers.filter_map(|(key, server)| {
        let pem = server
            .spec
            .token_encryption
            .value()?
            .encryption_key
            .pem
            .as_ref()?;
        let path = [ResourceServerSpec::ENCRYPTION, "encryption_key"];
        let node = &context
            .below("resource_servers", key.as_str(), &path)?
            .value;
        Some(Written {
            pem,
            place: place(node),
        })
    });
    keys.filter_map(|key| not_a_key(&key)).collect()
}

pub(super) fn credentials(context: &Context<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for credential in all(context) {
        let Some(key) = credential.key() else {
            continue;
        };
        match not_a_key(&key) {
            Some(problem) => problems.push(problem),
            None if credential.method != KeyMethod::PrivateKeyJwt => {
                problems.extend(no_certificate(&key));
            }
            None => {}
        }
    }
    problems
}

fn not_a_key(key: &Written<'_>) -> Option<Problem> {
    let error = key.pem.error()?;
    let help = match error {
        PemError::Private => REPLACE,
        PemError::Several => "give each key an entry of its own",
        PemError::Empty
        | PemError::NotPem
        | PemError::OtherBlock
        | PemError::NotRsa
        | PemError::TooWeak(_) => {
            "`openssl genrsa 2048` makes a key, and `openssl pkey -pubout` prints its public half"
        }
        PemError::TooLong => "leave out whatever stands around the block of PEM",
    };
    Some(Problem::new(ProblemId::NotAKey, key.place, error.to_string()).help(help))
}

fn no_certificate(key: &Written<'_>) -> Option<Problem> {
    key.pem.key()?.certificate().is_none().then(|| {
        let message = "this is a bare public key, and this method needs a certificate";
        Problem::new(ProblemId::NotAKey, key.place, message)
            .help("give the `CERTIFICATE`, or authenticate with `private_key_jwt`")
    })
}

pub(super) fn repeated_credentials(context: &Context<'_>) -> Vec<Problem> {
    let mut by_client: BTreeMap<&str, Vec<(String, Span)>> = BTreeMap::new();
    for credential in all(context) {
        let place = credential.place();
        if let Some(name) = credential.name {
            by_client
                .entry(credential.client)
                .or_default()
                .push((name, place));
        }
    }
    let problem = |(_, again, first)| {
        Problem::new(
            ProblemId::DuplicateItem,
            again,
            "the same key is there twice",
        )
        .related(first, "the other one")
    };
    by_client
        .values()
        .flat_map(|names| repeated(names.iter().map(|(name, place)| (name.as_str(), *place))))
        .map(problem)
        .collect()
}

pub(super) fn expiries(context: &Context<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for credential in all(context) {
        let Expiry::FromCertificate { also_given } = credential.expiry else {
            continue;
        };
        let place = credential.field("parse_expiry_from_cert");
        if also_given {
            let message = "a key expires when its certificate does, or at a time given here";
            problems.push(
                Problem::new(ProblemId::ConflictingKeys, place, message)
                    .related(credential.field("expires_at"), "the other is here"),
            );
        }
        let key = credential.pem.and_then(Pem::key);
        if key.is_some_and(|key| key.certificate().is_none()) {
            let message = "a bare public key has no time at which it expires";
            problems.push(
                Problem::new(ProblemId::NotAKey, place, message).help("say `expires_at` instead"),
            );
        }
    }
    problems
}

/// When a key ceases to be accepted.
enum Expiry {
    AsWritten,
    FromCertificate { also_given: bool },
}

/// One credential of a client, of whichever method.
struct Declared<'a> {
    client: &'a str,
    method: KeyMethod,
    pem: Option<&'a Pem>,
    /// What names it among those of its client.
    name: Option<String>,
    expiry: Expiry,
    node: Option<&'a Node>,
    otherwise: Span,
}

impl Declared<'_> {
    fn key(&self) -> Option<Written<'_>> {
        Some(Written {
            pem: self.pem?,
            place: self.place(),
        })
    }

    fn place(&self) -> Span {
        self.node.map_or(self.otherwise, place)
    }

    fn field(&self, name: &str) -> Span {
        let entry = self.node.and_then(|node| node.entry(name));
        entry.map_or_else(|| self.place(), |entry| entry.key_span)
    }
}

/// Every credential of the configuration.
fn all<'a>(context: &'a Context<'_>) -> Vec<Declared<'a>> {
    let mut all = Vec::new();
    for (key, client) in &context.file.clients {
        let Some(methods) = client.spec.client_authentication_methods.value() else {
            continue;
        };
        let of = Client {
            context,
            key: key.as_str(),
        };
        if let Some(credentials) = &methods.private_key_jwt {
            all.extend(of.declared(KeyMethod::PrivateKeyJwt, credentials, expiry));
        }
        if let Some(credentials) = &methods.tls_client_auth {
            all.extend(of.declared(KeyMethod::TlsClientAuth, credentials, |_| Expiry::AsWritten));
        }
        if let Some(credentials) = &methods.self_signed_tls_client_auth {
            let method = KeyMethod::SelfSignedTlsClientAuth;
            all.extend(of.declared(method, credentials, |_| Expiry::AsWritten));
        }
    }
    all
}

fn expiry(key: &PublicKeyCredential) -> Expiry {
    if key.parse_expiry_from_cert {
        Expiry::FromCertificate {
            also_given: key.expires_at != Setting::Absent,
        }
    } else {
        Expiry::AsWritten
    }
}

/// A client of the configuration.
struct Client<'a> {
    context: &'a Context<'a>,
    key: &'a str,
}

impl<'a> Client<'a> {
    fn declared<T: Credential>(
        &self,
        method: KeyMethod,
        credentials: &'a Credentials<T>,
        expiry: fn(&T) -> Expiry,
    ) -> Vec<Declared<'a>> {
        let path = [ClientSpec::METHODS, method.as_str(), "credentials"];
        let nodes = self.context.below(CLIENTS, self.key, &path);
        let nodes = nodes.map_or(&[][..], |nodes| nodes.value.items());
        let declared = credentials.credentials.iter().enumerate();
        declared
            .map(|(index, credential)| Declared {
                client: self.key,
                method,
                pem: credential.pem(),
                name: credential.tenant_name(),
                expiry: expiry(credential),
                node: nodes.get(index),
                otherwise: self.context.key(CLIENTS, self.key),
            })
            .collect()
    }
}
