//! Addresses of this machine, and those that nobody can listen to on the way.

use url::{Host, Url};

/// Whether an address is of this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        // Any other name may lead anywhere.
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether nobody on the way can read what is sent there: by
/// https, or to this machine.
pub(crate) fn is_private(url: &Url) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => is_loopback(url),
        _ => false,
    }
}
