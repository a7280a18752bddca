//! What a review of a change finds, and how a finding is waived.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Day, Pattern};
use crate::words::stable_ids;

stable_ids! {
    /// What a change can do that somebody should know of: access gained, or
    /// safety lost. The text of each is stable.
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "kebab-case")]
    pub enum FindingId {
        /// The stack has another name, or takes over the marks of another one.
        StackChanged = "stack-changed",
        /// The tenant is said to be another one.
        ProviderChanged = "provider-changed",
        /// More APIs count as the stack's own without evidence.
        OwnsWidened = "owns-widened",
        /// What is not declared is deleted from now on.
        PruneEnabled = "prune-enabled",
        /// More may be deleted in one run.
        LimitsWidened = "limits-widened",
        /// A client may be deleted that was protected.
        ProtectionDropped = "protection-dropped",
        /// An object is not declared any more, and nothing says what is to
        /// become of it.
        Vanished = "vanished",
        /// An object is to be deleted.
        DestroyRequested = "destroy-requested",
        /// A setting keeps others out less than before.
        SafetyLowered = "safety-lowered",
        /// A client can get tokens that it could not get before.
        AccessGained = "access-gained",
        /// The same, of what is listed as critical.
        CriticalAccessGained = "critical-access-gained",
        /// The same, of the tenant's own Management API.
        ManagementApiGranted = "management-api-granted",
        /// A grant is for every scope of its API, also for those
        /// that it will get later.
        AllScopesGranted = "all-scopes-granted",
        /// A client that is in the tenant already is taken over, whatever it
        /// can do there.
        ClientTakenOver = "client-taken-over",
        /// An API is declared that was not: where the tenant has it, it is
        /// taken over, as nothing tells whose it is.
        ResourceServerClaimed = "resource-server-claimed",
        /// A key stands for another client or API than before: whatever names
        /// it means something else.
        KeyRebound = "key-rebound",
        /// A client proves who it is in another way: whoever holds the new key
        /// is that client.
        CredentialsChanged = "credentials-changed",
        /// The credentials of a client go to a place where
        /// they did not go before.
        DeliveryGained = "delivery-gained",
        /// What is listed as critical is another list.
        CriticalChanged = "critical-changed",
        /// A waiver comes or goes.
        WaiverChanged = "waiver-changed",
    }
}

/// Access that is looked at with care: what each of the patterns stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Critical {
    /// The clients, by key.
    pub client: Pattern,
    /// The APIs, by key or identifier.
    pub resource_server: Pattern,
    /// The scopes.
    pub scope: Pattern,
}

/// That a finding is known, and why nobody need act on it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Waiver {
    /// Which kind of finding.
    pub finding: FindingId,
    /// What it may be about.
    pub object: Pattern,
    /// Why.
    pub reason: String,
    /// The last day that it holds, in UTC.
    pub until: Day,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_waiver_names_a_finding_as_the_finding_does() {
        for id in FindingId::ALL {
            assert_eq!(serde_json::to_value(id).unwrap(), id.as_str());
        }
    }
}
