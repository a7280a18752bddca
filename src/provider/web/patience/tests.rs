use super::*;

/// Whether a wait is so many milliseconds, or by chance up to a quarter more.
fn is_about(wait: Duration, milliseconds: u64) -> bool {
    let wanted = Duration::from_millis(milliseconds);
    (wanted..=wanted * 5 / 4).contains(&wait)
}

/// The first wait of a request that is refused for so many seconds.
fn wait_after(seconds: Option<u64>) -> Option<Duration> {
    Patience::default().wait_after_too_many(seconds.map(Duration::from_secs))
}

#[test]
fn the_server_is_believed_before_our_own_guess() {
    assert!(is_about(wait_after(Some(7)).unwrap(), 7000));
    assert!(is_about(wait_after(Some(0)).unwrap(), 250));
    assert!(is_about(wait_after(None).unwrap(), 1000));
    assert_eq!(
        wait_after(Some(3600)),
        None,
        "a quota is not waited for"
    );
    assert_eq!(wait_after(Some(u64::MAX)), None);
}

#[test]
fn patience_ends() {
    let mut patience = Patience::default();

    let faults: Vec<_> =
        std::iter::from_fn(|| patience.wait_after_fault()).collect();
    let is_doubled = faults
        .iter()
        .zip([500, 1000, 2000])
        .all(|(wait, milliseconds)| is_about(*wait, milliseconds));
    assert!(faults.len() == 3 && is_doubled, "{faults:?}");

    let refusals = std::iter::from_fn(|| patience.wait_after_too_many(None));
    let waited: Duration = refusals.sum();
    assert!(
        waited <= PATIENCE * 5 / 4 && waited > PATIENCE / 2,
        "{waited:?}"
    );
}

#[test]
fn only_what_creates_is_not_repeated() {
    assert!(Repeat::of(&Method::POST) == Repeat::WhenNothingWasDone);
    for method in [Method::GET, Method::PATCH, Method::DELETE] {
        assert!(
            Repeat::of(&method) == Repeat::Freely,
            "{method}"
        );
    }
}

#[test]
fn what_is_busy_or_starting_passes_and_a_refusal_does_not() {
    for code in [408, 500, 502, 503, 504, 521] {
        assert!(
            is_passing(StatusCode::from_u16(code).unwrap()),
            "{code}"
        );
    }
    assert!(!is_passing(StatusCode::CONFLICT));
    assert!(!is_passing(StatusCode::TOO_MANY_REQUESTS));
}
