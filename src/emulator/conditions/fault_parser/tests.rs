//! What is a fault, and what each text that is none is told.

use std::num::NonZeroU64;
use std::time::Duration;

use super::*;

fn management(segments: &[&str]) -> PathPattern {
    PathPattern::Management(segments.iter().copied().map(SegmentPattern::from).collect())
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

#[test]
fn what_is_no_fault_says_where_and_what_would_be() {
    let methods = "known are `*`, `GET`, `POST`, `PATCH`, `DELETE`";
    let paths = "known are `*`, `/resource-servers`, `/clients`, `/client-grants`, `/organizations`, \
         `/oauth/token`";
    let kinds = "known are `429`, `500`, `STATUS`, `reset`, `commit-then-500`, \
                 `commit-then-reset`, `twice`, `short-page`, `truncate`, `slow=DURATION`";
    let options = "known are `nth`, `every`, `p`, `seed`, `retry-after`";
    for (spec, said) in [
        (
            "",
            "at column 1: the target, as in `*:500`, is missing".to_owned(),
        ),
        (
            "PUT *:500",
            format!("at column 1: there is no method `PUT`; {methods}"),
        ),
        (
            "post /clients:500",
            format!("at column 1: there is no method `post`; did you mean `POST`? {methods}"),
        ),
        (
            "PATHC *:500",
            format!("at column 1: there is no method `PATHC`; did you mean `PATCH`? {methods}"),
        ),
        (
            "GET:500",
            "at column 4: the path, as in `GET /clients`, is missing".to_owned(),
        ),
        (
            "GET /client:500",
            format!("at column 5: there is no path `/client`; did you mean `/clients`? {paths}"),
        ),
        (
            "GET clients:500",
            format!("at column 5: there is no path `clients`; did you mean `/clients`? {paths}"),
        ),
        (
            "*",
            "at column 2: the kind of fault, as in `*:500`, is missing".to_owned(),
        ),
        (
            "*:",
            "at column 3: the kind of fault, as in `*:500`, is missing".to_owned(),
        ),
        (
            "*:comit-then-500",
            format!(
                "at column 3: there is no kind of fault `comit-then-500`; did you mean \
                 `commit-then-500`? {kinds}"
            ),
        ),
        (
            "*:200",
            "at column 3: `200` is not a status from 400 to 599".to_owned(),
        ),
        (
            "*:slow",
            "at column 7: how slow, as in `slow=30s`, is missing".to_owned(),
        ),
        (
            "*:slow=30",
            "at column 8: `30` is not a duration of at most an hour, such as `250ms` or `2s`"
                .to_owned(),
        ),
        (
            "*:500:",
            "at column 7: an option, as in `nth=3`, is missing".to_owned(),
        ),
        (
            "*:500:nht=1",
            format!("at column 7: there is no option `nht`; did you mean `nth`? {options}"),
        ),
        (
            "*:500:nth",
            "at column 10: its value, as in `nth=3`, is missing".to_owned(),
        ),
        (
            "*:500:nth=0",
            "at column 11: `0` is not a whole number from 1".to_owned(),
        ),
        (
            "*:500:p=2",
            "at column 9: `2` is not a number from 0 to 1".to_owned(),
        ),
        (
            "*:500:p=1,p=1",
            "at column 11: `p` is said twice".to_owned(),
        ),
        (
            "*:500:nth=1,every=2",
            "at column 19: of `nth`, `every` and `p` only one may be said".to_owned(),
        ),
        (
            "*:500:seed=1",
            "at column 12: `seed` goes with `p`".to_owned(),
        ),
        (
            "*:reset:retry-after=1",
            "at column 21: `retry-after` goes with a status, such as `429`".to_owned(),
        ),
        (
            "*:500:nth=1:p=1",
            "at column 11: `1:p=1` is not a whole number from 1".to_owned(),
        ),
    ] {
        assert_eq!(
            spec.parse::<Fault>().unwrap_err().to_string(),
            said,
            "{spec}"
        );
    }
}
