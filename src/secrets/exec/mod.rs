//! Entries that a program of somebody's own takes.
//!
//! It is told what to do in one JSON object on its standard input, and says
//! with its exit code what came of it. Nothing stands in its arguments or in
//! its environment, which others can read.

mod program;
mod wire;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value as Json;

use self::program::{Failure, Output, Program};
use self::wire::{Request, read_looked};
use super::{Entry, Sink, SinkError};
use crate::model::{Looked, Secrets, Seen, SinkName, safe_path, step};
use crate::words::sanitize;

/// How long a program may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// With this it says that an entry has changed since it was looked at.
const CHANGED: i32 = 3;

/// Has a program keep the entries. Places are what it is
/// told that they are called.
#[derive(Debug)]
pub struct ExecSink {
    name: SinkName,
    program: Program,
}

impl ExecSink {
    /// For a program that the command line or the environment names, never a
    /// configuration: who writes that must not choose what runs. It is given
    /// nothing but this environment.
    #[must_use]
    pub fn new(
        name: SinkName,
        program: PathBuf,
        environment: Vec<(OsString, OsString)>,
    ) -> Self {
        Self {
            name,
            program: Program {
                path: program,
                environment,
                patience: PATIENCE,
            },
        }
    }

    /// How long the program may take.
    #[cfg(all(test, unix))]
    pub(super) fn set_patience(&mut self, patience: Duration) {
        self.program.patience = patience;
    }

    /// Has the program do something; what it printed.
    async fn ask(
        &self,
        request: Request<'_>,
    ) -> Result<SecretString, SinkError> {
        let secrets = Secrets::default();
        if let Some(secret) = request.secret() {
            secrets.keep(secret);
        }

        let what = request.to_string();
        let place = request
            .place()
            .unwrap_or_default()
            .to_owned();
        let asked = self
            .program
            .run(&request.to_text())
            .await;
        let output = asked.map_err(|failure| self.explain(failure))?;
        self.judge(output, what, place, &secrets)
    }

    /// What its exit code comes to.
    fn judge(
        &self,
        output: Output,
        what: String,
        place: String,
        secrets: &Secrets,
    ) -> Result<SecretString, SinkError> {
        match output.code {
            Some(0) => Ok(output.printed),
            Some(CHANGED) if !place.is_empty() => {
                Err(SinkError::Changed { place })
            }
            code => {
                let mut lines = output
                    .complaint
                    .expose_secret()
                    .lines()
                    .map(str::trim);
                let line = lines.find(|line| !line.is_empty());
                let reason = match (line, code) {
                    // Hidden first: what is cut short is not found any more.
                    (Some(line), _) => sanitize(&secrets.hide(line)),
                    (None, Some(code)) => {
                        format!(
                            "it ended with exit code {code}, and said nothing"
                        )
                    }
                    (None, None) => "it was killed".to_owned(),
                };
                Err(SinkError::Refused {
                    sink: self.sink(),
                    what,
                    reason,
                })
            }
        }
    }

    fn explain(&self, failure: Failure) -> SinkError {
        let sink = self.sink();
        match failure {
            Failure::NotStarted(error) => SinkError::NotSetUp {
                sink,
                reason: format!(
                    "{} cannot be started: {error}",
                    safe_path(&self.program.path)
                ),
                next_step: Some(step![
                    "name a program that may be run here; its path is from \
                     the working directory"
                ]),
            },
            Failure::Broken(error) => SinkError::Unreachable {
                sink,
                reason: error.to_string(),
            },
            Failure::TooLate => SinkError::Unreachable {
                sink,
                reason: format!(
                    "it was not done within {} s",
                    self.program.patience.as_secs()
                ),
            },
            Failure::TooMuch => self.unexpected("it is too large to be true"),
            Failure::NoText => self.unexpected("it is no text"),
        }
    }

    fn unexpected(&self, reason: &str) -> SinkError {
        SinkError::Unexpected {
            sink: self.sink(),
            reason: reason.to_owned(),
        }
    }

    fn sink(&self) -> String {
        format!("the program of the sink `{}`", self.name)
    }

    async fn look_at(
        &self,
        places: &[String],
    ) -> Result<Vec<Looked>, SinkError> {
        if places.is_empty() {
            return Ok(Vec::new());
        }

        let printed = self.ask(Request::Look(places)).await?;
        // The text of such an error shows what was read.
        let parsed: Result<Json, _> =
            serde_json::from_str(printed.expose_secret());
        let looked = parsed
            .ok()
            .and_then(|json| read_looked(&json, places));
        looked.ok_or_else(|| {
            self.unexpected(
                "it must name each entry that it was asked for once, with its \
                 label",
            )
        })
    }
}

impl Sink for ExecSink {
    fn check<'a>(
        &'a self,
        places: &'a [String],
    ) -> BoxFuture<'a, Result<(), SinkError>> {
        async move {
            self.ask(Request::Check(places))
                .await
                .map(drop)
        }
        .boxed()
    }

    fn look<'a>(
        &'a self,
        places: &'a [String],
    ) -> BoxFuture<'a, Result<Vec<Looked>, SinkError>> {
        self.look_at(places).boxed()
    }

    fn put<'a>(
        &'a self,
        place: &'a str,
        entry: &'a Entry,
        before: Option<&'a Seen>,
    ) -> BoxFuture<'a, Result<(), SinkError>> {
        let request = Request::Put(place, entry, before);
        async move { self.ask(request).await.map(drop) }.boxed()
    }

    fn remove<'a>(
        &'a self,
        place: &'a str,
        before: &'a Seen,
    ) -> BoxFuture<'a, Result<(), SinkError>> {
        async move {
            self.ask(Request::Remove(place, before))
                .await
                .map(drop)
        }
        .boxed()
    }
}
