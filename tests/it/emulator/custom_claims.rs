//! Claims that a tenant adds to its tokens.

use grantry::emulator::{
    self, MANAGEMENT_CLIENT_ID, MANAGEMENT_CLIENT_SECRET, Settings,
};
use jsonwebtoken::dangerous::insecure_decode_claims;
use serde_json::{Value, json};

use crate::emulator::caller::{Caller, token};

#[tokio::test]
async fn every_token_has_them_and_those_of_auth0s_own_apis_what_is_namespaced()
{
    let claims = [
        "tier=gold",
        "tier=[1]",
        "https://example.com/region=eu",
    ];
    let settings = Settings {
        custom_claims: claims
            .map(|claim| claim.parse().unwrap())
            .to_vec(),
        ..Settings::default()
    };
    let emulator = emulator::start(settings).await.unwrap();
    let caller = Caller::new(&emulator).await;
    let management: Value = insecure_decode_claims(&caller.token).unwrap();
    assert_eq!(management.get("tier"), None);
    assert_eq!(management["https://example.com/region"], "eu");

    for (audience, dialect) in [
        ("urn:a", "access_token"),
        ("urn:b", "rfc9068_profile"),
    ] {
        let api = json!({"identifier": audience, "token_dialect": dialect});
        caller
            .post("/resource-servers", api)
            .await;
        let grant = json!({
            "client_id": MANAGEMENT_CLIENT_ID, "audience": audience, "scope": []
        });
        caller
            .post("/client-grants", grant)
            .await;

        let request = json!({
            "grant_type": "client_credentials", "audience": audience,
            "client_id": MANAGEMENT_CLIENT_ID, "client_secret": MANAGEMENT_CLIENT_SECRET
        });
        let (_, answer) = token(&caller.http, &caller.url, &request).await;
        let token = answer["access_token"].as_str().unwrap();
        let claims: Value = insecure_decode_claims(token).unwrap();
        assert_eq!(claims["tier"], json!([1]), "{audience}");
        assert_eq!(claims["https://example.com/region"], "eu");
        assert_eq!(claims["aud"], audience);
    }
}
