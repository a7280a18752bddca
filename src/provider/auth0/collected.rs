//! Objects as they are read: in a row until all are there,
//! as there may be very many.

use std::collections::BTreeMap;
use std::mem::take;

use super::decode::{Decoded, Decoder};
use super::listing::Listed;
use crate::model::{Address, Found, Kind, RemoteId, UnnamedGrant};
use crate::provider::ProviderError;
use crate::words::sanitize;

/// The objects that were read so far.
pub(super) struct Collected<'a> {
    decoder: &'a Decoder<'a>,
    objects: Vec<(Address, Found)>,
    unnamed: Vec<UnnamedGrant>,
}

impl<'a> Collected<'a> {
    pub(super) fn new(decoder: &'a Decoder<'a>) -> Self {
        Self {
            decoder,
            objects: Vec::new(),
            unnamed: Vec::new(),
        }
    }

    /// Takes one listed object in. What no configuration can name is left out:
    /// it can be neither declared nor owned, so it must not keep anybody from
    /// reading the rest.
    pub(super) fn add(
        &mut self,
        kind: Kind,
        listed: Listed,
    ) -> Result<(), ProviderError> {
        let id = RemoteId::new(listed.id.as_str());

        match self.decoder.decode(kind, listed) {
            Decoded::Found(address, object) => {
                self.objects.push((address, object));
            }
            // The locks of stacks: in a plan they would be APIs that somebody
            // has forgotten to declare.
            Decoded::Reserved => {}
            Decoded::Unnamed(grant) => {
                tracing::info!(
                    kind = kind.words().0,
                    id = sanitize(id.as_str()),
                    "no configuration can name it; it counts where its API \
                     goes"
                );
                self.unnamed.push(grant);
            }
            Decoded::Unaddressable(what) => {
                tracing::warn!(
                    kind = kind.words().0,
                    id = sanitize(id.as_str()),
                    "left out: no configuration can name {what}"
                );
            }
            // Not left out like what cannot be named: it may be ours, and
            // unseen it would be made once more.
            Decoded::Damaged(why) => return Err(damaged(kind, &id, why)),
        }
        Ok(())
    }

    /// Takes the grants out that no configuration can name.
    pub(super) fn take_unnamed(&mut self) -> Vec<UnnamedGrant> {
        take(&mut self.unnamed)
    }

    /// Every object by its address. No two have one.
    pub(super) fn into_map(
        mut self,
    ) -> Result<BTreeMap<Address, Found>, ProviderError> {
        // Sorted in place: a map of its own, only to find twins, would hold
        // everything twice.
        self.objects
            .sort_by(|(one, _), (other, _)| one.cmp(other));

        let mut pairs = self.objects.windows(2);
        let twins = pairs.find(|pair| pair[0].0 == pair[1].0);
        if let Some([(address, one), (_, other)]) = twins {
            let why = format!("{address} is already the address of {}", one.id);
            return Err(damaged(address.kind(), &other.id, &why));
        }

        Ok(self.objects.into_iter().collect())
    }
}

fn damaged(kind: Kind, id: &RemoteId, why: &str) -> ProviderError {
    let (one, many) = kind.words();
    let id = sanitize(id.as_str());

    ProviderError::Unexpected {
        request: format!("listing the {many}"),
        reason: format!("{one} {id}: {why}"),
    }
}
