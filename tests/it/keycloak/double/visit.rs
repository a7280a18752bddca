//! One request to the Admin REST API of a realm: who
//! asks, and what it is about.

use serde_json::{Map, Value as Json, json};

use super::answer::{Outcome, broken, forbidden};
use super::representation::Representation;
use super::request::Request;
use super::source::Source;
use super::state::{Client, Realm};

/// What a caller may do with the clients and client scopes of a realm.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Power {
    Nothing,
    /// To ask for them, and be shown none: the trap of `query-clients`.
    Query,
    View,
    Manage,
    /// Everything, also with realms.
    Admin,
}

pub(super) struct Visit<'a> {
    pub(super) realm: &'a mut Realm,
    pub(super) source: &'a mut Source,
    pub(super) request: &'a Request,
    pub(super) power: Power,
    /// `https://host/admin/realms/name`, as `Location` has it.
    pub(super) base: String,
}

impl Visit<'_> {
    pub(super) fn require(&self, power: Power) -> Outcome<()> {
        if self.power < power {
            return Err(forbidden());
        }
        Ok(())
    }

    /// The body, which is looked at before the caller's roles are.
    pub(super) fn body(
        &self,
        representation: &Representation,
    ) -> Outcome<Map<String, Json>> {
        self.request.require_json()?;
        representation.read(&self.request.body)
    }

    /// Whether the caller is shown a client: by a role, or by a
    /// permission for this one.
    pub(super) fn may_see(&self, client: &Client) -> bool {
        self.power >= Power::View
            || self.power == Power::Query
                && self
                    .realm
                    .visible
                    .contains(&client.client_id)
    }

    pub(super) fn client(&self, id: &str) -> Outcome<&Client> {
        self.realm
            .clients
            .get(id)
            .ok_or_else(broken)
    }

    pub(super) fn client_mut(&mut self, id: &str) -> Outcome<&mut Client> {
        self.realm
            .clients
            .get_mut(id)
            .ok_or_else(broken)
    }

    /// A client as it is shown, its secret included.
    pub(super) fn show_client(
        &mut self,
        client: &Client,
        is_alone: bool,
    ) -> Json {
        let mut shown = client.fields.clone();
        shown.insert("id".to_owned(), json!(client.id));
        shown.insert("clientId".to_owned(), json!(client.client_id));
        shown.insert(
            "attributes".to_owned(),
            json!(client.attributes),
        );
        shown.insert(
            "serviceAccountsEnabled".to_owned(),
            json!(client.account.is_some()),
        );
        if let Some(secret) = &client.secret {
            shown.insert("secret".to_owned(), json!(secret));
        }
        if !client.mappers.is_empty() {
            let mappers = client
                .mappers
                .iter()
                .map(super::state::Mapper::show);
            shown.insert("protocolMappers".to_owned(), mappers.collect());
        }
        let lists = [
            ("defaultClientScopes", &client.defaults),
            ("optionalClientScopes", &client.optionals),
        ];
        for (field, ids) in lists {
            // Read alone under a permission of its own, a client shows none of
            // its scopes.
            let hidden = is_alone && self.power < Power::View;
            let names = if hidden {
                Vec::new()
            } else {
                self.realm.names_of(ids)
            };
            let names = self.source.shuffle(names);
            shown.insert(field.to_owned(), json!(names));
        }
        shown.insert("access".to_owned(), self.access_to(client));
        Json::Object(shown)
    }

    fn access_to(&self, client: &Client) -> Json {
        let manages = self.power >= Power::Manage
            && client.client_id != "realm-management";
        json!({ "view": true, "configure": manages, "manage": manages })
    }
}
