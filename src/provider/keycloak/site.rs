//! Where a realm is: the address of its Keycloak, and its name.

use std::fmt;

use url::Url;

use super::invalid::{InvalidSetting, invalid};
use crate::model::is_loopback;
use crate::provider::ProviderError;
use crate::provider::web::hide_setting;

/// Where a Keycloak is reached: by https, or on this machine by plain http. It
/// may have a path, as `/auth`. Two that are equal are reached alike, however
/// they were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server(Box<Url>);

/// The name of a realm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RealmName(String);

/// A realm of a Keycloak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Realm {
    /// Where its Keycloak is.
    pub server: Server,
    /// Its name.
    pub name: RealmName,
}

impl Server {
    /// Reads an address as in `https://sso.example`; no scheme means https.
    pub fn parse(text: &str) -> Result<Self, ProviderError> {
        let text = text.trim();
        if text.contains('@') {
            // Not shown: what stands before the `@` may be a password.
            return Err(invalid(InvalidSetting::AddressWithCredentials));
        }

        let with_scheme = if text.contains("://") {
            text.to_owned()
        } else {
            format!("https://{text}")
        };
        let mut url = Url::parse(&with_scheme).map_err(|problem| {
            refuse_address(text, &format!("is no address ({problem})"))
        })?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refuse_address(
                text,
                "holds more than an address",
            ));
        }

        // However many slashes it ends in, it is one place.
        let path = url
            .path()
            .trim_end_matches('/')
            .to_owned();
        url.set_path(&path);

        match url.scheme() {
            "https" => Ok(Self(Box::new(url))),
            "http" if is_loopback(&url) => Ok(Self(Box::new(url))),
            "http" => Err(refuse_address(
                text,
                "would send secrets in the clear: plain http is only for this \
                 machine",
            )),
            _ => Err(refuse_address(text, "is not an https address")),
        }
    }

    /// A place below it; each segment is percent-encoded.
    pub(super) fn url<'a>(
        &self,
        segments: impl IntoIterator<Item = &'a str>,
    ) -> Url {
        let mut url = Url::clone(&self.0);
        // A web address always has a path, so this is always taken.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    pub(super) fn as_url(&self) -> &Url {
        &self.0
    }
}

fn refuse_address(text: &str, why: &str) -> ProviderError {
    invalid(InvalidSetting::Address {
        shown: hide_setting(text),
        why: why.to_owned(),
    })
}

impl fmt::Display for Server {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

impl RealmName {
    /// Reads the name of a realm.
    pub fn parse(text: &str) -> Result<Self, ProviderError> {
        let text = text.trim();
        let why = if text.is_empty() {
            "is empty"
        } else if matches!(text, "." | "..")
            || text.contains(is_no_part_of_a_realm)
        {
            "is no name of a realm"
        } else {
            return Ok(Self(text.to_owned()));
        };

        Err(invalid(InvalidSetting::Realm {
            shown: hide_setting(text),
            why,
        }))
    }

    /// The name itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What would make another address of one that a realm is named in.
fn is_no_part_of_a_realm(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || "/?#%\\".contains(character)
}

impl Realm {
    /// Reads `URL/REALM`, and also the address of the realm's issuer,
    /// `URL/realms/REALM`.
    pub fn parse(text: &str) -> Result<Self, ProviderError> {
        let text = text.trim().trim_end_matches('/');
        let (server, name) = match text.rsplit_once('/') {
            // What stands before is a scheme, or nothing.
            Some((server, _)) if server.ends_with('/') || server.is_empty() => {
                (text, "")
            }
            Some((server, name)) => (server, name),
            None => (text, ""),
        };
        if name.is_empty() {
            return Err(refuse_address(text, "names no realm behind it"));
        }
        let server = Server::parse(
            server
                .strip_suffix("/realms")
                .unwrap_or(server),
        )?;
        let name = RealmName::parse(name)?;

        Ok(Self { server, name })
    }

    /// The address of its issuer, as it is reached.
    #[must_use]
    pub fn issuer(&self) -> String {
        self.server
            .url(["realms", self.name.as_str()])
            .into()
    }
}

impl fmt::Display for Realm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}/realms/{}",
            self.server,
            self.name.as_str()
        )
    }
}

#[cfg(test)]
mod tests;
