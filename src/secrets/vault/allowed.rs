//! Whether we may do what we will be asked for.

use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};

use super::client::Client;
use super::message::{Answer, Request};
use crate::model::step;
use crate::secrets::SinkError;

/// How many paths are asked for at once.
const AT_ONCE: usize = 100;

/// What is needed of a secret, and of what stands beside it.
const OF_DATA: &[&str] = &["create", "update"];
const OF_METADATA: &[&str] = &["create", "update", "read"];

impl Client {
    /// Makes sure that secrets could be written to these paths.
    pub(super) async fn check(&self, paths: &[&str]) -> Result<(), SinkError> {
        self.token().await?;
        self.refuse_other_store().await?;

        let mount = &self.settings.mount;
        let needs: Vec<(String, &[&str])> = paths
            .iter()
            .flat_map(|path| {
                [
                    (format!("{mount}/data/{path}"), OF_DATA),
                    (format!("{mount}/metadata/{path}"), OF_METADATA),
                ]
            })
            .collect();

        let mut lacking = Vec::new();
        for needs in needs.chunks(AT_ONCE) {
            lacking.extend(self.find_lacking(needs).await?);
        }
        if lacking.is_empty() {
            return Ok(());
        }

        let advice = format!("have its policy allow: {}", lacking.join("; "));
        let reason = "its policy does not allow all that is needed";
        Err(self
            .settings
            .not_set_up(reason, step![advice]))
    }

    /// In a store of version 1, the same requests would write something else.
    async fn refuse_other_store(&self) -> Result<(), SinkError> {
        let mount = &self.settings.mount;
        let path = ["sys", "internal", "ui", "mounts", mount];
        let request = Request::new(Method::GET, &path);
        let answer = self.send(&request).await?;
        // Whoever may not ask finds out when it is written.
        if answer.status != StatusCode::OK {
            return Ok(());
        }

        let version = answer
            .data()
            .pointer("/options/version");
        if version.and_then(Json::as_str) == Some("2") {
            return Ok(());
        }
        let reason =
            format!("what is mounted at `{mount}` is no KV store of version 2");
        let advice =
            step!["name another mount, or have this store keep versions"];
        Err(self
            .settings
            .not_set_up(&reason, advice))
    }

    async fn find_lacking(
        &self,
        needs: &[(String, &[&str])],
    ) -> Result<Vec<String>, SinkError> {
        let paths: Vec<&str> = needs
            .iter()
            .map(|(path, _)| path.as_str())
            .collect();
        let body = json!({ "paths": paths });
        let request = Request::post(&["sys", "capabilities-self"], body);
        let answer = self.send(&request).await?;
        match answer.status {
            StatusCode::OK => {}
            // Not even that may be asked: it turns out when it is written.
            StatusCode::FORBIDDEN if !answer.is_to_stranger() => {
                return Ok(Vec::new());
            }
            _ => return Err(self.refused("to say what is allowed", &answer)),
        }

        let lacking = needs
            .iter()
            .filter_map(|(path, needed)| {
                let allowed = allowed_at(path, &answer);
                let is_allowed = |need: &&&str| {
                    allowed.contains(&"root") || allowed.contains(*need)
                };

                let missing: Vec<&str> = needed
                    .iter()
                    .filter(|need| !is_allowed(need))
                    .copied()
                    .collect();
                (!missing.is_empty())
                    .then(|| format!("{} on `{path}`", missing.join(", ")))
            });
        Ok(lacking.collect())
    }
}

/// What an answer says may be done at a path.
fn allowed_at<'a>(path: &str, answer: &'a Answer) -> Vec<&'a str> {
    let allowed = answer
        .data()
        .get(path)
        .or_else(|| answer.body.get(path));

    let allowed = allowed.and_then(Json::as_array);
    allowed
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .collect()
}
