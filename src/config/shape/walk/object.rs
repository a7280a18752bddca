//! Objects: keys that mean nothing in one, and keys that it needs.

use std::collections::BTreeSet;
use std::collections::btree_map::Entry as MapEntry;

use super::super::meant::meant_key;
use super::super::subject::Subject;
use super::super::unknown::{help_with_key, list_keys, shown_key};
use super::super::{ObjectShape, Shape};
use super::Walk;
use crate::config::node::{Entry, Node};
use crate::config::problem::{Problem, ProblemId};
use crate::words::quote_all;

impl Walk<'_> {
    pub(super) fn visit_object(
        &mut self,
        shape: &Shape,
        object: &ObjectShape,
        node: &Node,
        subject: Subject<'_>,
    ) {
        let noun = subject.name_object(shape.noun.as_deref());

        let mut misspelt = BTreeSet::new();
        for entry in node.entries() {
            let Some(shape) = object.properties.get(&*entry.key) else {
                let meant = self.report_unknown_key(object, entry, node, &noun);
                misspelt.extend(meant);
                continue;
            };
            let value = Subject::Entry(&entry.key, entry.key_span);
            self.visit(shape, &entry.value, value);
        }

        // A misspelt key is one mistake, not two.
        let is_misspelt = |key: &String| misspelt.contains(&**key);
        for key in &object.required {
            if node.entry(key).is_none() && !is_misspelt(key) {
                self.report(refuse_missing_key(key, node, &noun, subject));
            }
        }
        let alternatives = &object.exactly_one;
        if !alternatives.is_empty() && !alternatives.iter().any(is_misspelt) {
            self.check_exactly_one(alternatives, node, &noun, subject);
        }
    }

    /// Reports the key and returns what was probably meant.
    fn report_unknown_key<'o>(
        &mut self,
        object: &'o ObjectShape,
        entry: &Entry,
        whole: &Node,
        noun: &str,
    ) -> Option<&'o str> {
        let message = format!("{noun} has no key {}", shown_key(&entry.key));
        let mut problem =
            Problem::new(ProblemId::UnknownKey, entry.key_span, message);
        problem.help = help_with_key(object, entry, whole, &mut self.names);
        if problem.help.is_none() && self.is_first(noun, entry) {
            problem.help = Some(list_keys(object, entry));
        }
        self.report(problem);
        meant_key(object, entry)
    }

    /// Whether no key like this one comes before it, of which it was said which
    /// keys there are; of one that comes behind it, it is said no more.
    fn is_first(&mut self, noun: &str, entry: &Entry) -> bool {
        let place = self.problems.len();
        let listed = self
            .listed
            .entry((noun.to_owned(), entry.key.clone()));
        let earlier = match listed {
            MapEntry::Vacant(vacant) => {
                vacant.insert(place);
                return true;
            }
            MapEntry::Occupied(occupied) => occupied.into_mut(),
        };

        let Some(problem) = self.problems.get_mut(*earlier) else {
            return false;
        };
        let is_first = entry.key_span < problem.span;
        if is_first {
            problem.help = None;
            *earlier = place;
        }
        is_first
    }

    fn check_exactly_one(
        &mut self,
        keys: &[String],
        node: &Node,
        noun: &str,
        subject: Subject<'_>,
    ) {
        // In the order of the file, so that the second one is the one too many.
        let mut present: Vec<&Entry> = keys
            .iter()
            .filter_map(|key| node.entry(key))
            .collect();
        present.sort_by_key(|entry| entry.key_span);

        let (either, both) = name_alternatives(keys);
        match present.as_slice() {
            [] => {
                let message = format!("{noun} needs {either}");
                let span = subject.point_at(node.span);
                self.report(Problem::new(
                    ProblemId::MissingKey,
                    span,
                    message,
                ));
            }
            [_] => {}
            [first, second, ..] => {
                let message = format!("{noun} has {either}, not {both}");
                let span = second.key_span;
                let problem =
                    Problem::new(ProblemId::ConflictingKeys, span, message)
                        .related(first.key_span, "the other is here");
                self.report(problem);
            }
        }
    }
}

fn refuse_missing_key(
    key: &str,
    node: &Node,
    noun: &str,
    subject: Subject<'_>,
) -> Problem {
    let message = format!("{noun} needs the key `{key}`");
    let span = subject.point_at(node.span);

    Problem::new(ProblemId::MissingKey, span, message)
        .label(format!("`{key}` is missing"))
}

/// Keys of which there is one, and what there would be more than that.
fn name_alternatives(keys: &[String]) -> (String, &'static str) {
    let names = |keys: &[String], between| {
        quote_all(keys.iter().map(String::as_str), between)
    };

    match keys {
        [others @ .., last] if others.len() > 1 => {
            let others = names(others, ", ");
            (
                format!("one of {others} and `{last}`"),
                "several",
            )
        }
        _ => {
            let either = names(keys, " or ");
            (format!("either {either}"), "both")
        }
    }
}
