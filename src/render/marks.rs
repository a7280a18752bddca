//! What becomes of an object's mark, in words: its entries are for programs.

use serde_json::Value;
use smol_str::SmolStr;

use super::document::{ActionView, EditView, LeafView};
use crate::model::{ClientSpec, Delivery, Kind, Mark, Protection};
use crate::plan::Edit;

/// How one entry of a mark changes.
struct MarkEdit {
    entry: MarkEntry,
    before: Option<SmolStr>,
    after: Option<SmolStr>,
}

/// An entry of a mark.
enum MarkEntry {
    Stack,
    Key,
}

/// The edits that show their values, and what is said beside the name: of the
/// action, and of the others, which are about the mark.
pub(super) fn set_apart(
    action: ActionView,
    kind: Kind,
    edits: &[Edit],
) -> (Vec<&Edit>, Vec<String>) {
    set_apart_by(action, kind, edits, MarkEdit::of)
}

/// The same, of a view.
pub(super) fn set_apart_of_view(
    action: ActionView,
    kind: Kind,
    edits: &[EditView],
) -> (Vec<&EditView>, Vec<String>) {
    set_apart_by(action, kind, edits, MarkEdit::of_view)
}

fn set_apart_by<E>(
    action: ActionView,
    kind: Kind,
    edits: &[E],
    find: impl Fn(&E) -> Option<MarkEdit>,
) -> (Vec<&E>, Vec<String>) {
    let mut shown = Vec::new();
    let mut said = Vec::new();
    said.extend(action.remark().map(str::to_owned));
    for edit in edits {
        match find(edit).and_then(|edit| edit.words(action, kind)) {
            Some(words) => said.extend(words),
            None => shown.push(edit),
        }
    }
    (shown, said)
}

/// What is said of an edit of the stack in a mark; none where only its values
/// say what it is.
pub(super) fn former_stack(edit: &Edit) -> Option<String> {
    let MarkEdit {
        entry: MarkEntry::Stack,
        before: Some(before),
        after: Some(after),
    } = MarkEdit::of(edit)?
    else {
        return None;
    };

    let words = words_between_stacks(&before, &after)?;
    (!words.is_empty()).then(|| words.join("; "))
}

impl MarkEdit {
    fn of(edit: &Edit) -> Option<Self> {
        // Nearly none is, and a view has values of its own.
        MarkEntry::of(edit.path.iter().map(SmolStr::as_str))?;
        Self::of_view(&EditView::of(edit))
    }

    fn of_view(edit: &EditView) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(SmolStr::from);
        let entry = MarkEntry::of(edit.path.iter().map(String::as_str))?;

        let (before, after) = match &edit.leaf {
            LeafView::Added { after } => (None, Some(text(after)?)),
            LeafView::Removed { before } => (Some(text(before)?), None),
            LeafView::Changed { before, after } => {
                (Some(text(before)?), Some(text(after)?))
            }
        };
        Some(Self {
            entry,
            before,
            after,
        })
    }

    /// What it comes to; none where it cannot be read, or nothing else says
    /// that there is a mark.
    fn words(&self, action: ActionView, kind: Kind) -> Option<Vec<String>> {
        match (&self.before, &self.after) {
            (None, Some(after)) => self.entry.words_of_new(action, after),
            (Some(before), None) => self.entry.words_of_lost(action, before),
            (Some(before), Some(after)) => match self.entry {
                MarkEntry::Stack => words_between_stacks(before, after),
                MarkEntry::Key => words_between_keys(kind, before, after),
            },
            (None, None) => None,
        }
    }
}

impl MarkEntry {
    fn of<'a>(mut path: impl Iterator<Item = &'a str>) -> Option<Self> {
        match (path.next()?, path.next()?, path.next()) {
            (ClientSpec::METADATA, Mark::STACK, None) => Some(Self::Stack),
            (ClientSpec::METADATA, Mark::KEY, None) => Some(Self::Key),
            _ => None,
        }
    }

    /// Of what is created or taken over nobody has to
    /// be told that it is marked.
    fn words_of_new(
        &self,
        action: ActionView,
        after: &str,
    ) -> Option<Vec<String>> {
        if !matches!(action, ActionView::Create | ActionView::Adopt) {
            return None;
        }

        match self {
            Self::Stack => Mark::read_stack(after).map(|_| Vec::new()),
            Self::Key => {
                let (_, protection, _) = Mark::read_key(after)?;
                Some(match protection {
                    Protection::Protected => vec!["protected".to_owned()],
                    Protection::Open => Vec::new(),
                })
            }
        }
    }

    /// What is let go loses it.
    fn words_of_lost(
        &self,
        action: ActionView,
        before: &str,
    ) -> Option<Vec<String>> {
        if !matches!(action, ActionView::Release | ActionView::Delete) {
            return None;
        }

        let is_read = match self {
            Self::Stack => Mark::read_stack(before).is_some(),
            Self::Key => Mark::read_key(before).is_some(),
        };
        is_read.then(Vec::new)
    }
}

fn words_between_stacks(before: &str, after: &str) -> Option<Vec<String>> {
    let (was, was_for) = Mark::read_stack(before)?;
    let (is, is_for) = Mark::read_stack(after)?;

    let mut words = Vec::new();
    if was != is {
        words.push(format!("was of stack {was}"));
    }
    if was_for != is_for {
        words.push("its mark was for another tenant".to_owned());
    }
    Some(words)
}

fn words_between_keys(
    kind: Kind,
    before: &str,
    after: &str,
) -> Option<Vec<String>> {
    let (was, was_protected, was_delivered) = Mark::read_key(before)?;
    let (is, is_protected, is_delivered) = Mark::read_key(after)?;

    let mut words = Vec::new();
    if was != is {
        words.push(format!("was {}.{was}", section(kind)));
    }
    if was_protected != is_protected {
        words.push(protection(is_protected).to_owned());
    }
    if was_delivered != is_delivered {
        words.push(delivery(is_delivered).to_owned());
    }
    Some(words)
}

/// Where a configuration declares what carries a mark.
fn section(kind: Kind) -> &'static str {
    match kind {
        Kind::ResourceServer => "resource_servers",
        Kind::Client => "clients",
        Kind::Grant => "grants",
    }
}

fn protection(protection: Protection) -> &'static str {
    match protection {
        Protection::Protected => "protected from now on",
        Protection::Open => "not protected any more",
    }
}

fn delivery(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Done => "its credentials are delivered",
        Delivery::Pending => "its credentials are not delivered yet",
    }
}

#[cfg(test)]
mod tests;
