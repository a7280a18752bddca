//! The APIs that Auth0 itself provides in a tenant.

use super::Identifier;

/// An API that no configuration can change. Not all of them say
/// so where they are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SystemApi {
    /// The Management API.
    Management,
    /// The API of a user for the own account.
    MyAccount,
    /// The API of an organization's administrators.
    MyOrganization,
    /// The endpoint that tells of a user.
    UserInfo,
    /// The API behind the express configuration of applications.
    ExpressConfiguration,
}

impl SystemApi {
    /// Which of them an identifier names. Its host is any of Auth0's own, or
    /// this one of the tenant.
    #[must_use]
    pub fn of(identifier: &Identifier, domain: Option<&str>) -> Option<Self> {
        let identifier = identifier.as_str();
        if identifier == "urn:auth0:express-configure" {
            return Some(Self::ExpressConfiguration);
        }

        let (host, path) = identifier
            .strip_prefix("https://")?
            .split_once('/')?;
        // A file need not say which tenant it is for, so any
        // of Auth0's hosts counts.
        let is_of_auth0 = host
            .to_ascii_lowercase()
            .ends_with(".auth0.com");
        let is_of_tenant = domain
            .is_some_and(|domain| host_of(domain).eq_ignore_ascii_case(host));
        if !is_of_auth0 && !is_of_tenant {
            return None;
        }

        match path.trim_end_matches('/') {
            "api/v2" => Some(Self::Management),
            "me" => Some(Self::MyAccount),
            "my-org" => Some(Self::MyOrganization),
            "userinfo" => Some(Self::UserInfo),
            _ => None,
        }
    }
}

/// The host of a domain that may be written as a URL.
fn host_of(domain: &str) -> &str {
    let host = domain
        .rsplit_once("://")
        .map_or(domain, |(_, host)| host);
    host.trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_is_the_systems_on_the_hosts_of_auth0_and_of_the_tenant() {
        use SystemApi::{
            ExpressConfiguration, Management, MyAccount, UserInfo,
        };

        let custom = Some("https://login.acme.example/");
        for (identifier, domain, expected) in [
            (
                "https://ACME.auth0.com/userinfo",
                None,
                Some(UserInfo),
            ),
            (
                "https://acme.auth0.com/api/v2/",
                None,
                Some(Management),
            ),
            (
                "https://login.acme.example/me/",
                custom,
                Some(MyAccount),
            ),
            ("https://login.acme.example/me/", None, None),
            ("https://acme.auth0.com/orders", None, None),
            (
                "urn:auth0:express-configure",
                None,
                Some(ExpressConfiguration),
            ),
            ("urn:orders", None, None),
        ] {
            let found = SystemApi::of(&identifier.parse().unwrap(), domain);
            assert_eq!(found, expected, "{identifier}");
        }
    }
}
