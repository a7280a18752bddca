//! What a server holds.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::source::Source;

pub(super) type Texts = BTreeMap<String, String>;

/// The protocol of all clients here.
pub(super) const OPENID_CONNECT: &str = "openid-connect";

#[derive(Default)]
pub(super) struct World {
    pub(super) realms: BTreeMap<String, Realm>,
    pub(super) source: Source,
    /// The host that `Location` names, where it is another one than was asked.
    pub(super) location_host: Option<String>,
    /// The ids of the tokens that are good.
    pub(super) tokens: BTreeSet<String>,
    /// The assertions that were used up.
    pub(super) assertions: BTreeSet<String>,
}

pub(super) struct Realm {
    pub(super) name: String,
    /// `accessTokenLifespan`, in seconds.
    pub(super) token_life: u64,
    pub(super) scopes: BTreeMap<String, Scope>,
    pub(super) clients: BTreeMap<String, Client>,
    /// The ids of the client scopes that new clients get.
    pub(super) defaults: BTreeSet<String>,
    pub(super) optionals: BTreeSet<String>,
    /// The clients that who may only ask for them is shown all the same, under
    /// fine-grained permissions.
    pub(super) visible: BTreeSet<String>,
}

#[derive(Clone)]
pub(super) struct Scope {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) protocol: String,
    pub(super) attributes: Texts,
    pub(super) mappers: Vec<Mapper>,
}

#[derive(Clone)]
pub(super) struct Mapper {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) protocol: String,
    pub(super) kind: String,
    pub(super) config: Texts,
}

#[derive(Clone)]
#[expect(
    clippy::struct_field_names,
    reason = "`clientId` is what Keycloak calls it, beside `id`"
)]
pub(super) struct Client {
    pub(super) id: String,
    pub(super) client_id: String,
    pub(super) secret: Option<String>,
    pub(super) attributes: Texts,
    pub(super) mappers: Vec<Mapper>,
    /// The ids of the client scopes that are assigned.
    pub(super) defaults: BTreeSet<String>,
    pub(super) optionals: BTreeSet<String>,
    /// What `serviceAccountsEnabled` brings.
    pub(super) account: Option<Account>,
    /// What authorization services protect.
    pub(super) resources: Vec<Json>,
    /// All the rest, as it is shown.
    pub(super) fields: Map<String, Json>,
}

#[derive(Clone)]
pub(super) struct Account {
    /// The id of its user.
    pub(super) id: String,
    /// Its roles of `realm-management`.
    pub(super) roles: BTreeSet<String>,
    /// Whether it has what every new user has, as none has that is imported
    /// with a realm.
    pub(super) has_default_roles: bool,
}

impl Realm {
    pub(super) fn client_named(&self, client_id: &str) -> Option<&Client> {
        self.clients
            .values()
            .find(|client| client.client_id == client_id)
    }

    pub(super) fn scope_named(&self, name: &str) -> Option<&Scope> {
        self.scopes
            .values()
            .find(|scope| scope.name == name)
    }

    /// The names of client scopes, by their ids.
    pub(super) fn names_of(&self, ids: &BTreeSet<String>) -> Vec<String> {
        let scopes = ids
            .iter()
            .filter_map(|id| self.scopes.get(id));
        scopes
            .map(|scope| scope.name.clone())
            .collect()
    }
}

impl Scope {
    pub(super) fn show(&self) -> Json {
        let mut shown = json!({
            "id": self.id,
            "name": self.name,
            "protocol": self.protocol,
            "attributes": self.attributes,
        });
        if let Some(description) = &self.description {
            shown["description"] = json!(description);
        }
        if !self.mappers.is_empty() {
            shown["protocolMappers"] = self
                .mappers
                .iter()
                .map(Mapper::show)
                .collect();
        }
        shown
    }
}

impl Mapper {
    pub(super) fn show(&self) -> Json {
        json!({
            "id": self.id,
            "name": self.name,
            "protocol": self.protocol,
            "protocolMapper": self.kind,
            "consentRequired": false,
            "config": self.config,
        })
    }
}

impl Client {
    pub(super) fn is(&self, field: &str) -> bool {
        self.fields.get(field) == Some(&Json::Bool(true))
    }
}
