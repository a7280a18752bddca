//! Making a fault happen.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, RETRY_AFTER};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::time::sleep;

use super::{Kind, Moment};
use crate::emulator::weather::asked::Asked;
use crate::emulator::weather::hang_up::hang_up;
use crate::emulator::weather::refusal::refusal;

impl Kind {
    /// Lets the tenant do what is asked, or not, and spoils the answer.
    pub(in crate::emulator::weather) async fn apply(
        self,
        asked: &Asked,
        request: Request,
        next: Next,
    ) -> Response {
        match self {
            Self::Status {
                moment,
                status,
                retry_after,
            } => {
                moment.come(request, next).await;
                let mut response = refusal(asked, status);
                if let Some(seconds) = retry_after {
                    response.headers_mut().insert(RETRY_AFTER, seconds.into());
                }
                response
            }
            Self::Reset(moment) => {
                moment.come(request, next).await;
                hang_up()
            }
            Self::Twice => twice(request, next).await,
            Self::ShortPage => rewrite(next.run(request).await, without_last_object).await,
            Self::Truncate => rewrite(next.run(request).await, half).await,
            Self::Slow(delay) => {
                sleep(delay).await;
                next.run(request).await
            }
        }
    }
}

impl Moment {
    /// What the tenant answers is lost.
    async fn come(self, request: Request, next: Next) {
        match self {
            Self::BeforeTheDeed => {}
            Self::AfterTheDeed => drop(next.run(request).await),
        }
    }
}

/// The answer is that of the second time: that of the first never comes back through such a proxy.
async fn twice(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return hang_up();
    };
    let copy = || Request::from_parts(head.clone(), Body::from(body.clone()));

    drop(next.clone().run(copy()).await);
    next.run(copy()).await
}

async fn rewrite(response: Response, change: fn(Vec<u8>) -> Vec<u8>) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return hang_up();
    };
    parts.headers.remove(CONTENT_LENGTH);
    (parts, Body::from(change(bytes.into()))).into_response()
}

fn half(mut body: Vec<u8>) -> Vec<u8> {
    body.truncate(body.len() / 2);
    body
}

/// Only a page that says how many objects there are promises more than it gives.
fn without_last_object(body: Vec<u8>) -> Vec<u8> {
    let Ok(Value::Object(mut page)) = serde_json::from_slice(&body) else {
        return body;
    };
    if !page.contains_key("total") {
        return body;
    }
    for objects in page.values_mut().filter_map(Value::as_array_mut) {
        objects.pop();
    }
    Value::Object(page).to_string().into()
}
