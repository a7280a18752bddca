//! What becomes of a reading where the time of the run is over.

use std::time::Duration;

use tokio::net::TcpListener;
use tokio::time::Instant;

use super::server::{Received, Reply, Server};
use super::{FakeTenant, parallelism, settings_for, with_token};
use crate::model::Advice as _;
use crate::provider::auth0::{Credentials, Reader, Settings};
use crate::provider::{Observe, ProviderError};

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_and_no_read_waited_for_once_the_time_is_over() {
    let server = Server::start(with_token(|_| Reply::too_many("60"))).await;
    let time = Duration::from_secs(90);
    let start = Instant::now();
    let reader =
        Reader::new(settings_for(&server).with_deadline(Some(start + time)))
            .unwrap();

    let error = reader.read().await.unwrap_err();
    let elapsed = start.elapsed();
    assert!(
        matches!(error, ProviderError::OutOfTime { .. }),
        "{error}"
    );
    assert!(elapsed <= time, "{elapsed:?}");

    let sent = server.got().len();
    let error = reader.read().await.unwrap_err();
    assert!(
        matches!(error, ProviderError::OutOfTime { .. }),
        "{error}"
    );
    assert_eq!(server.got().len(), sent);
}

/// Whoever is refused for so long is told so, and not that nobody answered.
#[tokio::test(start_paused = true)]
async fn a_run_that_is_refused_until_its_time_is_over_says_so() {
    for (path, parallel) in [
        ("/api/v2/clients", 1),
        ("/api/v2/clients", 5),
        ("/oauth/token", 5),
    ] {
        let answer = with_token(|got| FakeTenant::default().answer(got));
        let server = Server::start(move |got: &Received| {
            if got.path() == path {
                Reply::too_many("20")
            } else {
                answer(got)
            }
        })
        .await;
        let ends = Instant::now() + Duration::from_secs(90);
        let settings =
            settings_for(&server).with_parallelism(parallelism(parallel));
        let reader = Reader::new(settings.with_deadline(Some(ends))).unwrap();

        let error = reader.read().await.unwrap_err();
        let said = error.to_string();
        let reason = "was not let through: the tenant answered `too many requests` until the time of \
                      this run was over";
        assert!(said.ends_with(reason), "{path}: {said}");
        assert_eq!(error.id(), "out-of-time");
        let step = error.next_step().unwrap().to_string();
        assert!(
            step.starts_with("try again later, or "),
            "{step}"
        );
        assert!(server.count("GET", path) + server.count("POST", path) > 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_does_not_come_is_not_waited_for_once_the_time_is_over() {
    // Connections are taken, and nothing is ever answered.
    let silent = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap();
    let domain = format!("http://{}", silent.local_addr().unwrap());
    let credentials =
        Credentials::client_secret("grantry", "s3cret".into()).unwrap();
    let settings = Settings::parse(&domain, credentials, None).unwrap();
    let start = Instant::now();
    let settings = settings.with_deadline(Some(start + Duration::from_secs(2)));

    let error = Reader::new(settings)
        .unwrap()
        .read()
        .await
        .unwrap_err();

    let elapsed = start.elapsed();
    assert!(
        matches!(error, ProviderError::OutOfTime { .. }),
        "{error}"
    );
    assert!(elapsed <= Duration::from_secs(3), "{elapsed:?}");
}
