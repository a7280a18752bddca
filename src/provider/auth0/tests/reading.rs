//! What is asked for, and what becomes of it.

use serde_json::{Value as Json, json};

use super::server::Server;
use super::{
    AUDIENCE, FakeTenant, SECRET, TOKEN, client, grant, read, with_token,
};
use crate::model::{Address, Found, Kind, Snapshot, Standing, Value};
use crate::provider::ProviderError;

async fn read_tenant(tenant: FakeTenant) -> Result<Snapshot, ProviderError> {
    let server = Server::start(with_token(move |got| tenant.answer(got))).await;
    read(&server).await
}

fn list_standings(snapshot: &Snapshot) -> Vec<(String, Standing)> {
    snapshot
        .found
        .iter()
        .map(|(address, found)| (address.to_string(), found.standing))
        .collect()
}

/// What must not come over the wire.
const SECRET_FIELDS: [&str; 4] = [
    "client_secret",
    "signing_secret",
    "signing_keys",
    "client_authentication_methods",
];

#[tokio::test(start_paused = true)]
async fn nothing_secret_is_asked_for() {
    let server = Server::start(with_token(|got| {
        FakeTenant::default().answer(got)
    }))
    .await;

    read(&server).await.unwrap();

    for got in server.got() {
        if got.path() == "/oauth/token" {
            continue;
        }
        let fields = got.query("fields");
        let is_grants = got.path() == "/api/v2/client-grants";
        assert_eq!(fields.is_none(), is_grants, "{}", got.path());

        let fields = fields.unwrap_or_default();
        let asks_for_secret = fields
            .split(',')
            .any(|field| SECRET_FIELDS.contains(&field));
        assert!(!asks_for_secret, "{fields}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_secret_goes_to_the_token_endpoint_only() {
    let server = Server::start(with_token(|got| {
        FakeTenant::default().answer(got)
    }))
    .await;

    read(&server).await.unwrap();

    let form = format!(
        "grant_type=client_credentials&client_id=me\
         &audience=https%3A%2F%2Facme.eu.auth0.com%2Fapi%2Fv2%2F\
         &client_secret={SECRET}"
    );
    let header = format!("authorization: Bearer {TOKEN}");
    for got in server.got() {
        if got.path() == "/oauth/token" {
            assert_eq!(got.body, form);
        } else {
            assert!(got.head.contains(&header), "{}", got.head);
            assert!(!got.head.contains(SECRET), "{}", got.head);
        }
    }
}

/// An object on one line: its address, its id and its fields.
fn tell((address, found): (&Address, &Found)) -> String {
    let fields =
        serde_json::to_string(&Value::Map(found.attrs.clone())).unwrap();
    format!("{address} {} {fields}", found.id)
}

#[tokio::test(start_paused = true)]
async fn objects_are_told_in_our_own_words() {
    let snapshot = read_tenant(FakeTenant {
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
    })
    .await
    .unwrap();

    assert_eq!(
        snapshot
            .found
            .iter()
            .map(tell)
            .collect::<Vec<_>>(),
        [
            "resource_servers.https://acme.eu.auth0.com/api/v2/ own {}",
            r#"resource_servers.https://api/ 1 {"scopes":{"a":"A","b":null},"token_dialect":"of the future"}"#,
            r#"clients.c c {"client_metadata":{"team":"t"},"grant_types":["x","y"],"name":"C"}"#,
            r#"clients.me me {"is_first_party":true,"name":"me"}"#,
            r#"grants.c -> https://api/ cgr_1 {"scopes":["a"]}"#,
            r#"grants.c -> https://api/ (user) cgr_2 {"all_scopes":true}"#,
        ]
    );
    let management_api = snapshot
        .management_api
        .as_ref()
        .unwrap();
    assert_eq!(management_api.as_str(), AUDIENCE);
    let defaults = &snapshot
        .rules(Kind::ResourceServer)
        .defaults;
    assert_eq!(
        defaults[&"token_lifetime".into()],
        Value::Integer(86_400)
    );
}

/// A client with one more field.
fn client_with(id: &str, field: &str, value: Json) -> Json {
    let mut more = client(id);
    more[field] = value;
    more
}

/// A tenant with everything in it that is to be left alone,
/// and its like that is not.
fn tenant_of_all_standings() -> FakeTenant {
    let mut system_grant = grant("3", "c", "https://api/");
    system_grant["is_system"] = json!(true);

    FakeTenant {
        resource_servers: vec![
            json!({ "id": "1", "identifier": "a", "is_system": true }),
            json!({ "id": "2", "identifier": AUDIENCE }),
            json!({ "id": "3", "identifier": "https://acme.eu.auth0.com/me/" }),
            json!({ "id": "4", "identifier": "https://api/" }),
        ],
        clients: vec![
            client("me"),
            client_with("a-global", "global", json!(true)),
            client_with(
                "a-cimd",
                "external_metadata_type",
                json!("cimd"),
            ),
            client_with("a-third", "is_first_party", json!(false)),
            client("tpc_strict"),
            client_with(
                "an-express",
                "app_type",
                json!("express_configuration"),
            ),
            client("c"),
        ],
        grants: vec![
            grant("1", "me", AUDIENCE),
            grant("2", "me", "https://api/"),
            system_grant,
            grant("4", "c", AUDIENCE),
        ],
    }
}

#[tokio::test(start_paused = true)]
async fn what_must_never_be_touched_is_recognised() {
    let snapshot = read_tenant(tenant_of_all_standings())
        .await
        .unwrap();

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
        (
            "resource_servers.https://api/",
            Standing::Ordinary,
        ),
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
    let expected =
        expected.map(|(address, standing)| (address.to_owned(), standing));
    assert_eq!(list_standings(&snapshot), expected);
}

#[tokio::test(start_paused = true)]
async fn an_object_nobody_can_name_hides_no_other() {
    let snapshot = read_tenant(FakeTenant {
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
    })
    .await
    .unwrap();

    let addresses: Vec<_> = snapshot
        .found
        .keys()
        .map(Address::to_string)
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
async fn what_a_configuration_could_not_say_is_read_all_the_same() {
    let long = "n".repeat(3_000);
    let mut wordy = client_with("wordy", "name", json!(long));
    wordy["logo_uri"] = json!(format!("https://acme.example/{long}"));
    let mut used = grant("1", "wordy", "https://api/");
    used["organizations"] = json!([format!("org_{long}")]);

    let snapshot = read_tenant(FakeTenant {
        resource_servers: vec![
            json!({ "id": "2", "identifier": "https://api/" }),
        ],
        clients: vec![wordy, client(&"i".repeat(256))],
        grants: vec![used],
    })
    .await
    .unwrap();

    let name = snapshot
        .found
        .values()
        .find_map(|found| {
            (found.id.as_str() == "wordy")
                .then(|| found.name().map(str::to_owned))
        });
    assert_eq!(name.flatten(), Some(long));
    assert_eq!(snapshot.found.len(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_client_of_ours_is_never_overlooked() {
    let mark = json!({ "grantry_key": "k" });
    let tenant = FakeTenant {
        clients: vec![client_with("odd id", "client_metadata", mark)],
        ..FakeTenant::default()
    };

    let said = read_tenant(tenant)
        .await
        .unwrap_err()
        .to_string();

    let reason = "odd id: it carries Grantry's mark";
    assert!(said.contains(reason), "{said}");
}

#[tokio::test(start_paused = true)]
async fn no_two_objects_share_an_address() {
    let tenant = FakeTenant {
        clients: vec![client("c")],
        grants: vec![
            grant("1", "c", "https://api/"),
            grant("2", "c", "https://api/"),
        ],
        ..FakeTenant::default()
    };

    let said = read_tenant(tenant)
        .await
        .unwrap_err()
        .to_string();

    let reason =
        "grant 2: grants.c -> https://api/ is already the address of 1";
    assert!(said.contains(reason), "{said}");
}
