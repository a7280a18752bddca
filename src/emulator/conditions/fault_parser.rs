//! Reading a fault from a text: the grammar is in `fault`.
//!
//! Each part of the text knows the column it stands in,
//! and each error names one.

use std::str::FromStr;
use std::sync::LazyLock;
use std::time::Duration;

use axum::http::{Method, StatusCode};

use super::duration::{EXPECTED_DURATION, parse_duration};
use super::fault::{AFTER_HANDLER, Fault, FaultKind, Stage, When};
use super::target::{PathPattern, SegmentPattern, TOKEN_PATH, Target};
use super::unknown_word::report_unknown_word;
use crate::emulator::tenant::collection_paths;
use crate::emulator::tenant::empty::other_paths;

/// The paths that faults are mostly about: collections below `/api/v2`, and the
/// token endpoint. Whatever else is served can be named too, and is not told
/// here, or the message would be a page long.
static PATHS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let mut paths = vec!["*"];
    paths.extend(collection_paths());
    paths.push("/oauth/token");

    paths
});

const METHODS: [&str; 6] = ["*", "GET", "POST", "PUT", "PATCH", "DELETE"];
const KINDS: [&str; 11] = [
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
    "lag=DURATION",
];
const OPTIONS: [&str; 5] = ["nth", "every", "p", "seed", "retry-after"];

// What may be missing, for messages.
const TARGET: &str = "the target, as in `*:500`,";
const PATH: &str = "the path, as in `GET /clients`,";
const KIND: &str = "the kind of fault, as in `*:500`,";
const SPEED: &str = "how slow, as in `slow=30s`,";
const LAG: &str = "how far behind, as in `lag=5s`,";
const OPTION: &str = "an option, as in `nth=3`,";
const VALUE: &str = "its value, as in `nth=3`,";

// What is expected, for messages.
const STATUS: &str = "a status from 400 to 599";
const COUNT: &str = "a whole number from 1";
const SHARE: &str = "a number from 0 to 1";
const WHOLE: &str = "a whole number";

/// What is wrong with the specification of a fault, and in which column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at column {column}: {problem}")]
pub struct FaultError {
    column: usize,
    problem: Problem,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Problem {
    #[error("{}", report_unknown_word(what, word, known))]
    Unknown {
        what: &'static str,
        word: String,
        known: &'static [&'static str],
    },
    #[error("`{word}` is not {expected}")]
    IsNot {
        word: String,
        expected: &'static str,
    },
    #[error("{0} is missing")]
    Missing(&'static str),
    #[error("`{0}` is said twice")]
    Twice(String),
    #[error("of `nth`, `every` and `p` only one may be said")]
    SeveralTimes,
    #[error("`seed` goes with `p`")]
    SeedWithoutShare,
    #[error("`lag` goes with a search, as in `GET /clients/search:lag=5s`")]
    LagWithoutSearch,
    #[error("`retry-after` goes with a status, such as `429`")]
    RetryWithoutStatus,
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let spec = Part::whole(text);
        let (target_part, rest) = spec.split_once(':');
        // Before it is asked whether a kind follows: of several mistakes the
        // first one is told.
        let target = parse_target(target_part)?;

        let rest = rest.ok_or_else(|| spec.end().report_missing(KIND))?;
        let (kind_part, options_part) = rest.split_once(':');
        let kind = parse_kind(kind_part)?;
        if matches!(kind, FaultKind::Lag(_)) && !target.may_search() {
            return Err(kind_part.fail_with(Problem::LagWithoutSearch));
        }

        let options = match options_part {
            Some(part) => Options::parse(part)?,
            None => Options::default(),
        };
        Ok(Self {
            target,
            kind: options.complete_kind(kind)?,
            when: options.choose_requests()?,
        })
    }
}

fn parse_target(part: Part<'_>) -> Result<Target, FaultError> {
    if part.text == "*" {
        return Ok(Target::default());
    }
    if part.text.is_empty() {
        return Err(part.report_missing(TARGET));
    }

    let (method_part, path_part) = part.split_once(' ');
    let method = parse_method(method_part)?;
    let path = match path_part {
        Some(path) if !path.text.is_empty() => parse_path(path)?,
        _ => return Err(part.end().report_missing(PATH)),
    };
    Ok(Target { method, path })
}

fn parse_method(part: Part<'_>) -> Result<Option<Method>, FaultError> {
    match part.text {
        "*" => Ok(None),
        "GET" => Ok(Some(Method::GET)),
        "POST" => Ok(Some(Method::POST)),
        "PUT" => Ok(Some(Method::PUT)),
        "PATCH" => Ok(Some(Method::PATCH)),
        "DELETE" => Ok(Some(Method::DELETE)),
        _ => Err(part.report_unknown("method", &METHODS)),
    }
}

fn parse_path(part: Part<'_>) -> Result<PathPattern, FaultError> {
    if part.text == "*" {
        return Ok(PathPattern::Any);
    }
    if part.text == TOKEN_PATH {
        return Ok(PathPattern::Token);
    }

    let Some(below) = part.text.strip_prefix('/') else {
        return Err(part.report_unknown("path", &PATHS));
    };
    // Only the beginning is checked: what follows is an id, or belongs to one.
    let mut names = below.split('/');
    if !names.next().is_some_and(is_served) {
        return Err(part.report_unknown("path", &PATHS));
    }

    let segments = below
        .split('/')
        .map(SegmentPattern::from);
    Ok(PathPattern::Management(segments.collect()))
}

/// Whether the first segment of a path can be this.
fn is_served(segment: &str) -> bool {
    segment == "*"
        || collection_paths()
            .chain(other_paths())
            .any(|path| path.split('/').nth(1) == Some(segment))
}

fn parse_kind(part: Part<'_>) -> Result<FaultKind, FaultError> {
    let (name, value) = part.split_once('=');
    match name.text {
        "slow" => return parse_span(part, value, SPEED).map(FaultKind::Slow),
        "lag" => return parse_span(part, value, LAG).map(FaultKind::Lag),
        _ => {}
    }

    match part.text {
        "" => Err(part.report_missing(KIND)),
        "twice" => Ok(FaultKind::Twice),
        "short-page" => Ok(FaultKind::ShortPage),
        "truncate" => Ok(FaultKind::Truncate),
        text => match text.strip_prefix(AFTER_HANDLER) {
            None => parse_loss(text, Stage::BeforeHandler, part),
            Some(loss) => parse_loss(loss, Stage::AfterHandler, part),
        },
    }
}

/// The duration after a kind that has one.
fn parse_span(
    part: Part<'_>,
    value: Option<Part<'_>>,
    missing: &'static str,
) -> Result<Duration, FaultError> {
    let duration = value.ok_or_else(|| part.end().report_missing(missing))?;

    parse_duration(duration.text)
        .ok_or_else(|| duration.report_unlike(EXPECTED_DURATION))
}

/// A kind of fault in which the handler's own answer is lost.
fn parse_loss(
    text: &str,
    stage: Stage,
    part: Part<'_>,
) -> Result<FaultKind, FaultError> {
    if text == "reset" {
        return Ok(FaultKind::Reset(stage));
    }

    let number: u16 = text
        .parse()
        .map_err(|_| part.report_unknown("kind of fault", &KINDS))?;
    let status = StatusCode::from_u16(number)
        .ok()
        .filter(|status| status.is_client_error() || status.is_server_error())
        .ok_or_else(|| part.report_unlike(STATUS))?;

    Ok(FaultKind::Status {
        stage,
        status,
        retry_after: None,
    })
}

/// The options that were given, as written.
#[derive(Default)]
struct Options<'a> {
    nth: Option<Part<'a>>,
    every: Option<Part<'a>>,
    share: Option<Part<'a>>,
    seed: Option<Part<'a>>,
    retry_after: Option<Part<'a>>,
}

impl<'a> Options<'a> {
    fn parse(part: Part<'a>) -> Result<Self, FaultError> {
        let mut options = Self::default();
        for option in part.split(',') {
            options.add(option)?;
        }
        Ok(options)
    }

    fn add(&mut self, option: Part<'a>) -> Result<(), FaultError> {
        let (name, value) = option.split_once('=');
        let slot = match name.text {
            "nth" => &mut self.nth,
            "every" => &mut self.every,
            "p" => &mut self.share,
            "seed" => &mut self.seed,
            "retry-after" => &mut self.retry_after,
            "" => return Err(name.report_missing(OPTION)),
            _ => return Err(name.report_unknown("option", &OPTIONS)),
        };

        let value = value
            .filter(|value| !value.text.is_empty())
            .ok_or_else(|| option.end().report_missing(VALUE))?;
        if slot.replace(value).is_some() {
            return Err(name.fail_with(Problem::Twice(name.text.to_owned())));
        }
        Ok(())
    }

    /// The kind, with what the options say of its answer.
    fn complete_kind(&self, kind: FaultKind) -> Result<FaultKind, FaultError> {
        let Some(seconds) = self.retry_after else {
            return Ok(kind);
        };
        let FaultKind::Status {
            stage, status, ..
        } = kind
        else {
            return Err(seconds.fail_with(Problem::RetryWithoutStatus));
        };

        let retry_after = parse_number(seconds, WHOLE)?;
        Ok(FaultKind::Status {
            stage,
            status,
            retry_after: Some(retry_after),
        })
    }

    /// Which of the matching requests the options name.
    fn choose_requests(&self) -> Result<When, FaultError> {
        let when = match (self.nth, self.every, self.share) {
            (None, None, None) => When::Always,
            (Some(nth), None, None) => When::Nth(parse_number(nth, COUNT)?),
            (None, Some(every), None) => {
                When::Every(parse_number(every, COUNT)?)
            }
            (None, None, Some(share)) => return self.choose_share(share),
            (_, Some(surplus), _) | (_, None, Some(surplus)) => {
                return Err(surplus.fail_with(Problem::SeveralTimes));
            }
        };

        match self.seed {
            Some(seed) => Err(seed.fail_with(Problem::SeedWithoutShare)),
            None => Ok(when),
        }
    }

    fn choose_share(&self, share: Part<'_>) -> Result<When, FaultError> {
        let share = parse_share(share)?;
        let seed = match self.seed {
            Some(seed) => parse_number(seed, WHOLE)?,
            // Not a random one: a run that failed has to fail again.
            None => 0,
        };
        Ok(When::Sometimes { share, seed })
    }
}

fn parse_share(part: Part<'_>) -> Result<f64, FaultError> {
    part.text
        .parse()
        .ok()
        // `parse` takes `inf` and `NaN` too; neither is within these.
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| part.report_unlike(SHARE))
}

fn parse_number<T: FromStr>(
    part: Part<'_>,
    expected: &'static str,
) -> Result<T, FaultError> {
    part.text
        .parse()
        .map_err(|_| part.report_unlike(expected))
}

/// A part of a text that knows where it stands.
#[derive(Debug, Clone, Copy)]
struct Part<'a> {
    text: &'a str,
    /// In characters, from 1.
    column: usize,
}

impl<'a> Part<'a> {
    fn whole(text: &'a str) -> Self {
        Self {
            text,
            column: 1,
        }
    }

    /// What stands before the first of this character, and what after it if
    /// there is one.
    fn split_once(self, at: char) -> (Self, Option<Self>) {
        let Some((before, after)) = self.text.split_once(at) else {
            return (self, None);
        };

        let first = Self {
            text: before,
            column: self.column,
        };
        let second = Self {
            text: after,
            column: self.column + before.chars().count() + 1,
        };
        (first, Some(second))
    }

    /// The parts between these characters.
    fn split(self, at: char) -> impl Iterator<Item = Self> {
        let mut rest = Some(self);
        std::iter::from_fn(move || {
            let (part, after) = rest?.split_once(at);
            rest = after;
            Some(part)
        })
    }

    /// The place just after it.
    fn end(self) -> Self {
        Self {
            text: "",
            column: self.column + self.text.chars().count(),
        }
    }

    fn fail_with(self, problem: Problem) -> FaultError {
        FaultError {
            column: self.column,
            problem,
        }
    }

    fn report_missing(self, what: &'static str) -> FaultError {
        self.fail_with(Problem::Missing(what))
    }

    fn report_unlike(self, expected: &'static str) -> FaultError {
        let word = self.text.to_owned();
        self.fail_with(Problem::IsNot { word, expected })
    }

    fn report_unknown(
        self,
        what: &'static str,
        known: &'static [&'static str],
    ) -> FaultError {
        let word = self.text.to_owned();
        self.fail_with(Problem::Unknown {
            what,
            word,
            known,
        })
    }
}

#[cfg(test)]
mod tests;
