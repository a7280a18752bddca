//! A request, as the double looks at it.

use url::form_urlencoded;

use super::answer::{Outcome, error, no_such_path};

pub(super) struct Request {
    pub(super) method: String,
    /// With its query.
    pub(super) path: String,
    /// What the caller calls this server.
    pub(super) host: String,
    pub(super) authorization: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) body: String,
}

impl Request {
    pub(super) fn segments(&self) -> Vec<&str> {
        let path = self
            .path
            .split('?')
            .next()
            .unwrap_or_default();
        path.trim_matches('/')
            .split('/')
            .collect()
    }

    /// A parameter of the query; an empty one is none.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        let query = self.path.split_once('?')?.1;
        let mut parameters = form_urlencoded::parse(query.as_bytes());
        let (_, value) = parameters.find(|(other, _)| other == name)?;
        (!value.is_empty()).then(|| value.into_owned())
    }

    /// A parameter that is a number of 32 bits; below zero it counts as left
    /// out. Any other text makes the whole path one that does not exist.
    pub(super) fn number(&self, name: &str) -> Outcome<Option<usize>> {
        let Some(text) = self.parameter(name) else {
            return Ok(None);
        };
        let number: i32 = text
            .parse()
            .map_err(|_| no_such_path())?;
        Ok(usize::try_from(number).ok())
    }

    /// A body of another kind is a form of nothing.
    pub(super) fn form(&self) -> Vec<(String, String)> {
        let kind = self
            .content_type
            .as_deref()
            .unwrap_or_default();
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Vec::new();
        }
        form_urlencoded::parse(self.body.as_bytes())
            .into_owned()
            .collect()
    }

    pub(super) fn require_json(&self) -> Outcome<()> {
        let kind = self
            .content_type
            .as_deref()
            .unwrap_or_default();
        if self.body.is_empty() || kind.starts_with("application/json") {
            return Ok(());
        }
        let refusal = "The content-type header value did not match the value in @Consumes";
        Err(error(415, refusal))
    }
}
