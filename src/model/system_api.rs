//! The APIs that Auth0 itself provides in a tenant.

use super::Identifier;

/// An API that no configuration can change. Not all of them say so where they are listed.
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
    /// Which of them an identifier names. Its host is any of Auth0's own, or this one of the tenant.
    #[must_use]
    pub fn of(identifier: &Identifier, domain: Option<&str>) -> Option<Self> {
        let identifier = identifier.as_str();
        if identifier == "urn:auth0:express-configure" {
            return Some(Self::ExpressConfiguration);
        }

        let (host, path) = identifier.strip_prefix("https://")?.split_once('/')?;
        let host = host.to_ascii_lowercase();
        let is_of_tenant =
            domain.is_some_and(|domain| bare_host(domain).eq_ignore_ascii_case(&host));
        if !host.ends_with(".auth0.com") && !is_of_tenant {
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
fn bare_host(domain: &str) -> &str {
    let host = domain.rsplit_once("://").map_or(domain, |(_, host)| host);
    host.trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_is_the_systems_on_the_hosts_of_auth0_and_of_the_tenant() {
        let custom = Some("https://login.acme.example/");
        let of = |identifier: &str, domain| SystemApi::of(&identifier.parse().unwrap(), domain);
        assert_eq!(
            of("https://ACME.auth0.com/userinfo", None),
            Some(SystemApi::UserInfo)
        );
        assert_eq!(
            of("https://acme.auth0.com/api/v2/", None),
            Some(SystemApi::Management)
        );
        assert_eq!(
            of("https://login.acme.example/me/", custom),
            Some(SystemApi::MyAccount)
        );
        assert_eq!(of("https://login.acme.example/me/", None), None);
        assert_eq!(of("https://acme.auth0.com/orders", None), None);
        assert_eq!(
            of("urn:auth0:express-configure", None),
            Some(SystemApi::ExpressConfiguration)
        );
        assert_eq!(of("urn:orders", None), None);
    }
}
