//! What a review of a change finds, and how a finding is waived.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::matches;

macro_rules! finding_ids {
    ($($(#[doc = $doc:literal])* $id:ident = $text:literal,)+) => {
        /// What a change can do that somebody should know of: access gained, or safety lost. The text of
        /// each is stable.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
        )]
        #[non_exhaustive]
        pub enum FindingId {
            $($(#[doc = $doc])* #[serde(rename = $text)] $id,)+
        }

        impl FindingId {
            /// Every kind of finding.
            pub const ALL: &[Self] = &[$(Self::$id),+];

            /// The stable text.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$id => $text,)+
                }
            }
        }
    };
}

finding_ids! {
    /// The stack has another name, or takes over the marks of another one.
    StackChanged = "stack-changed",
    /// The tenant is said to be another one.
    ProviderChanged = "provider-changed",
    /// More APIs count as the stack's own without evidence.
    OwnsWidened = "owns-widened",
    /// What is not declared is deleted from now on.
    PruneEnabled = "prune-enabled",
    /// More may be deleted in one run.
    LimitsWidened = "limits-widened",
    /// A client may be deleted that was protected.
    ProtectionDropped = "protection-dropped",
    /// An object is not declared any more, and nothing says what is to become of it.
    Vanished = "vanished",
    /// An object is to be deleted.
    DestroyRequested = "destroy-requested",
    /// A setting keeps others out less than before.
    SafetyLowered = "safety-lowered",
    /// A client can get tokens that it could not get before.
    AccessGained = "access-gained",
    /// The same, of what is listed as critical.
    CriticalAccessGained = "critical-access-gained",
    /// The same, of the tenant's own Management API.
    ManagementApiGranted = "management-api-granted",
    /// A grant is for every scope of its API, also for those that it will get later.
    AllScopesGranted = "all-scopes-granted",
    /// A client that is in the tenant already is taken over, whatever it can do there.
    ClientTakenOver = "client-taken-over",
    /// An API is declared that was not: where the tenant has it, it is taken over, as nothing tells whose it is.
    ResourceServerClaimed = "resource-server-claimed",
    /// A key stands for another client or API than before: whatever names it means something else.
    KeyRebound = "key-rebound",
    /// A client proves who it is in another way: whoever holds the new key is that client.
    CredentialsChanged = "credentials-changed",
    /// What is listed as critical is another list.
    CriticalChanged = "critical-changed",
    /// A waiver comes or goes.
    WaiverChanged = "waiver-changed",
}

impl fmt::Display for FindingId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Access that is looked at with care: what each of the patterns stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Critical {
    /// The clients, by key.
    pub client: Pattern,
    /// The APIs, by key or identifier.
    pub resource_server: Pattern,
    /// The scopes.
    pub scope: Pattern,
}

/// That a finding is known, and why nobody need act on it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Waiver {
    /// Which kind of finding.
    pub finding: FindingId,
    /// What it may be about.
    pub object: Pattern,
    /// Why.
    pub reason: String,
    /// The last day that it holds, in UTC.
    pub until: Day,
}

/// A pattern of names: `*` stands for any run of characters, everything else for itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Pattern(#[schemars(length(min = 1, max = 600))] String);

impl Pattern {
    /// The pattern of everything.
    #[must_use]
    pub fn all() -> Self {
        Self("*".to_owned())
    }

    /// Whether the pattern stands for this text.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        matches(&self.0, text)
    }
}

impl FromStr for Pattern {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A day of the calendar, written as in `2026-11-26`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Day(time::Date);

/// Why a text is no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a day of the calendar is written as in `2026-11-26`")]
pub struct DayError;

impl Day {
    /// What [`Day::from_str`] understands, for the schema; whether the month has such a day it cannot say.
    const PATTERN: &str = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
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
            let is_number = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
            let number = if is_number { text.parse().ok() } else { None };
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
        write!(formatter, "{year:04}-{:02}-{day:02}", u8::from(month))
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
        assert!(earlier < "2027-01-01".parse().unwrap());
    }
}
