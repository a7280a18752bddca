//! Stands before a real Keycloak, and lets one request go wrong.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use reqwest::Client;
use serde_json::json;
use tokio::net::TcpListener;

use super::double::{Fault, Trouble};
use crate::helpers::forward::forward;
use crate::helpers::plain_http::plain_http;

/// What stands before a server.
pub(crate) struct Proxy {
    pub(crate) url: String,
    way: Arc<Way>,
}

struct Way {
    http: Client,
    server: String,
    /// The fault to come, and how many requests it has matched.
    fault: Mutex<Option<(Fault, usize)>>,
}

impl Proxy {
    pub(crate) async fn before(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let way = Arc::new(Way {
            http: plain_http(),
            server: server.to_owned(),
            fault: Mutex::new(None),
        });
        let app = Router::new()
            .fallback(pass)
            .with_state(Arc::clone(&way));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, way }
    }

    pub(crate) fn fail(&self, fault: Fault) {
        *self.way.fault.lock().unwrap() = Some((fault, 0));
    }

    /// Whether the fault that was to come has come.
    pub(crate) fn has_failed(&self) -> bool {
        self.way.fault.lock().unwrap().is_none()
    }
}

impl Way {
    fn strike(&self, method: &str, path: &str) -> Option<Trouble> {
        let mut coming = self.fault.lock().unwrap();
        let (fault, seen) = coming.as_mut()?;
        if fault.method != method || !path.contains(&fault.path) {
            return None;
        }

        *seen += 1;
        let is_now = *seen == fault.nth;
        let what = fault.what;
        if is_now {
            *coming = None;
        }
        is_now.then_some(what)
    }

    async fn ask(&self, request: Request) -> Response {
        forward(&self.http, &self.server, request)
            .await
            .into_response()
    }
}

async fn pass(State(way): State<Arc<Way>>, request: Request) -> Response {
    let method = request.method().to_string();
    let path = request
        .uri()
        .path_and_query()
        .unwrap()
        .to_string();
    match way.strike(&method, &path) {
        None => way.ask(request).await,
        Some(Trouble::Status(status)) => {
            let status = StatusCode::from_u16(status).unwrap();
            (
                status,
                json!({ "error": "unknown_error" }).to_string(),
            )
                .into_response()
        }
        Some(Trouble::Foreign(status)) => {
            let status = StatusCode::from_u16(status).unwrap();
            (
                status,
                json!({ "error": "a fault of the proxy" }).to_string(),
            )
                .into_response()
        }
        Some(Trouble::DropBefore) => cut_short(),
        Some(Trouble::DropAfter | Trouble::CutShort) => {
            way.ask(request).await;
            cut_short()
        }
        Some(Trouble::Garbage) => {
            way.ask(request).await;
            "<html>".into_response()
        }
    }
}

/// An answer that ends before it is whole: what was asked
/// may have been done or not.
fn cut_short() -> Response {
    let broken = futures_util::stream::iter([
        Ok::<_, std::io::Error>("{"),
        Err(std::io::Error::other("the connection is gone")),
    ]);
    Body::from_stream(broken).into_response()
}
