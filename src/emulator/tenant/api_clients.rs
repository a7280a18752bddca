//! The client that an API exchanges tokens as: its `app_type` is `resource_server`, and the API shows
//! whose it is.

use super::{Object, ResourceServer, Tenant, text};

impl Tenant {
    /// Has the API of a new client show the client, if it is the client of one. What Auth0 says of an
    /// identifier that no API has, or of a second client of one API, is not known: neither is refused,
    /// and the first client stays.
    pub(super) fn link_api(&mut self, client: &Object) {
        let Some(mut api) = self.api_of(client).cloned() else {
            return;
        };
        let Some(id) = client.get("client_id") else {
            return;
        };

        api.entry("client_id").or_insert_with(|| id.clone());
        self.keep::<ResourceServer>(api);
    }

    /// Has the API of a client that goes forget it.
    pub(super) fn unlink_api(&mut self, client: &Object) {
        let linked = self
            .api_of(client)
            .filter(|api| api.get("client_id") == client.get("client_id"));
        let Some(mut api) = linked.cloned() else {
            return;
        };

        api.remove("client_id");
        self.keep::<ResourceServer>(api);
    }

    fn api_of(&self, client: &Object) -> Option<&Object> {
        if text(client, "app_type") != Some("resource_server") {
            return None;
        }
        let identifier = text(client, "resource_server_identifier")?;

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
        tenant.resource_server("urn:a").unwrap().get("client_id")
    }

    #[test]
    fn an_api_shows_its_client_while_it_is_there() {
        let (mut tenant, other) = with_client_and_api();
        assert_eq!(shown(&tenant), None);
        let client = tenant.create_client(linked("first")).unwrap();
        assert_eq!(shown(&tenant), Some(&client["client_id"]));

        let second = tenant.create_client(linked("second")).unwrap();
        assert_eq!(shown(&tenant), Some(&client["client_id"]));
        for id in [&other, text(&second, "client_id").unwrap()] {
            tenant.delete_client(id).unwrap();
            assert_eq!(shown(&tenant), Some(&client["client_id"]));
        }

        tenant
            .delete_client(text(&client, "client_id").unwrap())
            .unwrap();
        assert_eq!(shown(&tenant), None);
    }

    #[test]
    fn a_client_of_an_api_that_is_not_there_is_created_all_the_same() {
        let (mut tenant, _) = with_client_and_api();
        tenant.delete_resource_server("urn:a").unwrap();
        let client = tenant.create_client(linked("early")).unwrap();
        tenant
            .delete_client(text(&client, "client_id").unwrap())
            .unwrap();
    }
}
