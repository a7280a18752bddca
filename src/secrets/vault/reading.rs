//! Looking at what is there.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::{BoxFuture, ready};
use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _, stream};
use reqwest::{Method, StatusCode};
use serde_json::Value as Json;

use super::client::Client;
use super::message::Request;
use super::metadata::Metadata;
use crate::model::{Label, LabelError, Looked};
use crate::secrets::unchanged::strange;
use crate::secrets::{Entry, SinkError};

/// How many requests run at once.
const AT_ONCE: usize = 8;

/// The names in a folder; none where they may not be listed.
type Names = Option<BTreeSet<String>>;

impl Client {
    /// What may be looked at, in this order: only what a folder lists is asked
    /// for by itself.
    pub(super) async fn look(
        &self,
        paths: &[&str],
    ) -> Result<Vec<Looked>, SinkError> {
        let folders: BTreeSet<&str> = paths
            .iter()
            .map(|path| split(path).0)
            .collect();
        let lists = folders
            .iter()
            .map(|folder| self.list(folder).boxed());
        let lists = at_once(lists.collect()).await?;
        let listed: BTreeMap<&str, Names> =
            folders.into_iter().zip(lists).collect();

        let looks = paths.iter().map(|path| {
            let (folder, name) = split(path);
            match listed.get(folder) {
                Some(Some(names)) if !names.contains(name) => {
                    ready(Ok(Looked::Nothing)).boxed()
                }
                _ => self.look_at(path).boxed(),
            }
        });
        at_once(looks.collect()).await
    }

    async fn look_at(&self, path: &str) -> Result<Looked, SinkError> {
        let metadata = self.metadata(path).await?;
        Ok(metadata.map_or(Looked::Nothing, |metadata| metadata.looked()))
    }

    async fn list(&self, folder: &str) -> Result<Names, SinkError> {
        let path = [&self.settings.mount, "metadata", folder];
        let path = if folder.is_empty() {
            &path[..2]
        } else {
            &path
        };
        let mut request = Request::new(Method::GET, path);
        request.is_list = true;

        let answer = self.send(&request).await?;
        match answer.status {
            StatusCode::OK => {
                let keys = answer.data().get("keys");
                let keys = keys
                    .and_then(Json::as_array)
                    .ok_or_else(|| self.unexpected("it listed no names"))?;
                let names = keys.iter().filter_map(Json::as_str);
                Ok(Some(names.map(str::to_owned).collect()))
            }
            StatusCode::NOT_FOUND => {
                self.not_found(&answer)?;
                Ok(Some(BTreeSet::new()))
            }
            // To list is a permission of its own. Without
            // it, each is asked for.
            StatusCode::FORBIDDEN => Ok(None),
            _ => Err(self.refused(&format!("to list {folder}"), &answer)),
        }
    }

    /// What stands beside a secret; none where nothing was ever there.
    pub(super) async fn metadata(
        &self,
        path: &str,
    ) -> Result<Option<Metadata>, SinkError> {
        let request = Request::new(Method::GET, &self.metadata_path(path));
        let answer = self.send(&request).await?;
        match answer.status {
            StatusCode::OK => {
                let reason = "what stands beside a secret cannot be read";
                Metadata::read(&answer)
                    .map(Some)
                    .ok_or_else(|| self.unexpected(reason))
            }
            StatusCode::NOT_FOUND => self.not_found(&answer).map(|()| None),
            _ => Err(self.refused(&format!("a look at {path}"), &answer)),
        }
    }

    /// The fields of a secret; none where there is none.
    pub(super) async fn get_data(
        &self,
        path: &str,
    ) -> Result<Option<Json>, SinkError> {
        let request = Request::new(Method::GET, &self.data_path(path));
        let answer = self.send(&request).await?;
        match answer.status {
            StatusCode::OK => Ok(answer.data().get("data").cloned()),
            // Of a deleted one, too, with what stands beside it.
            StatusCode::NOT_FOUND => self.not_found(&answer).map(|()| None),
            _ => Err(self.refused(&format!("to show {path}"), &answer)),
        }
    }

    /// The entry, by the label that lies with the secret: of both from two
    /// requests, one might be newer.
    pub(super) async fn entry(
        &self,
        path: &str,
    ) -> Result<Option<Entry>, SinkError> {
        let Some(data) = self.get_data(path).await? else {
            return Ok(None);
        };

        let place = self.place(path);
        let label = data
            .get("label")
            .ok_or(LabelError::NotOurs);
        let label = label.and_then(|label| Label::parse(&label.to_string()));
        let label = label.map_err(|error| strange(&place, &error))?;
        let fields = data.as_object();
        let entry = fields.and_then(|fields| Entry::of_json(fields, label));
        entry
            .map(Some)
            .ok_or_else(|| strange(&place, &"the entry cannot be read"))
    }
}

/// Has requests run together, and keeps their order.
async fn at_once<T>(
    requests: Vec<BoxFuture<'_, Result<T, SinkError>>>,
) -> Result<Vec<T>, SinkError> {
    stream::iter(requests)
        .buffered(AT_ONCE)
        .try_collect()
        .await
}

/// The folder of a path, and its name there.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/')
        .unwrap_or(("", path))
}
