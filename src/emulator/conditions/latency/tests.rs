use super::*;

fn complain(text: &str) -> String {
    text.parse::<Latency>()
        .unwrap_err()
        .to_string()
}

#[test]
fn a_latency_is_a_word_or_a_duration() {
    assert_eq!("none".parse(), Ok(Latency::None));
    assert_eq!("recorded".parse(), Ok(Latency::Recorded));
    assert_eq!(
        "2s".parse(),
        Ok(Latency::Fixed(Duration::from_secs(2)))
    );

    let words = "say `none`, `recorded`, or a duration of at most an \
                 hour, such as `250ms` or `2s`";
    let misspelt = format!("{words}; did you mean `recorded`?");
    assert_eq!(complain("2"), words);
    assert_eq!(complain("recored"), misspelt);
}

#[test]
fn the_quantiles_are_those_of_real_answers() {
    for (share, milliseconds) in [
        (0.0, 200),
        (0.25, 280),
        (0.5, 360),
        (0.9, 580),
        (0.99, 1600),
        (1.0, 3000),
    ] {
        let seen = find_quantile(share).as_secs_f64() * 1000.0;
        let error = (seen - f64::from(milliseconds)).abs();
        assert!(error < 0.001, "{share}: {seen}");
    }
}

#[test]
fn delays_are_spread_like_those_of_real_answers() {
    let mut delays: Vec<Duration> = (0..10_000)
        .filter_map(|count| Latency::Recorded.delay(count))
        .collect();
    delays.sort();

    for (place, expected) in [(5000, 0.36), (9000, 0.58), (9900, 1.6)] {
        let seen = delays[place].as_secs_f64();
        let error = (seen - expected).abs();
        assert!(error < expected / 10.0, "{place}: {seen}");
    }
}
