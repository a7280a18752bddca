//! What the tenant publishes about itself.

use grantry::emulator::{MANAGEMENT_AUDIENCE, MANAGEMENT_CLIENT_ID, Transport};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};

use crate::emulator::caller::{Caller, start, token};

#[tokio::test]
async fn published_metadata_leads_to_the_key_that_signs() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let get = async |url: &str| -> Value {
        caller
            .http
            .get(url)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    };
    let path = "/.well-known/openid-configuration";
    let metadata = get(&format!("{}{path}", caller.url)).await;
    let keys = get(metadata["jwks_uri"].as_str().unwrap()).await;
    let keys: JwkSet = serde_json::from_value(keys).unwrap();

    let header = decode_header(&caller.token).unwrap();
    let key = keys.find(&header.kid.unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[MANAGEMENT_AUDIENCE]);
    validation.set_issuer(&[metadata["issuer"].as_str().unwrap()]);
    let certificate = &key.common.x509_chain.as_ref().unwrap()[0];
    let certificate = format!(
        "-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n"
    );
    for key in [
        DecodingKey::from_jwk(key),
        DecodingKey::from_rsa_pem(certificate.as_bytes()),
    ] {
        let token =
            decode::<Value>(&caller.token, &key.unwrap(), &validation).unwrap();
        assert_eq!(token.claims["azp"], MANAGEMENT_CLIENT_ID);
    }
    assert_eq!(
        key.common
            .x509_sha1_fingerprint
            .as_ref()
            .unwrap()
            .len(),
        27
    );

    assert_eq!(
        metadata["token_endpoint_auth_methods_supported"],
        json!([
            "client_secret_basic",
            "client_secret_post",
            "private_key_jwt"
        ])
    );
    assert_eq!(
        metadata["token_endpoint_auth_signing_alg_values_supported"],
        json!(["RS256", "RS384", "PS256"])
    );
    let path = "/.well-known/oauth-authorization-server";
    assert_eq!(
        get(&format!("{}{path}", caller.url)).await,
        metadata
    );
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn a_symmetric_api_knows_its_tokens_by_its_own_secret() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let api = json!({
        "identifier": "urn:a", "signing_alg": "HS256", "scopes": [{"value": "r"}, {"value": "w"}]
    });
    let api = caller
        .post("/resource-servers", api)
        .await;
    let client = caller
        .post("/clients", json!({"name": "Service"}))
        .await;
    let grant = json!({
        "client_id": client["client_id"], "audience": "urn:a", "allow_all_scopes": true
    });
    caller
        .post("/client-grants", grant)
        .await;
    let request = json!({
        "grant_type": "client_credentials",
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "audience": "urn:a"
    });
    let (_, answer) = token(&caller.http, &caller.url, &request).await;
    assert_eq!(answer["scope"], "r w");
    let secret = DecodingKey::from_secret(
        api["signing_secret"]
            .as_str()
            .unwrap()
            .as_bytes(),
    );
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&["urn:a"]);
    let token = answer["access_token"].as_str().unwrap();
    let claims = decode::<Value>(token, &secret, &validation)
        .unwrap()
        .claims;
    assert_eq!(claims["scope"], "r w");
    emulator.stop().await.unwrap();
}
