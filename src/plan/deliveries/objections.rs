//! What speaks against an entry: that it is another's, or that
//! it is not as it should be.

use std::collections::BTreeMap;

use super::DeliveryReason;
use super::known::Known;
use super::places::{Place, PlaceStanding};
use crate::model::{Address, ClientRef, Holds, Label, Looked, Seen};
use crate::plan::Conflict;

impl Known<'_> {
    /// The entry that was seen at a place, if it is ours. What is another's is
    /// in the way only where something is to be put.
    pub(super) fn own_entry<'s>(
        &self,
        place: &Place,
        looked: &'s Looked,
    ) -> Result<Option<&'s Seen>, Option<Conflict>> {
        let is_wanted = place.standing == PlaceStanding::Declared;
        let refuse = |reason: String| {
            is_wanted.then(|| Conflict::StrangeEntry {
                key: place.client.clone(),
                destination: place.destination.to_string(),
                reason,
            })
        };

        match looked {
            Looked::Nothing | Looked::Unseen => Ok(None),
            Looked::Strange(reason) => Err(refuse(reason.clone())),
            Looked::Entry(seen) => {
                match self.objection_to_owner(place, &seen.label) {
                    Some(objection) => Err(refuse(objection)),
                    None => Ok(Some(seen)),
                }
            }
        }
    }

    /// Why an entry is not that of this client of this stack in this tenant;
    /// nothing, if it is.
    fn objection_to_owner(
        &self,
        place: &Place,
        label: &Label,
    ) -> Option<String> {
        let Label {
            stack,
            key,
            client_id,
            tenant,
            ..
        } = label;
        let is_its_own = self.ids.get(&place.client) == Some(client_id);

        // A former name of the stack counts where the client itself was taken
        // over with it.
        let former_stacks = &self.desired.policy.former_stacks;
        let is_of_stack = *stack == self.desired.stack
            || is_its_own && former_stacks.contains(stack);
        if !is_of_stack {
            return Some(format!("it is an entry of the stack `{stack}`"));
        }
        if *key != place.client {
            return Some(format!("it is the entry of clients.{key}"));
        }
        if *tenant != self.seen.tenant {
            let why = "it is the entry of a client in another tenant; if that \
                       was one for trying out, remove the entry";
            return Some(why.to_owned());
        }

        // One that is gone has left it behind; one that is there may need it.
        let address = Address::Client(ClientRef::Id(client_id.clone()));
        let is_of_another =
            !is_its_own && self.seen.found.contains_key(&address);
        is_of_another.then(|| {
            format!("it is the entry of the client {client_id}, which is there")
        })
    }

    /// What is wrong with the entry of a client that is there; nothing, if it
    /// is as it should be.
    pub(super) fn objection_to(
        &self,
        place: &Place,
        entry: Option<&Seen>,
        has_secret: bool,
    ) -> Option<DeliveryReason> {
        let Some(Seen { label, .. }) = entry else {
            return Some(DeliveryReason::Missing);
        };
        if self.ids.get(&place.client) != Some(&label.client_id) {
            return Some(DeliveryReason::OtherClient);
        }

        // What was deleted says nothing of its client any more.
        if label.holds == Holds::Nothing && label.is_outlived() {
            return Some(DeliveryReason::Missing);
        }
        if label.holds == Holds::Nothing && has_secret {
            return Some(DeliveryReason::WithoutSecret);
        }
        if label.is_outlived() {
            return Some(DeliveryReason::WrittenSince);
        }

        let nothing = BTreeMap::new();
        let audiences = self.audiences.get(&place.client);
        let content = Label::digest_content(
            self.surroundings.endpoints.as_ref(),
            audiences.unwrap_or(&nothing),
            &place.destination,
        );
        let holds = if has_secret {
            Holds::Current
        } else {
            Holds::Nothing
        };
        let is_as_wanted = label.holds == holds
            && label.content == content
            && label.stack == self.desired.stack;
        (!is_as_wanted).then_some(DeliveryReason::OutOfDate)
    }
}
