//! Discovery documents and the published key set.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use jsonwebtoken::Algorithm;
use jsonwebtoken::jwk::Jwk;
use serde_json::{Value, json};

use super::app::App;
use super::origin::Origin;
use super::signing_key::SIGNING_ALGORITHMS;
use super::tenant::Tenant;

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/.well-known/openid-configuration",
            get(describe_issuer),
        )
        .route(
            "/.well-known/oauth-authorization-server",
            get(describe_issuer),
        )
        .route("/.well-known/jwks.json", get(publish_keys))
}

/// Each key once for each algorithm that an API has its tokens signed by.
async fn publish_keys(State(app): State<Arc<App>>) -> Json<Value> {
    let (algorithms, removes_algorithm) = app.read(|tenant| {
        let removes_algorithm = tenant.removes_algorithm_from_keys();
        (
            list_signing_algorithms(tenant),
            removes_algorithm,
        )
    });
    let mut keys: Vec<Jwk> = app
        .signing_keys
        .trusted()
        .iter()
        .flat_map(|key| {
            algorithms
                .iter()
                .map(|algorithm| key.publish(*algorithm))
        })
        .collect();

    if removes_algorithm {
        for key in &mut keys {
            key.common.key_algorithm = None;
        }
    }
    Json(json!({"keys": keys}))
}

fn list_signing_algorithms(tenant: &Tenant) -> Vec<Algorithm> {
    SIGNING_ALGORITHMS
        .into_iter()
        // The Management API alone has its tokens signed by the usual one.
        .filter(|(name, _)| *name == "RS256" || tenant.has_api_signed_by(name))
        .map(|(_, algorithm)| algorithm)
        .collect()
}

async fn describe_issuer(origin: Origin) -> Json<Value> {
    Json(json!({
        "issuer": origin.issuer(),
        "token_endpoint": origin.url("/oauth/token"),
        "jwks_uri": origin.url("/.well-known/jwks.json"),
        "grant_types_supported": ["client_credentials"],
        // These three say nothing to machines, but OpenID Connect Discovery
        // requires them.
        "response_types_supported": [],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["HS256", "RS256"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_basic", "client_secret_post", "private_key_jwt"
        ],
        "token_endpoint_auth_signing_alg_values_supported": [
            "RS256", "RS384", "PS256"
        ]
    }))
}
