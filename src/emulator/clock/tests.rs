use super::*;

#[test]
fn an_offset_is_a_sign_a_number_and_a_unit() {
    for (text, seconds) in [
        ("+2h", 7200),
        ("-30m", -1800),
        ("+90s", 90),
        ("+7d", 604_800),
        ("+0s", 0),
        ("+1.5h", 5400),
        ("-10000d", -864_000_000),
    ] {
        assert_eq!(text.parse(), Ok(ClockOffset(seconds)), "{text}");
    }

    for text in [
        "",
        "+",
        "h",
        "+h",
        "2h",
        "+2",
        "+2w",
        "++2h",
        "+-2h",
        "+1.5s",
        "+250ms",
        "+10001d",
        "+2é",
        "+9999999999s",
    ] {
        assert!(text.parse::<ClockOffset>().is_err(), "{text}");
    }
}

#[test]
fn a_missing_sign_is_what_was_meant() {
    let message = |text: &str| {
        text.parse::<ClockOffset>()
            .unwrap_err()
            .to_string()
    };
    assert!(message("2h").ends_with("; did you mean `+2h`?"));
    assert!(message("soon").ends_with("`+7d`"));
}

#[test]
fn a_clock_is_put_and_not_pushed() {
    let clock = Clock::new("+2h".parse().unwrap());
    clock.put("-1d".parse().unwrap());
    assert_eq!(clock.offset().to_string(), "-86400s");

    let yesterday = real_time_since_1970().as_secs() - 86_400;
    let shown = clock.seconds_since_1970();
    assert!(
        (yesterday..yesterday + 60).contains(&shown),
        "{shown}"
    );
    assert_eq!(clock.real_second(86_400), 172_800);

    let moment = clock.moment();
    assert!(moment >= Moment::at_second(yesterday));
    assert!(moment < Moment::at_second(yesterday + 60));
}
