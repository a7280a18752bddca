//! The query of a request, and the choices it makes about lists and fields.

use std::collections::BTreeSet;
use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde_json::Value;
use url::form_urlencoded;

use super::answer::Failure;
use crate::emulator::tenant::{
    Object, Violation, check_choice, check_length, check_range,
};

/// The parameters of an offset-paged list.
pub(crate) const OFFSET: &[&str] = &["page", "per_page", "include_totals"];

/// The parameters of a list with checkpoints.
pub(crate) const CHECKPOINT: &[&str] = &["from", "take"];

/// The parameters that choose fields.
pub(crate) const FIELDS: &[&str] = &["fields", "include_fields"];

/// Every parameter of the query.
pub(crate) struct Query(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        _: &S,
    ) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let parameters = form_urlencoded::parse(query.as_bytes()).into_owned();

        Ok(Self(parameters.collect()))
    }
}

impl Query {
    /// Refuses parameters that are in none of the groups.
    pub(crate) fn only(&self, groups: &[&[&str]]) -> Result<(), Failure> {
        let is_known = |name: &&str| {
            groups
                .iter()
                .any(|group| group.contains(name))
        };
        let names = self
            .0
            .iter()
            .map(|(name, _)| name.as_str());
        let unknown: Vec<&str> = names
            .filter(|name| !is_known(name))
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }

        let unknown = unknown.join(",");
        let reason = format!("Additional properties not allowed: {unknown}");
        Err(Failure::invalid_query(&reason, ""))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn boolean(&self, name: &str) -> Result<Option<bool>, Failure> {
        match self.get(name) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(refuse_type("boolean", name)),
        }
    }

    pub(crate) fn number(
        &self,
        name: &str,
        least: usize,
        most: usize,
    ) -> Result<Option<usize>, Failure> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        // With a sign, so that -1 is out of range and not of another type.
        let number: i64 = text
            .parse()
            .map_err(|_| refuse_type("integer", name))?;

        check_range(number, saturate(least), saturate(most), name)
            .map_err(|violation| Failure::in_query(&violation))?;

        Ok(usize::try_from(number).ok())
    }

    /// A text of a length within bounds, in characters.
    pub(crate) fn bounded(
        &self,
        name: &str,
        least: usize,
        most: usize,
    ) -> Result<Option<&str>, Failure> {
        self.checked(name, |text| {
            check_length(text, least, most, name)
        })
    }

    /// A text that is one of a few.
    pub(crate) fn choice(
        &self,
        name: &str,
        allowed: &[&str],
    ) -> Result<Option<&str>, Failure> {
        self.checked(name, |text| check_choice(text, allowed, name))
    }

    fn checked(
        &self,
        name: &str,
        check: impl FnOnce(&str) -> Result<(), Violation>,
    ) -> Result<Option<&str>, Failure> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        check(text).map_err(|violation| Failure::in_query(&violation))?;

        Ok(Some(text))
    }

    pub(crate) fn fields(&self) -> Result<Fields, Failure> {
        // Read also where no fields are named: it must be
        // well formed all the same.
        let are_included = self
            .boolean("include_fields")?
            .unwrap_or(true);
        let list = self.get("fields").unwrap_or_default();
        if list.is_empty() {
            return Ok(Fields::All);
        }

        let names = list
            .split(',')
            .map(|name| name.trim().to_owned());
        let names = names.collect();
        if are_included {
            Ok(Fields::Only(names))
        } else {
            Ok(Fields::Except(names))
        }
    }
}

fn refuse_type(expected: &str, name: &str) -> Failure {
    let reason = format!("Expected type {expected} but found type string");

    Failure::invalid_query(&reason, name)
}

fn saturate(bound: usize) -> i64 {
    i64::try_from(bound).unwrap_or(i64::MAX)
}

/// Which fields of each object are asked for.
pub(crate) enum Fields {
    All,
    Only(BTreeSet<String>),
    Except(BTreeSet<String>),
}

impl Fields {
    /// The names asked for one by one.
    pub(crate) fn named(&self) -> impl Iterator<Item = &str> {
        let names = match self {
            Self::Only(names) => Some(names),
            // What is to be left out is not asked for, and takes no scope.
            Self::All | Self::Except(_) => None,
        };

        names
            .into_iter()
            .flatten()
            .map(String::as_str)
    }

    /// Of a list or anything else that has no fields, all of it.
    pub(crate) fn choose_of_value(&self, value: Value) -> Value {
        match value {
            Value::Object(object) => self.choose(object),
            other => other,
        }
    }

    pub(crate) fn choose(&self, mut object: Object) -> Value {
        match self {
            Self::All => {}
            Self::Only(names) => object.retain(|key, _| names.contains(key)),
            Self::Except(names) => object.retain(|key, _| !names.contains(key)),
        }

        Value::Object(object)
    }
}
