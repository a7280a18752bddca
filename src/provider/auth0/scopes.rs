//! Which scopes of the Management API a need takes.

use std::collections::BTreeSet;

use crate::model::Kind;
use crate::provider::{Need, Objects};

/// Either of these shows the keys of clients.
const SHOWING_KEYS: [&str; 2] = ["read:client_keys", "read:client_credentials"];

/// The scopes of a token that says which it has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Scopes(BTreeSet<String>);

impl Scopes {
    /// Reads a list as tokens have it: words with spaces between.
    pub(super) fn parse(text: &str) -> Self {
        Self(
            text.split_whitespace()
                .map(str::to_owned)
                .collect(),
        )
    }

    /// Whether the keys of clients are shown to the token.
    pub(super) fn show_keys(&self) -> bool {
        SHOWING_KEYS
            .iter()
            .any(|scope| self.0.contains(*scope))
    }

    /// The scopes that would meet the needs that are not met, one for each.
    pub(super) fn find_missing(
        &self,
        needs: &BTreeSet<Need>,
    ) -> BTreeSet<String> {
        needs
            .iter()
            .map(|need| alternatives(*need))
            .filter(|scopes| self.find_any(scopes).is_none())
            // Only the plainest: whoever sets up a client is to add one scope
            // for each need, and not choose.
            .filter_map(|scopes| scopes.into_iter().next())
            .collect()
    }

    /// Those that meet none of the needs, or one that a
    /// plainer scope meets already.
    pub(super) fn find_unused(
        &self,
        needs: &BTreeSet<Need>,
    ) -> BTreeSet<String> {
        let used: BTreeSet<String> = needs
            .iter()
            .filter_map(|need| {
                self.find_any(&alternatives(*need))
                    .cloned()
            })
            .collect();

        self.0
            .difference(&used)
            .cloned()
            .collect()
    }

    /// The first of some scopes that is among these.
    fn find_any<'a>(&self, scopes: &'a [String]) -> Option<&'a String> {
        scopes
            .iter()
            .find(|scope| self.0.contains(*scope))
    }
}

/// The scopes of the Management API that these needs
/// take, the plainest for each.
#[must_use]
pub fn scopes(needs: &BTreeSet<Need>) -> BTreeSet<String> {
    Scopes::default().find_missing(needs)
}

/// The scopes any one of which meets a need, the plainest first.
fn alternatives(need: Need) -> Vec<String> {
    let (verb, objects) = match need {
        Need::Read(objects) => ("read", objects),
        Need::Create(objects) => ("create", objects),
        Need::Update(objects) => ("update", objects),
        Need::Delete(objects) => ("delete", objects),
    };
    // As the Management API calls them, which is not always
    // the segment of their path.
    let plural = match objects {
        Objects::Of(Kind::ResourceServer) => "resource_servers",
        Objects::Of(Kind::Client) => "clients",
        Objects::Of(Kind::Grant) => "client_grants",
        Objects::Keys => "client_credentials",
        Objects::Organizations => "organization_client_grants",
        Objects::Secrets => "client_keys",
    };
    let mut scopes = vec![format!("{verb}:{plural}")];

    // These show and change all that is needed here; the other scopes of
    // clients do not.
    if need == Need::Read(Objects::Of(Kind::Client)) {
        scopes.push("read:client_keys".to_owned());
    }
    scopes
}

#[cfg(test)]
mod tests;
