//! The sinks of a configuration.

use std::collections::BTreeMap;

use super::{Sink, SinkError};
use crate::model::{Secrets, SinkName, step};

/// The sinks of a configuration, by name, and what keeps their
/// secrets out of every text.
#[derive(Debug)]
pub struct Sinks {
    by_name: BTreeMap<SinkName, Box<dyn Sink>>,
    secrets: Secrets,
    clock: fn() -> String,
}

impl Sinks {
    /// No sinks yet; what passes through is hidden in every text that these
    /// know of. The clock says the time as RFC 3339 has it, in UTC.
    #[must_use]
    pub fn new(secrets: Secrets, clock: fn() -> String) -> Self {
        Self {
            by_name: BTreeMap::new(),
            secrets,
            clock,
        }
    }

    /// Adds a sink.
    pub fn insert(&mut self, name: SinkName, sink: Box<dyn Sink>) {
        self.by_name.insert(name, sink);
    }

    /// A sink by its name.
    pub fn get(&self, name: &SinkName) -> Result<&dyn Sink, SinkError> {
        let sink = self
            .by_name
            .get(name)
            .map(|sink| &**sink);

        sink.ok_or_else(|| {
            let reason = "it is not there in this run".to_owned();
            SinkError::not_set_up(
                name,
                reason,
                Some(step!["set up what it needs, and apply again"]),
            )
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

    /// The present time, for a label: people and rotations go by it, and
    /// nothing that is compared.
    #[must_use]
    pub fn now(&self) -> String {
        (self.clock)()
    }
}
