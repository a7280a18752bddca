//! Stands between Grantry and the emulator, and lets happen what a story says.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value as Json, json};
use tokio::net::TcpListener;

use crate::helpers::management::Management;
use crate::helpers::tenant::Names;

/// What happens on the way.
pub(crate) enum Twist {
    Nothing,
    /// The listing of clients ends before its last one.
    ListingCutShort,
    /// The client of this id is renamed when it is looked at alone for the second time, which is just
    /// before it is deleted.
    ClientEdited(String),
    /// Every grant gets another scope when it is looked at alone for the second time.
    GrantsEdited,
}

impl Twist {
    pub(crate) fn parse(text: &str, names: &Names) -> Self {
        match text.strip_prefix(", and ") {
            None if text.is_empty() => Self::Nothing,
            Some("the listing of clients is cut short") => Self::ListingCutShort,
            Some("somebody edits each grant just before it is deleted") => Self::GrantsEdited,
            Some(edited) => {
                let id = edited.strip_prefix("somebody renames ");
                let id = id.and_then(|rest| rest.strip_suffix(" just before it is deleted"));
                Self::ClientEdited(names.there(id.unwrap_or_else(|| panic!("what is{text}?"))))
            }
            None => panic!("what is{text}?"),
        }
    }
}

pub(crate) struct Proxy {
    pub(crate) url: String,
}

struct Way {
    http: reqwest::Client,
    management: Management,
    twist: Twist,
    looked_at: Mutex<BTreeSet<String>>,
}

impl Proxy {
    pub(crate) async fn start(management: Management, twist: Twist) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let way = Arc::new(Way {
            http: reqwest::Client::new(),
            management,
            twist,
            looked_at: Mutex::default(),
        });
        let app = Router::new().fallback(pass).with_state(way);
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url }
    }
}

async fn pass(State(way): State<Arc<Way>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let path = head.uri.path_and_query().unwrap().as_str();
    if head.method == Method::GET {
        way.meddle(head.uri.path().trim_start_matches("/api/v2/"))
            .await;
    }
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let url = format!("{}{path}", way.management.url);
    let mut sent = way.http.request(head.method, url).body(body);
    for name in [AUTHORIZATION, CONTENT_TYPE] {
        if let Some(value) = head.headers.get(&name) {
            sent = sent.header(name, value);
        }
    }
    let answer = sent.send().await.unwrap();
    let (status, body) = (answer.status(), answer.bytes().await.unwrap());
    if matches!(way.twist, Twist::ListingCutShort) && head.uri.path() == "/api/v2/clients" {
        return cut_short(&body);
    }
    let json = [(CONTENT_TYPE, "application/json")];
    (
        StatusCode::from_u16(status.as_u16()).unwrap(),
        json,
        Body::from(body),
    )
        .into_response()
}

impl Way {
    async fn meddle(&self, path: &str) {
        if self.looked_at.lock().unwrap().insert(path.to_owned()) {
            return;
        }
        match (&self.twist, path.split_once('/')) {
            (Twist::ClientEdited(id), Some(("clients", asked))) if asked == id => {
                let edited = json!({ "name": "Do not delete!" });
                self.management
                    .ask(Method::PATCH, path, Some(&edited))
                    .await;
            }
            (Twist::GrantsEdited, Some(("client-grants", _))) => {
                let edited = json!({ "scope": ["needed:tonight"] });
                self.management
                    .ask(Method::PATCH, path, Some(&edited))
                    .await;
            }
            _ => {}
        }
    }
}

fn cut_short(body: &[u8]) -> Response {
    let mut listing: Json = serde_json::from_slice(body).unwrap();
    listing["clients"].as_array_mut().unwrap().pop();
    ([(CONTENT_TYPE, "application/json")], listing.to_string()).into_response()
}
