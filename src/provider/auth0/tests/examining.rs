//! What an examination asks for, and what it makes of the answers.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value as Json, json};
use tokio::net::TcpListener;
use tokio::time::Instant;

use super::server::{Received, Reply, Server};
use super::{
    AUDIENCE, FakeTenant, SECRET, client, list_page, settings_for,
    settings_with,
};
use crate::model::Kind;
use crate::provider::auth0::{
    Allowance, Credentials, DomainName, Examination, Expiry, Issuer,
    Permissions, Reach, Reader, Settings, Skew,
};
use crate::provider::{Health, ProviderError, web};

const DISCOVERY: &str = "/.well-known/openid-configuration";

const TO_PLAN: &str = "read:client_grants read:clients read:resource_servers";

fn token(claims: &Json) -> String {
    let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
    format!("e30.{claims}.c2ln")
}

/// What a tenant says of itself.
fn description(issuer: &str) -> Reply {
    Reply::json(200, &json!({ "issuer": issuer }))
}

fn with_limits(reply: Reply, limit: u32, remaining: u32) -> Reply {
    reply.with_headers(&format!(
        "x-ratelimit-limit: {limit}\r\nx-ratelimit-remaining: {remaining}\r\n"
    ))
}

/// The address that a request was sent to.
fn address_of(got: &Received) -> String {
    let host = got
        .head
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap();
    format!("http://{host}/")
}

/// A tenant that tells this date, calls itself by the address it is asked at
/// and gives tokens of these scopes.
fn tenant(
    date: SystemTime,
    scopes: &'static str,
) -> impl Fn(&Received) -> Reply {
    // Once, with the date: a busy machine may take a second to ask.
    let now = web::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let date = format!("date: {}\r\n", httpdate::fmt_http_date(date));
    let tenant = FakeTenant {
        clients: vec![client("me"), client("two")],
        ..FakeTenant::default()
    };

    move |got| {
        let reply = match got.path() {
            DISCOVERY => description(&address_of(got)),
            "/oauth/token" => {
                let claims =
                    json!({ "azp": "me", "scope": scopes, "exp": now + 7200 });
                Reply::json(200, &json!({ "access_token": token(&claims) }))
            }
            "/api/v2/clients" => with_limits(tenant.answer(got), 5, 4),
            _ => with_limits(tenant.answer(got), 10, 9),
        };
        reply.with_headers(&date)
    }
}

async fn examine(settings: Settings) -> Examination {
    Reader::new(settings)
        .unwrap()
        .examine(None)
        .await
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_is_well_is_asked_five_things() {
    let server = Server::start(tenant(web::now(), TO_PLAN)).await;

    let found = examine(settings_for(&server)).await;

    let site = found.site.unwrap();
    assert_eq!(site.health(), Health::Good);
    assert_eq!(site.issuer, Issuer::Same);
    assert_eq!(site.name, DomainName::Loopback);
    assert_eq!(found.skew.unwrap().health(), Health::Good);

    let token = found.token.unwrap().unwrap();
    let Expiry::Left(left) = token.life else {
        panic!("{token:?}")
    };
    let left = left.as_secs();
    assert!((7190..=7200).contains(&left), "{left}");
    assert_eq!(token.client.as_str(), "me");
    assert_eq!(token.api.as_str(), AUDIENCE);

    let Permissions {
        reach, beyond, ..
    } = found.permissions.unwrap();
    assert!(reach == Reach::Plan && beyond.is_empty());
    let contents = found.contents.unwrap().unwrap();
    assert_eq!(contents.counts[&Kind::Client], 2);

    let limits = found.limits.unwrap();
    let allowance = |limit, left| Some(Allowance { limit, left });
    assert_eq!(limits.others, allowance(10, 9));
    assert_eq!(limits.client_listing, allowance(5, 4));
    assert_eq!(limits.plan.unwrap().requests, 3);
}

#[tokio::test(start_paused = true)]
async fn an_examination_only_reads() {
    let server = Server::start(tenant(web::now(), TO_PLAN)).await;

    examine(settings_for(&server)).await;

    let got = server.got();
    assert_eq!(got.len(), 5);
    let only_reads = got
        .iter()
        .all(|got| got.method == "GET" || got.path() == "/oauth/token");
    assert!(only_reads, "{got:?}");
    let is_public = !got[0].head.contains("authorization");
    assert!(is_public, "everybody may see that");
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_wrong_is_told_and_tokens_end_by_the_tenants() {
    let hour = Duration::from_hours(1);
    let server = Server::start(tenant(web::now() + 3 * hour, TO_PLAN)).await;

    let found = examine(settings_for(&server)).await;

    let Some(Skew::Behind(skew)) = found.skew else {
        panic!("{:?}", found.skew)
    };
    let off = skew.abs_diff(3 * hour);
    assert!(off < Duration::from_secs(5), "{skew:?}");
    assert_eq!(found.skew.unwrap().health(), Health::Bad);

    // By the tenant's clock, a token that it gives for two
    // hours of ours has ended.
    let token = found.token.unwrap().unwrap();
    let has_ended = matches!(token.life, Expiry::Expired(_));
    assert!(has_ended, "{token:?}");
}

fn join(scopes: &BTreeSet<String>) -> String {
    let scopes: Vec<&str> = scopes
        .iter()
        .map(String::as_str)
        .collect();
    scopes.join(" ")
}

#[tokio::test(start_paused = true)]
async fn what_the_token_may_not_see_is_not_asked_for() {
    let scopes = "read:clients delete:clients delete:users";
    let server = Server::start(tenant(web::now(), scopes)).await;

    let found = examine(settings_for(&server)).await;

    let permissions = found.permissions.unwrap();
    assert_eq!(permissions.reach, Reach::Nothing);
    assert_eq!(permissions.health(), Health::Bad);
    let missing = "read:client_grants read:resource_servers";
    assert_eq!(join(&permissions.missing_to_plan), missing);
    assert_eq!(permissions.missing_to_apply.len(), 10);
    assert_eq!(join(&permissions.beyond), "delete:users");

    let counts = found.contents.unwrap().unwrap().counts;
    assert_eq!(counts, [(Kind::Client, 2)].into());
    let plan = found.limits.unwrap().plan;
    assert_eq!(plan, None, "nobody knows how much there is");
    assert_eq!(server.got().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_has_ended_is_not_shown_to_anyone() {
    let server = Server::start(tenant(web::now(), TO_PLAN)).await;
    let ended = token(&json!({ "azp": "me", "aud": AUDIENCE, "exp": 1000 }));
    let credentials = Credentials::token(&ended.into()).unwrap();
    let settings =
        Settings::parse(&server.domain(), credentials, None).unwrap();

    let found = examine(settings).await;

    let token = found.token.unwrap().unwrap();
    assert_eq!(token.health(), Health::Bad);
    let Expiry::Expired(over) = token.life else {
        panic!("{token:?}")
    };
    assert!(over > Duration::from_hours(24), "{over:?}");
    assert!(found.contents.is_none() && found.limits.is_none());
    assert_eq!(server.got().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn without_credentials_the_rest_is_missing() {
    let server = Server::start(tenant(web::now(), TO_PLAN)).await;

    let found = examine(settings_with(&server, Credentials::none())).await;

    assert!(found.site.is_ok());
    assert!(found.skew.is_some() && found.token.is_none());
}

#[tokio::test(start_paused = true)]
async fn without_an_answer_the_rest_is_missing() {
    let silent = Server::start(|_: &Received| Reply::HangUp).await;

    let found = examine(settings_for(&silent)).await;

    let is_unreachable = matches!(
        found.site,
        Err(ProviderError::Unreachable { .. })
    );
    assert!(is_unreachable, "{:?}", found.site);
    assert!(found.skew.is_none() && found.token.is_none());
    assert_eq!(silent.count("POST", "/oauth/token"), 0);
}

#[tokio::test(start_paused = true)]
async fn an_examination_is_over_when_the_time_of_the_run_is() {
    // Whoever asks is let in, and hears nothing.
    let silent = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap();
    let domain = format!("http://{}", silent.local_addr().unwrap());
    let credentials = Credentials::client_secret("me", SECRET.into()).unwrap();
    let settings = Settings::parse(&domain, credentials, None).unwrap();
    let begun = Instant::now();
    let ends = begun + Duration::from_secs(2);

    let found = examine(settings.with_deadline(Some(ends))).await;

    let is_over = matches!(found.site, Err(ProviderError::OutOfTime { .. }));
    assert!(is_over, "{:?}", found.site);
    let elapsed = begun.elapsed();
    assert!(elapsed < Duration::from_secs(3), "{elapsed:?}");
}

/// What is ours there is told by it: without it, all of it would be nobody's.
#[tokio::test(start_paused = true)]
async fn a_tenant_that_does_not_show_its_own_api_is_not_taken_for_an_empty_one()
{
    let well = tenant(web::now(), TO_PLAN);
    let server = Server::start(move |got: &Received| match got.path() {
        "/api/v2/resource-servers" => list_page("resource_servers", &[], got),
        _ => well(got),
    })
    .await;

    let found = examine(settings_for(&server)).await;

    let Some(Err(error)) = found.contents else {
        panic!("{:?}", found.contents)
    };
    let said = "the listing of resource-servers is not complete: the tenant's \
                own API is not in it";
    assert_eq!(error.to_string(), said);
}

#[tokio::test(start_paused = true)]
async fn a_tenant_under_another_name_is_examined_all_the_same() {
    let well = tenant(web::now(), TO_PLAN);
    let server = Server::start(move |got: &Received| match got.path() {
        DISCOVERY => description("https://other.example/\u{1b}"),
        _ => well(got),
    })
    .await;

    let found = examine(settings_for(&server)).await;

    let site = found.site.unwrap();
    let other = Issuer::Other("https://other.example/".to_owned());
    assert_eq!(site.issuer, other);
    assert_eq!(site.health(), Health::Doubtful);
    assert!(found.contents.unwrap().is_ok());
}
