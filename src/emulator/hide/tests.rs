use serde_json::json;

use super::*;

#[test]
fn secrets_tokens_and_assertions_are_hidden_and_nothing_else() {
    let secret = "a1".repeat(32);
    let token = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwIn0.c2ln-bmF0dXJl_";
    for (text, shown) in [
        (
            "/api/v2/clients?is_global=false&per_page=100&\
             fields=client_id%2Cname"
                .to_owned(),
            "/api/v2/clients?is_global=false&per_page=100&\
             fields=client_id%2Cname"
                .to_owned(),
        ),
        (
            "/api/v2/resource-servers/https:%2F%2Fapi.example%2F".to_owned(),
            "/api/v2/resource-servers/https:%2F%2Fapi.example%2F".to_owned(),
        ),
        (
            format!("/clients/{secret}/x"),
            "/clients/…/x".to_owned(),
        ),
        (format!("no {token}."), "no …".to_owned()),
        (
            "/x?client_secret=short&page=1&access_token=b".to_owned(),
            "/x?client_secret=…&page=1&access_token=…".to_owned(),
        ),
        (
            "/x?client_secret=ab%2Bc/d+e&signing_secret=shh&a=b \
             \"password=x\""
                .to_owned(),
            "/x?client_secret=…&signing_secret=…&a=b \"password=…\"".to_owned(),
        ),
        (
            "/x?client_secret%3Dshh&client_secret[]=shh&q=client_secret:\
             shh&a=b"
                .to_owned(),
            "/x?client_secret%3D…&client_secret[]=…&q=client_secret:…&a=b"
                .to_owned(),
        ),
        (
            "/x?a=%7B%22password%22%3A%22shh%22%2C%22b%22%3A1%7D".to_owned(),
            "/x?a=%7B%22password%22%3A%22…%22%2C%22b%22%3A1%7D".to_owned(),
        ),
        (
            format!("within domain: {MANAGEMENT_CLIENT_SECRET}"),
            "within domain: …".to_owned(),
        ),
        (
            "Missing required parameter: client_secret".to_owned(),
            "Missing required parameter: client_secret".to_owned(),
        ),
    ] {
        assert_eq!(hide_credentials(&text), shown);
    }
}

#[test]
fn no_field_of_a_secret_name_is_shown_and_no_secret_under_another() {
    let secret = "s".repeat(64);
    let shown = hide_in_value(&json!({
        "name": "n", "client_secret": "short", "aws_secret_access_key": "k",
        "addons": {"azure_blob": {"storageAccessKey": "k"}, "wams": {"masterkey": "k"}},
        "odd": [{"in": secret}], "passwords": ["p"], "auth_token": "t",
        "refresh_token": {"leeway": 0}, "token_lifetime": 1,
        "can_create_session_transfer_token": true,
        "token_endpoint_auth_method": "client_secret_post",
        "client_authentication_methods": null
    }));
    assert_eq!(
        shown,
        json!({
            "name": "n", "client_secret": "…", "aws_secret_access_key": "…",
            "addons": {"azure_blob": {"storageAccessKey": "…"}, "wams": {"masterkey": "…"}},
            "odd": [{"in": "…"}], "passwords": ["…"], "auth_token": "…",
            "refresh_token": {"leeway": 0}, "token_lifetime": 1,
            "can_create_session_transfer_token": true,
            "token_endpoint_auth_method": "client_secret_post",
            "client_authentication_methods": null
        })
    );
}
