//! What becomes of a change where the time of the run is over.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::{Instant, advance};

use super::server::{Reply, Server};
use super::writes::{create_client, update_client};
use super::{settings_for, with_token};
use crate::model::RemoteId;
use crate::provider::auth0::Writer;
use crate::provider::{Locks as _, Mutate, ProviderError, WriteError};

/// A writer whose run ends after so long.
fn writer_until(server: &Server, time: Duration) -> Writer {
    let ends = Instant::now() + time;
    Writer::new(settings_for(server).with_deadline(Some(ends))).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_change_whose_answer_was_lost_at_the_end_of_the_run_was_sent() {
    let server = Server::start(with_token(|_| Reply::HangUp)).await;
    let writer = writer_until(&server, Duration::from_millis(400));

    let lost = writer
        .write(&update_client("abc"))
        .await
        .unwrap_err();

    let is_unknown = matches!(
        &lost,
        WriteError::Unknown(ProviderError::OutOfTime { .. })
    );
    assert!(is_unknown, "{lost:?}");
    assert_eq!(server.count("PATCH", "/api/v2/clients/abc"), 1);
    assert!(!lost.to_string().contains("not sent"), "{lost}");
}

/// Auth0 says 429 before the deed, but what stands
/// before it may say so after it.
#[tokio::test(start_paused = true)]
async fn a_creation_that_was_refused_for_now_until_the_end_of_the_run_may_have_been_made()
 {
    for wait in ["1", "60"] {
        let server =
            Server::start(with_token(move |_| Reply::too_many(wait))).await;
        let writer = writer_until(&server, Duration::from_secs(5));

        let error = writer
            .write(&create_client())
            .await
            .unwrap_err();
        let is_unknown = matches!(
            &error,
            WriteError::Unknown(ProviderError::OutOfTime { .. })
        );
        assert!(is_unknown, "{error:?}");

        // The same change twice is one, so what was
        // refused for now was not made.
        let error = writer
            .write(&update_client("abc"))
            .await
            .unwrap_err();
        let is_refused = matches!(
            &error,
            WriteError::Refused(ProviderError::OutOfTime { .. })
        );
        assert!(is_refused, "{error:?}");
    }
}

const LOCK: &str = "/api/v2/resource-servers/lock";

/// Gives back a lock once the time of the run is over. The tenant's bucket is
/// empty then, and so many times it refuses all the same.
async fn give_back_late(
    refusals: usize,
) -> (Server, Result<(), ProviderError>) {
    let empty = "x-ratelimit-limit: 2\r\nx-ratelimit-remaining: 0\r\n";
    let tries = AtomicUsize::new(0);
    let server = Server::start(with_token(move |got| match &*got.method {
        "DELETE" if tries.fetch_add(1, Ordering::SeqCst) < refusals => {
            Reply::too_many("2")
        }
        _ => Reply::no_content().with_headers(empty),
    }))
    .await;

    let time = Duration::from_millis(100);
    let writer = writer_until(&server, time);
    writer
        .write(&update_client("abc"))
        .await
        .unwrap();
    advance(time).await;

    let late = writer
        .write(&update_client("abc"))
        .await;
    let is_late = matches!(
        &late,
        Err(WriteError::Refused(
            ProviderError::OutOfTime { .. }
        ))
    );
    assert!(is_late, "{late:?}");

    let given_back = writer
        .unlock(&RemoteId::new("lock"))
        .await;
    (server, given_back)
}

/// A lock that stays keeps the next run waiting.
#[tokio::test(start_paused = true)]
async fn the_lock_is_given_back_also_a_little_after_the_end_of_the_run() {
    for refusals in [0, 1, 2] {
        let (server, given_back) = give_back_late(refusals).await;

        given_back.unwrap();
        assert_eq!(server.count("DELETE", LOCK), refusals + 1);
    }
}

#[tokio::test(start_paused = true)]
async fn the_lock_is_not_given_back_long_after_the_end_of_the_run() {
    let begun = Instant::now();

    let (server, given_back) = give_back_late(usize::MAX).await;

    let elapsed = begun.elapsed();
    let is_given_up =
        matches!(given_back, Err(ProviderError::OutOfTime { .. }));
    assert!(is_given_up, "{given_back:?}");
    assert!(
        elapsed <= Duration::from_secs(11),
        "{elapsed:?}"
    );

    let tries = server.count("DELETE", LOCK);
    assert!((3..=5).contains(&tries), "{tries}");
}
