//! What is asked for, and what becomes of it.

use serde_json::{Value as Json, json};

use super::super::{Credentials, Reader, Settings};
use super::server::{Got, Reply, Server};
use super::{SECRET, TOKEN, Tenant, client, grant, own_api, read, with_token};
use crate::model::{Address, Found, Kind, Snapshot, Standing, Value};
use crate::provider::{Observe as _, ProviderError};

async fn read_tenant(tenant: Tenant) -> Result<Snapshot, ProviderError> {
    let server = Server::start(with_token(move |got| tenant.answer(got))).await;
    read(&server).await
}

fn standings(snapshot: &Snapshot) -> Vec<(String, Standing)> {
    let standing = |(address, found): (&Address, &Found)| (address.to_string(), found.standing);
    snapshot.found.iter().map(standing).collect()
}

#[tokio::test(start_paused = true)]
async fn nothing_secret_is_asked_for_and_the_secret_goes_to_the_token_endpoint_only() {
    let server = Server::start(with_token(|got| Tenant::default().answer(got))).await;
    read(&server).await.unwrap();
    let secrets = [
        "client_secret",
        "signing_secret",
        "signing_keys",
        "client_authentication_methods",
    ];
    for got in server.got() {
        match got.path() {
            "/oauth/token" => assert_eq!(
                got.body,
                format!(
                    "grant_type=client_credentials&client_id=me\
                     &audience=https%3A%2F%2Facme.eu.auth0.com%2Fapi%2Fv2%2F\
                     &client_secret={SECRET}"
                )
            ),
            path => {
                let fields = got.query("fields");
                assert_eq!(fields.is_none(), path == "/api/v2/client-grants", "{path}");
                let fields = fields.unwrap_or_default();
                assert!(
                    !fields.split(',').any(|field| secrets.contains(&field)),
                    "{fields}"
                );
                let header = format!("authorization: Bearer {TOKEN}");
                assert!(
                    got.head.contains(&header) && !got.head.contains(SECRET),
                    "{}",
                    got.head
                );
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn objects_are_told_in_our_own_words() {
    let snapshot = read_tenant(Tenant {
        resource_servers: vec![json!({
            "id": "1", "identifier": "https://api/", "token_dialect": "of the future",
            "scopes": [{ "value": "a", "description": "A" }, { "value": "b" }],
        })],
        clients: vec![json!({
            "client_id": "c", "name": "C", "grant_types": ["x", "y"],
            "client_metadata": { "team": "t" },
        })],
        grants: vec![
            json!({ "id": "cgr_1", "client_id": "c", "audience": "https://api/", "scope": ["a"],
                "allow_all_scopes": false }),
            json!({ "id": "cgr_2", "client_id": "c", "audience": "https://api/", "scope": [],
                "subject_type": "user", "allow_all_scopes": true }),
            json!({ "id": "cgr_3", "audience": "https://api/", "scope": ["a"],
                "default_for": "third_party_clients" }),
        ],
    });
    let snapshot = snapshot.await.unwrap();
    let told = |(address, found): (_, &Found)| {
        format!(
            "{address} {} {}",
            found.id,
            serde_json::to_string(&Value::Map(found.attrs.clone())).unwrap()
        )
    };
    assert_eq!(
        snapshot.found.iter().map(told).collect::<Vec<_>>(),
        [
            "resource_servers.https://acme.eu.auth0.com/api/v2/ own {}",
            r#"resource_servers.https://api/ 1 {"scopes":{"a":"A","b":null},"token_dialect":"of the future"}"#,
            r#"clients.c c {"client_metadata":{"team":"t"},"grant_types":["x","y"],"name":"C"}"#,
            r#"clients.me me {"is_first_party":true,"name":"me"}"#,
            r#"grants.c -> https://api/ cgr_1 {"scopes":["a"]}"#,
            r#"grants.c -> https://api/ (user) cgr_2 {"all_scopes":true}"#,
        ]
    );
    assert_eq!(
        snapshot.management_api.as_str(),
        "https://acme.eu.auth0.com/api/v2/"
    );
    let defaults = &snapshot.rules(Kind::ResourceServer).defaults;
    assert_eq!(defaults[&"token_lifetime".into()], Value::Integer(86_400));
}

#[tokio::test(start_paused = true)]
async fn what_must_never_be_touched_is_recognised() {
    let api = |id: &str, identifier: &str| json!({ "id": id, "identifier": identifier });
    let management_api = "https://acme.eu.auth0.com/api/v2/";
    let with = |id: &str, name: &str, value: Json| {
        let mut client = client(id);
        client[name] = value;
        client
    };
    let mut system_grant = grant("3", "c", "https://api/");
    system_grant["is_system"] = json!(true);
    let snapshot = read_tenant(Tenant {
        resource_servers: vec![
            json!({ "id": "1", "identifier": "a", "is_system": true }),
            api("2", management_api),
            api("3", "https://acme.eu.auth0.com/me/"),
            api("4", "https://api/"),
        ],
        clients: vec![
            client("me"),
            with("a-global", "global", json!(true)),
            with("a-cimd", "external_metadata_type", json!("cimd")),
            with("a-third", "is_first_party", json!(false)),
            client("tpc_strict"),
            with("an-express", "app_type", json!("express_configuration")),
            client("c"),
        ],
        grants: vec![
            grant("1", "me", management_api),
            grant("2", "me", "https://api/"),
            system_grant,
            grant("4", "c", management_api),
        ],
    });
    let expected = [
        ("resource_servers.a", Standing::System),
        (
            "resource_servers.https://acme.eu.auth0.com/api/v2/",
            Standing::System,
        ),
        (
            "resource_servers.https://acme.eu.auth0.com/me/",
            Standing::System,
        ),
        ("resource_servers.https://api/", Standing::Ordinary),
        ("clients.a-cimd", Standing::Registered),
        ("clients.a-global", Standing::Global),
        ("clients.a-third", Standing::ThirdParty),
        ("clients.an-express", Standing::System),
        ("clients.c", Standing::Ordinary),
        ("clients.me", Standing::Ourselves),
        ("clients.tpc_strict", Standing::ThirdParty),
        (
            "grants.c -> https://acme.eu.auth0.com/api/v2/",
            Standing::Ordinary,
        ),
        ("grants.c -> https://api/", Standing::System),
        (
            "grants.me -> https://acme.eu.auth0.com/api/v2/",
            Standing::Ourselves,
        ),
        ("grants.me -> https://api/", Standing::Ordinary),
    ];
    let expected = expected.map(|(address, standing)| (address.to_owned(), standing));
    assert_eq!(standings(&snapshot.await.unwrap()), expected);
}

#[tokio::test(start_paused = true)]
async fn an_object_nobody_can_name_hides_no_other() {
    let snapshot = read_tenant(Tenant {
        resource_servers: vec![
            json!({ "id": "1", "identifier": "has a space" }),
            json!({ "id": "2", "identifier": "https://api/" }),
        ],
        clients: vec![client("odd id"), client("c")],
        grants: vec![
            grant("1", "odd id", "https://api/"),
            grant("2", "c", "has a space"),
            grant("3", "c", "https://api/"),
        ],
    });
    let addresses: Vec<_> = standings(&snapshot.await.unwrap())
        .into_iter()
        .map(|(a, _)| a)
        .collect();
    assert_eq!(
        addresses,
        [
            "resource_servers.https://acme.eu.auth0.com/api/v2/",
            "resource_servers.https://api/",
            "clients.c",
            "clients.me",
            "grants.c -> https://api/"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_client_of_ours_is_never_overlooked_and_no_two_share_an_address() {
    let mut marked = client("odd id");
    marked["client_metadata"] = json!({ "grantry_key": "k" });
    let tenant = Tenant {
        clients: vec![marked],
        ..Tenant::default()
    };
    let error = read_tenant(tenant).await.unwrap_err().to_string();
    assert!(
        error.contains("odd id: it carries Grantry's mark"),
        "{error}"
    );
    let grants = vec![
        grant("1", "c", "https://api/"),
        grant("2", "c", "https://api/"),
    ];
    let tenant = Tenant {
        grants,
        clients: vec![client("c")],
        ..Tenant::default()
    };
    let error = read_tenant(tenant).await.unwrap_err().to_string();
    assert!(
        error.contains("grant 2: grants.c -> https://api/ is already the address of 1"),
        "{error}"
    );
}

/// What a tenant that answers as a test says, and otherwise holds the client `c` with a grant on
/// `https://api/`, is said to lack.
async fn lacking(answer: impl Fn(&Got) -> Option<Reply> + Send + Sync + 'static) -> String {
    let tenant = Tenant {
        resource_servers: vec![json!({ "id": "1", "identifier": "https://api/" })],
        clients: vec![client("c")],
        grants: vec![grant("g", "c", "https://api/")],
    };
    let server = Server::start(with_token(move |got| {
        answer(got).unwrap_or_else(|| tenant.answer(got))
    }));
    match read(&server.await).await {
        Ok(_) => "nothing".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// A listing that is whole and holds just this.
fn whole(plural: &str, objects: &[Json]) -> Reply {
    let total = objects.len();
    Reply::json(
        200,
        &json!({ "total": total, "start": 0, "limit": 100, plural: objects }),
    )
}

#[tokio::test(start_paused = true)]
async fn a_reading_that_does_not_agree_with_itself_is_not_believed() {
    assert_eq!(lacking(|_| None).await, "nothing");

    let no_own_api = lacking(|got| match (got.path(), got.query("identifiers")) {
        ("/api/v2/resource-servers", None) => Some(whole("resource_servers", &[])),
        _ => None,
    });
    let said = "the listing of resource-servers is not complete: the tenant's own API is not in it";
    assert_eq!(no_own_api.await, said);

    let no_clients = lacking(|got| match got.path() {
        "/api/v2/clients" => Some(whole("clients", &[])),
        _ => None,
    });
    let said = "the listing of clients is not complete: our own client me is not in it";
    assert_eq!(no_clients.await, said);

    let not_that_one = |global: bool| {
        lacking(move |got| match got.path() {
            "/api/v2/clients" => Some(whole("clients", &[client("me")])),
            "/api/v2/clients/c" => Some(Reply::json(
                200,
                &json!({ "client_id": "c", "global": global }),
            )),
            _ => None,
        })
    };
    let said = "the listing of clients is not complete: the client c of the grant g is not in it";
    assert_eq!(not_that_one(false).await, said);
    assert_eq!(
        not_that_one(true).await,
        "nothing",
        "no listing shows the tenant-wide client"
    );
}

#[tokio::test(start_paused = true)]
async fn an_api_that_only_a_grant_names_is_asked_for_once() {
    let without_it = |found: Vec<Json>| {
        lacking(move |got| match (got.path(), got.query("identifiers")) {
            ("/api/v2/resource-servers", None) => Some(whole("resource_servers", &[own_api()])),
            ("/api/v2/resource-servers", Some(identifier)) => {
                assert_eq!(identifier, "https://api/");
                Some(Reply::json(200, &json!(found)))
            }
            _ => None,
        })
    };
    // A grant can outlive its API: that is a fact of the tenant.
    assert_eq!(without_it(Vec::new()).await, "nothing");

    let there = vec![json!({ "id": "1", "identifier": "https://api/" })];
    let said = "the listing of resource-servers is not complete: `https://api/` is not in it, though \
                the tenant has it";
    assert_eq!(without_it(there).await, said);
}

#[tokio::test(start_paused = true)]
async fn a_token_of_a_person_or_of_another_tool_is_of_no_client_here() {
    // {"azp":"elsewhere","sub":"auth0|ann"}
    let token = "e30.eyJhenAiOiJlbHNld2hlcmUiLCJzdWIiOiJhdXRoMHxhbm4ifQ.s1gnature";
    let server = Server::start(|got| Tenant::default().answer(got)).await;
    let credentials = Credentials::token(&token.into()).unwrap();
    let audience = Some("https://acme.eu.auth0.com/api/v2/");
    let settings = Settings::parse(&server.domain(), credentials, audience).unwrap();
    assert!(Reader::new(settings).unwrap().read().await.is_ok());
}
