//! The query of a request, and the choices it makes about lists and fields.

use std::collections::BTreeSet;
use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde_json::Value;
use url::form_urlencoded;

use super::answer::Failure;
use crate::emulator::tenant::Object;

/// Every parameter of the query. Unknown ones are ignored, as Auth0 does.
pub(crate) struct Query(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect()))
    }
}

impl Query {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn boolean(&self, name: &str) -> Result<Option<bool>, Failure> {
        match self.get(name) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(Failure::invalid_query("Expected type boolean", name)),
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
        let number: usize =
            text.parse().map_err(|_| Failure::invalid_query("Expected type integer", name))?;
        if number < least {
            let reason = format!("Value {number} is less than minimum {least}");
            return Err(Failure::invalid_query(&reason, name));
        }
        if number > most {
            let reason = format!("Value {number} is greater than maximum {most}");
            return Err(Failure::invalid_query(&reason, name));
        }
        Ok(Some(number))
    }

    pub(crate) fn fields(&self) -> Result<Fields, Failure> {
        let names = self.get("fields").filter(|names| !names.is_empty());
        let names =
            names.map(|names| names.split(',').map(|name| name.trim().to_owned()).collect());
        Ok(match (names, self.boolean("include_fields")?) {
            (None, _) => Fields::All,
            (Some(names), Some(false)) => Fields::Except(names),
            (Some(names), _) => Fields::Only(names),
        })
    }
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
        let names = if let Self::Only(names) = self { Some(names) } else { None };
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
