//! The life of credentials over a realm.

use tokio::runtime::Runtime;

use super::realm::TestRealm;
use crate::credentials::live;
use crate::credentials::sinks::Kind;

/// Lives it in each kind of sink, each in a realm of its own.
fn live_in_each(found: impl AsyncFn() -> TestRealm) {
    let runtime = Runtime::new().unwrap();
    for kind in Kind::ALL {
        let realm = runtime.block_on(found());
        let variables = [
            ("KEYCLOAK_URL", realm.admin.url.as_str()),
            ("KEYCLOAK_REALM", &realm.admin.realm),
            ("KEYCLOAK_CLIENT_ID", "grantry-apply"),
            ("KEYCLOAK_CLIENT_SECRET", "grantry-apply-secret"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        live("keycloak", &variables, kind);
    }
}

#[test]
fn credentials_live_in_each_kind_of_sink() {
    live_in_each(TestRealm::doubled);
}

#[test]
#[ignore = "takes a real Keycloak: `tests/keycloak/run`"]
fn credentials_live_in_each_kind_of_sink_for_real() {
    live_in_each(TestRealm::real);
}
