//! Refusing what a page in a browser sends.
//!
//! A page of anybody may send a request to an address of this machine, under
//! the name that it really has: it does not see the answer, but what was asked
//! is done. Browsers say of each request where it comes from, and no test suite
//! does. (RFC 6454; Fetch Metadata Request Headers.)

use axum::extract::Request;
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::management::Failure;

const FETCH_SITE: &str = "sec-fetch-site";

/// Whom the user has sent, by typing an address, and pages that the emulator
/// itself would have.
const OWN_SITES: [&str; 2] = ["none", "same-origin"];

/// Middleware: refuses what a page of somebody else sends.
pub(crate) async fn refuse_pages(request: Request, next: Next) -> Response {
    if !is_of_page(request.headers()) {
        return next.run(request).await;
    }

    let message = "A page in a browser may not control the emulator: send \
                   neither Origin nor Sec-Fetch-Site.";
    Failure::new(StatusCode::FORBIDDEN, message, None).into_response()
}

fn is_of_page(headers: &HeaderMap) -> bool {
    let is_own = |site: &[u8]| {
        OWN_SITES
            .iter()
            .any(|own| own.as_bytes() == site)
    };
    let mut sites = headers.get_all(FETCH_SITE).iter();

    headers.contains_key(ORIGIN) || sites.any(|site| !is_own(site.as_bytes()))
}
