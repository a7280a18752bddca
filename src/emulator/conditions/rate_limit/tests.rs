use super::*;

#[test]
fn a_rate_limit_is_a_plan_or_numbers() {
    assert_eq!("none".parse(), Ok(RateLimit::None));
    assert_eq!("free".parse(), Ok(RateLimit::Free));
    assert_eq!("essentials".parse(), Ok(RateLimit::Essentials));
    assert_eq!("enterprise".parse(), Ok(RateLimit::Enterprise));

    for (text, burst, milliseconds) in [("10/2", 10, 500), ("5/2.5", 5, 400)] {
        let every = Duration::from_millis(milliseconds);
        let custom = RateLimit::Custom(Allowance { burst, every });
        assert_eq!(text.parse(), Ok(custom));
    }
}

#[test]
fn what_is_no_rate_limit_says_what_would_be() {
    for (text, said) in [
        (
            "fre",
            "there is no rate limit `fre`; did you mean `free`? known are \
             `none`, `free`, `essentials`, `enterprise`, or \
             BURST/PER_SECOND such as `10/2`",
        ),
        (
            "0/2",
            "the burst `0` is not a whole number from 1 to 1000000",
        ),
        (
            "10/",
            "the rate `` is not a number of requests a second, from 0.001 \
             to 100000",
        ),
        (
            "10/0",
            "the rate `0` is not a number of requests a second, from \
             0.001 to 100000",
        ),
        (
            "10/NaN",
            "the rate `NaN` is not a number of requests a second, from \
             0.001 to 100000",
        ),
    ] {
        assert_eq!(
            text.parse::<RateLimit>()
                .unwrap_err()
                .to_string(),
            said
        );
    }
}
