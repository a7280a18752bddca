//! The query of a request, and the choices it makes about lists and fields.

use std::collections::BTreeSet;
use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde_json::Value;
use url::form_urlencoded;

use super::answer::Failure;
use crate::emulator::tenant::{Object, Violation, check_choice, check_length, check_range};

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

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(
            form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        ))
    }
}

impl Query {
    /// Refuses parameters that are in none of the groups.
    pub(crate) fn only(&self, groups: &[&[&str]]) -> Result<(), Failure> {
        let known = |name: &str| groups.iter().any(|group| group.contains(&name));
        let names = self.0.iter().map(|(name, _)| name.as_str());
        let unknown: Vec<&str> = names.filter(|name| !known(name)).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let reason = format!("Additional properties not allowed: {}", unknown.join(","));
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
            Some(_) => Err(mistyped("boolean", name)),
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
        let number: i64 = text.parse().map_err(|_| mistyped("integer", name))?;
        let bound = |bound: usize| i64::try_from(bound).unwrap_or(i64::MAX);
        let checked = check_range(number, bound(least), bound(most), name);
        checked.map_err(|violation| Failure::in_query(&violation))?;
        Ok(usize::try_from(number).ok())
    }

    /// A text of a length within bounds, in characters.
    pub(crate) fn bounded(
        &self,
        name: &str,
        least: usize,
        most: usize,
    ) -> Result<Option<&str>, Failure> {
        self.checked(name, |text| check_length(text, least, most, name))
    }

    /// A text that is one of a few.
    pub(crate) fn choice(&self, name: &str, allowed: &[&str]) -> Result<Option<&str>, Failure> {
        self.checked(name, |text| check_choice(text, allowed, name))
    }

    fn checked(
        &self,
        name: &str,
        check: impl FnOnce(&str) -> Result<(), Violation>,
    ) -> Result<Option<&str>, Failure> {
        let text = self.get(name);
        text.map_or(Ok(()), check)
            .map_err(|violation| Failure::in_query(&violation))?;
        Ok(text)
    }

    pub(crate) fn fields(&self) -> Result<Fields, Failure> {
        let names = self.get("fields").filter(|names| !names.is_empty());
        let names = names.map(|names| {
            names
                .split(',')
                .map(|name| name.trim().to_owned())
                .collect()
        });
        Ok(match (names, self.boolean("include_fields")?) {
            (None, _) => Fields::All,
            (Some(names), Some(false)) => Fields::Except(names),
            (Some(names), _) => Fields::Only(names),
        })
    }
}

fn mistyped(wanted: &str, name: &str) -> Failure {
    Failure::invalid_query(
        &format!("Expected type {wanted} but found type string"),
        name,
    )
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
        let names = if let Self::Only(names) = self {
            Some(names)
        } else {
            None
        };
        names.into_iter().flatten().map(String::as_str)
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
