//! The options of a fault, as written.

use std::str::FromStr;

use super::error::{FaultError, Problem};
use super::part::Part;
use super::{Kind, When};

const NAMES: [&str; 5] = ["nth", "every", "p", "seed", "retry-after"];

const NAME: &str = "an option, as in `nth=3`,";
const VALUE: &str = "its value, as in `nth=3`,";
const COUNT: &str = "a whole number from 1";
const SHARE: &str = "a number from 0 to 1";
const WHOLE: &str = "a whole number";

/// The values that were given.
#[derive(Default)]
pub(super) struct Options<'a> {
    nth: Option<Part<'a>>,
    every: Option<Part<'a>>,
    share: Option<Part<'a>>,
    seed: Option<Part<'a>>,
    retry_after: Option<Part<'a>>,
}

impl<'a> Options<'a> {
    pub(super) fn parse(part: Part<'a>) -> Result<Self, FaultError> {
        let mut options = Self::default();
        for option in part.split(',') {
            let (name, value) = option.cut('=');
            let place = match name.text {
                "nth" => &mut options.nth,
                "every" => &mut options.every,
                "p" => &mut options.share,
                "seed" => &mut options.seed,
                "retry-after" => &mut options.retry_after,
                "" => return Err(name.fails(Problem::Missing(NAME))),
                _ => return Err(name.is_unknown("option", &NAMES)),
            };
            let value = value.filter(|value| !value.text.is_empty());
            let value = value.ok_or_else(|| option.end().fails(Problem::Missing(VALUE)))?;
            if place.replace(value).is_some() {
                return Err(name.fails(Problem::Twice(name.text.to_owned())));
            }
        }
        Ok(options)
    }

    /// Which of the matching requests they name.
    pub(super) fn when(&self) -> Result<When, FaultError> {
        let when = match (self.nth, self.every, self.share) {
            (None, None, None) => When::Always,
            (Some(nth), None, None) => When::Nth(number(nth, COUNT)?),
            (None, Some(every), None) => When::Every(number(every, COUNT)?),
            (None, None, Some(share)) => {
                return Ok(When::Sometimes {
                    share: self::share(share)?,
                    seed: self.seed()?,
                });
            }
            (_, Some(surplus), _) | (_, None, Some(surplus)) => {
                return Err(surplus.fails(Problem::SeveralTimes));
            }
        };
        match self.seed {
            Some(seed) => Err(seed.fails(Problem::SeedWithoutShare)),
            None => Ok(when),
        }
    }

    fn seed(&self) -> Result<u64, FaultError> {
        self.seed.map_or(Ok(0), |seed| number(seed, WHOLE))
    }

    /// The kind, with what they say of its answer.
    pub(super) fn complete(&self, kind: Kind) -> Result<Kind, FaultError> {
        match (self.retry_after, kind) {
            (None, kind) => Ok(kind),
            (Some(seconds), Kind::Status { moment, status, .. }) => {
                let retry_after = Some(number(seconds, WHOLE)?);
                Ok(Kind::Status {
                    moment,
                    status,
                    retry_after,
                })
            }
            (Some(seconds), _) => Err(seconds.fails(Problem::RetryWithoutStatus)),
        }
    }
}

fn share(part: Part<'_>) -> Result<f64, FaultError> {
    let share = part
        .text
        .parse()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| part.is_not(SHARE))
}

fn number<T: FromStr>(part: Part<'_>, expected: &'static str) -> Result<T, FaultError> {
    part.text.parse().map_err(|_| part.is_not(expected))
}
