//! What a tenant has beyond machine-to-machine access, as
//! far as software asks for it.

use grantry::emulator::{MANAGEMENT_AUDIENCE, Transport};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::emulator::caller::{Caller, start, token};

/// What `auth0-deploy-cli` asks for when it exports a
/// tenant, but for the three kinds.
const ASKED_BY_AN_EXPORT: [(&str, u16); 71] = [
    ("/actions/actions?page=0&per_page=100", 200),
    ("/actions/modules?page=0&per_page=100", 200),
    ("/actions/triggers", 200),
    ("/attack-protection/bot-detection", 200),
    (
        "/attack-protection/breached-password-detection",
        200,
    ),
    ("/attack-protection/brute-force-protection", 200),
    ("/attack-protection/captcha", 200),
    (
        "/attack-protection/suspicious-ip-throttling",
        200,
    ),
    ("/branding", 200),
    ("/branding/phone/providers", 200),
    ("/branding/phone/templates", 200),
    ("/branding/themes/default", 404),
    ("/connection-profiles?take=10", 200),
    (
        "/connections-directory-provisionings?take=50",
        403,
    ),
    ("/connections?include_totals=true&take=50", 200),
    (
        "/connections?include_totals=true&take=50&strategy=auth0",
        200,
    ),
    ("/custom-domains", 200),
    ("/email-templates/async_approval", 404),
    ("/email-templates/blocked_account", 404),
    ("/email-templates/change_password", 404),
    ("/email-templates/enrollment_email", 404),
    ("/email-templates/mfa_oob_code", 404),
    ("/email-templates/password_reset", 404),
    ("/email-templates/reset_email", 404),
    ("/email-templates/reset_email_by_code", 404),
    ("/email-templates/stolen_credentials", 404),
    ("/email-templates/user_invitation", 404),
    ("/email-templates/verify_email", 404),
    ("/email-templates/verify_email_by_code", 404),
    ("/email-templates/welcome_email", 404),
    (
        "/emails/provider?fields=name%2Cenabled&include_fields=true",
        404,
    ),
    ("/event-streams?take=50", 200),
    (
        "/flows/vault/connections?page=0&per_page=50&include_totals=true",
        200,
    ),
    (
        "/flows?page=0&per_page=100&include_totals=true",
        200,
    ),
    (
        "/forms?page=0&per_page=100&include_totals=true",
        200,
    ),
    ("/guardian/factors", 200),
    ("/guardian/factors/phone/message-types", 200),
    ("/guardian/factors/phone/selected-provider", 200),
    (
        "/guardian/factors/push-notification/providers/sns",
        200,
    ),
    ("/guardian/factors/sms/providers/twilio", 200),
    ("/guardian/factors/sms/templates", 200),
    ("/guardian/policies", 200),
    (
        "/hooks?page=0&per_page=100&include_totals=true",
        200,
    ),
    ("/log-streams", 200),
    (
        "/network-acls?page=0&per_page=100&include_totals=true",
        200,
    ),
    ("/prompts", 200),
    ("/prompts/login-id/partials", 200),
    ("/prompts/login/custom-text/en", 200),
    (
        "/prompts/rendering?page=0&per_page=100&include_totals=true",
        200,
    ),
    ("/rate-limit-policies?take=50", 403),
    ("/risk-assessments/settings", 200),
    ("/risk-assessments/settings/new-device", 200),
    (
        "/roles?per_page=100&page=0&include_totals=true&type=tenant",
        200,
    ),
    ("/rules-configs", 200),
    (
        "/rules?page=0&per_page=100&include_totals=true",
        200,
    ),
    (
        "/self-service-profiles?page=0&per_page=100&include_totals=true",
        200,
    ),
    ("/supplemental-signals", 403),
    ("/tenants/settings", 200),
    ("/token-exchange-profiles?take=50", 200),
    ("/user-attribute-profiles?take=10", 200),
    // And what others ask for.
    ("/guardian/factors/duo/settings", 200),
    (
        "/guardian/factors/webauthn-platform/settings",
        200,
    ),
    (
        "/guardian/factors/webauthn-roaming/settings",
        200,
    ),
    ("/connection-profiles/templates", 200),
    ("/user-attribute-profiles/templates", 200),
    ("/users?include_totals=true", 200),
    ("/users-by-email?email=a%40b.example", 200),
    (
        "/keys/encryption?page=0&per_page=50&include_totals=true",
        200,
    ),
    ("/keys/custom-signing", 404),
    ("/grants?per_page=50", 200),
    ("/device-credentials?user_id=a", 200),
];

#[tokio::test]
async fn everything_that_an_export_asks_for_is_answered() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;

    for (path, expected) in ASKED_BY_AN_EXPORT {
        let (status, body) = caller
            .send(Method::GET, path, None)
            .await;
        assert_eq!(status.as_u16(), expected, "{path}: {body}");
        // Of an object that is not there, software goes by the code; of a path
        // that is not served, there would be none.
        if expected != 200 {
            assert!(body["errorCode"].is_string(), "{path}: {body}");
        }
    }
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn an_empty_list_has_around_it_what_it_is_asked_for() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    for (path, expected) in [
        ("/roles", json!([])),
        (
            "/roles?page=2&per_page=10&include_totals=true",
            json!({"roles": [], "total": 0, "start": 20, "limit": 10}),
        ),
        (
            "/connections?take=5",
            json!({"connections": []}),
        ),
        (
            "/actions/actions",
            json!({"actions": [], "total": 0, "page": 0, "per_page": 50}),
        ),
        ("/event-streams", json!({"eventStreams": []})),
        ("/log-streams?include_totals=true", json!([])),
    ] {
        assert_eq!(caller.get(path).await, expected, "{path}");
    }

    let (status, _) = caller
        .send(Method::GET, "/roles?per_page=101", None)
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let poor = Caller::with_scope(&emulator, "read:clients").await;
    let (status, body) = poor
        .send(Method::GET, "/roles", None)
        .await;
    let message = "Insufficient scope, expected any of: read:roles";
    assert_eq!(
        (status, &body["message"]),
        (StatusCode::FORBIDDEN, &json!(message))
    );

    // What the first client may not read, one that is granted it
    // may: an empty list, too.
    let client = caller
        .post("/clients", json!({"name": "Reader"}))
        .await;
    let grant = json!({
        "client_id": client["client_id"], "audience": MANAGEMENT_AUDIENCE,
        "scope": ["read:rate_limit_policies"]
    });
    caller
        .post("/client-grants", grant)
        .await;
    let request = json!({
        "grant_type": "client_credentials", "client_id": client["client_id"],
        "client_secret": client["client_secret"], "audience": MANAGEMENT_AUDIENCE
    });
    let (_, answer) = token(&caller.http, &caller.url, &request).await;
    let reader = Caller {
        token: answer["access_token"]
            .as_str()
            .unwrap()
            .to_owned(),
        url: caller.url.clone(),
        http: caller.http.clone(),
    };
    let policies = reader
        .get("/rate-limit-policies?take=50")
        .await;
    assert_eq!(policies, json!({"rate_limit_policies": []}));

    // A list of something that is not there is no empty list.
    let organization = caller
        .post("/organizations", json!({"name": "some"}))
        .await;
    let id = organization["id"].as_str().unwrap();
    let members = caller
        .get(&format!("/organizations/{id}/members"))
        .await;
    assert_eq!(members, json!([]));
    let (status, _) = caller
        .send(
            Method::GET,
            "/organizations/org_0/members",
            None,
        )
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn settings_are_kept_as_they_are_sent() {
    let folder = tempfile::tempdir().unwrap();
    let settings = grantry::emulator::Settings {
        state: Some(folder.path().join("state.json")),
        ..Default::default()
    };
    let emulator = grantry::emulator::start(settings.clone())
        .await
        .unwrap();
    let caller = Caller::new(&emulator).await;
    let change = json!({"friendly_name": "Maps"});
    let (status, changed) = caller
        .send(
            Method::PATCH,
            "/tenants/settings",
            Some(&change),
        )
        .await;
    assert_eq!(
        (status, &changed["friendly_name"]),
        (StatusCode::OK, &json!("Maps"))
    );
    let policies = json!(["all-applications"]);
    caller
        .send(
            Method::PUT,
            "/guardian/policies",
            Some(&policies),
        )
        .await;
    let switch = json!({"enabled": true});
    caller
        .send(
            Method::PUT,
            "/guardian/factors/otp",
            Some(&switch),
        )
        .await;
    // The factors are as many as there are: only each of them can be switched.
    let (status, _) = caller
        .send(
            Method::PUT,
            "/guardian/factors",
            Some(&json!([])),
        )
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    emulator.stop().await.unwrap();

    let emulator = grantry::emulator::start(settings)
        .await
        .unwrap();
    let caller = Caller::new(&emulator).await;
    assert_eq!(caller.get("/tenants/settings").await, changed);
    assert_eq!(caller.get("/guardian/policies").await, policies);
    let factors = caller.get("/guardian/factors").await;
    assert_eq!(factors[2]["enabled"], true);
    emulator.stop().await.unwrap();
}

/// Whatever is taken can be read again after a restart.
#[tokio::test]
async fn no_body_is_deeper_than_a_state_can_be() {
    let folder = tempfile::tempdir().unwrap();
    let settings = grantry::emulator::Settings {
        state: Some(folder.path().join("state.json")),
        ..Default::default()
    };
    let nest = |levels: usize| -> Value {
        let text = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        serde_json::from_str(&text).unwrap()
    };

    let emulator = grantry::emulator::start(settings.clone())
        .await
        .unwrap();
    let caller = Caller::new(&emulator).await;
    for (levels, expected) in [
        (63, StatusCode::OK),
        (64, StatusCode::BAD_REQUEST),
    ] {
        let deep = json!({"x": nest(levels)});
        let (status, _) = caller
            .send(Method::PATCH, "/tenants/settings", Some(&deep))
            .await;
        assert_eq!(status, expected, "{levels}");
    }
    let client = json!({"name": "n", "addons": {"samlp": {"x": nest(61)}}});
    caller.post("/clients", client).await;
    emulator.stop().await.unwrap();

    let emulator = grantry::emulator::start(settings)
        .await
        .unwrap();
    emulator.stop().await.unwrap();
}

#[tokio::test]
async fn what_is_not_served_says_so_itself() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    for (method, path) in [
        (Method::GET, "/jobs/job_1"),
        (Method::PUT, "/clients"),
        (Method::POST, "/users"),
    ] {
        let (status, body) = caller
            .send(method.clone(), path, Some(&json!({})))
            .await;
        let message = format!(
            "Not Found: the emulator does not serve {method} /api/v2{path}"
        );
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert_eq!(
            body,
            json!({"statusCode": 404, "error": "Not Found", "message": message})
        );
    }
    emulator.stop().await.unwrap();
}
