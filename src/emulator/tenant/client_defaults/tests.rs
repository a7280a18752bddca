use super::super::tests::{object, seeded};
use super::*;

fn created(mut body: Value) -> Object {
    body["name"] = json!("n");
    let client = seeded().create_client(object(body));
    client.unwrap()
}

#[test]
fn a_client_without_a_secret_has_no_client_credentials() {
    for is_first_party in [true, false] {
        let client = created(json!({
            "token_endpoint_auth_method": "none", "app_type": "spa",
            "is_first_party": is_first_party
        }));
        let expected = json!([
            "authorization_code",
            "implicit",
            "refresh_token"
        ]);
        assert_eq!(client["grant_types"], expected);
    }

    let asked = json!({
        "token_endpoint_auth_method": "none", "grant_types": ["client_credentials"]
    });
    assert_eq!(
        created(asked)["grant_types"],
        json!(["client_credentials"])
    );
}

#[test]
fn another_partys_client_conforms_and_its_refresh_tokens_end() {
    let client = created(json!({"is_first_party": false}));
    assert_eq!(client["oidc_conformant"], true);
    assert_eq!(
        client["third_party_security_mode"],
        "permissive"
    );
    assert_eq!(
        client["refresh_token"]["rotation_type"],
        "rotating"
    );
    assert_eq!(
        client["refresh_token"]["expiration_type"],
        "expiring"
    );

    let strict =
        json!({"is_first_party": false, "third_party_security_mode": "strict"});
    let client = created(strict);
    assert_eq!(
        client["refresh_token"]["rotation_type"],
        "non-rotating"
    );
    assert_eq!(
        client["grant_types"],
        json!(["authorization_code"])
    );
    assert!(
        text(&client, "client_id")
            .unwrap()
            .starts_with("tpc_")
    );
}

#[test]
fn the_client_of_an_api_signs_asymmetrically_and_has_no_grant_types() {
    let client = created(json!({"app_type": "resource_server"}));
    assert_eq!(
        client["jwt_configuration"],
        json!({"alg": "RS256", "secret_encoded": false})
    );
    assert_eq!(client["grant_types"], json!([]));
    assert_eq!(client["oidc_conformant"], true);
}

#[test]
fn an_express_client_is_for_organizations_and_proves_itself_by_a_key() {
    let client = created(json!({"app_type": "express_configuration"}));
    for (key, value) in [
        (
            "grant_types",
            json!(["authorization_code", "client_credentials"]),
        ),
        (
            "jwt_configuration",
            json!({"alg": "RS256", "secret_encoded": false}),
        ),
        ("organization_usage", json!("require")),
        (
            "organization_require_behavior",
            json!("pre_login_prompt"),
        ),
        (
            "client_authentication_methods",
            json!({"private_key_jwt": {"credentials": []}}),
        ),
        ("oidc_conformant", json!(true)),
    ] {
        assert_eq!(client[key], value, "{key}");
    }
    assert!(!client.contains_key("client_secret"));
}
