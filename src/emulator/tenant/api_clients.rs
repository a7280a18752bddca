//! The client that an API exchanges tokens as: its `app_type` is
//! `resource_server`, and the API shows whose it is.

use super::{Client, Object, ResourceServer, Tenant, text};

/// Names, of a client, the API that it is of.
pub(super) const API: &str = "resource_server_identifier";

impl Tenant {
    /// Brings the API of a client that is new, changed or gone to showing whose
    /// it is now. It is kept beside the API, and not looked up as that is
    /// read, so that a search that is behind shows what was shown then.
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
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::{object, with_client_and_api};
    use super::*;

    fn linked(name: &str) -> Object {
        object(json!({
            "name": name, "app_type": "resource_server", "resource_server_identifier": "urn:a"
        }))
    }

    fn shown(tenant: &Tenant) -> Option<&Value> {
        tenant
            .resource_server("urn:a")
            .unwrap()
            .get("client_id")
    }

    fn id_of(client: &Object) -> &str {
        text(client, "client_id").unwrap()
    }

    #[test]
    fn an_api_shows_the_first_of_its_clients_that_are_there() {
        let (mut tenant, other) = with_client_and_api();
        assert_eq!(shown(&tenant), None);
        let first = tenant.create_client(linked("first")).unwrap();
        let second = tenant.create_client(linked("second")).unwrap();
        tenant.delete_client(&other).unwrap();
        assert_eq!(shown(&tenant), Some(&first["client_id"]));

        tenant.delete_client(id_of(&first)).unwrap();
        assert_eq!(shown(&tenant), Some(&second["client_id"]));

        tenant.delete_client(id_of(&second)).unwrap();
        assert_eq!(shown(&tenant), None);
    }

    #[test]
    fn a_client_that_becomes_another_kind_is_not_shown() {
        let (mut tenant, _) = with_client_and_api();
        let client = tenant.create_client(linked("changed")).unwrap();
        let mut change_to = |app_type: &str| {
            let change = object(json!({"app_type": app_type}));
            tenant
                .update_client(id_of(&client), change)
                .unwrap();
            shown(&tenant).cloned()
        };
        assert_eq!(change_to("non_interactive"), None);
        assert_eq!(
            change_to("resource_server"),
            client.get("client_id").cloned()
        );

        change_to("non_interactive");
        tenant.delete_client(id_of(&client)).unwrap();
        assert_eq!(shown(&tenant), None);
    }

    #[test]
    fn an_api_that_comes_after_its_client_shows_it() {
        let (mut tenant, _) = with_client_and_api();
        tenant.delete_resource_server("urn:a").unwrap();
        let client = tenant.create_client(linked("early")).unwrap();

        let api = object(json!({"identifier": "urn:a"}));
        let made = tenant.create_resource_server(api).unwrap();
        assert_eq!(made["client_id"], client["client_id"]);
        assert_eq!(shown(&tenant), Some(&client["client_id"]));
    }
}
