//! How a tenant has moved away from a configuration that was applied.

use std::fmt;

use super::note::Note;
use super::verdict::Evidence;
use super::{Action, Change, Plan};
use crate::model::Address;

/// One thing that is not as it was left.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Drift {
    /// In which way.
    pub class: DriftClass,
    /// Which object, as the configuration calls it.
    pub name: String,
}

/// In which way something is not as it was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DriftClass {
    /// It is not there.
    Missing,
    /// Fields of it have other values.
    ChangedFields,
    /// It carries our mark no more.
    VanishedMark,
    /// It is ours, and not declared.
    Orphan,
    /// It is an API in a range that we own, and nobody has declared it.
    UndeclaredInRange,
    /// It may call an API of ours, and is not declared.
    ForeignCaller,
}

impl DriftClass {
    /// The class as a word that stays the same.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::ChangedFields => "changed-fields",
            Self::VanishedMark => "vanished-mark",
            Self::Orphan => "orphan",
            Self::UndeclaredInRange => "undeclared-in-range",
            Self::ForeignCaller => "foreign-caller",
        }
    }
}

impl fmt::Display for DriftClass {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Missing => "is not there",
            Self::ChangedFields => "has changed",
            Self::VanishedMark => "carries our mark no more",
            Self::Orphan => "is ours, and not declared",
            Self::UndeclaredInRange => {
                "is in a range that we own, and not declared"
            }
            Self::ForeignCaller => {
                "may call an API of ours, and is not declared"
            }
        })
    }
}

impl Plan {
    /// Everything that is not as the configuration says, by class and
    /// name. The configuration is taken to have been applied: what
    /// never was shows no less.
    #[must_use]
    pub fn drift(&self) -> Vec<Drift> {
        let by_change = self.changes.iter().map(|change| Drift {
            class: class_of(change),
            name: self.names.of(&change.address),
        });
        let by_note = self
            .notes
            .iter()
            .flat_map(|note| self.drift_of_note(note));

        let mut drift: Vec<Drift> = by_change.chain(by_note).collect();
        drift.sort();
        // An API that both gains and loses scopes is changed twice, and has
        // drifted once.
        drift.dedup();
        drift
    }

    /// What a note tells of that no change is about.
    fn drift_of_note(&self, note: &Note) -> Vec<Drift> {
        let drift = |class, name| Drift { class, name };
        match note {
            Note::Orphans {
                clients,
                grants,
                resource_servers,
                ..
            } => {
                let clients = clients
                    .iter()
                    .map(|key| format!("clients.{key}"));
                let grants = grants
                    .iter()
                    .map(|grant| self.names.of(&grant.address));
                let orphans = clients
                    .chain(grants)
                    .map(|name| drift(DriftClass::Orphan, name));
                let servers = resource_servers
                    .iter()
                    .map(|identifier| {
                        let address =
                            Address::ResourceServer(identifier.clone());
                        drift(
                            DriftClass::UndeclaredInRange,
                            self.names.of(&address),
                        )
                    });
                orphans.chain(servers).collect()
            }
            Note::Protected(addresses) => addresses
                .iter()
                .map(|address| {
                    drift(DriftClass::Orphan, self.names.of(address))
                })
                .collect(),
            Note::UnexpectedCallers(callers) => callers
                .iter()
                .map(|caller| {
                    let api = self.names.name_server(&caller.audience);
                    drift(
                        DriftClass::ForeignCaller,
                        format!("{} -> {api}", caller.client),
                    )
                })
                .collect(),
            _ => Vec::new(),
        }
    }
}

fn class_of(change: &Change) -> DriftClass {
    match change.action {
        Action::Create => DriftClass::Missing,
        Action::Adopt => DriftClass::VanishedMark,
        // Also where nothing but the mark is to change: it is there, or this
        // were an adoption.
        Action::Update | Action::Narrow => DriftClass::ChangedFields,
        Action::Delete
            if matches!(change.evidence, Some(Evidence::Owns(_))) =>
        {
            DriftClass::UndeclaredInRange
        }
        // What is to be let go carries our mark until then.
        Action::Release | Action::Delete => DriftClass::Orphan,
    }
}
