//! The address a caller used, which is the issuer it sees: as with Auth0's custom domains.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::app::App;
use super::host::HostName;
use super::transport::Scheme;

/// A scheme, and a host with its port.
pub(crate) struct Origin {
    scheme: Scheme,
    host: String,
}

impl Origin {
    /// The issuer of tokens asked for at this address. Ends in a slash.
    pub(crate) fn issuer(&self) -> String {
        self.url("/")
    }

    /// With its port.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme.as_str(), self.host)
    }

    /// What a caller that knows nothing but this address calls the Management API. SDKs say `https`
    /// whatever they speak.
    pub(crate) fn management_audience(&self) -> String {
        format!("https://{}/api/v2/", self.host)
    }
}

impl FromRequestParts<Arc<App>> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        // Whether the emulator is known by it was looked at before the request came here.
        let host = HostName::asked_for(&parts.uri, &parts.headers);

        Ok(Self {
            // Not from the request: in HTTP/1.1 its line mostly names a path alone.
            scheme: app.scheme,
            host: host.map_or_else(String::new, |host| host.to_string()),
        })
    }
}
