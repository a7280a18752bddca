//! What a change of a configuration does that somebody should know of: access
//! gained, and safety lost.
//!
//! A pure function over two configurations, the one before the change and the
//! one after it. It knows no tenant: a pull request can be reviewed without any
//! credentials. What a finding may be waived for, and what is critical, is read
//! in the configuration before the change, so that no change can excuse itself.
//!
//! ```text
//!  settings    which stack and tenant, what counts as owned, how much may be deleted
//!  objects     what is gone, unprotected, or to be deleted; other keys of a client
//!  lowered     what keeps others out, and does so less than before
//!  access      what clients can get tokens for that they could not before
//!  deliveries  where credentials go that they did not go to before
//!  rules       what the change does to the rules of its own review
//!     └► waive    what is known already
//! ```

mod access;
mod critical;
mod deliveries;
mod finding;
mod lowered;
mod objects;
mod rules;
mod settings;

pub use finding::{Finding, Level};

use crate::config::{Span, Written};
use crate::model::{Day, EnvironmentName, FindingId};

/// What the change from one configuration to the other does, in the order of
/// the places. Without one before, it is compared with one that declares
/// nothing: all is gained, and nothing was waived.
#[must_use]
pub fn review(
    before: Option<&Written>,
    after: &Written,
    today: Day,
) -> Vec<Finding> {
    let mut findings = if let Some(before) = before {
        find(Change { before, after }, today)
    } else {
        // The same review: another one for what is new would
        // be a way around this one.
        let nothing = after.with_nothing_declared();
        let before = &nothing;
        let mut findings = find(Change { before, after }, today);
        findings.retain(Finding::concerns_what_is_new);
        for finding in &mut findings {
            finding.weigh_as_new();
        }
        findings
    };

    findings.sort_by(|left, right| left.order().cmp(&right.order()));
    findings
}

/// Says of an environment that it is not there any more. One that has another
/// name is a new one: whatever it gives up is no change of that.
#[must_use]
pub fn vanished_environment(name: &EnvironmentName, span: Span) -> Finding {
    let object = format!("environments.{name}");
    let message = format!(
        "`{object}` is gone: what is in its tenant stays, and nobody looks \
         after it"
    );

    Finding::new(
        FindingId::Vanished,
        Level::Warning,
        object,
        span,
    )
    .message(message)
}

fn find(change: Change<'_>, today: Day) -> Vec<Finding> {
    let mut findings = settings::find(change);
    findings.extend(objects::find(change));
    findings.extend(lowered::find(change));
    findings.extend(access::find(change));
    findings.extend(deliveries::find(change));
    findings.extend(rules::find(change, today));

    let before = &change
        .before
        .loaded
        .desired
        .policy
        .waivers;
    let after = &change
        .after
        .loaded
        .desired
        .policy
        .waivers;
    for finding in &mut findings {
        finding.waive(before, after, today);
    }
    findings
}

/// A configuration before and after a change.
#[derive(Clone, Copy)]
struct Change<'a> {
    before: &'a Written,
    after: &'a Written,
}
