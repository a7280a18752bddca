//! What a page of a list costs in a small tenant and in a large one, and what
//! it costs to read all of it: `cargo bench --bench emulator`.

use std::path::Path;

use divan::{Bencher, black_box};
use grantry::emulator::{
    self, Emulator, MANAGEMENT_AUDIENCE, MANAGEMENT_CLIENT_ID,
    MANAGEMENT_CLIENT_SECRET, Settings,
};
use grantry::provider::{Observe as _, auth0};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// Clients, with a grant each.
const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

const AUDIENCE: &str = "https://api.example/";

fn main() {
    divan::main();
}

/// An emulator with so many clients, and a caller who may read them.
struct Scene {
    runtime: Runtime,
    emulator: Emulator,
    http: Client,
    token: String,
    _folder: tempfile::TempDir,
}

impl Scene {
    fn new(clients: usize) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let state = folder.path().join("tenant.json");
        let http = Client::new();
        runtime.block_on(fill(&http, &state, clients));

        let emulator = runtime.block_on(start(&state));
        let token = runtime.block_on(fetch_token(&http, &emulator));
        Self {
            runtime,
            emulator,
            http,
            token,
            _folder: folder,
        }
    }

    fn get(&self, path: &str) -> usize {
        let url = format!("{}/api/v2/{path}", self.emulator.url());
        let request = self
            .http
            .get(url)
            .bearer_auth(&self.token);

        self.runtime.block_on(async {
            let answer = request.send().await.expect("an answer");
            let page = answer
                .error_for_status()
                .expect("a page");
            page.bytes()
                .await
                .expect("a body")
                .len()
        })
    }
}

async fn start(state: &Path) -> Emulator {
    let settings = Settings {
        state: Some(state.to_owned()),
        ..Settings::default()
    };

    emulator::start(settings)
        .await
        .expect("an emulator")
}

async fn fetch_token(http: &Client, emulator: &Emulator) -> String {
    let form = json!({
        "grant_type": "client_credentials",
        "client_id": MANAGEMENT_CLIENT_ID,
        "client_secret": MANAGEMENT_CLIENT_SECRET,
        "audience": MANAGEMENT_AUDIENCE,
    });
    let url = format!("{}/oauth/token", emulator.url());
    let sent = http.post(url).form(&form).send().await;

    let answer = sent.expect("an answer");
    let body: Value = answer.json().await.expect("a token");
    body["access_token"]
        .as_str()
        .expect("a token")
        .to_owned()
}

/// Makes one client with its grant, and so many copies of them in the file: a
/// request for each would take long.
async fn fill(http: &Client, state: &Path, clients: usize) {
    let emulator = start(state).await;
    make_one_of_each(http, &emulator).await;
    emulator.stop().await.expect("a state");

    let text = std::fs::read(state).expect("a state");
    let mut kept: Value = serde_json::from_slice(&text).expect("a state");
    let tenant = &mut kept["tenant"];
    copy(
        &mut tenant["clients"],
        clients,
        |client, number| {
            client["client_id"] = numbered_id(number);
        },
    );
    copy(
        &mut tenant["client_grants"],
        clients,
        |grant, number| {
            grant["client_id"] = numbered_id(number);
            grant["id"] = numbered_id(number);
        },
    );
    std::fs::write(state, kept.to_string()).expect("a state");
}

async fn make_one_of_each(http: &Client, emulator: &Emulator) {
    let token = fetch_token(http, emulator).await;
    let make = async |path: &str, body: Value| -> Value {
        let url = format!("{}/api/v2/{path}", emulator.url());
        let request = http
            .post(url)
            .bearer_auth(&token)
            .json(&body);
        let answer = request.send().await.expect("an answer");
        let made = answer
            .error_for_status()
            .expect("an object");
        made.json().await.expect("an object")
    };

    make(
        "resource-servers",
        json!({"identifier": AUDIENCE}),
    )
    .await;
    let client = json!({"name": "0", "app_type": "non_interactive"});
    let client = make("clients", client).await;
    let grant = json!({"client_id": client["client_id"], "audience": AUDIENCE});
    make("client-grants", grant).await;
}

/// Copies the object that was made until there are so many like it.
fn copy(
    objects: &mut Value,
    count: usize,
    set_ids: impl Fn(&mut Value, usize),
) {
    let objects = objects.as_array_mut().expect("objects");
    // A new tenant has objects of its own.
    let place = objects.iter().position(|object| {
        object["name"] == "0" || object["audience"] == AUDIENCE
    });
    let made = objects.remove(place.expect("the one that was made"));

    objects.extend((0..count).map(|number| {
        let mut copy = made.clone();
        set_ids(&mut copy, number);
        copy
    }));
}

fn numbered_id(number: usize) -> Value {
    format!("copy{number:028}").into()
}

#[divan::bench(args = SIZES, sample_count = 20)]
fn last_page_with_its_total(bencher: Bencher, clients: usize) {
    let scene = Scene::new(clients);
    let page = clients / 100 - 1;
    let path = format!(
        "clients?is_global=false&per_page=100&include_totals=true&page={page}"
    );

    bencher.bench(|| scene.get(black_box(&path)));
}

#[divan::bench(args = SIZES, sample_count = 20)]
fn page_of_the_grants_for_an_api(bencher: Bencher, clients: usize) {
    let scene = Scene::new(clients);
    // In the middle of the list.
    let page = clients / 200;
    let path =
        format!("client-grants?audience={AUDIENCE}&per_page=100&page={page}");

    bencher.bench(|| scene.get(black_box(&path)));
}

/// Everything, as a plan reads it.
#[divan::bench(args = SIZES, sample_count = 3)]
fn whole_tenant(bencher: Bencher, clients: usize) {
    let scene = Scene::new(clients);
    let secret = MANAGEMENT_CLIENT_SECRET
        .to_owned()
        .into();
    let credentials =
        auth0::Credentials::client_secret(MANAGEMENT_CLIENT_ID, secret);
    let settings = auth0::Settings::parse(
        &scene.emulator.url(),
        credentials.expect("credentials"),
        Some(MANAGEMENT_AUDIENCE),
    );
    let reader =
        auth0::Reader::new(settings.expect("settings")).expect("a reader");

    bencher.bench(|| {
        let seen = scene.runtime.block_on(reader.read());
        seen.expect("a tenant").found.len()
    });
}
