//! What is asked for, and what becomes of it.

use serde_json::{Value as Json, json};

use super::server::Server;
use super::{SECRET, TOKEN, Tenant, client, grant, read, with_token};
use crate::model::{Address, Found, Kind, Snapshot, Standing, Value};
use crate::provider::ProviderError;

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
    let secrets =
        ["client_secret", "signing_secret", "signing_keys", "client_authentication_methods"];
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
                assert!(!fields.split(',').any(|field| secrets.contains(&field)), "{fields}");
                let header = format!("authorization: Bearer {TOKEN}");
                assert!(got.head.contains(&header) && !got.head.contains(SECRET), "{}", got.head);
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
        format!("{address} {} {}", found.id, serde_json::to_string(&found.attrs).unwrap())
    };
    assert_eq!(
        snapshot.found.iter().map(told).collect::<Vec<_>>(),
        [
            r#"resource_servers.https://api/ 1 {"scopes":{"a":"A","b":null},"token_dialect":"of the future"}"#,
            r#"clients.c c {"client_metadata":{"team":"t"},"grant_types":["x","y"],"name":"C"}"#,
            r#"grants.c -> https://api/ cgr_1 {"scopes":["a"]}"#,
            r#"grants.c -> https://api/ (user) cgr_2 {"all_scopes":true}"#,
        ]
    );
    assert_eq!(snapshot.management_api.as_str(), "https://acme.eu.auth0.com/api/v2/");
    let defaults = &snapshot.defaults[&Kind::ResourceServer];
    assert_eq!(defaults["token_lifetime"], Value::Integer(86_400));
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
        ("resource_servers.https://acme.eu.auth0.com/api/v2/", Standing::System),
        ("resource_servers.https://acme.eu.auth0.com/me/", Standing::System),
        ("resource_servers.https://api/", Standing::Ordinary),
        ("clients.a-cimd", Standing::Registered),
        ("clients.a-global", Standing::Global),
        ("clients.a-third", Standing::ThirdParty),
        ("clients.an-express", Standing::System),
        ("clients.c", Standing::Ordinary),
        ("clients.me", Standing::Ourselves),
        ("clients.tpc_strict", Standing::ThirdParty),
        ("grants.c -> https://acme.eu.auth0.com/api/v2/", Standing::Ordinary),
        ("grants.c -> https://api/", Standing::System),
        ("grants.me -> https://acme.eu.auth0.com/api/v2/", Standing::Ourselves),
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
    let addresses: Vec<_> =
        standings(&snapshot.await.unwrap()).into_iter().map(|(a, _)| a).collect();
    assert_eq!(
        addresses,
        ["resource_servers.https://api/", "clients.c", "grants.c -> https://api/"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_client_of_ours_is_never_overlooked_and_no_two_share_an_address() {
    let mut marked = client("odd id");
    marked["client_metadata"] = json!({ "grantry_key": "k" });
    let tenant = Tenant { clients: vec![marked], ..Tenant::default() };
    let error = read_tenant(tenant).await.unwrap_err().to_string();
    assert!(error.contains("odd id: it carries Grantry's mark"), "{error}");
    let grants = vec![grant("1", "c", "https://api/"), grant("2", "c", "https://api/")];
    let tenant = Tenant { grants, ..Tenant::default() };
    let error = read_tenant(tenant).await.unwrap_err().to_string();
    assert!(
        error.contains("grant 2: grants.c -> https://api/ is already the address of 1"),
        "{error}"
    );
}
