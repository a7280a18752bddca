//! The double on a port of its own.

use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{self, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, LOCATION};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Router};
use axum_server::Handle;
use futures_util::{StreamExt, stream};
use tokio::time::sleep;
use tower::util::MapResult;

use super::answer::{Answer, error, plain};
use super::fault::{Faults, Trouble};
use super::request::Request;
use super::state::World;
use super::{Asked, admin, public};

#[derive(Default)]
pub(super) struct Served {
    pub(super) world: World,
    pub(super) asked: Vec<Asked>,
    pub(super) faults: Faults,
}

pub(super) type Shared = Arc<Mutex<Served>>;

pub(super) fn lock(shared: &Shared) -> MutexGuard<'_, Served> {
    shared.lock().unwrap()
}

/// Serves until the handle says so.
pub(super) fn start(shared: &Shared) -> (SocketAddr, Handle<SocketAddr>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();

    let router = Router::new()
        .fallback(take)
        .with_state(Arc::clone(shared));
    // Around the router: only an error of the whole
    // service closes a connection.
    let closing = MapResult::new(router, close_dropped);
    let service =
        axum::ServiceExt::<extract::Request>::into_make_service(closing);
    let handle = Handle::new();
    let server = axum_server::from_tcp(listener).unwrap();
    tokio::spawn(
        server
            .handle(handle.clone())
            .serve(service),
    );
    (address, handle)
}

/// Stands for no answer.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the connection is dropped")]
struct Dropped;

impl From<Infallible> for Dropped {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

fn close_dropped(
    answered: Result<Response, Infallible>,
) -> Result<Response, Dropped> {
    let Ok(response) = answered;
    match response.extensions().get::<Dropped>() {
        Some(dropped) => Err(dropped.clone()),
        None => Ok(response),
    }
}

fn drop_connection() -> Response {
    Extension(Dropped).into_response()
}

async fn take(
    State(shared): State<Shared>,
    request: extract::Request,
) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX)
        .await
        .unwrap();
    let path = head.uri.path_and_query();
    let request = Request {
        method: head.method.to_string(),
        path: path
            .map(ToString::to_string)
            .unwrap_or_default(),
        host: text(&head.headers, &HOST).unwrap_or_default(),
        authorization: text(&head.headers, &AUTHORIZATION),
        content_type: text(&head.headers, &CONTENT_TYPE),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    answer(&mut lock(&shared), &request)
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(value.to_owned())
}

fn answer(served: &mut Served, request: &Request) -> Response {
    let trouble = served
        .faults
        .strike(&request.method, &request.path);
    let answer = match trouble {
        Some(Trouble::Status(status)) => Some(plain(status)),
        Some(Trouble::Foreign(status)) => {
            Some(error(status, "a fault of the proxy"))
        }
        Some(Trouble::DropBefore) => None,
        _ => Some(carry_out(&mut served.world, request)),
    };
    let is_answered = trouble != Some(Trouble::DropAfter);
    let answer = answer.filter(|_| is_answered);
    served.asked.push(Asked {
        method: request.method.clone(),
        path: request.path.clone(),
        status: answer
            .as_ref()
            .map(|answer| answer.status),
    });

    match (answer, trouble) {
        (None, _) => drop_connection(),
        (Some(answer), Some(Trouble::Garbage)) => {
            respond(&answer, Body::from("<html>It works!</html>"))
        }
        (Some(answer), Some(Trouble::CutShort)) => {
            respond(&answer, cut_short(&answer))
        }
        (Some(answer), _) => {
            let body = answer
                .body
                .as_ref()
                .map(ToString::to_string);
            respond(&answer, Body::from(body.unwrap_or_default()))
        }
    }
}

fn carry_out(world: &mut World, request: &Request) -> Answer {
    let outcome = match request.segments().as_slice() {
        ["realms", realm, rest @ ..] => {
            public::handle(world, request, realm, rest)
        }
        ["admin", "realms", rest @ ..] => admin::handle(world, request, rest),
        _ => Err(error(
            404,
            "Unable to find matching target resource method",
        )),
    };
    outcome.unwrap_or_else(|refusal| refusal)
}

fn respond(answer: &Answer, body: Body) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap();
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    if answer.body.is_some() {
        headers.insert(
            CONTENT_TYPE,
            "application/json".parse().unwrap(),
        );
    }
    if let Some(location) = &answer.location {
        headers.insert(LOCATION, location.parse().unwrap());
    }
    response
}

/// The first half of the answer, and then the connection breaks.
fn cut_short(answer: &Answer) -> Body {
    let whole = answer
        .body
        .as_ref()
        .map(ToString::to_string);
    let mut half = whole.unwrap_or_default();
    half.truncate(half.len() / 2);
    let sent = stream::iter([Ok(half)]);
    // What is sent has to be on its way first.
    let broken = stream::once(async {
        sleep(Duration::from_millis(20)).await;
        Err(Dropped)
    });
    Body::from_stream(sent.chain(broken))
}
