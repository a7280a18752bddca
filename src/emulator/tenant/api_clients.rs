//! The client that an API exchanges tokens as: its `app_type` is
//! `resource_server`, and the API shows whose it is.

use super::{Client, Object, ResourceServer, Tenant, text};

/// Names, of a client, the API that it is of.
pub(super) const API: &str = "resource_server_identifier";

impl Tenant {
    /// Brings the API of a client that is new, changed or gone to showing whose
    /// it is now. It is kept beside the API, and not looked up as that is read,
    /// so that a search that is behind shows what was shown then.
    pub(super) fn link_api(&mut self, client: &Object) {
        let Some(mut api) = self.api_of(client).cloned() else {
            return;
        };

        self.show_client(&mut api);
        self.keep::<ResourceServer>(api);
    }

    /// Has an API show its client, if there is one. What Auth0 says of an
    /// identifier that no API has, or of a second client of one API, is not
    /// known: neither is refused, and the first client is shown.
    pub(super) fn show_client(&self, api: &mut Object) {
        let identifier = text(api, "identifier").unwrap_or_default();
        let client = self
            .store::<Client>()
            .with(API, identifier)
            .only(|client| text(client, "app_type") == Some("resource_server"))
            .first();

        match client
            .and_then(|client| client.get("client_id"))
            .cloned()
        {
            Some(id) => api.insert("client_id".to_owned(), id),
            None => api.remove("client_id"),
        };
    }

    fn api_of(&self, client: &Object) -> Option<&Object> {
        let identifier = text(client, API)?;

        // By identifier only: the field is none of ids.
        self.resource_server(identifier)
            .filter(|api| text(api, "identifier") == Some(identifier))
    }
}

#[cfg(test)]
mod tests;
