//! Claims that a tenant's own code adds to the tokens of services.

use std::str::FromStr;

use serde_json::Value;
use url::Url;

/// A claim that every access token has beside those of Auth0, as if an Action
/// of the tenant added it. Tokens of an API of Auth0's own have it only if its
/// name is a URL or a URN, as with Auth0.
///
/// ```
/// use grantry::emulator::CustomClaim;
///
/// // A value is JSON, or else a text.
/// assert!("https://example.com/regions=[\"eu\"]".parse::<CustomClaim>().is_ok());
/// assert!("tier=gold".parse::<CustomClaim>().is_ok());
/// assert!("sub=me".parse::<CustomClaim>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CustomClaim {
    name: String,
    value: Value,
}

/// Why a text is no custom claim.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CustomClaimError {
    /// It has no name, or no value.
    #[error(
        "say NAME=VALUE, with JSON or a text for the value, such as \
         `https://example.com/tier=gold`"
    )]
    Shape,
    /// Auth0 says itself what this claim is, or lets nobody say it.
    #[error(
        "Auth0 lets no Action set the claim `{0}`; name one of your own, such \
         as `https://example.com/{0}`"
    )]
    Restricted(String),
    /// Auth0 adds no claim of a name that is its own.
    #[error(
        "Auth0 adds no claim under a domain of its own, as `{0}` is; use one \
         of yours"
    )]
    Namespace(String),
}

/// What Auth0 documents that no custom claim may be called; and `scope`, which
/// its Actions change in other ways.
const RESTRICTED: [&str; 61] = [
    "acr",
    "act",
    "active",
    "amr",
    "at_hash",
    "ath",
    "attest",
    "aud",
    "auth_time",
    "authorization_details",
    "azp",
    "c_hash",
    "client_id",
    "cnf",
    "cty",
    "dest",
    "entitlements",
    "events",
    "exp",
    "groups",
    "gty",
    "htm",
    "htu",
    "iat",
    "internalService",
    "iss",
    "jcard",
    "jku",
    "jti",
    "jwe",
    "jwk",
    "kid",
    "may_act",
    "mky",
    "nbf",
    "nonce",
    "object_id",
    "org_id",
    "org_name",
    "orig",
    "origid",
    "permissions",
    "roles",
    "rph",
    "s_hash",
    "scope",
    "sid",
    "sip_callid",
    "sip_cseq_num",
    "sip_date",
    "sip_from_tag",
    "sip_via_branch",
    "sub",
    "sub_jwk",
    "toe",
    "txn",
    "typ",
    "uuid",
    "vot",
    "vtm",
    "x5t#S256",
];

/// The domains under which it adds none.
const OF_AUTH0: [&str; 3] = ["auth0.com", "webtask.io", "webtask.run"];

impl FromStr for CustomClaim {
    type Err = CustomClaimError;

    fn from_str(text: &str) -> Result<Self, CustomClaimError> {
        let (name, value) = text
            .split_once('=')
            .ok_or(CustomClaimError::Shape)?;
        if name.is_empty() {
            return Err(CustomClaimError::Shape);
        }
        if RESTRICTED.contains(&name) {
            return Err(CustomClaimError::Restricted(name.to_owned()));
        }
        if is_of_auth0(name) {
            return Err(CustomClaimError::Namespace(name.to_owned()));
        }

        let value =
            serde_json::from_str(value).unwrap_or_else(|_| value.into());
        Ok(Self {
            name: name.to_owned(),
            value,
        })
    }
}

fn is_of_auth0(name: &str) -> bool {
    let url = Url::parse(name).ok();
    let host = url
        .as_ref()
        .and_then(Url::host_str)
        .unwrap_or_default();
    let is_below = |domain: &&str| {
        host.strip_suffix(*domain)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };

    name.starts_with("urn:auth0") || OF_AUTH0.iter().any(is_below)
}

impl CustomClaim {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn value(&self) -> &Value {
        &self.value
    }

    /// Whether nobody else can mean another thing by its name.
    pub(crate) fn is_namespaced(&self) -> bool {
        ["https://", "http://", "urn:"]
            .iter()
            .any(|beginning| self.name.starts_with(beginning))
    }
}

#[cfg(test)]
mod tests;
