//! Stands between Grantry and a tenant, and lets happen what a story says.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use reqwest::{Client, Method};
use tokio::net::TcpListener;

use crate::helpers::forward::forward;
use crate::helpers::plain_http::plain_http;
use crate::helpers::tenant::Names;

/// What happens on the way.
pub(crate) enum Twist {
    Nothing,
    /// The listing of clients ends too early.
    ListingCutShort,
    /// The client of this id is renamed just before it is deleted.
    ClientEdited(String),
    /// Every grant gets another scope just before it is deleted.
    GrantsEdited,
}

impl Twist {
    pub(crate) fn parse(text: &str, names: &Names) -> Self {
        match text.strip_prefix(", and ") {
            None if text.is_empty() => Self::Nothing,
            Some("the listing of clients is cut short") => {
                Self::ListingCutShort
            }
            Some("somebody edits each grant just before it is deleted") => {
                Self::GrantsEdited
            }
            Some(edited) => {
                let id = edited.strip_prefix("somebody renames ");
                let id = id.and_then(|rest| {
                    rest.strip_suffix(" just before it is deleted")
                });
                Self::ClientEdited(
                    names.there(id.unwrap_or_else(|| panic!("what is{text}?"))),
                )
            }
            None => panic!("what is{text}?"),
        }
    }
}

/// What lets it happen, in the words of a tenant.
pub(crate) trait Meddle: Send + Sync + 'static {
    /// Does what somebody does before this is looked
    /// at: a path, with its query.
    fn before(&self, path: &str) -> impl Future<Output = ()> + Send;

    /// What is shown there, where that is less than there is.
    fn cut_short(&self, path: &str, body: &[u8]) -> Option<Vec<u8>>;
}

pub(crate) struct Proxy {
    pub(crate) url: String,
}

struct Way<M> {
    http: Client,
    server: String,
    meddling: M,
}

impl Proxy {
    /// Stands before the server at this address.
    pub(crate) async fn start(server: String, meddling: impl Meddle) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let way = Arc::new(Way {
            http: plain_http(),
            server,
            meddling,
        });
        let app = Router::new()
            .fallback(pass)
            .with_state(way);
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url }
    }

    /// What stories call its address.
    pub(crate) fn names(&self) -> [(String, String); 2] {
        let host = self.url.trim_start_matches("http://");
        [
            ("http://the.tenant".to_owned(), self.url.clone()),
            ("the.tenant".to_owned(), host.to_owned()),
        ]
    }
}

async fn pass<M: Meddle>(
    State(way): State<Arc<Way<M>>>,
    request: Request,
) -> Response {
    if request.method() != Method::GET {
        return forward(&way.http, &way.server, request)
            .await
            .into_response();
    }

    let path = request
        .uri()
        .path_and_query()
        .unwrap()
        .to_string();
    way.meddling.before(&path).await;
    let mut answer = forward(&way.http, &way.server, request).await;
    if let Some(body) = way
        .meddling
        .cut_short(&path, &answer.body)
    {
        answer.body = body.into();
    }
    answer.into_response()
}
