//! What a tenant holds.

use super::{Check, Subject};
use crate::config::Problems;
use crate::model::{Desired, Kind, StackName};
use crate::provider::local::FileState;
use crate::provider::{Contents, Health, Owned};
use crate::render::text::count;

impl Check {
    /// What a configuration without problems declares.
    #[must_use]
    pub fn configuration(desired: &Desired) -> Self {
        let Desired {
            stack,
            resource_servers,
            clients,
            grants,
            policy: _,
        } = desired;
        let counts = [
            count(resource_servers.len(), Kind::ResourceServer.words()),
            count(clients.len(), Kind::Client.words()),
            count(grants.len(), Kind::Grant.words()),
        ];
        Self::good(Subject::Configuration, &counts.join(", ")).saying(&format!("of stack {stack}"))
    }

    /// How many problems a configuration has; the first is shown elsewhere.
    #[must_use]
    pub fn problems(found: &Problems) -> Self {
        let number = count(found.problems.len(), ("problem", "problems"));
        let is_all = found.problems.len() == 1;
        let help = (!is_all).then(|| "`grantry validate` shows all of them".to_owned());
        Self::failed(Subject::Configuration, &number, help)
    }

    /// What the tenant holds, and how much of it belongs to the stack.
    #[must_use]
    pub fn contents(contents: &Contents, stack: Option<&StackName>) -> Self {
        let Contents { counts, owned } = contents;
        let counts = counts
            .iter()
            .map(|(kind, number)| count(*number, kind.words()));
        let counts: Vec<String> = counts.collect();
        let shown = if counts.is_empty() {
            "nothing may be seen".to_owned()
        } else {
            counts.join(", ")
        };
        let mut said = vec![shown];
        if let (Some(owned), Some(stack)) = (owned, stack) {
            let (bound, number) = match owned {
                Owned::Exactly(number) => ("", *number),
                Owned::AtLeast(number) => ("at least ", *number),
            };
            let verb = if number == 1 { "carries" } else { "carry" };
            let clients = count(number, ("client", "clients"));
            said.push(format!("{bound}{clients} {verb} the mark of {stack}"));
        }
        Self::found(Subject::Tenant, Health::Good, said)
    }

    /// What kind of file a tenant is in.
    #[must_use]
    pub fn file(path: &str, state: FileState) -> Self {
        Self::good(
            Subject::File,
            &match state {
                FileState::New => format!("{path} is not there yet: an empty tenant"),
                FileState::Version(version) => format!("{path}, version {version}"),
            },
        )
    }
}
