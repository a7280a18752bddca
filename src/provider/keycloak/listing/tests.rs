use serde_json::json;

use super::*;
use crate::provider::keycloak::{Credentials, Realm, RealmName};

fn settings(realm: &str) -> Settings {
    let realm = Realm::parse(&format!("https://sso.example/{realm}")).unwrap();
    let credentials =
        Credentials::client_secret("grantry", "secret".to_owned().into());
    Settings::new(realm, credentials.unwrap())
}

fn is_complete(settings: &Settings, names: &[&str]) -> bool {
    let clients = names.iter().map(|name| {
        let object = json!({ "id": name, "clientId": name });
        read_listed(object).unwrap()
    });
    check_complete(settings, &clients.collect::<Vec<_>>()).is_ok()
}

#[test]
fn a_listing_without_what_every_realm_has_is_none_of_all() {
    let here = settings("acme");
    assert!(is_complete(
        &here,
        &["web", "grantry", "realm-management"]
    ));
    assert!(!is_complete(&here, &["web", "grantry"]));
    assert!(!is_complete(
        &here,
        &["web", "realm-management"]
    ));
    assert!(!is_complete(&here, &[]));

    // Our own client is of another realm, and so not in this one.
    let elsewhere =
        settings("acme").with_auth_realm(RealmName::parse("ops").unwrap());
    assert!(is_complete(&elsewhere, &["realm-management"]));
    assert!(is_complete(
        &settings("master"),
        &["grantry", "master-realm"]
    ));
}

#[test]
fn what_is_secret_is_neither_kept_nor_part_of_what_a_client_comes_to() {
    let listed = |secret: &str| {
        let object = json!({
            "id": "1", "clientId": "c", "secret": secret, "registrationAccessToken": secret,
            "attributes": { "client.secret.rotated": secret, "saml.signing.private.key": secret },
        });
        read_listed(object).unwrap()
    };
    let one = listed("s3cret");
    assert!(
        !format!("{one:?}").contains("s3cret"),
        "{one:?}"
    );

    let scopes = Scopes::default();
    let other = listed("an0ther");
    assert_eq!(one.digest(&scopes), other.digest(&scopes));
}
