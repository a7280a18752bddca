//! The address a caller used, which is the issuer it sees: as with Auth0's
//! custom domains.

use std::sync::Arc;

use axum::Extension;
use axum::extract::FromRequestParts;
use axum::extract::rejection::ExtensionRejection;
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

    /// What a caller that knows nothing but this address calls the Management
    /// API. SDKs say `https` whatever they speak.
    pub(crate) fn management_audience(&self) -> String {
        format!("https://{}/api/v2/", self.host)
    }
}

impl FromRequestParts<Arc<App>> for Origin {
    /// Where the host was not looked at before: an origin of no host would be
    /// an issuer that nobody has.
    type Rejection = ExtensionRejection;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &Arc<App>,
    ) -> Result<Self, ExtensionRejection> {
        let Extension::<HostName>(host) =
            Extension::from_request_parts(parts, app).await?;

        Ok(Self {
            // Not from the request: in HTTP/1.1 its line
            // mostly names a path alone.
            scheme: app.scheme,
            host: host.to_string(),
        })
    }
}
