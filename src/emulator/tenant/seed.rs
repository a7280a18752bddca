//! What a new tenant holds before anyone touches it.

use serde_json::{Value, json};

use super::client_defaults::{fill_in_defaults, signing_keys};
use super::collection::COLLECTIONS;
use super::id_generator::IdGenerator;
use super::{
    Client, ClientGrant, DOMAIN, MANAGEMENT_AUDIENCE, Object, ResourceServer,
    SETTINGS, Tenant, into_object,
};

/// The client to authenticate as at first. Fixed and public: the emulator
/// guards nothing.
pub const MANAGEMENT_CLIENT_ID: &str = "GrantryEmulatorManagementClient0";

/// The secret of [`MANAGEMENT_CLIENT_ID`]. Fixed and public: the emulator
/// guards nothing.
pub const MANAGEMENT_CLIENT_SECRET: &str = "grantry-emulator-management-secret";

const GLOBAL_CLIENT_ID: &str = "GrantryEmulatorGlobalClient00000";
const MANAGEMENT_API_ID: &str = "000000000000000000000001";
const MANAGEMENT_GRANT_ID: &str = "cgr_GrantryEmulator0";

/// What the first client may not even read: so it was recorded of tenants whose
/// plan has none of it, and software that reads whole tenants goes on after
/// this refusal.
const WITHHELD: [&str; 3] = [
    "directory_provisionings",
    "organization_clients",
    "rate_limit_policies",
];

/// Every scope of the Management API, one a line.
const MANAGEMENT_SCOPES: &str = include_str!("management_scopes.txt");

/// Every scope of the Management API that the emulator knows.
#[must_use]
pub fn management_scopes() -> Vec<&'static str> {
    MANAGEMENT_SCOPES.lines().collect()
}

impl Tenant {
    /// A new tenant. The seed decides every id and secret made in it.
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        let mut tenant = Self::empty(IdGenerator::new(seed));

        tenant.keep::<ResourceServer>(management_api());

        let secret = tenant.id_generator.alphanumeric(64);
        tenant.keep::<Client>(global_client(&secret));
        tenant.keep::<Client>(management_client());
        tenant.keep::<ClientGrant>(management_grant());

        tenant
    }
}

fn management_api() -> Object {
    let scopes: Vec<Value> = management_scopes()
        .into_iter()
        .map(|scope| json!({"value": scope, "description": describe(scope)}))
        .collect();

    into_object(json!({
        "id": MANAGEMENT_API_ID,
        "name": "Auth0 Management API",
        "identifier": MANAGEMENT_AUDIENCE,
        "allow_offline_access": false,
        "skip_consent_for_verifiable_first_party_clients": false,
        "subject_type_authorization": {
            "client": {"policy": "require_client_grant"},
            "user": {"policy": "allow_all"}
        },
        "token_lifetime": 86400,
        "token_lifetime_for_web": 7200,
        "signing_alg": "RS256",
        "scopes": scopes,
        "is_system": true
    }))
}

/// `read:client_grants` is "Read client grants".
fn describe(scope: &str) -> String {
    let words = scope.replace([':', '_'], " ");
    let mut letters = words.chars();

    match letters.next() {
        Some(first) => first
            .to_uppercase()
            .chain(letters)
            .collect(),
        None => words,
    }
}

// Not from the defaults of clients: it was recorded without grant types and
// `jwt_configuration`.
fn global_client(secret: &str) -> Object {
    into_object(json!({
        "tenant": DOMAIN.split('.').next(),
        "global": true,
        "callbacks": [],
        "is_first_party": true,
        "name": "All Applications",
        "refresh_token": {
            "rotation_type": "non-rotating",
            "expiration_type": "non-expiring",
            "leeway": 0,
            "token_lifetime": 2_592_000,
            "infinite_token_lifetime": true,
            "idle_token_lifetime": 1_296_000,
            "infinite_idle_token_lifetime": true
        },
        "owners": [],
        "cross_origin_authentication": true,
        "signing_keys": signing_keys(),
        "client_id": GLOBAL_CLIENT_ID,
        "client_secret": secret,
        "custom_login_page_on": true
    }))
}

fn management_client() -> Object {
    let mut client = fill_in_defaults(&Object::new());
    client.append(&mut into_object(json!({
        "name": "Grantry emulator management",
        "client_id": MANAGEMENT_CLIENT_ID,
        "client_secret": MANAGEMENT_CLIENT_SECRET,
        "app_type": "non_interactive",
        "grant_types": ["client_credentials"],
        "token_endpoint_auth_method": "client_secret_post",
        "oidc_conformant": true
    })));

    client
}

/// Everything with what the tenant keeps, and reading what it has none of.
fn management_grant() -> Object {
    let scope: Vec<&str> = management_scopes()
        .into_iter()
        .filter(|scope| is_granted(scope))
        .collect();

    into_object(json!({
        "id": MANAGEMENT_GRANT_ID,
        "client_id": MANAGEMENT_CLIENT_ID,
        "audience": MANAGEMENT_AUDIENCE,
        "scope": scope,
        "subject_type": "client"
    }))
}

fn is_granted(scope: &str) -> bool {
    let Some((verb, subject)) = scope.split_once(':') else {
        return false;
    };
    if WITHHELD.contains(&subject) {
        return false;
    }

    verb == "read"
        || subject == "signing_keys"
        || COLLECTIONS
            .iter()
            .any(|row| row.scopes.contains(&subject))
        || SETTINGS
            .iter()
            .any(|setting| setting.subject == subject)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emulator::tenant::{GrantKey, texts};

    #[test]
    fn the_management_client_may_do_all_with_what_the_emulator_keeps() {
        let tenant = Tenant::new([0; 32]);
        let key =
            GrantKey::of_client(MANAGEMENT_CLIENT_ID, MANAGEMENT_AUDIENCE);
        let scopes: Vec<&str> =
            texts(tenant.granted(&key).unwrap(), "scope").collect();
        for subject in COLLECTIONS
            .iter()
            .flat_map(|row| row.scopes)
        {
            for verb in ["create", "read", "delete"] {
                let scope = format!("{verb}:{subject}");
                assert!(scopes.contains(&scope.as_str()), "{scope}");
            }
        }

        assert!(scopes.contains(&"read:users"));
        assert!(scopes.contains(&"update:tenant_settings"));
        for lacking in ["create:users", "read:rate_limit_policies"] {
            assert!(!scopes.contains(&lacking), "{lacking}");
        }
    }

    #[test]
    fn the_management_api_declares_273_scopes() {
        assert_eq!(
            management_api()["scopes"]
                .as_array()
                .unwrap()
                .len(),
            273
        );
    }
}
