use serde_json::json;

use super::*;
use crate::emulator::tenant::{Client, ClientGrant, ResourceServer};

#[track_caller]
fn check_written(keys: &[&str], value: &Value, expected: &str) {
    let text = write_in_order(keys, value);
    assert_eq!(text, expected.replace(['\n', ' '], ""));
}

#[test]
fn an_api_begins_with_what_it_is_called_and_ends_with_what_is_rare() {
    check_written(
        ResourceServer::KEYS,
        &json!({
            "token_encryption": {
                "format": "f",
                "encryption_key": {"alg": "a", "thumbprint_sha256": "t", "name": "n"}
            },
            "enforce_policies": true, "scopes": [{"description": "d", "value": "v"}],
            "signing_alg": "RS256", "token_lifetime_for_web": 1, "token_lifetime": 2,
            "subject_type_authorization": {}, "allow_offline_access": false,
            "identifier": "urn:a", "name": "n", "id": "i", "consent_policy": "c"
        }),
        r#"{"id":"i","name":"n","identifier":"urn:a","allow_offline_access":false,
                "subject_type_authorization":{},"token_lifetime":2,"token_lifetime_for_web":1,
                "signing_alg":"RS256","scopes":[{"value":"v","description":"d"}],
                "enforce_policies":true,"token_encryption":{
                "encryption_key":{"name":"n","alg":"a","thumbprint_sha256":"t"},"format":"f"},
                "consent_policy":"c"}"#,
    );
}

#[test]
fn a_client_has_its_id_late() {
    check_written(
        Client::KEYS,
        &json!([{
            "app_type": "spa", "client_id": "c", "client_secret": "s", "custom_login_page_on": true,
            "global": false, "grant_types": [], "jwt_configuration": {}, "name": "n",
            "refresh_token": {
                "leeway": 0, "rotation_type": "r", "expiration_type": "e",
                "idle_token_lifetime": 1, "token_lifetime": 2
            },
            "signing_keys": [], "tenant": "t", "web_origins": [], "zzz": 1, "aaa": 1
        }]),
        r#"[{"tenant":"t","global":false,"name":"n",
                "refresh_token":{"expiration_type":"e","leeway":0,"token_lifetime":2,
                "idle_token_lifetime":1,"rotation_type":"r"},"signing_keys":[],"client_id":"c",
                "client_secret":"s","jwt_configuration":{},"app_type":"spa","grant_types":[],
                "web_origins":[],"custom_login_page_on":true,"aaa":1,"zzz":1}]"#,
    );
}

#[test]
fn a_page_of_grants_says_how_many_there_are_first() {
    check_written(
        &page_keys::<ClientGrant>(),
        &json!({"client_grants": [{
            "subject_type": "client", "scope": [], "organization_usage": "allow", "id": "cgr_1",
            "client_id": "c", "audience": "urn:a", "allow_any_organization": true
        }], "limit": 50, "start": 0, "total": 1}),
        r#"{"total":1,"start":0,"limit":50,"client_grants":[{"id":"cgr_1","client_id":"c",
                "audience":"urn:a","scope":[],"organization_usage":"allow",
                "allow_any_organization":true,"subject_type":"client"}]}"#,
    );
}
