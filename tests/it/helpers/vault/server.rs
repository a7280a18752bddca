//! The double on a port of its own.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{self, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value as Json, json};
use tokio::net::TcpListener;

use super::access::{capabilities, need};
use super::{Trouble, World};

pub(super) type Shared = Arc<Mutex<World>>;

/// A status and a body; `null` stands for none.
pub(super) type Answer = (u16, Json);

pub(super) struct Request {
    pub(super) method: String,
    /// Behind `/v1/`, not escaped.
    pub(super) path: String,
    pub(super) query: Option<String>,
    pub(super) token: Option<String>,
    pub(super) namespace: Option<String>,
    pub(super) body: Json,
}

pub(super) fn refuse(status: u16, error: &str) -> Answer {
    (status, json!({ "errors": [error] }))
}

pub(super) async fn start(shared: &Shared) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new()
        .fallback(take)
        .with_state(Arc::clone(shared));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn take(
    State(shared): State<Shared>,
    request: extract::Request,
) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX)
        .await
        .unwrap();
    let header = |name| {
        Some(
            head.headers
                .get(name)?
                .to_str()
                .unwrap()
                .to_owned(),
        )
    };
    let path = percent_decode(head.uri.path());
    let request = Request {
        method: head.method.to_string(),
        path: path
            .strip_prefix("/v1/")
            .unwrap_or_default()
            .to_owned(),
        query: head.uri.query().map(str::to_owned),
        token: header("x-vault-token"),
        namespace: header("x-vault-namespace"),
        body: if body.is_empty() {
            Json::Null
        } else {
            serde_json::from_slice(&body).unwrap()
        },
    };
    respond(&mut shared.lock().unwrap(), &request)
}

fn percent_decode(path: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = behind;
        if let (b'%', [high, low, behind @ ..]) = (first, behind) {
            let digits = [*high, *low];
            let digits = str::from_utf8(&digits).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
            rest = behind;
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn respond(world: &mut World, request: &Request) -> Response {
    let line = format!("{} {}", request.method, request.path);
    let line = match &request.query {
        Some(query) => format!("{line}?{query}"),
        None => line,
    };
    let struck = world
        .faults
        .iter()
        .position(|(begins, _)| line.starts_with(begins));
    let trouble = struck.map(|at| world.faults.remove(at).1);
    let answer = match trouble {
        Some(Trouble::Status(status)) => {
            Some(refuse(status, "a fault of the test"))
        }
        Some(Trouble::Garbage) => Some((502, "<html>".into())),
        Some(Trouble::DropBefore) => None,
        Some(Trouble::DropAfter) => {
            world.answer(request);
            None
        }
        None => Some(world.answer(request)),
    };

    let status = answer
        .as_ref()
        .map_or(0, |(status, _)| *status);
    world
        .asked
        .push(format!("{line} {status}"));
    let Some((status, body)) = answer else {
        let broken = stream::iter([Err::<String, _>(std::io::Error::other(
            "dropped",
        ))]);
        return Body::from_stream(broken).into_response();
    };
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let status = StatusCode::from_u16(status).unwrap();
    let mut response = (status, body).into_response();
    response.headers_mut().insert(
        CONTENT_TYPE,
        "application/json".parse().unwrap(),
    );
    if status.is_redirection() {
        response
            .headers_mut()
            .insert(LOCATION, "http://127.0.0.1:1/".parse().unwrap());
    }
    response
}

impl World {
    pub(super) fn answer(&mut self, request: &Request) -> Answer {
        self.carry_out(request)
            .unwrap_or_else(|refusal| refusal)
    }

    fn carry_out(&mut self, request: &Request) -> Result<Answer, Answer> {
        let (method, path) = (request.method.as_str(), request.path.as_str());
        if let Some(mount) = path
            .strip_prefix("auth/")
            .and_then(|rest| rest.strip_suffix("/login"))
        {
            return Ok(self.log_in(mount, request));
        }

        let rules = self.rules(request)?;
        match (method, path, &request.query) {
            ("POST" | "PUT", "sys/capabilities-self", None) => {
                capabilities(&rules, &request.body)
            }
            ("GET", "auth/token/lookup-self", None) => {
                need(&rules, "read", path)?;
                Ok((
                    200,
                    json!({ "data": { "display_name": "token" } }),
                ))
            }
            ("GET", _, None) if path.starts_with("sys/internal/ui/mounts/") => {
                let mount = path.trim_start_matches("sys/internal/ui/mounts/");
                let denied =
                    refuse(403, "preflight capability check returned 403");
                let store = self
                    .store(request, mount)
                    .ok_or(denied)?;
                let version = store.version.to_string();
                Ok((
                    200,
                    json!({ "data": { "type": "kv", "options": { "version": version } } }),
                ))
            }
            _ => {
                let text = format!(
                    "no handler for route \"{path}\". route entry not found."
                );
                let (mount, rest) = path
                    .split_once('/')
                    .unwrap_or((path, ""));
                let store = self
                    .store(request, mount)
                    .ok_or(refuse(404, &text))?;
                store.carry_out(&rules, request, rest)
            }
        }
    }

    fn store(
        &mut self,
        request: &Request,
        mount: &str,
    ) -> Option<&mut super::Store> {
        let mut stores = self.stores.iter_mut();
        stores.find(|store| {
            store.mount == mount && store.namespace == request.namespace
        })
    }
}
