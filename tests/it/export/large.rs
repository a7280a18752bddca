//! A tenant as large as the one the design counts with, made over HTTP.

use futures_util::{StreamExt as _, stream};
use grantry::emulator;
use grantry::model::{Address, Attrs, ClientRef, RemoteId, SubjectType, Value};
use grantry::provider::{Mutate as _, Observe as _, Write, auth0};
use serde_json::json;

use crate::export::back::{
    all_of, assert_adopts_only, assert_settles, load, planned,
};
use crate::helpers::served::{in_memory, settings};

const APIS: usize = 20;
const CLIENTS: usize = 1000;

fn attrs(json: serde_json::Value) -> Attrs {
    Value::from(json)
        .as_map()
        .unwrap()
        .clone()
}

/// Creates objects side by side, and gives their ids in order.
async fn create(
    writer: &auth0::Writer,
    objects: Vec<(Address, Attrs)>,
) -> Vec<RemoteId> {
    let creations = objects
        .into_iter()
        .map(|(address, attrs)| async move {
            writer
                .write(&Write::Create { address, attrs })
                .await
                .unwrap()
        });
    stream::iter(creations)
        .buffered(8)
        .collect()
        .await
}

fn api(number: usize) -> (Address, Attrs) {
    let scopes = json!({ "read:things": "Read", "write:things": null });
    let fields =
        json!({ "name": format!("API {number:02}"), "scopes": scopes });
    let identifier = format!("https://api-{number:02}.example/")
        .parse()
        .unwrap();
    (
        Address::ResourceServer(identifier),
        attrs(fields),
    )
}

/// Every third client is one that nobody thought
/// about; the others are machines.
fn client(number: usize) -> (Address, Attrs) {
    let name = format!("Client {number:04}");
    let fields = match number % 3 {
        0 => json!({ "name": name }),
        1 => json!({ "name": name, "app_type": "non_interactive" }),
        _ => json!({
            "name": name, "app_type": "non_interactive", "oidc_conformant": true,
            "grant_types": ["client_credentials"],
            "token_endpoint_auth_method": "client_secret_post",
        }),
    };
    (
        Address::Client(ClientRef::Key("new".parse().unwrap())),
        attrs(fields),
    )
}

fn grant(client: &RemoteId, number: usize, offset: usize) -> (Address, Attrs) {
    let (Address::ResourceServer(audience), _) = api((number + offset) % APIS)
    else {
        panic!("an API");
    };
    let client = ClientRef::Id(client.as_str().parse().unwrap());
    let scopes = if offset == 0 {
        json!(["read:things"])
    } else {
        json!([])
    };
    let address = Address::Grant {
        client,
        audience,
        subject_type: SubjectType::Client,
    };
    (address, attrs(json!({ "scopes": scopes })))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_tenant_is_exported_in_few_requests_and_only_adopted() {
    let emulator = emulator::start(in_memory())
        .await
        .unwrap();
    let writer = auth0::Writer::new(settings(&emulator.url())).unwrap();
    create(&writer, (0..APIS).map(api).collect()).await;
    let ids = create(&writer, (0..CLIENTS).map(client).collect()).await;
    let pairs = ids.iter().enumerate();
    let grants = pairs.flat_map(|(number, id)| {
        [0, 7].map(|offset| grant(id, number, offset))
    });
    create(&writer, grants.collect()).await;

    let before = emulator.requests().len();
    let seen = auth0::Reader::new(settings(&emulator.url()))
        .unwrap()
        .read()
        .await
        .unwrap();
    let requests = emulator.requests();
    // Beside these, one asks for the token.
    let reads = requests[before..]
        .iter()
        .filter(|request| request.method == "GET")
        .count();
    assert!(reads <= 35, "{reads} reads");

    let desired = load(&all_of(&seen));
    let sizes = (
        desired.resource_servers.len(),
        desired.clients.len(),
        desired.grants.len(),
    );
    assert_eq!(sizes, (APIS, CLIENTS, 2 * CLIENTS));
    let plan = planned(&desired, &seen).plan;
    assert_eq!(plan.changes.len(), CLIENTS);
    assert_adopts_only(&plan, "");
    assert_settles(&writer, &desired).await;
    emulator.stop().await.unwrap();
}
