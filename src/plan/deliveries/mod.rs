//! Where the credentials of clients go: what a plan does
//! about each entry of a sink.
//!
//! A tenant and its sinks are looked at apart, and this is where the two meet.
//! `places` says where to look, `decide` what to do about what was seen there:
//! by what is `known` of its client, and by the `objections` to what lies
//! there. `planned` has all of it in a plan.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::Planned;
use crate::model::{
    ClientId, Destination, Endpoints, Identifier, Key, Looked, Seen, SinkName,
    TenantHash,
};

mod decide;
mod known;
mod objections;
mod places;
mod planned;

pub use places::{Place, list_places};

/// What is done about the credentials of one client in one sink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedDelivery {
    /// The client.
    pub client: Key,
    /// The sink.
    pub sink: SinkName,
    /// Where in it, in full.
    pub destination: Destination,
    /// What is done.
    pub action: DeliveryAction,
    /// Where the secret comes from, where one is put there.
    pub source: Option<SecretSource>,
    /// Why, where that is not plain.
    pub reason: Option<DeliveryReason>,
}

/// What is done about an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeliveryAction {
    /// It is written where there was none.
    Add,
    /// It is written over an earlier one.
    Change,
    /// It is removed.
    Remove,
    /// Nobody could look there: what is done is decided by whoever applies.
    Unseen,
    /// It would have to be written, and nobody has the secret.
    Withhold,
    /// It is not declared any more, and stays.
    Keep,
}

/// Where the secret comes from that is put into a sink.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretSource {
    /// The answer to the creation of its client.
    Creation,
    /// The tenant shows it.
    Tenant,
    /// It is set anew: nobody has the one that the client has.
    Anew,
    /// The sink has it already.
    Sink,
    /// There is none: the client has a key of its own.
    Nothing,
}

/// Why something is done about an entry, or is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeliveryReason {
    /// There is no entry of a client that has been in use.
    Missing,
    /// Its entry has no secret: it was deleted there, or the client had a key
    /// of its own before.
    WithoutSecret,
    /// There is no secret of it, and the tenant does not show its secret to us,
    /// though that was asked for.
    NotShown,
    /// The entry is of another client, which was in the place
    /// of this one and is gone.
    OtherClient,
    /// What the entry says beside the secret is not so any more.
    OutOfDate,
    /// Something was written there that the label beside it does not tell of:
    /// by somebody, or by a run that was interrupted.
    WrittenSince,
    /// The client was made, and its credentials have not reached every sink.
    Interrupted,
    /// The client goes.
    ClientGoes,
    /// Its `deliver` does not name this sink any more.
    NotNamed,
}

/// What reads the secret of a client that has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretAccess {
    /// The tenant shows it to us.
    Shown,
    /// It can only be set anew.
    Hidden,
}

/// Whether the secret of a client that may be in use is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reveal {
    /// Only of a client that is not in use yet.
    #[default]
    New,
    /// Of every client without an entry.
    Existing,
}

/// What is known beside the tenant and the configuration.
#[derive(Debug)]
pub struct Surroundings {
    /// Every place that an entry may be in, with what a look there has shown.
    pub places: Vec<(Place, Looked)>,
    /// Where services get their tokens.
    pub endpoints: Option<Endpoints>,
    /// Whether the tenant shows secrets.
    pub access: SecretAccess,
    /// Which of them are asked for.
    pub reveal: Reveal,
}

/// What an entry is made of, and what was there before:
/// nothing of it is part of a plan.
#[derive(Debug, Clone, Default)]
pub struct Delivering {
    /// The tenant, as marks have it.
    pub tenant: Option<TenantHash>,
    /// Where services get their tokens.
    pub endpoints: Option<Endpoints>,
    /// The ids of the clients that are there.
    pub ids: BTreeMap<Key, ClientId>,
    /// What each client may call.
    pub audiences: BTreeMap<Key, BTreeMap<Key, Identifier>>,
    /// What the mark of each client that is not finished is to
    /// say of its key once it is.
    pub finished: BTreeMap<Key, SmolStr>,
    /// The entries that are written over or removed.
    pub entries: BTreeMap<(Key, SinkName), Seen>,
}

/// What delivering to one client takes of the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handover {
    /// Where its secret comes from, if the tenant has to do with that.
    pub source: Option<SecretSource>,
    /// Whether its mark says afterwards that its service has its credentials.
    pub finishes: bool,
}

/// Where the secret comes from that these deliveries of one client take of its
/// tenant; none, if they take none.
#[must_use]
pub fn source_of<'a>(
    deliveries: impl IntoIterator<Item = &'a PlannedDelivery>,
) -> Option<SecretSource> {
    let sources = deliveries
        .into_iter()
        .filter_map(|delivery| delivery.source);

    sources
        .filter(|source| {
            !matches!(
                source,
                SecretSource::Sink | SecretSource::Nothing
            )
        })
        .min()
}

impl Planned {
    /// What delivering takes of the tenant: for each client that
    /// anything is written for.
    #[must_use]
    pub fn handovers(&self) -> Vec<Handover> {
        let deliveries = self.plan.deliveries.iter();
        let written: Vec<&PlannedDelivery> = deliveries
            .filter(|delivery| delivery.is_written())
            .collect();

        // Those of a client stand side by side.
        let clients = written.chunk_by(|one, next| one.client == next.client);
        clients
            .map(|deliveries| Handover {
                source: source_of(deliveries.iter().copied()),
                finishes: deliveries.iter().any(|one| {
                    self.delivering
                        .finished
                        .contains_key(&one.client)
                }),
            })
            .collect()
    }
}

impl PlannedDelivery {
    /// Whether something is done. Of a client whose credentials
    /// have not reached every sink that is known also where nobody
    /// can look: its mark says so.
    #[must_use]
    pub fn is_deed(&self) -> bool {
        match self.action {
            DeliveryAction::Add
            | DeliveryAction::Change
            | DeliveryAction::Remove => true,
            DeliveryAction::Unseen => {
                self.reason == Some(DeliveryReason::Interrupted)
            }
            DeliveryAction::Withhold | DeliveryAction::Keep => false,
        }
    }

    /// Whether an entry is written.
    #[must_use]
    pub fn is_written(&self) -> bool {
        matches!(
            self.action,
            DeliveryAction::Add | DeliveryAction::Change
        )
    }
}
