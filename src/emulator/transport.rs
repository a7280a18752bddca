//! Plain HTTP, or TLS.

use std::sync::Arc;

use axum_server::tls_rustls::RustlsConfig;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;

use super::authority::{Authority, Signed};
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

    /// The port that nobody says.
    pub(crate) fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
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

/// TLS under a certificate for these names that the authority signs.
pub(crate) fn configure_tls(
    authority: &Authority,
    names: Vec<String>,
) -> Result<RustlsConfig, EmulatorError> {
    let signed = authority
        .sign(names)
        .map_err(EmulatorError::tls)?;
    let config = configure_server(&signed).map_err(EmulatorError::tls)?;
    Ok(RustlsConfig::from_config(Arc::new(config)))
}

fn configure_server(signed: &Signed) -> Result<ServerConfig, rustls::Error> {
    let chain = vec![signed.certificate.der().clone()];
    let key = PrivateKeyDer::Pkcs8(signed.key.serialize_der().into());

    // The cryptography is named: rustls panics where the features of a program
    // offer two of them.
    let mut config = ServerConfig::builder_with_provider(
        aws_lc_rs::default_provider().into(),
    )
    .with_safe_default_protocol_versions()?
    .with_no_client_auth()
    .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
