//! Writing an entry, so that a stop in between leaves nothing
//! that looks right and is not.
//!
//! ```text
//! 1 label of version 0   only where nothing says that it is ours
//! 2 secret, by the version that was looked at: it becomes version N
//! 3 label of version N
//! ```
//!
//! Without 1, a first write that stops behind 2 would leave a secret that
//! nobody knows for ours, and that no run would write over. The label of 3 must
//! not come before 2: it would speak of a secret that is not there. A stop
//! behind 1 leaves no secret, which counts as nothing; one behind 2 leaves the
//! label of another version, which has the next run write again.

use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};

use super::client::{Client, Unsent};
use super::message::{Answer, Request};
use super::metadata::Metadata;
use crate::model::{Label, Seen};
use crate::secrets::unchanged::refuse_changed;
use crate::secrets::{Entry, SinkError};

/// What is said where another version was written since.
const CHANGED: &str = "check-and-set parameter did not match";

/// How often a secret is sent whose answer was lost.
const ATTEMPTS: usize = 3;

impl Client {
    pub(super) async fn write(
        &self,
        path: &str,
        entry: &Entry,
        before: Option<&Seen>,
    ) -> Result<(), SinkError> {
        if let Some(secret) = &entry.secret {
            self.secrets.keep(secret);
        }
        let place = self.place(path);
        let now = self.metadata_now(path).await?;
        refuse_changed(&place, &now.looked(), before)?;

        if !now.is_ours() {
            self.note(path, &now, &entry.label, 0)
                .await?;
        }
        let version = self
            .write_data(path, entry, now.current)
            .await?;
        self.note(path, &now, &entry.label, version)
            .await
    }

    pub(super) async fn remove(
        &self,
        path: &str,
        before: &Seen,
    ) -> Result<(), SinkError> {
        let now = self.metadata_now(path).await?;
        refuse_changed(&self.place(path), &now.looked(), Some(before))?;

        let request = Request::new(Method::DELETE, &self.metadata_path(path));
        let answer = self.send(&request).await?;
        match answer.status {
            StatusCode::OK | StatusCode::NO_CONTENT => Ok(()),
            _ => Err(self.refused(&format!("to remove {path}"), &answer)),
        }
    }

    /// Notes a label beside the secret. Twice the same is once.
    async fn note(
        &self,
        path: &str,
        now: &Metadata,
        label: &Label,
        of: u64,
    ) -> Result<(), SinkError> {
        let reason = "a label has more than can be noted beside a secret";
        let body = now
            .with_label(label, of)
            .ok_or_else(|| self.unexpected(reason))?;
        let request = Request::post(&self.metadata_path(path), body);

        let answer = self.send(&request).await?;
        match answer.status {
            StatusCode::OK | StatusCode::NO_CONTENT => Ok(()),
            _ => {
                let what = format!("to note beside {path} what it is");
                Err(self.refused(&what, &answer))
            }
        }
    }

    /// Writes the secret over this version; the version that it becomes.
    async fn write_data(
        &self,
        path: &str,
        entry: &Entry,
        over: u64,
    ) -> Result<u64, SinkError> {
        let data = Json::Object(entry.to_json());
        let body = json!({ "options": { "cas": over }, "data": data });
        let request = Request::post(&self.data_path(path), body);

        let mut lost = None;
        for _ in 0..ATTEMPTS {
            match self.send_once(&request).await {
                Ok(answer) => return self.judge_written(path, &answer),
                Err(Unsent::Failed(error)) => return Err(error),
                Err(Unsent::InDoubt(error)) => {
                    let settled = self.settle(path, &data, over).await?;
                    if let Some(version) = settled {
                        return Ok(version);
                    }
                    lost = Some(error);
                }
            }
        }
        Err(lost.unwrap_or_else(|| self.unexpected("a secret was not sent")))
    }

    fn judge_written(
        &self,
        path: &str,
        answer: &Answer,
    ) -> Result<u64, SinkError> {
        let is_changed = answer
            .errors()
            .iter()
            .any(|error| error.contains(CHANGED));

        match answer.status {
            StatusCode::OK => {
                let reason = "it did not say which version it wrote";
                let version = answer.data().get("version");
                version
                    .and_then(Json::as_u64)
                    .ok_or_else(|| self.unexpected(reason))
            }
            StatusCode::BAD_REQUEST if is_changed => Err(self.changed(path)),
            _ => Err(self.refused(&format!("to write {path}"), answer)),
        }
    }

    /// Finds out what came of a write whose answer was lost: the version that
    /// it became; none where nothing did.
    async fn settle(
        &self,
        path: &str,
        data: &Json,
        over: u64,
    ) -> Result<Option<u64>, SinkError> {
        let now = self.metadata_now(path).await?;
        if now.current == over {
            return Ok(None);
        }

        // Somebody else may have written that version. Where we may not read
        // it, nobody can tell, and the next run writes again.
        let written = self.get_data(path).await;
        let is_ours =
            written.is_ok_and(|written| written.as_ref() == Some(data));
        if is_ours && now.current == over + 1 {
            Ok(Some(now.current))
        } else {
            Err(self.changed(path))
        }
    }

    /// What stands beside a secret, or nothing where none was ever there.
    async fn metadata_now(&self, path: &str) -> Result<Metadata, SinkError> {
        let metadata = self.metadata(path).await?;
        Ok(metadata.unwrap_or_else(Metadata::none))
    }

    fn changed(&self, path: &str) -> SinkError {
        SinkError::Changed {
            place: self.place(path),
        }
    }
}
