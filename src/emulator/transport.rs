//! Plain HTTP, or TLS under a certificate authority made at start.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum_server::tls_rustls::RustlsConfig;
use rcgen::{BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rcgen::{ExtendedKeyUsagePurpose, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use tempfile::{NamedTempFile, TempPath};

use super::error::EmulatorError;

/// How the emulator is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// HTTP, for callers that allow it to loopback.
    Plain,
    /// HTTPS, for callers that know nothing else.
    Tls,
}

#[derive(Clone, Copy)]
pub(crate) enum Scheme {
    Http,
    Https,
}

impl Scheme {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

impl From<Transport> for Scheme {
    fn from(transport: Transport) -> Self {
        match transport {
            Transport::Plain => Self::Http,
            Transport::Tls => Self::Https,
        }
    }
}

/// A certificate for this machine, and the file that holds the authority to trust for it.
pub(crate) struct Tls {
    pub(crate) config: RustlsConfig,
    pub(crate) authority: AuthorityFile,
}

/// The authority's certificate, and the file it lies in.
pub(crate) struct AuthorityFile {
    pub(crate) pem: String,
    place: AuthorityPlace,
}

/// Beside the state, or anywhere for as long as the emulator lives.
enum AuthorityPlace {
    Kept(PathBuf),
    Temporary(TempPath),
}

impl AuthorityFile {
    pub(crate) fn path(&self) -> &Path {
        match &self.place {
            AuthorityPlace::Kept(path) => path,
            AuthorityPlace::Temporary(path) => path,
        }
    }

    fn write(pem: String, state: Option<&Path>) -> Result<Self, EmulatorError> {
        let failure = |path: &Path| {
            let path = path.to_owned();
            move |source| EmulatorError::File { action: "write", path, source }
        };
        if let Some(state) = state {
            let path = state.with_extension("ca.pem");
            fs::write(&path, &pem).map_err(failure(&path))?;
            return Ok(Self { pem, place: AuthorityPlace::Kept(path) });
        }
        let mut file = NamedTempFile::with_prefix("grantry-emulator-ca-")
            .map_err(failure(&std::env::temp_dir()))?;
        file.write_all(pem.as_bytes()).map_err(failure(file.path()))?;
        Ok(Self { pem, place: AuthorityPlace::Temporary(file.into_temp_path()) })
    }
}

impl Tls {
    pub(crate) fn new(state: Option<&Path>) -> Result<Self, EmulatorError> {
        let (authority, leaf, key) =
            certificates().map_err(|error| EmulatorError::Tls(error.into()))?;
        let config =
            server_config(&leaf, &key).map_err(|error| EmulatorError::Tls(error.into()))?;
        Ok(Self {
            config: RustlsConfig::from_config(Arc::new(config)),
            authority: AuthorityFile::write(authority.pem(), state)?,
        })
    }
}

/// An authority, and a certificate for loopback that it signed, with its key.
fn certificates() -> Result<(Certificate, Certificate, KeyPair), rcgen::Error> {
    let mut authority = CertificateParams::default();
    authority.distinguished_name.push(DnType::CommonName, "Grantry emulator");
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let authority_key = KeyPair::generate()?;
    let authority_certificate = authority.self_signed(&authority_key)?;

    let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let mut leaf = CertificateParams::new(names)?;
    leaf.use_authority_key_identifier_extension = true;
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate()?;
    let certificate = leaf.signed_by(&key, &Issuer::new(authority, authority_key))?;
    Ok((authority_certificate, certificate, key))
}

fn server_config(leaf: &Certificate, key: &KeyPair) -> Result<ServerConfig, rustls::Error> {
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let mut config = ServerConfig::builder_with_provider(aws_lc_rs::default_provider().into())
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
