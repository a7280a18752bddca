//! What the writes of all kinds take: how their requests are sent, and how the
//! clients that they are about are found.

use reqwest::Method;
use serde_json::Value as Json;

use super::http::{Sent, is_not_found};
use super::listing::Listed;
use super::names::PROTOCOL;
use super::writer::Writer;
use crate::model::{Address, Digest};
use crate::provider::{ProviderError, WriteError};

/// Makes the requests of one write.
pub(super) struct Procedure<'a> {
    pub(super) writer: &'a Writer,
    pub(super) address: &'a Address,
    /// What was done, for the report of what was not.
    pub(super) done: Vec<String>,
}

impl<'a> Procedure<'a> {
    pub(super) fn of(writer: &'a Writer, address: &'a Address) -> Self {
        Self {
            writer,
            address,
            done: Vec::new(),
        }
    }

    /// Creates an object, and gives its id.
    pub(super) async fn create(
        &mut self,
        path: &[&str],
        body: &Json,
    ) -> Result<String, WriteError> {
        let sent = self
            .send(Method::POST, path.iter().copied(), Some(body))
            .await?;

        sent.id.ok_or_else(|| {
            WriteError::Unknown(ProviderError::Unexpected {
                request: format!("POST {}", path.join("/")),
                reason: "it does not say where the new object is".to_owned(),
            })
        })
    }

    /// Deletes an object; what is gone already is as it should be, also by an
    /// attempt that was not answered.
    pub(super) async fn delete<'p>(
        &self,
        path: impl IntoIterator<Item = &'p str>,
    ) -> Result<(), WriteError> {
        let deletion = self.send(Method::DELETE, path, None);
        match deletion.await {
            Err(WriteError::Refused(error) | WriteError::Unknown(error))
                if is_not_found(&error) =>
            {
                Ok(())
            }
            sent => sent.map(drop),
        }
    }

    pub(super) async fn send<'p>(
        &self,
        method: Method,
        path: impl IntoIterator<Item = &'p str>,
        body: Option<&Json>,
    ) -> Result<Sent, WriteError> {
        self.writer
            .sender
            .send(method, path, body)
            .await
    }

    /// The client as it is now; one that is gone is an error.
    pub(super) async fn find(
        &self,
        client_id: &str,
    ) -> Result<Listed, WriteError> {
        self.look_for(client_id)
            .await?
            .ok_or_else(|| self.gone())
    }

    /// The client as it is now, with the mark that it had when the change was
    /// planned: another stack may have taken it over since.
    pub(super) async fn find_marked(
        &self,
        client_id: &str,
        mark: Option<&Digest>,
    ) -> Result<Listed, WriteError> {
        let live = self.find(client_id).await?;
        self.check_mark(&live, mark)?;

        Ok(live)
    }

    pub(super) async fn look_for(
        &self,
        client_id: &str,
    ) -> Result<Option<Listed>, WriteError> {
        let found = self.writer.reader.find(client_id).await;

        found.map_err(WriteError::Refused)
    }

    /// Makes sure that a client has the mark that it had
    /// when the change was planned.
    pub(super) fn check_mark(
        &self,
        live: &Listed,
        mark: Option<&Digest>,
    ) -> Result<(), WriteError> {
        match mark {
            Some(planned) if *planned != live.client.mark_digest() => {
                Err(self.changed_since())
            }
            _ => Ok(()),
        }
    }

    pub(super) fn changed_since(&self) -> WriteError {
        WriteError::Refused(ProviderError::ChangedSince {
            address: Box::new(self.address.clone()),
        })
    }

    pub(super) fn gone(&self) -> WriteError {
        WriteError::Refused(ProviderError::Gone {
            address: Box::new(self.address.clone()),
        })
    }

    /// An object that is not found when it is to be changed has been deleted by
    /// somebody else.
    pub(super) fn gone_if_not_found(&self, error: WriteError) -> WriteError {
        match error {
            WriteError::Refused(error) if is_not_found(&error) => self.gone(),
            error => error,
        }
    }
}

/// A write that nothing could come of.
pub(super) fn refuse(reason: String) -> WriteError {
    WriteError::Refused(ProviderError::Unexpected {
        request: format!("a write over {PROTOCOL}"),
        reason,
    })
}

/// Whether the server says no more than that something went wrong. A 500 of
/// anything else leaves in doubt what was done, and so is no refusal.
pub(super) fn is_unsaid(error: &ProviderError) -> bool {
    matches!(
        error,
        ProviderError::Rejected {
            status: 500,
            ..
        }
    )
}
