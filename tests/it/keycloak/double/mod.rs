//! A double of Keycloak's Admin REST API and of its token endpoint, with all
//! traps that are known of them. The texts of `tests/keycloak/exchanges` say
//! what it must answer: a real server wrote them.

mod admin;
mod answer;
mod assertions;
mod assignments;
mod attributes;
mod authorization;
mod client_changes;
mod client_scopes;
mod clients;
mod clock;
mod fault;
mod mappers;
mod public;
mod realms;
mod representation;
mod request;
mod server;
mod signer;
mod source;
mod state;
mod token_endpoint;
mod tokens;
mod users;
mod visit;

use std::net::SocketAddr;
use std::sync::Arc;

use axum_server::Handle;
use serde_json::{Value as Json, json};

pub(crate) use self::fault::{Fault, Trouble};
use self::server::{Shared, lock};
use self::state::{Realm, World};

/// The realm that a double has from the start.
const REALM: &str = "grantry";

/// The clients that Grantry has in a realm, each with its role.
const ACCOUNTS: [(&str, &str); 2] = [
    ("grantry-plan", "view-clients"),
    ("grantry-apply", "manage-clients"),
];

/// A running double. It stops when it is dropped.
pub(crate) struct Double {
    address: SocketAddr,
    shared: Shared,
    handle: Handle<SocketAddr>,
}

/// A request that was made, in the order in which they were answered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// With its query.
    pub(crate) path: String,
    /// None where the connection was dropped instead.
    pub(crate) status: Option<u16>,
}

impl Double {
    /// With the realm `grantry`, and in it two clients: `grantry-plan`, which
    /// may read clients and client scopes, and `grantry-apply`, which may
    /// change them. Their secrets are their names and `-secret`.
    pub(crate) async fn start() -> Self {
        let shared = Shared::default();
        let (address, handle) = server::start(&shared);
        let double = Self {
            address,
            shared,
            handle,
        };
        double.add_realm("master");
        double.add_realm(REALM);
        // It listens once it has an address.
        double.handle.listening().await.unwrap();
        double
    }

    /// Without a slash at the end.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    #[expect(clippy::unused_self, reason = "a realm belongs to its server")]
    pub(crate) fn realm(&self) -> &'static str {
        REALM
    }

    pub(crate) fn requests(&self) -> Vec<Asked> {
        lock(&self.shared).asked.clone()
    }

    pub(crate) fn forget_requests(&self) {
        lock(&self.shared).asked.clear();
    }

    pub(crate) fn fail(&self, fault: Fault) {
        lock(&self.shared).faults.add(fault);
    }

    /// With the same two clients.
    pub(crate) fn add_realm(&self, name: &str) {
        self.change(|world| {
            let realm = realms::import(
                name,
                &realm_with_accounts(name),
                &mut world.source,
            );
            let Ok(realm) = realm else {
                panic!("{name} cannot be made");
            };
            world
                .realms
                .insert(name.to_owned(), realm);
        });
    }

    pub(crate) fn admin(&self) -> Administrator {
        Administrator(Arc::clone(&self.shared))
    }

    /// A role of `realm-management`, for the service account of a client.
    pub(crate) fn give_role(&self, client_id: &str, role: &str) {
        self.change_account(client_id, |account| {
            account.roles.insert(role.to_owned());
        });
    }

    pub(crate) fn take_role(&self, client_id: &str, role: &str) {
        self.change_account(client_id, |account| {
            account.roles.remove(role);
        });
    }

    /// How long tokens live from now on, in seconds.
    pub(crate) fn set_token_life(&self, seconds: u64) {
        self.change_realm(|realm| realm.token_life = seconds);
    }

    /// All tokens so far have expired.
    pub(crate) fn expire_tokens(&self) {
        self.change(|world| world.tokens.clear());
    }

    /// Fine-grained permissions: who has no role but `query-clients` is shown
    /// these clients all the same.
    pub(crate) fn set_fine_grained(&self, visible: Option<&[&str]>) {
        let visible = visible
            .unwrap_or_default()
            .iter()
            .copied();
        self.change_realm(|realm| {
            realm.visible = visible.map(str::to_owned).collect();
        });
    }

    /// `Location` names this host instead of the one that was asked.
    pub(crate) fn set_location_host(&self, host: &str) {
        self.change(|world| world.location_host = Some(host.to_owned()));
    }

    fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        change(&mut lock(&self.shared).world)
    }

    fn change_realm(&self, change: impl FnOnce(&mut Realm)) {
        self.change(|world| change(world.realms.get_mut(REALM).unwrap()));
    }

    fn change_account(
        &self,
        client_id: &str,
        change: impl FnOnce(&mut state::Account),
    ) {
        self.change_realm(|realm| {
            let mut clients = realm.clients.values_mut();
            let client = clients.find(|client| client.client_id == client_id);
            change(
                client
                    .unwrap()
                    .account
                    .as_mut()
                    .unwrap(),
            );
        });
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        self.handle.shutdown();
    }
}

/// Another administrator, who may do everything, and whose
/// requests are not recorded.
pub(crate) struct Administrator(Shared);

impl Administrator {
    /// By the same code as over the network. The path begins with that of a
    /// realm, `/admin/realms/…`.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        body: Option<&Json>,
    ) -> (u16, Json) {
        let mut served = lock(&self.0);
        let answer =
            admin::ask_as_administrator(&mut served.world, method, path, body);
        (answer.status, answer.body.unwrap_or_default())
    }

    /// Asks for something that must be given.
    pub(crate) fn must(
        &self,
        method: &str,
        path: &str,
        body: Option<&Json>,
    ) -> Json {
        let (status, answer) = self.ask(method, path, body);
        assert!(
            status < 300,
            "{method} {path}: {status} {answer}"
        );
        answer
    }

    /// Clients and client scopes of a realm, all their lists in order.
    pub(crate) fn dump(&self, realm: &str) -> Json {
        let root = format!("/admin/realms/{realm}");
        let mut dump = json!({
            "clients": self.must("GET", &format!("{root}/clients"), None),
            "clientScopes": self.must("GET", &format!("{root}/client-scopes"), None),
        });
        sort(&mut dump);
        dump
    }

    /// The id of a client, by its clientId.
    pub(crate) fn client(
        &self,
        realm: &str,
        client_id: &str,
    ) -> Option<String> {
        let served = lock(&self.0);
        let client = served
            .world
            .realms
            .get(realm)?
            .client_named(client_id)?;
        Some(client.id.clone())
    }

    /// The id of a client scope, by its name.
    pub(crate) fn scope(&self, realm: &str, name: &str) -> Option<String> {
        let served = lock(&self.0);
        let scope = served
            .world
            .realms
            .get(realm)?
            .scope_named(name)?;
        Some(scope.id.clone())
    }
}

/// What `POST /admin/realms` takes for a realm with the two accounts.
pub(crate) fn realm_with_accounts(name: &str) -> Json {
    realm_with(name, &ACCOUNTS)
}

/// The same with the one that may change things only.
pub(crate) fn realm_of_one_account(name: &str) -> Json {
    realm_with(name, &ACCOUNTS[1..])
}

fn realm_with(name: &str, accounts: &[(&str, &str)]) -> Json {
    let clients = accounts.iter().map(|(client_id, _)| {
        json!({
            "clientId": client_id,
            "secret": format!("{client_id}-secret"),
            "publicClient": false,
            "standardFlowEnabled": false,
            "serviceAccountsEnabled": true,
            "fullScopeAllowed": true,
        })
    });
    let users = accounts
        .iter()
        .map(|(client_id, role)| {
            json!({
                "username": format!("service-account-{client_id}"),
                "enabled": true,
                "serviceAccountClientId": client_id,
                "clientRoles": { "realm-management": [role] },
            })
        });
    let (clients, users): (Json, Json) = (clients.collect(), users.collect());
    json!({ "realm": name, "enabled": true, "clients": clients, "users": users })
}

fn sort(value: &mut Json) {
    match value {
        Json::Array(items) => {
            items.iter_mut().for_each(sort);
            items.sort_by_key(|item| match item {
                Json::Object(fields) => {
                    let name = fields
                        .get("clientId")
                        .or_else(|| fields.get("name"));
                    name.map(ToString::to_string)
                        .unwrap_or_default()
                }
                _ => item.to_string(),
            });
        }
        Json::Object(fields) => fields.values_mut().for_each(sort),
        _ => {}
    }
}
