use super::*;

fn at(milliseconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(milliseconds)
}

/// In milliseconds: when it was asked, what the tenant
/// told, and how long it took.
fn skew_of(before: u64, told: u64, took: u64) -> Skew {
    Skew::of(Times {
        before: at(before),
        told: at(told),
        after: at(before + took),
    })
}

#[test]
fn only_what_is_certain_is_skew() {
    let ahead = |seconds| Skew::Ahead(Duration::from_secs(seconds));
    let behind = |seconds| Skew::Behind(Duration::from_secs(seconds));

    for (before, told, took, expected) in [
        (100_000, 100_000, 10, Skew::None),
        (100_990, 100_000, 10, Skew::None),
        (99_000, 100_000, 30_000, Skew::None),
        (190_500, 100_000, 200, ahead(90)),
        (40_000, 100_000, 200, behind(60)),
        (40_000, 100_000, 10_000, behind(50)),
    ] {
        let skew = skew_of(before, told, took);
        assert_eq!(skew, expected, "{before} {told} {took}");
    }
}

#[test]
fn a_few_seconds_matter_to_nobody_and_a_minute_does() {
    for (seconds, health) in [
        (0, Health::Good),
        (5, Health::Good),
        (6, Health::Doubtful),
        (60, Health::Doubtful),
        (61, Health::Bad),
        (1 << 40, Health::Bad),
    ] {
        let apart = Duration::from_secs(seconds);
        assert_eq!(Skew::Ahead(apart).health(), health, "{seconds}");
        assert_eq!(
            Skew::Behind(apart).health(),
            health,
            "{seconds}"
        );
    }
    assert_eq!(Skew::None.health(), Health::Good);
}
