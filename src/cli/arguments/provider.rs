//! A tenant, as chosen on the command line.

use std::path::PathBuf;
use std::str::FromStr;

/// A tenant, as chosen on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum Provider {
    /// A tenant in a file, relative to the working directory.
    Local(Option<PathBuf>),
    /// An Auth0 tenant, by its domain.
    Auth0(Option<String>),
    /// A realm of a Keycloak: its address, and the name behind that.
    Keycloak(Option<String>),
}

impl FromStr for Provider {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // At the first colon: a domain may have one too, as in
        // `auth0:http://127.0.0.1:4600`.
        let (name, rest) = match text.split_once(':') {
            Some((_, "")) => {
                return Err(format!("nothing follows the `:` of `{text}`"));
            }
            Some((name, rest)) => (name, Some(rest)),
            None => (text, None),
        };

        match name {
            "local" => Ok(Self::Local(rest.map(PathBuf::from))),
            "auth0" => Ok(Self::Auth0(rest.map(ToOwned::to_owned))),
            "keycloak" => Ok(Self::Keycloak(rest.map(ToOwned::to_owned))),
            _ => Err(format!(
                "there is no provider `{name}`; known are `local`, `auth0` \
                 and `keycloak`"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_a_name_and_perhaps_a_place() {
        assert_eq!("local".parse(), Ok(Provider::Local(None)));
        assert_eq!(
            "local:a:b.json".parse(),
            Ok(Provider::Local(Some("a:b.json".into())))
        );

        let url = "http://127.0.0.1:4600";
        let told = format!("auth0:{url}");
        assert_eq!(
            told.parse(),
            Ok(Provider::Auth0(Some(url.to_owned())))
        );

        let place = "https://sso.example/acme";
        let told = format!("keycloak:{place}");
        assert_eq!(
            told.parse(),
            Ok(Provider::Keycloak(Some(place.to_owned())))
        );

        assert!("auth0:".parse::<Provider>().is_err());
        assert!("okta".parse::<Provider>().is_err());
    }
}
