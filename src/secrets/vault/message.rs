//! What is asked of a Vault, and what it answers.

use reqwest::{Method, StatusCode};
use serde_json::Value as Json;
use time::OffsetDateTime;

/// What is asked for.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: Method,
    /// Behind `/v1/`, its parts not escaped.
    pub(super) path: Vec<String>,
    pub(super) is_list: bool,
    pub(super) body: Option<Json>,
}

impl Request {
    pub(super) fn new(method: Method, path: &[&str]) -> Self {
        let parts = path
            .iter()
            .flat_map(|path| path.split('/'));

        Self {
            method,
            path: parts.map(str::to_owned).collect(),
            is_list: false,
            body: None,
        }
    }

    pub(super) fn post(path: &[&str], body: Json) -> Self {
        Self {
            body: Some(body),
            ..Self::new(Method::POST, path)
        }
    }
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// What the time is there.
    pub(super) now: Option<OffsetDateTime>,
    pub(super) body: Json,
}

impl Answer {
    /// What it says went wrong.
    pub(super) fn errors(&self) -> Vec<&str> {
        let errors = self
            .body
            .get("errors")
            .and_then(Json::as_array);
        errors
            .into_iter()
            .flatten()
            .filter_map(Json::as_str)
            .collect()
    }

    /// Whether it does not know our token, or not any more.
    pub(super) fn is_to_stranger(&self) -> bool {
        let says = |error: &&str| error.contains("invalid token");
        self.status == StatusCode::FORBIDDEN && self.errors().iter().any(says)
    }

    pub(super) fn data(&self) -> &Json {
        self.body
            .get("data")
            .unwrap_or(&Json::Null)
    }
}
