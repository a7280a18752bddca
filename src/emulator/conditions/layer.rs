//! The conditions of a running emulator, and the layer that every request
//! passes through.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::{Instant, sleep};

use super::Conditions;
use super::fault::{Fault, FaultKind};
use super::injection::refuse_request;
use super::latency::Latency;
use super::limiter::{Admission, Limiter, Ticket};
use super::target::RequestLine;
use crate::emulator::app::App;
use crate::emulator::clock;
use crate::emulator::log_notes::because;

/// The conditions in force, and what came of them so far.
#[derive(Debug)]
pub(crate) struct ActiveConditions {
    /// As they were given, to begin with them anew.
    given: Conditions,
    latency: Latency,
    requests: AtomicU64,
    limiter: Mutex<Limiter>,
    faults: Vec<CountedFault>,
}

/// A fault, and how many requests it applied to.
#[derive(Debug)]
struct CountedFault {
    fault: Fault,
    matched: AtomicU64,
}

impl ActiveConditions {
    pub(crate) fn new(conditions: Conditions) -> Self {
        let limiter = Limiter::new(conditions.rate_limit, Instant::now());
        let faults = conditions.faults.iter().cloned();

        Self {
            latency: conditions.latency,
            requests: AtomicU64::new(0),
            limiter: Mutex::new(limiter),
            faults: faults.map(CountedFault::new).collect(),
            given: conditions,
        }
    }

    /// The same, with full buckets, and faults that have counted nothing.
    pub(crate) fn anew(&self) -> Self {
        Self::new(self.given.clone())
    }

    /// How far the slowest search is behind.
    pub(crate) fn longest_search_lag(&self) -> Duration {
        self.given.longest_search_lag()
    }

    fn next_delay(&self) -> Option<Duration> {
        // Only the number matters, and nothing else is published with it.
        let count = self
            .requests
            .fetch_add(1, Ordering::Relaxed);
        self.latency.delay(count)
    }

    fn admit(&self, line: &RequestLine) -> Option<Ticket> {
        let mut limiter = self
            .limiter
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        limiter.admit(line, Instant::now())
    }

    /// What goes wrong with a request, if anything does.
    fn choose_fault(&self, line: &RequestLine) -> Option<FaultKind> {
        // Each fault counts, also when an earlier one is triggered: `nth` means
        // the same whatever else is asked for.
        let triggered: Vec<FaultKind> = self
            .faults
            .iter()
            .filter_map(|fault| fault.count_request(line))
            .collect();

        triggered.first().copied()
    }
}

impl CountedFault {
    fn new(fault: Fault) -> Self {
        Self {
            fault,
            matched: AtomicU64::new(0),
        }
    }

    /// Counts the request if the fault applies to it, and gives
    /// what the fault does to it.
    fn count_request(&self, line: &RequestLine) -> Option<FaultKind> {
        if !self.fault.applies_to(line) {
            return None;
        }

        let before = self
            .matched
            .fetch_add(1, Ordering::Relaxed);
        self.fault.trigger(before + 1)
    }
}

/// Middleware: first the delay, then the limit, then
/// the fault, then the handler.
pub(crate) async fn apply_conditions(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    let conditions = app.conditions();
    // Before the limit is looked at: a refusal is on its way
    // for as long as an answer.
    if let Some(delay) = conditions.next_delay() {
        sleep(delay).await;
    }

    let line = RequestLine::of(&request);
    let Some(ticket) = conditions.admit(&line) else {
        return run_handler(&conditions, &line, request, next).await;
    };

    let mut response = match ticket.admission {
        Admission::Admitted => {
            run_handler(&conditions, &line, request, next).await
        }
        Admission::Refused => {
            refuse_request(&line, StatusCode::TOO_MANY_REQUESTS)
        }
    };
    // Auth0 says what is left with every answer that falls under a limit, and
    // not with a 429 alone. One that is not of the limit, but of a client's
    // quota or of a fault, says itself when to come again.
    let is_of_another = ticket.admission == Admission::Admitted
        && response.status() == StatusCode::TOO_MANY_REQUESTS;
    if !is_of_another {
        ticket.write_headers(
            response.headers_mut(),
            clock::real_time_since_1970(),
        );
    }
    response
}

/// Lets the handler answer, unless a fault has it otherwise.
async fn run_handler(
    conditions: &ActiveConditions,
    line: &RequestLine,
    request: Request,
    next: Next,
) -> Response {
    let Some(fault) = conditions.choose_fault(line) else {
        return next.run(request).await;
    };

    let response = fault.inject(line, request, next).await;
    // The answer is the handler's own, with its own reason where it refuses.
    if matches!(fault, FaultKind::Lag(_)) {
        return response;
    }
    because(response, format!("the fault {fault}"))
}
