use super::*;

#[test]
fn what_the_schema_allows_is_understood() {
    let pattern = Regex::new(RateLimit::PATTERN).unwrap();
    for (text, milliseconds) in [
        ("10/2", 500),
        ("5/2.5", 400),
        ("1/0.01", 100_000),
    ] {
        assert!(pattern.is_match(text), "{text}");
        let limit: RateLimit = text.parse().unwrap();
        assert_eq!(
            limit.every(),
            Duration::from_millis(milliseconds),
            "{text}"
        );
        assert_eq!(limit.to_string(), text);
    }
    for edge in ["999999/99999.999", "1/0.001"] {
        assert!(
            pattern.is_match(edge) && edge.parse::<RateLimit>().is_ok(),
            "{edge}"
        );
    }
    for wrong in [
        "",
        "10",
        "10/",
        "0/2",
        "10/0",
        "10/0.0",
        "10/NaN",
        "-1/2",
        "10/2/3",
        "1/100000",
        "1000000/2",
        "+10/2",
        "010/2",
        "10/2e1",
        "10/.5",
        "10/0.0001",
    ] {
        assert!(!pattern.is_match(wrong), "{wrong}");
        assert!(wrong.parse::<RateLimit>().is_err(), "{wrong}");
    }
}

#[test]
fn a_reserve_never_takes_the_whole_bucket() {
    assert_eq!(Reserve::default().of(10), 2);
    assert_eq!(Reserve::default().of(2), 1);
    assert_eq!(Reserve::default().of(1), 0);
    assert_eq!(Reserve::NONE.of(10), 0);
    let most = Reserve::try_from(90).unwrap();
    assert!(
        [1, 2, 10, 50, 5000]
            .iter()
            .all(|bucket| most.of(*bucket) < *bucket)
    );
    assert!(Reserve::try_from(91).is_err());
}
