//! A stack of another name: the same edit of the mark of each
//! of its objects, shown once.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::marks::former_stack;
use super::rows::with_remarks;
use super::style::{CHANGED, STRONG, styled};
use super::text::{count_kinds, safe};
use crate::model::Kind;
use crate::plan::{Action, Change, Edit, Names};

/// Objects whose marks change alike.
struct Renaming<'a> {
    former: String,
    objects: Vec<&'a Change>,
}

/// What is the same for several objects, and the changes
/// with what is left of each.
pub(super) fn set_apart<'a>(
    changes: &'a [Change],
    names: &Names,
) -> (String, Cow<'a, [Change]>) {
    let renamings = find_renamings(changes);
    // As on nearly every day: no change of a plan, which may be large, is
    // copied for it.
    if renamings.is_empty() {
        return (String::new(), changes.into());
    }

    let shown: String = renamings
        .iter()
        .map(|renaming| show_renaming(renaming, names))
        .collect();
    let rest = changes
        .iter()
        .filter_map(|change| leave_rest(change, &renamings))
        .collect();
    (shown, rest)
}

/// A change without the edits that are shown for several; none
/// where that is all it was.
fn leave_rest(change: &Change, renamings: &[Renaming<'_>]) -> Option<Change> {
    let mut rest = change.clone();
    if change.action != Action::Update {
        return Some(rest);
    }

    rest.edits
        .retain(|edit| !is_shown(edit, renamings));
    // A change that had no edits has lost none, and is shown as it is.
    let has_lost_all = rest.edits.is_empty() && !change.edits.is_empty();
    (!has_lost_all).then_some(rest)
}

fn is_shown(edit: &Edit, renamings: &[Renaming<'_>]) -> bool {
    former_stack(edit).is_some_and(|former| {
        renamings
            .iter()
            .any(|renaming| renaming.former == former)
    })
}

fn find_renamings(changes: &[Change]) -> Vec<Renaming<'_>> {
    let mut by_former: BTreeMap<String, Vec<&Change>> = BTreeMap::new();
    let updates = changes
        .iter()
        .filter(|change| change.action == Action::Update);
    for change in updates {
        for former in change
            .edits
            .iter()
            .filter_map(former_stack)
        {
            by_former
                .entry(former)
                .or_default()
                .push(change);
        }
    }

    // One object alone is shown as any other.
    let several = by_former
        .into_iter()
        .filter(|(_, objects)| objects.len() > 1);
    several
        .map(|(former, objects)| Renaming {
            former,
            objects,
        })
        .collect()
}

fn show_renaming(renaming: &Renaming<'_>, names: &Names) -> String {
    let sign = styled(CHANGED, "~");
    let of_kind = |kind: Kind| {
        let objects = renaming.objects.iter();
        objects
            .filter(|object| object.address.kind() == kind)
            .count()
    };
    let counts = count_kinds(Kind::ALL.map(|kind| (of_kind(kind), kind)));
    let title = styled(STRONG, counts);
    let remarks = with_remarks(std::slice::from_ref(&renaming.former));
    let mut out = format!("  {sign} {title}{remarks}\n");

    for object in &renaming.objects {
        let _ = writeln!(
            out,
            "        {}",
            safe(&names.of(&object.address))
        );
    }
    out.push('\n');
    out
}
