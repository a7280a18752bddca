//! What a tenant holds.

use super::{Diagnosis, Subject};
use crate::config::Problems;
use crate::model::{Desired, StackName};
use crate::provider::local::FileState;
use crate::provider::{Contents, Health, Owned};
use crate::render::plan::count_declared;
use crate::render::text::count;

impl Diagnosis {
    /// What a configuration without problems declares.
    #[must_use]
    pub fn configuration(desired: &Desired) -> Self {
        let counts = count_declared(desired);
        let owner = format!("of stack {}", desired.stack);

        Self::good(Subject::Configuration, &counts).saying(&owner)
    }

    /// How many problems a configuration has; the first is shown elsewhere.
    #[must_use]
    pub fn problems(found: &Problems) -> Self {
        let number = found.problems.len();
        let finding = count(number, ("problem", "problems"));
        let help = (number != 1)
            .then(|| "`grantry validate` shows all of them".to_owned());

        Self::failed(Subject::Configuration, &finding, help)
    }

    /// What the tenant holds, and how much of it belongs to the stack.
    #[must_use]
    pub fn contents(contents: &Contents, stack: Option<&StackName>) -> Self {
        let Contents { counts, owned } = contents;
        let counts: Vec<String> = counts
            .iter()
            .map(|(kind, number)| count(*number, kind.words()))
            .collect();
        let shown = if counts.is_empty() {
            "nothing may be seen".to_owned()
        } else {
            counts.join(", ")
        };
        let mut findings = vec![shown];

        if let (Some(owned), Some(stack)) = (owned, stack) {
            findings.push(say_owned(*owned, stack));
        }
        Self::new(Subject::Tenant, Health::Good, findings)
    }

    /// What kind of file a tenant is in.
    #[must_use]
    pub fn file(path: &str, state: FileState) -> Self {
        let finding = match state {
            FileState::New => {
                format!("{path} is not there yet: an empty tenant")
            }
            FileState::Version(version) => format!("{path}, version {version}"),
        };

        Self::good(Subject::File, &finding)
    }
}

/// How many clients belong to a stack.
fn say_owned(owned: Owned, stack: &StackName) -> String {
    let (bound, number) = match owned {
        Owned::Exactly(number) => ("", number),
        Owned::AtLeast(number) => ("at least ", number),
    };
    let clients = count(number, ("client", "clients"));
    let verb = if number == 1 {
        "carries"
    } else {
        "carry"
    };

    format!("{bound}{clients} {verb} the mark of {stack}")
}
