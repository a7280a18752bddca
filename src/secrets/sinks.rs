//! The sinks of a configuration.

use std::collections::BTreeMap;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Sink, SinkError};
use crate::model::{Secrets, SinkName, step};

/// The sinks of a configuration, by name, and what keeps their secrets out of every text.
#[derive(Debug, Default)]
pub struct Sinks {
    by_name: BTreeMap<SinkName, Box<dyn Sink>>,
    secrets: Secrets,
}

impl Sinks {
    /// No sinks yet; what passes through is hidden in every text that these know of.
    #[must_use]
    pub fn new(secrets: Secrets) -> Self {
        Self {
            by_name: BTreeMap::new(),
            secrets,
        }
    }

    /// Adds a sink.
    pub fn insert(&mut self, name: SinkName, sink: Box<dyn Sink>) {
        self.by_name.insert(name, sink);
    }

    /// A sink by its name.
    pub fn get(&self, name: &SinkName) -> Result<&dyn Sink, SinkError> {
        let sink = self.by_name.get(name).map(|sink| &**sink);

        sink.ok_or_else(|| SinkError::NotSetUp {
            sink: format!("the sink `{name}`"),
            reason: "it is not there in this run".to_owned(),
            next_step: Some(step!["set up what it needs, and apply again"]),
        })
    }

    /// Whether there are any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// What keeps secrets out of every text.
    #[must_use]
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// The present time, for a label: people and rotations go by it, and nothing that is compared.
    #[must_use]
    pub fn now(&self) -> String {
        let now = OffsetDateTime::now_utc();
        let now = now.replace_nanosecond(0).unwrap_or(now);

        now.format(&Rfc3339).unwrap_or_default()
    }
}
