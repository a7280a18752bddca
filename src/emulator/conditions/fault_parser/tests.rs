//! What is a fault, and what each text that is none is told.

use std::num::NonZeroU64;
use std::time::Duration;

use super::*;

fn management(segments: &[&str]) -> PathPattern {
    PathPattern::Management(
        segments
            .iter()
            .copied()
            .map(SegmentPattern::from)
            .collect(),
    )
}

fn refusal(stage: Stage, status: u16, retry_after: Option<u32>) -> FaultKind {
    FaultKind::Status {
        stage,
        status: StatusCode::from_u16(status).unwrap(),
        retry_after,
    }
}

#[test]
fn a_fault_is_a_target_a_kind_and_options() {
    use Stage::{AfterHandler, BeforeHandler};
    let three = NonZeroU64::new(3).unwrap();
    for (spec, method, path, kind, when) in [
        (
            "*:reset",
            None,
            PathPattern::Any,
            FaultKind::Reset(BeforeHandler),
            When::Always,
        ),
        (
            "POST /clients:commit-then-500:nth=3",
            Some(Method::POST),
            management(&["clients"]),
            refusal(AfterHandler, 500, None),
            When::Nth(three),
        ),
        (
            "PATCH *:429:every=3,retry-after=1",
            Some(Method::PATCH),
            PathPattern::Any,
            refusal(BeforeHandler, 429, Some(1)),
            When::Every(three),
        ),
        (
            "* /clients/*:commit-then-reset:p=0.05,seed=7",
            None,
            management(&["clients", "*"]),
            FaultKind::Reset(AfterHandler),
            When::Sometimes {
                share: 0.05,
                seed: 7,
            },
        ),
        (
            "GET /client-grants:short-page",
            Some(Method::GET),
            management(&["client-grants"]),
            FaultKind::ShortPage,
            When::Always,
        ),
        (
            "POST /oauth/token:truncate",
            Some(Method::POST),
            PathPattern::Token,
            FaultKind::Truncate,
            When::Always,
        ),
        (
            "DELETE /*/*:slow=250ms:p=1",
            Some(Method::DELETE),
            management(&["*", "*"]),
            FaultKind::Slow(Duration::from_millis(250)),
            When::Sometimes {
                share: 1.0,
                seed: 0,
            },
        ),
    ] {
        let expected = Fault {
            target: Target { method, path },
            kind,
            when,
        };
        assert_eq!(spec.parse(), Ok(expected), "{spec}");
    }
}

/// What each text is told.
fn assert_refusals(refusals: &[(&str, &str)]) {
    for (spec, message) in refusals {
        let error = spec.parse::<Fault>().unwrap_err();
        assert_eq!(error.to_string(), *message, "{spec}");
    }
}

#[test]
fn what_is_no_target_says_where_and_what_would_be() {
    let no_head = "at column 1: there is no method `HEAD`; \
         known are `*`, `GET`, `POST`, `PUT`, `PATCH`, `DELETE`";
    let no_small_post = "at column 1: there is no method `post`; did you mean `POST`? \
         known are `*`, `GET`, `POST`, `PUT`, `PATCH`, `DELETE`";
    let no_pathc = "at column 1: there is no method `PATHC`; did you mean `PATCH`? \
         known are `*`, `GET`, `POST`, `PUT`, `PATCH`, `DELETE`";
    let no_client = "at column 5: there is no path `/client`; did you mean `/clients`? \
         known are `*`, `/resource-servers`, `/clients`, `/client-grants`, `/organizations`, \
         `/oauth/token`";
    let no_slash = "at column 5: there is no path `clients`; did you mean `/clients`? \
         known are `*`, `/resource-servers`, `/clients`, `/client-grants`, `/organizations`, \
         `/oauth/token`";

    assert_refusals(&[
        (
            "",
            "at column 1: the target, as in `*:500`, is missing",
        ),
        ("HEAD *:500", no_head),
        ("post /clients:500", no_small_post),
        ("PATHC *:500", no_pathc),
        (
            "GET:500",
            "at column 4: the path, as in `GET /clients`, is missing",
        ),
        ("GET /client:500", no_client),
        ("GET clients:500", no_slash),
    ]);
}

#[test]
fn whatever_is_served_can_be_named_and_a_lag_is_of_a_search() {
    for spec in [
        "GET /branding:500",
        "* /connections:429",
        "PUT /keys/signing/*/revoke:reset",
        "GET /clients/search:lag=5s",
        "*:lag=5s:p=0.5",
    ] {
        assert!(spec.parse::<Fault>().is_ok(), "{spec}");
    }

    let no_search = "at column 14: `lag` goes with a search, as in `GET /clients/search:lag=5s`";
    assert_refusals(&[
        ("GET /clients:lag=5s", no_search),
        (
            "POST /clients/search:lag=5s",
            &no_search.replace("14", "22"),
        ),
    ]);
}

#[test]
fn what_is_no_kind_says_where_and_what_would_be() {
    let misspelt = "at column 3: there is no kind of fault `comit-then-500`; did you mean \
         `commit-then-500`? known are `429`, `500`, `STATUS`, `reset`, `commit-then-500`, \
         `commit-then-reset`, `twice`, `short-page`, `truncate`, `slow=DURATION`, `lag=DURATION`";
    let no_duration = "at column 8: `30` is not a duration of at most an hour, such as `250ms` or `2s`";

    assert_refusals(&[
        (
            "*",
            "at column 2: the kind of fault, as in `*:500`, is missing",
        ),
        (
            "*:",
            "at column 3: the kind of fault, as in `*:500`, is missing",
        ),
        ("*:comit-then-500", misspelt),
        (
            "*:200",
            "at column 3: `200` is not a status from 400 to 599",
        ),
        (
            "*:slow",
            "at column 7: how slow, as in `slow=30s`, is missing",
        ),
        ("*:slow=30", no_duration),
    ]);
}

#[test]
fn what_is_no_option_says_where_and_what_would_be() {
    let misspelt = "at column 7: there is no option `nht`; did you mean `nth`? \
         known are `nth`, `every`, `p`, `seed`, `retry-after`";

    assert_refusals(&[
        (
            "*:500:",
            "at column 7: an option, as in `nth=3`, is missing",
        ),
        ("*:500:nht=1", misspelt),
        (
            "*:500:nth",
            "at column 10: its value, as in `nth=3`, is missing",
        ),
        (
            "*:500:nth=0",
            "at column 11: `0` is not a whole number from 1",
        ),
        (
            "*:500:p=2",
            "at column 9: `2` is not a number from 0 to 1",
        ),
        (
            "*:500:p=1,p=1",
            "at column 11: `p` is said twice",
        ),
        (
            "*:500:nth=1,every=2",
            "at column 19: of `nth`, `every` and `p` only one may be said",
        ),
        (
            "*:500:seed=1",
            "at column 12: `seed` goes with `p`",
        ),
        (
            "*:reset:retry-after=1",
            "at column 21: `retry-after` goes with a status, such as `429`",
        ),
        (
            "*:500:nth=1:p=1",
            "at column 11: `1:p=1` is not a whole number from 1",
        ),
    ]);
}
