//! The story to its end: the service gets a token that its API can check, and
//! none that it was not granted.

use grantry::provider::keycloak::Writer;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use reqwest::Client;
use serde_json::Value as Json;

use super::realm::TestRealm;
use super::work::{carry_out, desired};

use crate::helpers::plain_http::plain_http;

/// The example, as it stands in the repository.
const STORY: &str = include_str!("../../../examples/keycloak/grantry.yaml");
const API: &str = "https://api.world-mappers.example/";

struct Service {
    http: Client,
    issuer: String,
    secret: String,
}

impl Service {
    /// What Gift Deliveries knows: its realm, and its own secret.
    async fn of(realm: &TestRealm) -> Self {
        let client = realm.client("gift-deliveries").await;
        Self {
            http: plain_http(),
            issuer: format!(
                "{}/realms/{}",
                realm.admin.url, realm.admin.realm
            ),
            secret: client["secret"]
                .as_str()
                .unwrap()
                .to_owned(),
        }
    }

    /// The answer to a request for a token with a scope.
    async fn ask(&self, scope: &str) -> (u16, Json) {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", "gift-deliveries"),
            ("client_secret", &self.secret),
            ("scope", scope),
        ];
        let url = format!("{}/protocol/openid-connect/token", self.issuer);
        let answer = self
            .http
            .post(url)
            .form(&form)
            .send()
            .await
            .unwrap();
        (
            answer.status().as_u16(),
            answer.json().await.unwrap(),
        )
    }

    /// What an API finds in a token: the signature, the issuer, the audience
    /// and the time are as they should be.
    async fn check(&self, token: &str) -> Json {
        let url = format!("{}/protocol/openid-connect/certs", self.issuer);
        let keys: JwkSet = self
            .http
            .get(url)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let id = decode_header(token)
            .unwrap()
            .kid
            .unwrap();
        let key = DecodingKey::from_jwk(keys.find(&id).unwrap()).unwrap();

        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_audience(&[API]);
        validation.set_issuer(&[&self.issuer]);
        decode::<Json>(token, &key, &validation)
            .unwrap()
            .claims
    }
}

async fn tell_the_story(realm: TestRealm) {
    let writer = Writer::new(realm.settings()).unwrap();
    carry_out(&writer, &desired(STORY)).await;
    let service = Service::of(&realm).await;

    let (status, answer) = service.ask("geocode:location").await;
    assert_eq!(status, 200, "{answer}");
    let claims = service
        .check(answer["access_token"].as_str().unwrap())
        .await;
    assert_eq!(claims["scope"], "geocode:location");
    assert_eq!(claims["aud"], API);
    assert_eq!(claims["azp"], "gift-deliveries");
    let life =
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!(life, 600);

    let (status, answer) = service.ask("read:maps").await;
    assert_eq!(
        (status, &answer["error"]),
        (400, &"invalid_scope".into())
    );
}

#[tokio::test]
async fn gift_deliveries_gets_a_token_for_what_it_was_granted() {
    tell_the_story(TestRealm::doubled().await).await;
}

#[tokio::test]
#[ignore = "takes a real Keycloak: `tests/keycloak/run`"]
async fn gift_deliveries_gets_a_token_for_what_it_was_granted_for_real() {
    tell_the_story(TestRealm::real().await).await;
}
