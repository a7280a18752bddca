//! `/keys/signing`: the keys that tokens are signed with.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use serde_json::{Value, json};

use super::answer::{Answer, Created, Failure};
use super::guard::Caller;
use super::json::Json;
use super::path::Path;
use super::{Routes, Shared};
use crate::emulator::signing_key::SigningKey;
use crate::emulator::signing_keys::{KeyStatus, NotRevoked};
use crate::emulator::tenant::Schema;

/// A key that tokens are signed with.
pub(crate) enum SigningKeyEntry {}

impl Schema for SigningKeyEntry {
    const KEYS: &'static [&'static str] = &[
        "kid",
        "cert",
        "pkcs7",
        "current",
        "previous",
        "current_since",
        "current_until",
        "fingerprint",
        "thumbprint",
        "revoked",
        "revoked_at",
    ];
}

pub(crate) fn routes() -> Routes {
    Router::new()
        .route("/keys/signing", get(list))
        .route("/keys/signing/rotate", post(rotate))
        .route("/keys/signing/{kid}", get(show))
        .route("/keys/signing/{kid}/revoke", put(revoke))
}

/// Always a bare array.
async fn list(State(app): Shared, caller: Caller) -> Answer<SigningKeyEntry> {
    caller.needs("read:signing_keys")?;

    let statuses = app.signing_keys.statuses();
    let shown: Value = statuses
        .iter()
        .map(show_status)
        .collect();
    Ok(Json::new(shown))
}

async fn show(
    State(app): Shared,
    caller: Caller,
    Path(kid): Path<String>,
) -> Answer<SigningKeyEntry> {
    caller.needs("read:signing_keys")?;

    let statuses = app.signing_keys.statuses();
    let found = statuses
        .iter()
        .find(|status| status.key.is_called(&kid));
    let status = found.ok_or_else(missing)?;
    Ok(Json::new(show_status(status)))
}

async fn rotate(
    State(app): Shared,
    caller: Caller,
) -> Created<SigningKeyEntry> {
    caller.needs_any(&["create:signing_keys", "update:signing_keys"])?;

    // Apart from what serves requests: to find the primes of a key takes long.
    let made = tokio::task::spawn_blocking(SigningKey::generate).await;
    let next = made
        .ok()
        .and_then(Result::ok)
        .ok_or_else(|| {
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            Failure::new(status, "The key could not be made", None)
        })?;

    let now = app.clock.moment();
    let current = app.signing_keys.rotate(next, now);
    app.changed.notify_one();
    Ok(describe_key(&current))
}

async fn revoke(
    State(app): Shared,
    caller: Caller,
    Path(kid): Path<String>,
) -> Created<SigningKeyEntry> {
    caller.needs("update:signing_keys")?;

    let now = app.clock.moment();
    let revoked = app.signing_keys.revoke(&kid, now);
    let revoked = revoked.map_err(|reason| match reason {
        NotRevoked::Unknown => missing(),
        NotRevoked::Current => refuse_to_revoke_current(),
    })?;
    app.changed.notify_one();
    Ok(describe_key(&revoked))
}

/// What a change answers of the key that it is about: 201,
/// also where nothing was made.
fn describe_key(key: &SigningKey) -> (StatusCode, Json<SigningKeyEntry>) {
    let told = json!({"kid": key.id(), "cert": key.certificate()});
    (StatusCode::CREATED, Json::new(told))
}

fn show_status(status: &KeyStatus) -> Value {
    let thumbprint = status.key.thumbprint();
    let mut shown = json!({
        "kid": status.key.id(),
        "cert": status.key.certificate(),
        "fingerprint": separate_bytes(&thumbprint),
        "thumbprint": thumbprint,
        "revoked": status.revoked_at.is_some()
    });

    let role = match status.until {
        None => "current",
        Some(_) => "previous",
    };
    shown[role] = true.into();

    let moments = [
        ("current_since", status.since),
        ("current_until", status.until),
        ("revoked_at", status.revoked_at),
    ];
    for (name, moment) in moments {
        if let Some(moment) = moment {
            shown[name] = moment.to_string().into();
        }
    }
    shown
}

/// `AB12` is `AB:12`.
fn separate_bytes(digits: &str) -> String {
    let bytes: Vec<&str> = (0..digits.len())
        .step_by(2)
        .filter_map(|start| digits.get(start..start + 2))
        .collect();

    bytes.join(":")
}

// In our words: Auth0's are not known.

fn missing() -> Failure {
    Failure::not_found(
        "There is no signing key of this kid",
        "inexistent_signing_key",
    )
}

fn refuse_to_revoke_current() -> Failure {
    Failure::new(
        StatusCode::BAD_REQUEST,
        "The current signing key cannot be revoked before another one is in \
         its place: rotate first",
        "operation_not_supported",
    )
}
