//! By which names the emulator is known: those a request may name as its host,
//! and so what an issuer may be.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri};

use super::tenant::DOMAIN;
use super::transport::Scheme;

/// Who may reach the emulator. It guards nothing: whoever
/// reaches it may do everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// Programs of this machine: another address than a
    /// loopback one is refused.
    #[default]
    ThisMachine,
    /// Whoever gets to the address it listens on.
    Network,
}

/// A name under which the emulator is reached, with a port where it is not the
/// one that it listens on.
///
/// ```
/// use grantry::emulator::HostName;
///
/// let name: HostName = "auth0:4600".parse().unwrap();
/// assert_eq!(name.to_string(), "auth0:4600");
/// assert!("http://auth0:4600".parse::<HostName>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostName {
    /// In small letters; an address of IPv6 in brackets.
    name: String,
    port: Option<u16>,
}

/// Why a text is no name of a host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "say a name, or a name and a port, such as `auth0` or `auth0:4600`{}",
    suggest_name(.0)
)]
pub struct HostNameError(String);

/// What is left of a URL.
fn suggest_name(text: &str) -> String {
    let rest = text
        .split_once("://")
        .map(|(_, rest)| rest);
    let name = rest.and_then(|rest| {
        rest.split('/')
            .next()?
            .parse::<HostName>()
            .ok()
    });

    name.map_or_else(String::new, |name| {
        format!("; did you mean `{name}`?")
    })
}

impl FromStr for HostName {
    type Err = HostNameError;

    fn from_str(text: &str) -> Result<Self, HostNameError> {
        text.parse()
            .ok()
            .and_then(|authority| Self::of(&authority))
            .ok_or_else(|| HostNameError(text.to_owned()))
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => write!(formatter, "{}:{port}", self.name),
            None => formatter.write_str(&self.name),
        }
    }
}

impl HostName {
    /// None of what has a user in it, or more than a name and a port.
    fn of(authority: &Authority) -> Option<Self> {
        let name = authority.host().to_ascii_lowercase();
        let is_name = |letter: char| {
            letter.is_ascii_alphanumeric() || "-._".contains(letter)
        };
        let is_known_form = ip_of(&name).is_some() || name.chars().all(is_name);
        if name.is_empty() || !is_known_form {
            return None;
        }

        let port = authority.port_u16();
        let host = Self { name, port };
        host.to_string()
            .eq_ignore_ascii_case(authority.as_str())
            .then_some(host)
    }

    /// The host that a request names, if it names one.
    pub(crate) fn asked_for(uri: &Uri, headers: &HeaderMap) -> Option<Self> {
        // HTTP/2 names the host in the request line instead of a header.
        if let Some(authority) = uri.authority() {
            return Self::of(authority);
        }

        let mut named = headers.get_all(HOST).iter();
        let host = named.next()?.to_str().ok()?;
        // Two of them are none: nobody knows which of them
        // another reader believes.
        named
            .next()
            .is_none()
            .then(|| host.parse().ok())?
    }

    /// The name without its port.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// As a certificate has it.
    fn bare(&self) -> &str {
        self.name
            .trim_start_matches('[')
            .trim_end_matches(']')
    }
}

fn ip_of(name: &str) -> Option<IpAddr> {
    let bracketed = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'));
    match bracketed {
        Some(address) => address.parse().ok().map(IpAddr::V6),
        None => name.parse().ok().map(IpAddr::V4),
    }
}

/// The names of an emulator.
pub(crate) struct Hosts {
    given: Vec<HostName>,
    address: SocketAddr,
    reach: Reach,
}

impl Hosts {
    /// Of one that listens on the address.
    pub(crate) fn new(
        given: Vec<HostName>,
        address: SocketAddr,
        reach: Reach,
    ) -> Self {
        Self {
            given,
            address,
            reach,
        }
    }

    /// The host to tell others: the first name that it
    /// was given, with its port.
    pub(crate) fn told(&self, scheme: Scheme) -> Option<HostName> {
        let first = self.given.first()?;
        let port = first
            .port
            .unwrap_or(self.address.port());

        Some(HostName {
            name: first.name.clone(),
            // As callers say it, so that it is the issuer that they see.
            port: (port != scheme.default_port()).then_some(port),
        })
    }

    /// Every name that a certificate has to vouch for.
    pub(crate) fn certified(&self) -> Vec<String> {
        let loopback = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
        let address = self.address.ip();
        let own = (!address.is_unspecified()).then(|| address.to_string());
        let given = self
            .given
            .iter()
            .map(|host| host.bare().to_owned());

        let mut names = loopback.to_vec();
        for name in own.into_iter().chain(given) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Whether a request may name this host. Its port does not matter: a
    /// container's is often another one outside, and a page in a browser cannot
    /// have any port of a name that is not its own.
    pub(crate) fn knows(&self, host: &HostName) -> bool {
        if let Some(address) = ip_of(&host.name) {
            // No name led to an address that is said itself. Which of them lead
            // here through a network is not known here.
            return address.is_loopback()
                || address == self.address.ip()
                || self.reach == Reach::Network;
        }

        let given = self
            .given
            .iter()
            .map(|given| given.name.as_str());
        ["localhost", DOMAIN]
            .into_iter()
            .chain(given)
            .any(|known| known == host.name)
    }
}

#[cfg(test)]
mod tests;
