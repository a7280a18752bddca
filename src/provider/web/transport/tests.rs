use reqwest::Client;

use super::*;

/// A tenant that everybody asks too much of.
struct Busy;

impl Transport for Busy {
    async fn send_once(
        &self,
        _: &RequestLine,
        _: RequestBuilder,
        _: Option<Instant>,
    ) -> Result<Response, TransportError> {
        Ok(Response::new(429, ""))
    }

    fn judge(&self, _: &RequestLine, _: &Response) -> Ending {
        Ending::TooMany(None)
    }

    fn hold_back(&self, _: Duration) {}
}

#[tokio::test(start_paused = true)]
async fn a_run_whose_time_is_over_says_what_it_waited_for() {
    let url = "https://tenant.example/";
    let line = RequestLine::get(url);
    let build = || Client::new().get(url);
    let mut patience =
        Patience::until(Some(Instant::now() + Duration::from_secs(5)));

    let sending =
        Busy.send_with_retries(&line, Repeat::Freely, &mut patience, build);
    let exchange = sending.await;

    let Err(TransportError::OutOfTime(waited_for)) = exchange.result else {
        panic!("there was time");
    };
    assert_eq!(waited_for, OutOfTimeReason::TooManyRequests);
    assert!(
        exchange.is_doubtful,
        "whatever refused it first"
    );
}

#[test]
fn what_creates_is_sent_again_only_where_nothing_was_done() {
    let is_repeated = |ending: Ending, repeat| {
        let wait = ending.wait(repeat, &mut Patience::default());
        wait.is_some()
    };

    for (ending, a_change, a_creation) in [
        (Ending::Kept, false, false),
        (Ending::TooMany(None), true, true),
        (Ending::NotSent, true, true),
        (Ending::Fault, true, false),
    ] {
        assert_eq!(
            is_repeated(ending, Repeat::Freely),
            a_change,
            "{ending:?}"
        );
        assert_eq!(
            is_repeated(ending, Repeat::WhenNothingWasDone),
            a_creation,
            "{ending:?}"
        );
    }
}
