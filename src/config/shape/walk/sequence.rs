//! Lists: how many items there are, whether each is another, and whether they
//! are objects torn apart.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::super::subject::Subject;
use super::super::{Form, SequenceShape, Shape};
use super::Walk;
use crate::config::node::{Node, Value};
use crate::config::problem::{Problem, ProblemId, quote};
use crate::config::source::Span;

impl Walk<'_> {
    pub(super) fn check_count(
        &mut self,
        sequence: &SequenceShape,
        count: usize,
        node: &Node,
        subject: Subject<'_>,
    ) {
        let (id, allowed) = if count < sequence.min {
            let needed = match sequence.min {
                1 => "1 is".to_owned(),
                more => format!("{more} are"),
            };
            let allowed = format!("at least {needed} needed");
            (ProblemId::TooFew, allowed)
        } else if count > sequence.max {
            let allowed = format!("{} are allowed", sequence.max);
            (ProblemId::TooMany, allowed)
        } else {
            return;
        };

        let message = format!("{subject} has {count} items; {allowed}");
        let span = subject.point_at(node.span);
        self.report(Problem::new(id, span, message));
    }

    pub(super) fn visit_items(
        &mut self,
        sequence: &SequenceShape,
        nodes: &[Node],
        subject: Subject<'_>,
    ) {
        if let Some(noun) = noun_of_torn(&sequence.items, nodes) {
            self.report(refuse_torn(noun, nodes, subject));
            return;
        }

        let mut seen = BTreeMap::new();
        for node in nodes {
            let item = Subject::Item(subject.key());
            self.visit(&sequence.items, node, item);

            if !sequence.unique {
                continue;
            }
            let Some((item, shown)) = identify(node) else {
                continue;
            };
            if let Some(first) = seen.insert(item, node.span) {
                let message = format!("{subject} lists {shown} twice");
                let problem =
                    Problem::new(ProblemId::DuplicateItem, node.span, message)
                        .related(first, "first listed here");
                self.report(problem);
            }
        }
    }
}

/// What makes an item this one and no other, and how it is shown.
fn identify(node: &Node) -> Option<(Cow<'_, str>, String)> {
    match &node.value {
        Value::Text(text) => Some((Cow::Borrowed(text), quote(text))),
        // As one text: its keys are in order, and its places are not in it.
        Value::Mapping(_) => {
            let text = serde_json::to_string(node).ok()?;
            Some((Cow::Owned(text), "the same".to_owned()))
        }
        // Nothing else may be in such a list, which has been said.
        _ => None,
    }
}

/// What the objects of a list are, if they are all torn into their keys by a
/// `-` before each.
fn noun_of_torn<'s>(shape: &'s Shape, nodes: &[Node]) -> Option<&'s str> {
    let Form::Object(object) = &shape.form else {
        return None;
    };
    let mut keys = BTreeSet::new();
    for node in nodes {
        let [entry] = node.entries() else {
            return None;
        };
        if !object
            .properties
            .contains_key(&*entry.key)
        {
            return None;
        }
        keys.insert(&*entry.key);
    }

    let is_torn = nodes.len() > 1
        && keys.len() == nodes.len()
        && object.required.len() > 1;
    shape
        .noun
        .as_deref()
        .filter(|_| is_torn)
}

fn refuse_torn(noun: &str, nodes: &[Node], subject: Subject<'_>) -> Problem {
    let message = format!(
        "each `-` begins another {noun}, and those of {subject} have one key \
         each"
    );
    let help = format!(
        "write one `-` before all keys of a {noun}, or `{{ }}` around them"
    );
    let span = nodes
        .first()
        .map_or(Span::whole(0), |node| node.span);

    Problem::new(ProblemId::WrongType, span, message).help(help)
}
