//! Reading the specification of a fault.

use std::str::FromStr;

use axum::http::{Method, StatusCode};

use super::error::{FaultError, Problem};
use super::options::Options;
use super::part::Part;
use super::target::{Path, Segment, Target};
use super::{COMMIT, Fault, Kind, Moment};
use crate::emulator::weather::duration;

const METHODS: [&str; 5] = ["*", "GET", "POST", "PATCH", "DELETE"];
const PATHS: [&str; 6] = [
    "*",
    "/resource-servers",
    "/clients",
    "/client-grants",
    "/organizations",
    "/oauth/token",
];
const KINDS: [&str; 10] = [
    "429",
    "500",
    "STATUS",
    "reset",
    "commit-then-500",
    "commit-then-reset",
    "twice",
    "short-page",
    "truncate",
    "slow=DURATION",
];

const KIND: &str = "the kind of fault, as in `*:500`,";
const TARGET: &str = "the target, as in `*:500`,";
const PATH: &str = "the path, as in `GET /clients`,";
const SPEED: &str = "how slow, as in `slow=30s`,";
const STATUS: &str = "a status from 400 to 599";

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let whole = Part::whole(text);
        let (before, after) = whole.cut(':');
        let target = target(before)?;
        let after = after.ok_or_else(|| whole.end().fails(Problem::Missing(KIND)))?;
        let (before, after) = after.cut(':');
        let kind = kind(before)?;
        let options = after.map(Options::parse).transpose()?.unwrap_or_default();
        Ok(Self {
            target,
            kind: options.complete(kind)?,
            when: options.when()?,
        })
    }
}

fn target(part: Part<'_>) -> Result<Target, FaultError> {
    if part.text == "*" {
        return Ok(Target::default());
    }
    if part.text.is_empty() {
        return Err(part.fails(Problem::Missing(TARGET)));
    }
    let (before, after) = part.cut(' ');
    let method = method(before)?;
    let path = after.filter(|path| !path.text.is_empty());
    let path = path.ok_or_else(|| part.end().fails(Problem::Missing(PATH)))?;
    Ok(Target {
        method,
        path: self::path(path)?,
    })
}

fn method(part: Part<'_>) -> Result<Option<Method>, FaultError> {
    match part.text {
        "*" => Ok(None),
        "GET" => Ok(Some(Method::GET)),
        "POST" => Ok(Some(Method::POST)),
        "PATCH" => Ok(Some(Method::PATCH)),
        "DELETE" => Ok(Some(Method::DELETE)),
        _ => Err(part.is_unknown("method", &METHODS)),
    }
}

fn path(part: Part<'_>) -> Result<Path, FaultError> {
    if part.text == "*" {
        return Ok(Path::Any);
    }
    if part.text == "/oauth/token" {
        return Ok(Path::Token);
    }
    let segments = part
        .text
        .strip_prefix('/')
        .map(|below| below.split('/'))
        .into_iter()
        .flatten();
    let segments: Vec<Segment> = segments.map(Segment::from).collect();
    match segments.first() {
        Some(Segment::Any) => Ok(Path::Management(segments)),
        Some(Segment::Is(name)) if PATHS.contains(&&*format!("/{name}")) => {
            Ok(Path::Management(segments))
        }
        _ => Err(part.is_unknown("path", &PATHS)),
    }
}

fn kind(part: Part<'_>) -> Result<Kind, FaultError> {
    match part.cut('=') {
        (Part { text: "slow", .. }, Some(duration)) => duration::parse(duration.text)
            .map(Kind::Slow)
            .ok_or_else(|| duration.is_not(duration::EXPECTED)),
        (Part { text: "slow", .. }, None) => Err(part.end().fails(Problem::Missing(SPEED))),
        _ if part.text.is_empty() => Err(part.fails(Problem::Missing(KIND))),
        _ => match part.text {
            "twice" => Ok(Kind::Twice),
            "short-page" => Ok(Kind::ShortPage),
            "truncate" => Ok(Kind::Truncate),
            text => match text.strip_prefix(COMMIT) {
                None => loss(text, Moment::BeforeTheDeed, part),
                Some(text) => loss(text, Moment::AfterTheDeed, part),
            },
        },
    }
}

/// A kind of fault in which the tenant's own answer is lost.
fn loss(text: &str, moment: Moment, part: Part<'_>) -> Result<Kind, FaultError> {
    if text == "reset" {
        return Ok(Kind::Reset(moment));
    }
    let number: u16 = text
        .parse()
        .map_err(|_| part.is_unknown("kind of fault", &KINDS))?;
    let status = StatusCode::from_u16(number).ok();
    let status = status.filter(|status| status.is_client_error() || status.is_server_error());
    let status = status.ok_or_else(|| part.is_not(STATUS))?;
    Ok(Kind::Status {
        moment,
        status,
        retry_after: None,
    })
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU64;
    use std::time::Duration;

    use super::super::When;
    use super::*;

    fn management(segments: &[&str]) -> Path {
        Path::Management(segments.iter().copied().map(Segment::from).collect())
    }

    fn refusal(moment: Moment, status: u16, retry_after: Option<u32>) -> Kind {
        Kind::Status {
            moment,
            status: StatusCode::from_u16(status).unwrap(),
            retry_after,
        }
    }

    #[test]
    fn a_fault_is_a_target_a_kind_and_options() {
        use Moment::{AfterTheDeed, BeforeTheDeed};
        let three = NonZeroU64::new(3).unwrap();
        for (spec, method, path, kind, when) in [
            (
                "*:reset",
                None,
                Path::Any,
                Kind::Reset(BeforeTheDeed),
                When::Always,
            ),
            (
                "POST /clients:commit-then-500:nth=3",
                Some(Method::POST),
                management(&["clients"]),
                refusal(AfterTheDeed, 500, None),
                When::Nth(three),
            ),
            (
                "PATCH *:429:every=3,retry-after=1",
                Some(Method::PATCH),
                Path::Any,
                refusal(BeforeTheDeed, 429, Some(1)),
                When::Every(three),
            ),
            (
                "* /clients/*:commit-then-reset:p=0.05,seed=7",
                None,
                management(&["clients", "*"]),
                Kind::Reset(AfterTheDeed),
                When::Sometimes {
                    share: 0.05,
                    seed: 7,
                },
            ),
            (
                "GET /client-grants:short-page",
                Some(Method::GET),
                management(&["client-grants"]),
                Kind::ShortPage,
                When::Always,
            ),
            (
                "POST /oauth/token:truncate",
                Some(Method::POST),
                Path::Token,
                Kind::Truncate,
                When::Always,
            ),
            (
                "DELETE /*/*:slow=250ms:p=1",
                Some(Method::DELETE),
                management(&["*", "*"]),
                Kind::Slow(Duration::from_millis(250)),
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
                format!(
                    "at column 5: there is no path `/client`; did you mean `/clients`? {paths}"
                ),
            ),
            (
                "GET clients:500",
                format!(
                    "at column 5: there is no path `clients`; did you mean `/clients`? {paths}"
                ),
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
}
