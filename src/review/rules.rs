//! What a change does to the rules of its own review: they count as they were,
//! and the next change has the new ones.

use std::collections::BTreeSet;

use super::{Change, Finding, Level};
use crate::model::{Critical, Day, FindingId, Waiver};

pub(super) fn find(change: Change<'_>, today: Day) -> Vec<Finding> {
    let mut findings = find_critical(change);
    findings.extend(find_waivers(change, today));
    findings
}

fn find_critical(Change { before, after }: Change<'_>) -> Vec<Finding> {
    let (old, new) = (
        &before.loaded.desired.policy,
        &after.loaded.desired.policy,
    );
    let (dropped, added) = differences(&old.critical, &new.critical);

    // To take a rule away lowers the guard of every later change; to add one
    // harms nobody.
    let dropped = dropped.map(|(index, critical)| {
        let span = before.item("critical", index, None);
        Finding::new(
            FindingId::CriticalChanged,
            Level::Error,
            name(critical),
            span,
        )
        .message(format!(
            "`{}` is critical no more",
            name(critical)
        ))
    });
    let added = added.map(|(index, critical)| {
        let span = after.item("critical", index, None);
        Finding::new(
            FindingId::CriticalChanged,
            Level::Warning,
            name(critical),
            span,
        )
        .message(format!(
            "`{}` is critical from the next change on",
            name(critical)
        ))
    });
    dropped.chain(added).collect()
}

fn name(critical: &Critical) -> String {
    let Critical {
        client,
        resource_server,
        scope,
    } = critical;

    format!("critical.{client} -> {resource_server}: {scope}")
}

fn find_waivers(
    Change { before, after }: Change<'_>,
    today: Day,
) -> Vec<Finding> {
    let (old, new) = (
        &before.loaded.desired.policy,
        &after.loaded.desired.policy,
    );
    let (dropped, added) = differences(&old.waivers, &new.waivers);

    let say = |waiver: &Waiver| {
        let Waiver {
            finding,
            object,
            reason,
            until,
        } = waiver;
        format!("of `{finding}` for `{object}` until {until}: {reason}")
    };
    // A waiver counts from the next change on, and a reviewer sees it
    // before: unless it is so wide that nothing would be seen any
    // more, a warning is enough.
    let finding = |level, waiver: &Waiver, span| {
        let object = format!("waivers.{} {}", waiver.finding, waiver.object);
        Finding::new(FindingId::WaiverChanged, level, object, span)
    };
    let dropped = dropped.map(|(index, waiver)| {
        finding(
            Level::Warning,
            waiver,
            before.item("waivers", index, None),
        )
        .message(format!("a waiver goes, {}", say(waiver)))
    });
    let added = added.map(|(index, waiver)| {
        let span = after.item("waivers", index, None);
        let is_over = waiver.until < today;
        let over = if is_over {
            ", which is over"
        } else {
            ""
        };
        let message = format!("a waiver comes{over}, {}", say(waiver));

        match narrow(waiver, today).filter(|_| !is_over) {
            Some(help) => finding(Level::Error, waiver, span)
                .message(message)
                .help(help),
            None => finding(Level::Warning, waiver, span).message(message),
        }
    });
    dropped.chain(added).collect()
}

/// How many days a waiver may hold from now on: a year, whichever it is.
const LONGEST: i64 = 366;

/// How to write a waiver that is for anything, or for good, so that somebody
/// has weighed what it is for; none where it is for something, for some time.
fn narrow(waiver: &Waiver, today: Day) -> Option<String> {
    let objects =
        (waiver.object.names_nothing()).then_some("name what it is for");
    let days = (waiver.until.days_after(today) > LONGEST)
        .then_some("let it end within a year from now");

    let steps: Vec<&str> = objects
        .into_iter()
        .chain(days)
        .collect();
    (!steps.is_empty()).then(|| steps.join(", and "))
}

/// What only the old list has, and what only the new one has, each with its
/// place in its list.
fn differences<'a, T: Ord>(
    old: &'a [T],
    new: &'a [T],
) -> (
    impl Iterator<Item = (usize, &'a T)>,
    impl Iterator<Item = (usize, &'a T)>,
) {
    let in_old: BTreeSet<&T> = old.iter().collect();
    let in_new: BTreeSet<&T> = new.iter().collect();

    let dropped = old
        .iter()
        .enumerate()
        .filter(move |(_, item)| !in_new.contains(item));
    let added = new
        .iter()
        .enumerate()
        .filter(move |(_, item)| !in_old.contains(item));
    (dropped, added)
}
