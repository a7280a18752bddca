//! Clients that authenticate with a key of their own, over HTTP.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use grantry::emulator::{Emulator, Transport};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::KeyPair;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::emulator::caller::{Caller, start, token};
use crate::emulator::credentials::{key_pair, public_key, use_keys};

/// A service that was granted an API, and signs with the key it is given.
#[derive(Clone)]
struct Service {
    client_id: String,
    url: String,
}

impl Service {
    async fn new(emulator: &Emulator, caller: &Caller) -> Self {
        caller
            .post(
                "/resource-servers",
                json!({"identifier": "urn:a"}),
            )
            .await;
        let client = caller
            .post("/clients", json!({"name": "Service"}))
            .await;
        let client_id = client["client_id"]
            .as_str()
            .unwrap()
            .to_owned();
        let grant = json!({"client_id": client_id, "audience": "urn:a", "scope": ["r"]});
        caller
            .post("/client-grants", grant)
            .await;
        Self {
            client_id,
            url: emulator.url(),
        }
    }

    fn path(&self) -> String {
        format!("/clients/{}", self.client_id)
    }

    async fn add(&self, caller: &Caller, pair: &KeyPair) -> Value {
        let path = format!("{}/credentials", self.path());
        caller
            .post(&path, public_key(pair))
            .await["id"]
            .clone()
    }

    async fn use_keys(&self, caller: &Caller, ids: &[&Value]) {
        let change = use_keys(ids);
        let (status, answer) = caller
            .send(Method::PATCH, &self.path(), Some(&change))
            .await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "an assertion expires at a time"
    )]
    fn request(&self, key: &EncodingKey, id: &str) -> Value {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs();
        let claims = json!({
            "iss": self.client_id, "sub": self.client_id, "aud": format!("{}/", self.url),
            "iat": now, "exp": now + 60, "jti": id
        });
        json!({
            "grant_type": "client_credentials",
            "audience": "urn:a",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": encode(&Header::new(Algorithm::RS256), &claims, key).unwrap()
        })
    }
}

fn encoding_key(pair: &KeyPair) -> EncodingKey {
    EncodingKey::from_rsa_pem(pair.serialize_pem().as_bytes()).unwrap()
}

#[tokio::test]
async fn a_service_proves_itself_with_its_key_once_for_each_token() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let service = Service::new(&emulator, &caller).await;
    let pair = key_pair();
    let id = service.add(&caller, &pair).await;
    let key = encoding_key(&pair);

    let request = service.request(&key, "1");
    let (status, _) = token(&caller.http, &caller.url, &request).await;
    assert_eq!(
        status,
        StatusCode::UNAUTHORIZED,
        "the client does not name its key yet"
    );

    service.use_keys(&caller, &[&id]).await;
    let (status, answer) = token(&caller.http, &caller.url, &request).await;
    assert_eq!(
        (status, &answer["scope"]),
        (StatusCode::OK, &json!("r")),
        "{answer}"
    );
    let (status, answer) = token(&caller.http, &caller.url, &request).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        answer,
        json!({
            "error": "invalid_client",
            "error_description": "Client authentication failed: 'jti' was used before"
        })
    );
    emulator.stop().await.unwrap();
}

/// Add, use both, switch, use one, delete: whoever asks
/// meanwhile is never turned away.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn keys_rotate_under_load_and_no_request_is_refused() {
    let emulator = start(Transport::Plain, None).await;
    let caller = Caller::new(&emulator).await;
    let service = Service::new(&emulator, &caller).await;
    let first = key_pair();
    let mut old = service.add(&caller, &first).await;
    service.use_keys(&caller, &[&old]).await;

    let signing = Arc::new(Mutex::new(Arc::new(encoding_key(&first))));
    let (over, asked) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let workers: Vec<_> = (0..4)
        .map(|worker| {
            let (service, http) = (service.clone(), caller.http.clone());
            let (signing, over, asked) =
                (signing.clone(), over.clone(), asked.clone());
            tokio::spawn(async move {
                for number in 0.. {
                    if over.load(Ordering::Relaxed) {
                        break;
                    }
                    // The key stays in the hand until the answer is
                    // there, as with a real service that is told to
                    // switch and then given time.
                    let key = signing.lock().unwrap().clone();
                    let request =
                        service.request(&key, &format!("{worker}-{number}"));
                    let (status, answer) =
                        token(&http, &service.url, &request).await;
                    assert_eq!(status, StatusCode::OK, "{answer}");
                    asked.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();

    // Some requests under each state of the keys; a
    // worker that was refused ends.
    let served = async |more: usize| {
        let goal = asked.load(Ordering::Relaxed) + more;
        let refused = || {
            workers
                .iter()
                .any(JoinHandle::is_finished)
        };
        while asked.load(Ordering::Relaxed) < goal && !refused() {
            tokio::task::yield_now().await;
        }
    };
    for _ in 0..5 {
        let pair = key_pair();
        let new = service.add(&caller, &pair).await;
        service
            .use_keys(&caller, &[&old, &new])
            .await;
        served(4).await;
        let new_key = Arc::new(encoding_key(&pair));
        let retired = std::mem::replace(&mut *signing.lock().unwrap(), new_key);
        // Until nobody holds the old key any more.
        while Arc::strong_count(&retired) > 1 {
            tokio::task::yield_now().await;
        }
        service.use_keys(&caller, &[&new]).await;
        served(4).await;
        let path = format!(
            "{}/credentials/{}",
            service.path(),
            old.as_str().unwrap()
        );
        let (status, _) = caller
            .send(Method::DELETE, &path, None)
            .await;
        assert_eq!(status, StatusCode::NO_CONTENT);
        served(4).await;
        old = new;
    }
    over.store(true, Ordering::Relaxed);
    for worker in workers {
        worker.await.unwrap();
    }
    assert!(asked.load(Ordering::Relaxed) >= 60);
    emulator.stop().await.unwrap();
}
