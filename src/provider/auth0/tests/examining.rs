//! What an examination asks for, and what it makes of the answers.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value as Json, json};

use super::super::{DomainName, Examination, Issuer, Life, Permissions, Reach, Reader, Skew};
use super::server::{Got, Reply, Server};
use super::{Credentials, Settings, Tenant, client, settings};
use crate::model::Kind;
use crate::provider::{Health, ProviderError};

const API: &str = "https://acme.eu.auth0.com/api/v2/";

const TO_PLAN: &str = "read:client_grants read:clients read:resource_servers";

fn token(claims: &Json) -> String {
    format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

fn with_headers(reply: Reply, more: &str) -> Reply {
    match reply {
        Reply::Answer {
            status,
            headers,
            body,
        } => Reply::Answer {
            status,
            headers: format!("{headers}{more}"),
            body,
        },
        other => other,
    }
}

/// A tenant that tells this date, calls itself by the address it is asked at and gives tokens of
/// these scopes.
fn tenant(date: SystemTime, scopes: &'static str) -> impl Fn(&Got) -> Reply {
    // Once, with the date: a busy machine may take a second to ask.
    let now = super::super::clock::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let date = format!("date: {}\r\n", httpdate::fmt_http_date(date));
    let tenant = Tenant {
        clients: vec![client("me"), client("two")],
        ..Tenant::default()
    };
    move |got| {
        let host = got
            .head
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .unwrap();
        let reply = match got.path() {
            "/.well-known/openid-configuration" => {
                Reply::json(200, &json!({ "issuer": format!("http://{host}/") }))
            }
            "/oauth/token" => {
                let claims = json!({ "azp": "me", "scope": scopes, "exp": now + 7200 });
                Reply::json(200, &json!({ "access_token": token(&claims) }))
            }
            "/api/v2/clients" => with_headers(
                tenant.answer(got),
                "x-ratelimit-limit: 5\r\nx-ratelimit-remaining: 4\r\n",
            ),
            _ => with_headers(
                tenant.answer(got),
                "x-ratelimit-limit: 10\r\nx-ratelimit-remaining: 9\r\n",
            ),
        };
        with_headers(reply, &date)
    }
}

async fn examine(settings: Settings) -> Examination {
    Reader::new(settings).unwrap().examine(None).await
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_is_well_is_asked_five_things() {
    let server = Server::start(tenant(super::super::clock::now(), TO_PLAN)).await;
    let found = examine(settings(&server)).await;
    let site = found.site.unwrap();
    assert_eq!((site.health(), &site.issuer), (Health::Good, &Issuer::Same));
    assert_eq!(site.name, DomainName::Loopback);
    assert_eq!(found.skew.unwrap().health(), Health::Good);
    let token = found.token.unwrap().unwrap();
    let Life::Left(left) = token.life else {
        panic!("{token:?}")
    };
    assert!((7190..=7200).contains(&left.as_secs()), "{left:?}");
    assert_eq!((token.client.as_str(), token.api.as_str()), ("me", API));
    let Permissions { reach, beyond, .. } = found.permissions.unwrap();
    assert!(reach == Reach::Plan && beyond.is_empty());
    let contents = found.contents.unwrap().unwrap();
    assert_eq!(contents.counts[&Kind::Client], 2);
    let limits = found.limits.unwrap();
    assert_eq!(
        limits.others.map(|shown| (shown.limit, shown.left)),
        Some((10, 9))
    );
    assert_eq!(
        limits.client_listing.map(|shown| (shown.limit, shown.left)),
        Some((5, 4))
    );
    assert_eq!(limits.plan.unwrap().requests, 3);
    assert_eq!(server.got().len(), 5);
    assert!(
        server
            .got()
            .iter()
            .all(|got| got.method == "GET" || got.path() == "/oauth/token")
    );
    assert!(
        !server.got()[0].head.contains("authorization"),
        "everybody may see that"
    );
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_wrong_is_told_and_tokens_end_by_the_tenants() {
    let hour = Duration::from_hours(1);
    let server = Server::start(tenant(super::super::clock::now() + 3 * hour, TO_PLAN)).await;
    let found = examine(settings(&server)).await;
    let Some(Skew::Behind(skew)) = found.skew else {
        panic!("{:?}", found.skew)
    };
    assert!(skew.abs_diff(3 * hour) < Duration::from_secs(5), "{skew:?}");
    assert_eq!(found.skew.unwrap().health(), Health::Bad);
    // By the tenant's clock, a token that it gives for two hours of ours has ended.
    let token = found.token.unwrap().unwrap();
    assert!(matches!(token.life, Life::Over(_)), "{token:?}");
}

#[tokio::test(start_paused = true)]
async fn what_the_token_may_not_see_is_not_asked_for() {
    let scopes = "read:clients delete:clients delete:users";
    let server = Server::start(tenant(super::super::clock::now(), scopes)).await;
    let found = examine(settings(&server)).await;
    let permissions = found.permissions.unwrap();
    let listed = |scopes: &std::collections::BTreeSet<String>| {
        scopes.iter().cloned().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        (permissions.reach, permissions.health()),
        (Reach::Nothing, Health::Bad)
    );
    assert_eq!(
        listed(&permissions.missing_to_plan),
        "read:client_grants read:resource_servers"
    );
    assert_eq!(permissions.missing_to_apply.len(), 10);
    assert_eq!(listed(&permissions.beyond), "delete:users");
    let counts = found.contents.unwrap().unwrap().counts;
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), [(Kind::Client, 2)]);
    assert_eq!(
        found.limits.unwrap().plan,
        None,
        "nobody knows how much there is"
    );
    assert_eq!(server.got().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_has_ended_is_not_shown_to_anyone() {
    let server = Server::start(tenant(super::super::clock::now(), TO_PLAN)).await;
    let ready = token(&json!({ "azp": "me", "aud": API, "exp": 1000 }));
    let credentials = Credentials::token(&ready.into()).unwrap();
    let settings = Settings::parse(&server.domain(), credentials, None).unwrap();
    let found = examine(settings).await;
    let token = found.token.unwrap().unwrap();
    assert_eq!(token.health(), Health::Bad);
    assert!(
        matches!(token.life, Life::Over(over) if over > Duration::from_hours(24)),
        "{token:?}"
    );
    assert!(found.contents.is_none() && found.limits.is_none());
    assert_eq!(server.got().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn without_credentials_or_an_answer_the_rest_is_missing() {
    let server = Server::start(tenant(super::super::clock::now(), TO_PLAN)).await;
    let nobody = Settings::parse(&server.domain(), Credentials::none(), Some(API)).unwrap();
    let found = examine(nobody).await;
    assert!(found.site.is_ok() && found.skew.is_some() && found.token.is_none());
    let silent = Server::start(|_: &Got| Reply::HangUp).await;
    let found = examine(settings(&silent)).await;
    assert!(
        matches!(found.site, Err(ProviderError::Unreachable { .. })),
        "{:?}",
        found.site
    );
    assert!(found.skew.is_none() && found.token.is_none());
    assert_eq!(silent.count("POST", "/oauth/token"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_tenant_under_another_name_is_examined_all_the_same() {
    let well = tenant(super::super::clock::now(), TO_PLAN);
    let server = Server::start(move |got: &Got| match got.path() {
        "/.well-known/openid-configuration" => {
            Reply::json(200, &json!({ "issuer": "https://other.example/\u{1b}" }))
        }
        _ => well(got),
    });
    let found = examine(settings(&server.await)).await;
    let site = found.site.unwrap();
    assert_eq!(
        site.issuer,
        Issuer::Other("https://other.example/".to_owned())
    );
    assert_eq!(site.health(), Health::Doubtful);
    assert!(found.contents.unwrap().is_ok());
}
