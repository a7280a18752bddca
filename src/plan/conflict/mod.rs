//! Where the configuration and the tenant contradict each other.
//!
//! `kinds` has the words for it: every contradiction and its message; `advice`
//! has what to do about each. The other files seek them: `clients` what a
//! declared client meets, `marks` whose mark says two things, `references` what
//! is named and not there, `names` what somebody else has, `scopes` whose a
//! scope is (among the `live_scopes`), `grants` what cannot be granted,
//! `limits` what cannot become as declared.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::context::Context;
use super::owner::{Owner, owner_of};
use super::verdict::Verdict;
use crate::model::{Address, ClientId, ClientRef, Found};

mod advice;
mod clients;
mod grants;
mod kinds;
mod limits;
mod live_scopes;
mod marks;
mod names;
mod references;
mod scopes;

pub use kinds::{Conflict, PlanError};
pub use names::Holder;

/// Every contradiction, sorted.
pub(super) fn find_conflicts(context: &Context<'_>) -> Vec<Conflict> {
    let search = ConflictSearch {
        context,
        grants: OnceCell::new(),
    };

    let mut conflicts = search.find_unmet_clients();
    conflicts.extend(search.find_shared_marks());
    conflicts.extend(search.find_missing_references());
    conflicts.extend(search.find_untouchable());
    conflicts.extend(search.find_taken_names());
    conflicts.extend(search.find_scopes_of_others());
    conflicts.extend(search.find_removed_with_foreign_scopes());
    conflicts.extend(search.find_servers_of_others());
    conflicts.extend(search.find_unknown_scopes());
    conflicts.extend(search.find_grants_of_others());
    conflicts.extend(search.find_externals_of_ours());
    conflicts.extend(search.find_doubled_grants());
    conflicts.extend(search.find_unreachable_clients());
    // A mark that another search has named is not said
    // twice, so this one comes last.
    conflicts.extend(search.find_near_marks(&conflicts));

    // Each of several twins names them all, and that is said once.
    conflicts.sort();
    conflicts.dedup();
    conflicts
}

/// What the searches ask.
struct ConflictSearch<'a> {
    context: &'a Context<'a>,
    /// How many grants each client holds: counted once,
    /// where twins are there at all.
    grants: OnceCell<BTreeMap<&'a ClientId, usize>>,
}

impl<'a> ConflictSearch<'a> {
    /// The clients of the tenant, each by its id.
    fn live_clients(
        &self,
    ) -> impl Iterator<Item = (&'a ClientId, &'a Verdict<'a>)> {
        self.context
            .verdicts
            .iter()
            .filter_map(|(address, verdict)| match address {
                Address::Client(ClientRef::Id(id)) => Some((id, verdict)),
                _ => None,
            })
    }

    /// Whose a client of the tenant is.
    fn verdict_on(&self, id: &ClientId) -> Option<&'a Verdict<'a>> {
        let address = Address::Client(ClientRef::Id(id.clone()));
        self.context.verdicts.get(&address)
    }

    /// A client of the tenant as it was seen.
    fn live_client(&self, id: &ClientId) -> Option<&'a Found> {
        let address = Address::Client(ClientRef::Id(id.clone()));
        self.context.seen.found.get(&address)
    }

    /// Whose an object is by its mark alone.
    fn owner_of(&self, found: &Found) -> Owner {
        owner_of(
            self.context.desired,
            &self.context.seen.tenant,
            found,
        )
    }
}
