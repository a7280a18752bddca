//! Days of the calendar.

use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

/// A day of the calendar, written as in `2026-11-26`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Day(time::Date);

/// Why a text is no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a day of the calendar is written as in `2026-11-26`")]
pub struct DayError;

impl Day {
    /// What [`Day::from_str`] understands, for the schema; whether the month
    /// has such a day it cannot say.
    const PATTERN: &str = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
}

impl Day {
    /// How many days this one is behind another.
    #[must_use]
    pub fn days_after(self, other: Self) -> i64 {
        (self.0 - other.0).whole_days()
    }
}

impl From<time::Date> for Day {
    fn from(date: time::Date) -> Self {
        Self(date)
    }
}

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        let numbers = |text: &str, digits: usize| -> Result<u16, DayError> {
            // `parse` alone would take a sign too, which the pattern of the
            // schema refuses.
            let is_number = text.len() == digits
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_digit());
            let number = if is_number {
                text.parse().ok()
            } else {
                None
            };
            number.ok_or(DayError)
        };
        let (year, rest) = text.split_once('-').ok_or(DayError)?;
        let (month, day) = rest.split_once('-').ok_or(DayError)?;

        let month = u8::try_from(numbers(month, 2)?).map_err(|_| DayError)?;
        let month = time::Month::try_from(month).map_err(|_| DayError)?;
        let day = u8::try_from(numbers(day, 2)?).map_err(|_| DayError)?;
        let year = i32::from(numbers(year, 4)?);
        time::Date::from_calendar_date(year, month, day)
            .map(Self)
            .map_err(|_| DayError)
    }
}

impl TryFrom<String> for Day {
    type Error = DayError;

    fn try_from(text: String) -> Result<Self, DayError> {
        text.parse()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.0.to_calendar_date();
        write!(
            formatter,
            "{year:04}-{:02}-{day:02}",
            u8::from(month)
        )
    }
}

impl JsonSchema for Day {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A day of the calendar.",
            "pattern": Self::PATTERN,
            "patternErrorMessage": DayError.to_string(),
            "examples": ["2027-03-31"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_one_of_the_calendar() {
        for text in ["2026-11-26", "2028-02-29", "0001-01-01"] {
            let day: Day = text.parse().unwrap();
            assert_eq!(day.to_string(), text);
        }
        for text in [
            "2026-02-29",
            "2026-13-01",
            "2026-1-1",
            "26-01-01",
            "+026-01-01",
            "",
        ] {
            assert_eq!(text.parse::<Day>(), Err(DayError), "{text}");
        }

        let earlier: Day = "2026-12-31".parse().unwrap();
        let next = "2027-01-01".parse().unwrap();
        assert!(earlier < next);
        assert_eq!(
            (
                next.days_after(earlier),
                earlier.days_after(next)
            ),
            (1, -1)
        );
    }
}
