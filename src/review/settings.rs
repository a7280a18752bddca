//! What holds for the whole: which stack and tenant, what counts as owned, how
//! much may be deleted.

use std::collections::BTreeSet;

use super::{Change, Finding, Level};
use crate::config::{ProviderChoice, Span, Written};
use crate::model::{Emptying, FindingId, Limits, Prune};
use crate::plan::FEW_DELETIONS;

pub(super) fn find(change: Change<'_>) -> Vec<Finding> {
    [
        find_stack,
        find_provider,
        find_prune,
        find_owns,
        find_limits,
    ]
    .into_iter()
    .flat_map(|find| find(change))
    .collect()
}

fn error(id: FindingId, object: &str, span: Span) -> Finding {
    Finding::new(id, Level::Error, object, span)
}

/// Whose marks count: a plan for another stack tells of, and
/// deletes, what is that one's.
fn find_stack(Change { before, after }: Change<'_>) -> Vec<Finding> {
    let (old, new) = (&before.loaded.desired, &after.loaded.desired);
    let mut findings = Vec::new();

    if old.stack != new.stack {
        let message = format!(
            "the stack was `{}`, and is `{}`",
            old.stack, new.stack
        );
        let object = format!("stack.{}", new.stack);
        let finding = error(
            FindingId::StackChanged,
            &object,
            after.setting("stack"),
        );
        findings.push(finding.message(message));
    }

    let known: BTreeSet<_> = old
        .policy
        .former_stacks
        .iter()
        .chain([&old.stack])
        .collect();
    for former in &new.policy.former_stacks {
        if !known.contains(former) {
            let message = format!(
                "what carries the mark of the stack `{former}` is taken over"
            );
            let object = format!("moved.{former}");
            let finding = error(
                FindingId::StackChanged,
                &object,
                after.setting("moved"),
            );
            findings.push(finding.message(message));
        }
    }
    findings
}

/// How fast a tenant may be spoken to is no matter of safety.
fn find_provider(Change { before, after }: Change<'_>) -> Vec<Finding> {
    let (old, new) = (&before.loaded.provider, &after.loaded.provider);
    let (old, new) = (
        name_tenant(old.as_ref()),
        name_tenant(new.as_ref()),
    );
    if old == new {
        return Vec::new();
    }

    let span = after.setting("provider");
    let finding = error(FindingId::ProviderChanged, "provider", span);
    vec![finding.message(format!("the tenant was {old}, and is {new}"))]
}

fn name_tenant(provider: Option<&ProviderChoice>) -> String {
    match provider {
        None => "not named".to_owned(),
        Some(ProviderChoice::Local { file }) => {
            format!("`local` in `{}`", file.display())
        }
        Some(ProviderChoice::Auth0 {
            domain: None, ..
        }) => "`auth0`".to_owned(),
        Some(ProviderChoice::Auth0 {
            domain: Some(domain),
            ..
        }) => format!("`auth0` at `{domain}`"),
        // Where it is, and which realm, as far as either is said.
        Some(ProviderChoice::Keycloak { url, realm, .. }) => {
            let said = [url, realm]
                .into_iter()
                .flatten()
                .map(String::as_str);
            match said.collect::<Vec<_>>().as_slice() {
                [] => "`keycloak`".to_owned(),
                said => format!("`keycloak` at `{}`", said.join(" ")),
            }
        }
    }
}

fn find_prune(Change { before, after }: Change<'_>) -> Vec<Finding> {
    let prune = |of: &Written| of.loaded.desired.policy.prune;
    // The other way round nothing is lost: what is not declared stays.
    if (prune(before), prune(after)) != (Prune::Off, Prune::On) {
        return Vec::new();
    }

    let finding = error(
        FindingId::PruneEnabled,
        "prune",
        after.setting("prune"),
    );
    vec![
        finding.message(
            "what is the stack's and not declared is deleted from now on",
        ),
    ]
}

fn find_owns(Change { before, after }: Change<'_>) -> Vec<Finding> {
    let old = &before.loaded.desired.policy.owns;
    let new = &after.loaded.desired.policy.owns;

    // A pattern stands for all that another one does if it stands for its text:
    // a star is matched by none but a star.
    let is_known = |pattern: &str| {
        old.iter()
            .any(|old| old.matches(pattern))
    };
    let patterns = new.iter().map(ToString::to_string);
    let new = patterns.filter(|pattern| !is_known(pattern));
    let findings = new.map(|pattern| {
        let object = format!("owns.{pattern}");
        error(
            FindingId::OwnsWidened,
            &object,
            after.setting("owns"),
        )
        .message(format!(
            "APIs that `{pattern}` stands for count as owned"
        ))
    });
    findings.collect()
}

fn find_limits(Change { before, after }: Change<'_>) -> Vec<Finding> {
    let old = &before.loaded.desired.policy.limits;
    let new = &after.loaded.desired.policy.limits;
    let span = after.setting("limits");
    let mut findings = Vec::new();

    if may_delete_more(old, new) {
        let number = |limits: &Limits| match limits.max_deletes {
            Some(most) => format!("`max_deletes: {most}`"),
            None => "the default".to_owned(),
        };
        let message = format!(
            "the limit of deletions was {}, and is {}",
            number(old),
            number(new)
        );
        let finding = warning("limits.max_deletes", span);
        findings.push(finding.message(message));
    }
    if (old.emptying, new.emptying) == (Emptying::Refused, Emptying::Allowed) {
        let finding = warning("limits.allow_empty", span);
        findings.push(
            finding.message(
                "the last object of a kind may be deleted from now on",
            ),
        );
    }
    findings
}

fn warning(object: &str, span: Span) -> Finding {
    Finding::new(
        FindingId::LimitsWidened,
        Level::Warning,
        object,
        span,
    )
}

/// The default grows with what there is, so that no number
/// is more than it for sure.
fn may_delete_more(old: &Limits, new: &Limits) -> bool {
    match (old.max_deletes, new.max_deletes) {
        (None, None) => false,
        (Some(_), None) => true,
        // The default allows this many of each kind at least, and a number
        // counts all kinds together.
        (None, Some(new)) => new > FEW_DELETIONS,
        (Some(old), Some(new)) => new > old,
    }
}
