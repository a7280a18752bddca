//! Clients that authenticate with keys of their own: declared, rotated and given up, against the
//! emulator, which verifies what they sign.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::fs;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use grantry::apply::{Outcome, Report, Stop, apply};
use grantry::config;
use grantry::emulator::{self, Emulator, Settings, Transport, Weather};
use grantry::model::{Desired, Found, Kind, PublicKey};
use grantry::plan::{Planned, plan};
use grantry::provider::{Observe as _, auth0, observe};
use grantry::render;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use reqwest::StatusCode;
use serde_json::{Value, json};

const FOUR: NonZeroUsize = NonZeroUsize::MIN.saturating_add(3);

/// A tenant, and a folder with the configuration and its key files.
struct World {
    emulator: Emulator,
    writer: auth0::Writer,
    folder: tempfile::TempDir,
    http: reqwest::Client,
}

impl World {
    async fn new() -> Self {
        let (listen, transport) = (([127, 0, 0, 1], 0).into(), Transport::Plain);
        let settings = Settings { listen, transport, state: None, weather: Weather::default() };
        let emulator = emulator::start(settings).await.unwrap();
        let secret = emulator::MANAGEMENT_CLIENT_SECRET.to_owned().into();
        let id = emulator::MANAGEMENT_CLIENT_ID;
        let credentials = auth0::Credentials::client_secret(id, secret).unwrap();
        let audience = Some(emulator::MANAGEMENT_AUDIENCE);
        let settings = auth0::Settings::parse(&emulator.url(), credentials, audience).unwrap();
        let writer = auth0::Writer::new(settings).unwrap();
        Self {
            emulator,
            writer,
            folder: tempfile::tempdir().unwrap(),
            http: reqwest::Client::new(),
        }
    }

    /// A configuration with the one client `billing`, which has this setting.
    fn desired(&self, setting: &str) -> Desired {
        let file = self.folder.path().join("grantry.yaml");
        let text = format!(
            "stack: keys\n\
             resource_servers:\n  maps: {{ identifier: \"urn:maps\", scopes: {{ read: Read }} }}\n\
             clients:\n  billing: {{ name: Billing, {setting} }}\n\
             grants:\n  - {{ client: billing, resource_server: maps, scopes: [read] }}\n"
        );
        fs::write(&file, text).unwrap();
        match config::load(&[file]) {
            Ok(loaded) => loaded.desired,
            Err(problems) => panic!("{}", render::problems(&problems)),
        }
    }

    /// The setting for a client with these public keys, kept in files.
    fn keys(&self, pairs: &[&Pair]) -> String {
        let credentials = pairs.iter().map(|pair| {
            let file = format!("{}.pem", pair.thumbprint);
            fs::write(self.folder.path().join(&file), pair.pair.public_key_pem()).unwrap();
            format!("{{ pem_file: {file} }}")
        });
        let credentials = credentials.collect::<Vec<_>>().join(", ");
        format!(
            "client_authentication_methods: {{ private_key_jwt: {{ credentials: [{credentials}] }} }}"
        )
    }

    async fn plan(&self, desired: &Desired) -> Planned {
        match plan(desired, &observe(&self.writer, desired).await.unwrap()) {
            Ok(planned) => planned,
            Err(error) => panic!("{}", render::conflicts(&error)),
        }
    }

    /// Applies a setting, which must succeed and leave nothing to do.
    async fn apply(&self, setting: &str) -> String {
        let desired = self.desired(setting);
        let planned = self.plan(&desired).await;
        let shown = render::plan(&planned.plan);
        let report = self.carry_out(planned).await;
        assert!(report.outcomes.iter().all(Outcome::is_applied), "{}", render::report(&report));
        let again = self.plan(&desired).await.plan;
        assert!(again.changes.is_empty(), "{}", render::plan(&again));
        shown
    }

    async fn carry_out(&self, planned: Planned) -> Report {
        apply(&self.writer, planned.clear().unwrap(), FOUR, &Stop::default(), |_, _| {}).await
    }

    async fn billing(&self) -> Found {
        let seen = self.writer.read().await.unwrap();
        let mut clients = seen.found.into_iter().filter(|(address, found)| {
            let name = found.attrs.get("name").and_then(|name| name.as_text());
            address.kind() == Kind::Client && name == Some("Billing")
        });
        clients.next().unwrap().1
    }

    async fn management_token(&self) -> String {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", emulator::MANAGEMENT_CLIENT_ID),
            ("client_secret", emulator::MANAGEMENT_CLIENT_SECRET),
            ("audience", emulator::MANAGEMENT_AUDIENCE),
        ];
        let url = format!("{}/oauth/token", self.emulator.url());
        let answer: Value =
            self.http.post(url).form(&form).send().await.unwrap().json().await.unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// The thumbprints of all keys the tenant keeps of the client, attached or not.
    async fn kept(&self) -> Vec<String> {
        let (url, id) = (self.emulator.url(), self.billing().await.id);
        let url = format!("{url}/api/v2/clients/{id}/credentials");
        let token = self.management_token().await;
        let answer = self.http.get(url).bearer_auth(token).send().await.unwrap();
        let listed: Vec<Value> = answer.json().await.unwrap();
        let mut names: Vec<String> =
            listed.iter().map(|key| key["kid"].as_str().unwrap_or("none").to_owned()).collect();
        names.sort();
        names
    }

    /// Adds a key behind Grantry's back, without naming it in the client.
    async fn add_by_hand(&self, pair: &Pair) {
        let (url, id) = (self.emulator.url(), self.billing().await.id);
        let url = format!("{url}/api/v2/clients/{id}/credentials");
        let body = json!({ "credential_type": "public_key", "pem": pair.pair.public_key_pem() });
        let token = self.management_token().await;
        let answer = self.http.post(url).bearer_auth(token).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
    }

    async fn service(&self) -> Service {
        Service {
            client_id: self.billing().await.id.as_str().to_owned(),
            url: self.emulator.url(),
            http: self.http.clone(),
            asked: Arc::new(AtomicUsize::new(0)),
        }
    }

    fn writes(&self) -> Vec<String> {
        let requests = self.emulator.requests().into_iter();
        let writes = requests.filter(|asked| asked.method != "GET" && asked.path != "/oauth/token");
        writes.map(|asked| format!("{} {}", asked.method, asked.path)).collect()
    }
}

/// A key pair of a service.
struct Pair {
    pair: KeyPair,
    thumbprint: String,
    signing: EncodingKey,
}

impl Pair {
    fn new() -> Self {
        let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
        let thumbprint = PublicKey::parse(&pair.public_key_pem()).unwrap().thumbprint().to_owned();
        let signing = EncodingKey::from_rsa_pem(pair.serialize_pem().as_bytes()).unwrap();
        Self { pair, thumbprint, signing }
    }

    fn certificate(&self) -> String {
        let mut parameters = CertificateParams::default();
        parameters.distinguished_name = rcgen::DistinguishedName::new();
        parameters.distinguished_name.push(DnType::CountryName, "es");
        parameters.distinguished_name.push(DnType::CommonName, "billing");
        parameters.self_signed(&self.pair).unwrap().pem()
    }
}

/// The service that the client is, asking for tokens.
#[derive(Clone)]
struct Service {
    client_id: String,
    url: String,
    http: reqwest::Client,
    asked: Arc<AtomicUsize>,
}

impl Service {
    #[expect(clippy::disallowed_methods, reason = "an assertion expires at a time")]
    async fn ask(&self, key: &EncodingKey) -> StatusCode {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let nth = self.asked.fetch_add(1, Ordering::SeqCst);
        let claims = json!({
            "iss": self.client_id, "sub": self.client_id, "aud": format!("{}/", self.url),
            "iat": now, "exp": now + 60, "jti": nth.to_string()
        });
        let assertion = encode(&Header::new(Algorithm::RS256), &claims, key).unwrap();
        let form = [
            ("grant_type", "client_credentials"),
            ("audience", "urn:maps"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion.as_str()),
        ];
        let request = self.http.post(format!("{}/oauth/token", self.url)).form(&form);
        request.send().await.unwrap().status()
    }
}

#[tokio::test]
async fn a_new_client_comes_with_its_keys_and_uses_them() {
    let (world, pair, stranger) = (World::new().await, Pair::new(), Pair::new());
    world.apply(&world.keys(&[&pair])).await;
    let created =
        ["POST /api/v2/resource-servers", "POST /api/v2/clients", "POST /api/v2/client-grants"];
    assert_eq!(world.writes(), created);
    let service = world.service().await;
    assert_eq!(service.ask(&pair.signing).await, StatusCode::OK);
    assert_eq!(service.ask(&stranger.signing).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_certificate_serves_for_each_method() {
    let (world, pair) = (World::new().await, Pair::new());
    fs::write(world.folder.path().join("cert.pem"), pair.certificate()).unwrap();
    for (method, credential) in [
        ("private_key_jwt", "pem_file: cert.pem, parse_expiry_from_cert: true, name: First"),
        ("self_signed_tls_client_auth", "pem_file: cert.pem, name: Second"),
        ("tls_client_auth", "pem_file: cert.pem"),
        ("tls_client_auth", r#"subject_dn: "C=es\nCN=other""#),
    ] {
        let methods = format!("{{ {method}: {{ credentials: [{{ {credential} }}] }} }}");
        world.apply(&format!("client_authentication_methods: {methods}")).await;
        assert_eq!(world.kept().await.len(), 1, "{method}");
    }
}

#[tokio::test]
async fn a_client_changes_from_its_secret_to_a_key_and_back() {
    let (world, pair) = (World::new().await, Pair::new());
    world.apply("description: With a secret").await;
    let plan = world.apply(&world.keys(&[&pair])).await;
    assert!(plan.contains("refused with what they authenticate with now"), "{plan}");
    assert_eq!(world.service().await.ask(&pair.signing).await, StatusCode::OK);
    world.apply("client_authentication_methods: ~").await;
    assert_eq!(world.service().await.ask(&pair.signing).await, StatusCode::UNAUTHORIZED);
    assert!(world.kept().await.is_empty());
    let billing = world.billing().await.attrs;
    let method = billing.get("token_endpoint_auth_method").and_then(|method| method.as_text());
    assert_eq!(method, Some("client_secret_post"));
}

#[tokio::test]
async fn keys_that_are_silently_in_use_are_not_given_up_for_a_secret() {
    let (world, pair) = (World::new().await, Pair::new());
    world.apply(&world.keys(&[&pair])).await;
    let desired = world.desired("description: silent on keys");
    let seen = observe(&world.writer, &desired).await.unwrap();
    let error = render::conflicts(&plan(&desired, &seen).unwrap_err());
    assert!(error.contains("authenticates with keys (private_key_jwt)"), "{error}");
    assert!(error.contains("`client_authentication_methods: null`"), "{error}");
}

#[tokio::test]
async fn an_expiry_is_set_moved_and_taken_away_in_place() {
    let (world, pair) = (World::new().await, Pair::new());
    let keys = world.keys(&[&pair]);
    world.apply(&keys).await;
    let before = world.writes().len();
    for expiry in ["2095-05-13T09:33:13Z", "2096-05-13T09:33:13Z", "~"] {
        let with = format!(".pem, expires_at: {expiry} }}");
        world.apply(&keys.replace(".pem }", &with)).await;
    }
    let writes = &world.writes()[before..];
    assert!(writes.len() == 3 && writes.iter().all(|write| write.contains("/credentials/cred_")));
}

#[tokio::test]
async fn what_a_killed_rotation_left_behind_is_used_or_cleared_away() {
    let world = World::new().await;
    let [old, half, stray] = [Pair::new(), Pair::new(), Pair::new()];
    world.apply(&world.keys(&[&old])).await;
    world.add_by_hand(&half).await;
    world.add_by_hand(&stray).await;
    let before = world.writes().len();
    let plan = world.apply(&world.keys(&[&old, &half])).await;
    assert!(plan.contains("client_authentication_methods.detached"), "{plan}");
    let writes = &world.writes()[before..];
    assert_eq!(writes.len(), 2, "one to attach, one to clear away: {writes:?}");
    assert_eq!(world.service().await.ask(&half.signing).await, StatusCode::OK);
}

#[tokio::test]
async fn a_full_client_makes_room_before_it_gets_new_keys() {
    let world = World::new().await;
    let [old, stray, other, new] = [Pair::new(), Pair::new(), Pair::new(), Pair::new()];
    let last = Pair::new();
    world.apply(&world.keys(&[&old])).await;
    for pair in [&stray, &other] {
        world.add_by_hand(pair).await;
    }
    world.apply(&world.keys(&[&new, &last])).await;
    let mut expected = vec![new.thumbprint.clone(), last.thumbprint.clone()];
    expected.sort();
    assert_eq!(world.kept().await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotation_under_load_refuses_nobody() {
    let world = World::new().await;
    let (old, new) = (Arc::new(Pair::new()), Arc::new(Pair::new()));
    world.apply(&world.keys(&[&old])).await;
    let service = world.service().await;
    let (current, is_over) = (Arc::new(Mutex::new(old.clone())), Arc::new(AtomicBool::new(false)));
    let load = (0..8).map(|_| {
        let (service, current, is_over) = (service.clone(), current.clone(), is_over.clone());
        tokio::spawn(async move {
            let mut answered = 0;
            while !is_over.load(Ordering::SeqCst) {
                let pair = current.lock().unwrap().clone();
                assert_eq!(service.ask(&pair.signing).await, StatusCode::OK);
                answered += 1;
            }
            answered
        })
    });
    let load: Vec<_> = load.collect();
    let beside = world.apply(&world.keys(&[&old, &new])).await;
    assert!(!beside.contains("refused with"), "{beside}");
    *current.lock().unwrap() = new.clone();
    // What was signed with the old key before the switch is answered before the key goes.
    let switched = service.asked.load(Ordering::SeqCst) + 2 * load.len();
    while service.asked.load(Ordering::SeqCst) < switched {
        tokio::task::yield_now().await;
    }
    let after = world.apply(&world.keys(&[&new])).await;
    assert!(!after.contains("refused with"), "{after}");
    is_over.store(true, Ordering::SeqCst);
    let mut answered = 0;
    for task in load {
        answered += task.await.unwrap();
    }
    assert!(answered > 16, "{answered}");
    assert_eq!(world.kept().await, [new.thumbprint.clone()]);
    assert_eq!(service.ask(&old.signing).await, StatusCode::UNAUTHORIZED);
}
