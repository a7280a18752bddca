//! `/logs`: what the tenant writes down of what was done to it.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde_json::Value;

use super::answer::{Answer, Failure};
use super::guard::Caller;
use super::json::Json;
use super::paging::{DEFAULT_LIMIT, LARGEST_LIMIT, Paging};
use super::path::Path;
use super::query::{CHECKPOINT, FIELDS, Fields, OFFSET, Query};
use super::search::{SearchQuery, Searchable};
use super::{Routes, Shared};
use crate::emulator::tenant::{Object, Schema, text};
use crate::emulator::tenant_log::{Entry, LogRange, TenantLog};

/// An entry of the log.
pub(crate) enum LogEntry {}

impl Schema for LogEntry {
    const KEYS: &'static [&'static str] = &[
        "date",
        "type",
        "description",
        "client_id",
        "client_name",
        "audience",
        "scope",
        "organization_id",
        "user_id",
        "hostname",
        "user_agent",
        "details",
        "references",
        "log_id",
        "_id",
        "isMobile",
    ];
}

pub(crate) fn routes() -> Routes {
    Router::new()
        .route("/logs", get(list))
        .route("/logs/{id}", get(show))
}

async fn list(
    State(app): Shared,
    caller: Caller,
    query: Query,
) -> Answer<LogEntry> {
    caller.needs("read:logs")?;
    query.only(&[OFFSET, CHECKPOINT, FIELDS, &["q", "sort"]])?;
    let request = LogRequest::read(&query)?;

    Ok(Json::new(request.answer(&app.log)))
}

async fn show(
    State(app): Shared,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<LogEntry> {
    caller.needs("read:logs")?;

    let found = app
        .log
        .entries(LogRange::Only(&id))
        .pop();
    let entry = found.ok_or_else(|| {
        let message = "The log event does not exist";
        Failure::not_found(message, "inexistent_log")
    })?;
    Ok(Json::new(entry.parse()))
}

/// Which entries are asked for.
struct LogRequest {
    part: Part,
    query: SearchQuery,
    fields: Fields,
}

enum Part {
    /// After an entry, the oldest first; a bare array.
    After {
        id: Option<String>,
        limit: usize,
    },
    /// A page of those that are searched for, bare or with a count.
    Page { paging: Paging, sort: Sort },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    OldestFirst,
    LatestFirst,
}

impl LogRequest {
    fn read(query: &Query) -> Result<Self, Failure> {
        // By any field: Auth0 knows some twenty, and a search
        // for another finds nothing.
        let searched = SearchQuery::read(query, &Searchable::Anything)?;
        let take = query.number("take", 1, LARGEST_LIMIT)?;
        let from = query.get("from").map(str::to_owned);

        let part = if take.is_some() || from.is_some() {
            Part::After {
                id: from,
                limit: take.unwrap_or(DEFAULT_LIMIT),
            }
        } else {
            Part::Page {
                paging: Paging::by_offset(query, 0)?,
                sort: Sort::read(query)?,
            }
        };
        Ok(Self {
            part,
            query: searched,
            fields: query.fields()?,
        })
    }

    fn answer(&self, log: &TenantLog) -> Value {
        let show = |entry: &Arc<Entry>| self.fields.choose(entry.parse());

        match &self.part {
            Part::After { id, limit } => {
                let range = match id {
                    Some(id) => LogRange::After(id),
                    None => LogRange::All,
                };
                let entries = log.entries(range);
                let first = entries.iter().take(*limit);
                first.map(show).collect()
            }
            Part::Page { paging, sort } => {
                let mut entries = log.entries(LogRange::All);
                if !self.query.is_of_everything() {
                    entries.retain(|entry| self.admits(&entry.parse()));
                }
                if *sort == Sort::LatestFirst {
                    entries.reverse();
                }
                paging.cut("logs", &entries, show)
            }
        }
    }

    fn admits(&self, entry: &Object) -> bool {
        self.query
            .admits(|field| find_values(entry, field))
    }
}

impl Sort {
    /// `date:1` or `date:-1`, which is the default.
    fn read(query: &Query) -> Result<Self, Failure> {
        match query.choice("sort", &["date:1", "date:-1"])? {
            Some("date:1") => Ok(Self::OldestFirst),
            _ => Ok(Self::LatestFirst),
        }
    }
}

/// What an entry is found by: a text at its top.
fn find_values(entry: &Object, field: &str) -> Vec<String> {
    let value = text(entry, field).map(str::to_owned);
    value.into_iter().collect()
}
