//! Clients that authenticate with keys of their own: declared, rotated and
//! given up. The emulator verifies what they sign.

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use grantry::model::PublicKey;
use grantry::plan::plan;
use grantry::provider::{Mutate as _, Observe as _, observe};
use grantry::render;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::apart::world::World;

impl World {
    /// The setting for a client with these public keys, kept in files.
    fn keys(&self, pairs: &[&Pair]) -> String {
        let credentials = pairs.iter().map(|pair| {
            let file = format!("{}.pem", pair.thumbprint);
            fs::write(
                self.folder.path().join(&file),
                pair.keys.public_key_pem(),
            )
            .unwrap();
            format!("{{ pem_file: {file} }}")
        });
        let credentials = credentials
            .collect::<Vec<_>>()
            .join(", ");
        format!(
            "client_authentication_methods: {{ private_key_jwt: {{ credentials: [{credentials}] }} }}"
        )
    }

    async fn credentials(&self) -> String {
        format!(
            "clients/{}/credentials",
            self.billing().await.id
        )
    }

    /// The thumbprints of all keys the tenant keeps of the
    /// client, attached or not.
    async fn kept(&self) -> Vec<String> {
        let listed = self
            .management
            .ask(Method::GET, &self.credentials().await, None)
            .await;
        let name = |key: &Value| {
            key["kid"]
                .as_str()
                .unwrap_or("none")
                .to_owned()
        };
        let mut names: Vec<String> = listed
            .as_array()
            .unwrap()
            .iter()
            .map(name)
            .collect();
        names.sort();
        names
    }

    /// Adds a key behind Grantry's back, without naming it in the client.
    async fn add_by_hand(&self, pair: &Pair) {
        let body = json!({ "credential_type": "public_key", "pem": pair.keys.public_key_pem() });
        self.management
            .ask(
                Method::POST,
                &self.credentials().await,
                Some(&body),
            )
            .await;
    }

    /// Makes a key that is there the only one that
    /// counts, behind Grantry's back.
    async fn attach_by_hand(&self, pair: &Pair) {
        let listed = self
            .management
            .ask(Method::GET, &self.credentials().await, None)
            .await;
        let mut credentials = listed.as_array().unwrap().iter();
        let id = &credentials
            .find(|one| one["kid"] == pair.thumbprint.as_str())
            .unwrap()["id"];
        let methods =
            json!({ "private_key_jwt": { "credentials": [{ "id": id }] } });
        let body = json!({ "client_authentication_methods": methods });
        let client = format!("clients/{}", self.billing().await.id);
        self.management
            .ask(Method::PATCH, &client, Some(&body))
            .await;
    }

    async fn service(&self) -> Service {
        Service {
            client_id: self
                .billing()
                .await
                .id
                .as_str()
                .to_owned(),
            url: self.emulator.url(),
            http: self.http.clone(),
            asked: Arc::new(AtomicUsize::new(0)),
        }
    }
}

/// A key pair of a service.
struct Pair {
    keys: KeyPair,
    thumbprint: String,
    signing: EncodingKey,
}

impl Pair {
    fn new() -> Self {
        let keys =
            KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)
                .unwrap();
        let thumbprint = PublicKey::parse(&keys.public_key_pem())
            .unwrap()
            .thumbprint()
            .to_owned();
        let signing =
            EncodingKey::from_rsa_pem(keys.serialize_pem().as_bytes()).unwrap();
        Self {
            keys,
            thumbprint,
            signing,
        }
    }

    fn certificate(&self) -> String {
        let mut parameters = CertificateParams::default();
        parameters.distinguished_name = rcgen::DistinguishedName::new();
        parameters
            .distinguished_name
            .push(DnType::CountryName, "es");
        parameters
            .distinguished_name
            .push(DnType::CommonName, "billing");
        parameters
            .self_signed(&self.keys)
            .unwrap()
            .pem()
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
    #[expect(
        clippy::disallowed_methods,
        reason = "an assertion expires at a time"
    )]
    async fn ask(&self, key: &EncodingKey) -> StatusCode {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs();
        let nth = self
            .asked
            .fetch_add(1, Ordering::SeqCst);
        let claims = json!({
            "iss": self.client_id, "sub": self.client_id, "aud": format!("{}/", self.url),
            "iat": now, "exp": now + 60, "jti": nth.to_string()
        });
        let assertion =
            encode(&Header::new(Algorithm::RS256), &claims, key).unwrap();
        let form = [
            ("grant_type", "client_credentials"),
            ("audience", "urn:maps"),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("client_assertion", assertion.as_str()),
        ];
        let request = self
            .http
            .post(format!("{}/oauth/token", self.url))
            .form(&form);
        request.send().await.unwrap().status()
    }
}

#[tokio::test]
async fn a_new_client_comes_with_its_keys_and_uses_them() {
    let (world, pair, stranger) =
        (World::new().await, Pair::new(), Pair::new());
    world.apply(&world.keys(&[&pair])).await;
    let created = [
        "POST /api/v2/clients",
        "POST /api/v2/client-grants",
    ];
    assert_eq!(world.writes(), created);
    let service = world.service().await;
    assert_eq!(service.ask(&pair.signing).await, StatusCode::OK);
    assert_eq!(
        service.ask(&stranger.signing).await,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_certificate_serves_for_each_method() {
    let (world, pair) = (World::new().await, Pair::new());
    fs::write(
        world.folder.path().join("cert.pem"),
        pair.certificate(),
    )
    .unwrap();
    for (method, credential) in [
        (
            "private_key_jwt",
            "pem_file: cert.pem, parse_expiry_from_cert: true, name: First",
        ),
        (
            "self_signed_tls_client_auth",
            "pem_file: cert.pem, name: Second",
        ),
        ("tls_client_auth", "pem_file: cert.pem"),
        (
            "tls_client_auth",
            r#"subject_dn: "C=es\nCN=other""#,
        ),
    ] {
        let methods =
            format!("{{ {method}: {{ credentials: [{{ {credential} }}] }} }}");
        world
            .apply(&format!(
                "client_authentication_methods: {methods}"
            ))
            .await;
        assert_eq!(world.kept().await.len(), 1, "{method}");
    }
}

#[tokio::test]
async fn a_client_changes_from_its_secret_to_a_key_and_back() {
    let (world, pair) = (World::new().await, Pair::new());
    world
        .apply("description: With a secret")
        .await;
    let plan = world.apply(&world.keys(&[&pair])).await;
    assert!(
        plan.contains("lose all they authenticate with"),
        "{plan}"
    );
    assert_eq!(
        world
            .service()
            .await
            .ask(&pair.signing)
            .await,
        StatusCode::OK
    );
    world
        .apply("client_authentication_methods: ~")
        .await;
    assert_eq!(
        world
            .service()
            .await
            .ask(&pair.signing)
            .await,
        StatusCode::UNAUTHORIZED
    );
    assert!(world.kept().await.is_empty());
    let billing = world.billing().await.attrs;
    let method = billing
        .get("token_endpoint_auth_method")
        .and_then(|method| method.as_text());
    assert_eq!(method, Some("client_secret_post"));
}

#[tokio::test]
async fn keys_that_are_silently_in_use_are_not_given_up_for_a_secret() {
    let (world, pair) = (World::new().await, Pair::new());
    world.apply(&world.keys(&[&pair])).await;
    let desired = world.desired("description: silent on keys");
    let seen = observe(world.writer.reader(), &desired)
        .await
        .unwrap();
    let error = render::conflicts(&plan(&desired, &seen).unwrap_err());
    assert!(
        error.contains("authenticates with keys (private_key_jwt)"),
        "{error}"
    );
    assert!(
        error.contains("`client_authentication_methods: null`"),
        "{error}"
    );
}

#[tokio::test]
async fn an_expiry_is_set_moved_and_taken_away_in_place() {
    let (world, pair) = (World::new().await, Pair::new());
    let keys = world.keys(&[&pair]);
    world.apply(&keys).await;
    let before = world.writes().len();
    for expiry in [
        "2095-05-13T09:33:13Z",
        "2096-05-13T09:33:13Z",
        "~",
    ] {
        let with = format!(".pem, expires_at: {expiry} }}");
        world
            .apply(&keys.replace(".pem }", &with))
            .await;
    }
    let writes = &world.writes()[before..];
    assert!(
        writes.len() == 3
            && writes
                .iter()
                .all(|write| write.contains("/credentials/cred_"))
    );
}

#[tokio::test]
async fn what_a_killed_rotation_left_behind_is_used_or_cleared_away() {
    let world = World::new().await;
    let [old, half, stray] = [Pair::new(), Pair::new(), Pair::new()];
    world.apply(&world.keys(&[&old])).await;
    world.add_by_hand(&half).await;
    world.add_by_hand(&stray).await;
    let before = world.writes().len();
    let plan = world
        .apply(&world.keys(&[&old, &half]))
        .await;
    assert!(
        plan.contains("client_authentication_methods.detached"),
        "{plan}"
    );
    let writes = &world.writes()[before..];
    assert_eq!(
        writes.len(),
        2,
        "one to attach, one to clear away: {writes:?}"
    );
    assert_eq!(
        world
            .service()
            .await
            .ask(&half.signing)
            .await,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_full_client_makes_room_before_it_gets_new_keys() {
    let world = World::new().await;
    let [old, stray, other, new] = [
        Pair::new(),
        Pair::new(),
        Pair::new(),
        Pair::new(),
    ];
    let last = Pair::new();
    world.apply(&world.keys(&[&old])).await;
    for pair in [&stray, &other] {
        world.add_by_hand(pair).await;
    }
    world
        .apply(&world.keys(&[&new, &last]))
        .await;
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
    let (current, is_over) = (
        Arc::new(Mutex::new(old.clone())),
        Arc::new(AtomicBool::new(false)),
    );
    let load = (0..8).map(|_| {
        let (service, current, is_over) = (
            service.clone(),
            current.clone(),
            is_over.clone(),
        );
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
    let beside = world
        .apply(&world.keys(&[&old, &new]))
        .await;
    assert!(!beside.contains("lose all they"), "{beside}");
    *current.lock().unwrap() = new.clone();
    // What was signed with the old key before the switch is
    // answered before the key goes.
    let switched = service.asked.load(Ordering::SeqCst) + 2 * load.len();
    while service.asked.load(Ordering::SeqCst) < switched {
        tokio::task::yield_now().await;
    }
    let after = world.apply(&world.keys(&[&new])).await;
    assert!(!after.contains("lose all they"), "{after}");
    is_over.store(true, Ordering::SeqCst);
    let mut answered = 0;
    for task in load {
        answered += task.await.unwrap();
    }
    assert!(answered > 16, "{answered}");
    assert_eq!(
        world.kept().await,
        std::slice::from_ref(&new.thumbprint)
    );
    assert_eq!(
        service.ask(&old.signing).await,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn of_two_keys_of_one_name_the_one_in_use_stays() {
    let world = World::new().await;
    let subject = "client_authentication_methods: { tls_client_auth: { credentials: \
                   [{ subject_dn: CN=billing }] } }";
    world.apply(subject).await;
    let listed = || async {
        world
            .management
            .ask(Method::GET, &world.credentials().await, None)
            .await
    };
    let before = listed().await;
    let body = json!({ "credential_type": "cert_subject_dn", "subject_dn": "CN=billing" });
    world
        .management
        .ask(
            Method::POST,
            &world.credentials().await,
            Some(&body),
        )
        .await;
    world.apply(subject).await;
    assert_eq!(listed().await, before);
}

/// Each that is to go is shown, and counted.
#[tokio::test]
async fn of_three_keys_of_one_name_two_are_cleared_away() {
    let world = World::new().await;
    let subject = |and: &str| {
        format!(
            "client_authentication_methods: {{ tls_client_auth: {{ credentials: \
             [{{ subject_dn: CN=billing }}{and}] }} }}"
        )
    };
    world.apply(&subject("")).await;
    let body = json!({ "credential_type": "cert_subject_dn", "subject_dn": "CN=billing" });
    for _ in 0..2 {
        world
            .management
            .ask(
                Method::POST,
                &world.credentials().await,
                Some(&body),
            )
            .await;
    }

    let plan = world
        .apply(&subject(", { subject_dn: CN=other }"))
        .await;
    assert!(plan.contains("CN=billing (2)"), "{plan}");
    let kept = world
        .management
        .ask(Method::GET, &world.credentials().await, None)
        .await;
    assert_eq!(kept.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_key_that_came_after_the_plan_is_not_deleted_unseen() {
    let world = World::new().await;
    let [old, new, stranger] = [Pair::new(), Pair::new(), Pair::new()];
    world.apply(&world.keys(&[&old])).await;
    let planned = world
        .plan(&world.desired(&world.keys(&[&new])))
        .await;
    world.add_by_hand(&stranger).await;
    let report = render::report(&world.carry_out(planned).await);
    assert!(
        report.contains("has changed since the plan"),
        "{report}"
    );
    let mut kept = vec![
        old.thumbprint.clone(),
        stranger.thumbprint.clone(),
    ];
    kept.sort();
    assert_eq!(world.kept().await, kept);
}

/// What a plan relies on is in the plan: whoever applies it may
/// never have seen the tenant.
#[tokio::test]
async fn a_key_that_came_after_the_plan_stays_whoever_applies_it() {
    let mut world = World::new().await;
    let [old, new, stranger] = [Pair::new(), Pair::new(), Pair::new()];
    world.apply(&world.keys(&[&old])).await;

    let planned = world
        .plan(&world.desired(&world.keys(&[&new])))
        .await;
    world.add_by_hand(&stranger).await;
    world.writer = world.another_writer();
    let report = render::report(&world.carry_out(planned).await);
    assert!(
        report.contains("has changed since the plan"),
        "{report}"
    );
    assert!(
        world
            .kept()
            .await
            .contains(&stranger.thumbprint)
    );
}

/// A snapshot that shows only what listings do says nothing
/// of the keys that are there.
#[tokio::test]
async fn keys_that_nobody_looked_at_are_not_changed() {
    let world = World::new().await;
    let [old, new] = [Pair::new(), Pair::new()];
    world.apply(&world.keys(&[&old])).await;

    let desired = world.desired(&world.keys(&[&new]));
    let listed = world
        .writer
        .reader()
        .read()
        .await
        .unwrap();
    let report = render::report(
        &world
            .carry_out(plan(&desired, &listed).unwrap())
            .await,
    );
    assert!(
        report.contains("without a look at what is kept beside it"),
        "{report}"
    );
    assert_eq!(
        world.kept().await,
        std::slice::from_ref(&old.thumbprint)
    );
}

/// A leftover that the plan would clear away is in use by now.
#[tokio::test]
async fn a_leftover_that_came_into_use_after_the_plan_is_not_deleted() {
    let world = World::new().await;
    let [old, leftover, new] = [Pair::new(), Pair::new(), Pair::new()];
    world.apply(&world.keys(&[&old])).await;
    world.add_by_hand(&leftover).await;

    let planned = world
        .plan(&world.desired(&world.keys(&[&old, &new])))
        .await;
    world.attach_by_hand(&leftover).await;
    let report = render::report(&world.carry_out(planned).await);
    assert!(
        report.contains("has changed since the plan"),
        "{report}"
    );
    assert_eq!(
        world
            .service()
            .await
            .ask(&leftover.signing)
            .await,
        StatusCode::OK
    );
}
