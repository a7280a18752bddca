//! Discovery documents and the published key set.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::app::App;
use super::origin::Origin;

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/.well-known/openid-configuration", get(describe_issuer))
        .route(
            "/.well-known/oauth-authorization-server",
            get(describe_issuer),
        )
        .route("/.well-known/jwks.json", get(publish_keys))
}

async fn publish_keys(State(app): State<Arc<App>>) -> Json<Value> {
    Json(app.signing_key.published())
}

async fn describe_issuer(origin: Origin) -> Json<Value> {
    Json(json!({
        "issuer": origin.issuer(),
        "token_endpoint": origin.url("/oauth/token"),
        "jwks_uri": origin.url("/.well-known/jwks.json"),
        "grant_types_supported": ["client_credentials"],
        // These three say nothing to machines, but OpenID Connect Discovery requires them.
        "response_types_supported": [],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["HS256", "RS256"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_basic", "client_secret_post", "private_key_jwt"
        ],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256", "RS384", "PS256"]
    }))
}
