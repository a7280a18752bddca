//! The weather of a running emulator, and the layer every request passes through.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::{Instant, sleep};

use super::Weather;
use super::asked::Asked;
use super::bucket::{Admission, Ticket};
use super::fault::{Fault, Kind};
use super::latency::Latency;
use super::limiter::Limiter;
use super::refusal::refusal;
use crate::emulator::app::App;
use crate::emulator::clock;
use crate::emulator::remark::because;

/// A weather, and what came of it so far.
#[derive(Debug)]
pub(crate) struct Conditions {
    latency: Latency,
    requests: AtomicU64,
    limiter: Mutex<Limiter>,
    faults: Vec<Watch>,
}

/// A fault, and how many requests it concerned.
#[derive(Debug)]
struct Watch {
    fault: Fault,
    concerned: AtomicU64,
}

impl Conditions {
    pub(crate) fn new(weather: Weather) -> Self {
        let watch = |fault| Watch {
            fault,
            concerned: AtomicU64::new(0),
        };
        Self {
            latency: weather.latency,
            requests: AtomicU64::new(0),
            limiter: Mutex::new(Limiter::new(weather.rate_limit, Instant::now())),
            faults: weather.faults.into_iter().map(watch).collect(),
        }
    }

    fn delay(&self) -> Option<Duration> {
        self.latency
            .delay(self.requests.fetch_add(1, Ordering::Relaxed))
    }

    fn admit(&self, asked: &Asked) -> Option<Ticket> {
        let mut limiter = self.limiter.lock().unwrap_or_else(PoisonError::into_inner);
        limiter.admit(asked, Instant::now())
    }

    /// The fault that happens to a request. Each one counts those it concerns, also when an earlier
    /// one strikes: `nth` means the same whatever else is asked for.
    fn fault(&self, asked: &Asked) -> Option<Kind> {
        let struck: Vec<Kind> = self
            .faults
            .iter()
            .filter_map(|watch| watch.strikes(asked))
            .collect();
        struck.first().copied()
    }
}

impl Watch {
    fn strikes(&self, asked: &Asked) -> Option<Kind> {
        let count = self
            .fault
            .concerns(asked)
            .then(|| self.concerned.fetch_add(1, Ordering::Relaxed))?;
        self.fault.strikes(count + 1)
    }
}

/// Middleware: first the delay, then the limit, then the fault, then the deed.
pub(crate) async fn pass(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let conditions = app.conditions();
    if let Some(delay) = conditions.delay() {
        sleep(delay).await;
    }
    let asked = Asked::of(&request);
    let Some(ticket) = conditions.admit(&asked) else {
        return deed(&conditions, &asked, request, next).await;
    };
    let mut response = match ticket.admission {
        Admission::Admitted => deed(&conditions, &asked, request, next).await,
        Admission::Refused => refusal(&asked, StatusCode::TOO_MANY_REQUESTS),
    };
    ticket.stamp(response.headers_mut(), clock::since_1970());
    response
}

async fn deed(conditions: &Conditions, asked: &Asked, request: Request, next: Next) -> Response {
    match conditions.fault(asked) {
        Some(fault) => {
            let response = fault.apply(asked, request, next).await;
            because(response, format!("the fault {fault}"))
        }
        None => next.run(request).await,
    }
}
