use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::Client;
use reqwest::header::HeaderValue;
use tokio::time::{Instant, advance};

use super::*;
use crate::provider::web::{Ending, Response, TransportError};

const LIFE: Duration = Duration::from_mins(1);

/// A tenant that gives tokens, and takes none.
struct Tenant {
    sessions: SessionCache<Token>,
    logins: AtomicUsize,
}

struct Token {
    bearer: HeaderValue,
    ends: Instant,
}

impl Session for Token {
    fn bearer(&self) -> &HeaderValue {
        &self.bearer
    }

    fn is_over(&self) -> bool {
        Instant::now() >= self.ends
    }
}

impl LogIn for Tenant {
    type Session = Token;

    fn sessions(&self) -> &SessionCache<Token> {
        &self.sessions
    }

    async fn log_in(&self) -> Result<CachedSession<Token>, ProviderError> {
        self.logins
            .fetch_add(1, Ordering::SeqCst);
        Ok(CachedSession::renewable(Token {
            bearer: HeaderValue::from_static("Bearer t"),
            ends: Instant::now() + LIFE,
        }))
    }
}

impl Transport for Tenant {
    async fn send_once(
        &self,
        _: &RequestLine,
        _: RequestBuilder,
        _: Option<Instant>,
    ) -> Result<Response, TransportError> {
        Ok(Response::new(401, ""))
    }

    fn judge(&self, _: &RequestLine, _: &Response) -> Ending {
        Ending::Kept
    }

    fn hold_back(&self, _: Duration) {}
}

/// How often a tenant was asked for a token after so many requests more.
async fn count_logins(tenant: &Tenant, requests: usize) -> usize {
    let url = "https://tenant.example/";
    let build = || Client::new().get(url);
    for _ in 0..requests {
        let line = RequestLine::get(url);
        let mut patience = Patience::default();
        let sending =
            tenant.send_authorized(&line, Repeat::Freely, &mut patience, build);
        assert!(sending.await.unwrap().is_unauthorized());
    }
    tenant.logins.load(Ordering::SeqCst)
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_takes_no_token_is_asked_for_no_third_while_one_would_live()
 {
    let tenant = Tenant {
        sessions: SessionCache::empty(),
        logins: AtomicUsize::new(0),
    };
    assert_eq!(count_logins(&tenant, 5).await, 2);

    // Whoever runs for longer than a token lives finds it mended one day.
    advance(LIFE).await;
    assert_eq!(count_logins(&tenant, 5).await, 4);
}
