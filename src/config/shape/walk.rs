//! The walk of a tree along its shape.

use std::collections::{BTreeMap, BTreeSet};

use super::super::node::{Entry, Node, Value};
use super::super::problem::{Problem, ProblemId, Problems, quoted};
use super::super::source::{Sources, Span};
use super::text::{Fault, TextRule};
use super::words::{Subject, expected, found, row, wrong_type_help};
use super::{Form, Items, Map, Object, Shape};
use crate::model::nearest;

/// All that is wrong with a value.
pub(super) fn problems(shape: &Shape, node: &Node, sources: &Sources) -> Vec<Problem> {
    let mut walk = Walk {
        sources,
        problems: Vec::new(),
    };
    walk.node(shape, node, Subject::Document);
    walk.problems
}

struct Walk<'a> {
    sources: &'a Sources,
    problems: Vec<Problem>,
}

impl Walk<'_> {
    fn report(&mut self, problem: Problem) {
        if self.problems.len() < Problems::MOST {
            self.problems.push(problem);
        }
    }

    fn node(&mut self, shape: &Shape, node: &Node, subject: Subject<'_>) {
        match (&shape.form, &node.value) {
            (_, Value::Null) if shape.nullable => {}
            (Form::Bool, Value::Bool(_)) | (Form::True, Value::Bool(true)) => {}
            (Form::True, Value::Bool(false)) => self.report(
                Problem::new(
                    ProblemId::UnknownValue,
                    node.span,
                    format!("{subject} can only be `true`"),
                )
                .help("leave it out otherwise"),
            ),
            (Form::Integer { min, max }, Value::Integer(number)) => {
                if !(min..=max).contains(&number) {
                    self.out_of_range(*min, *max, node, subject);
                }
            }
            (Form::Integer { min, max }, Value::OtherNumber) if self.is_whole(node) => {
                self.out_of_range(*min, *max, node, subject);
            }
            (Form::Text(rule), Value::Text(text)) => self.text(rule, text, node.span, subject),
            (Form::Choice(choices) | Form::NameOrObject(choices, _), Value::Text(text)) => {
                if !choices.iter().any(|choice| **choice == **text) {
                    self.unknown_value(choices, text, node, subject);
                }
            }
            (Form::Sequence(items), Value::Sequence(nodes)) => {
                self.count(items, nodes, node, subject);
                self.sequence(items, nodes, subject);
            }
            (Form::Map(map), Value::Mapping(entries)) => self.map(map, entries, node, subject),
            (Form::Object(object) | Form::NameOrObject(_, object), Value::Mapping(_)) => {
                self.object(shape, object, node, subject);
            }
            _ => self.wrong_type(shape, node, subject),
        }
    }

    fn is_whole(&self, node: &Node) -> bool {
        let text = self.sources.slice(node.span);
        text.trim_start_matches(['-', '+'])
            .bytes()
            .all(|byte| byte.is_ascii_digit())
    }

    fn wrong_type(&mut self, shape: &Shape, node: &Node, subject: Subject<'_>) {
        let source = self.sources.slice(node.span);
        let expected = expected(&shape.form);
        let message = if node.value == Value::Null && source.is_empty() {
            format!("{subject} is empty; it must be {expected}")
        } else {
            format!("{subject} must be {expected}, not {}", found(node, source))
        };
        let mut problem = Problem::new(ProblemId::WrongType, subject.place_of(node), message);
        problem.help = wrong_type_help(&shape.form, node, source);
        self.report(problem.label(format!("expected {expected}")));
    }

    fn out_of_range(&mut self, min: i64, max: i64, node: &Node, subject: Subject<'_>) {
        self.report(Problem::new(
            ProblemId::OutOfRange,
            node.span,
            format!("{subject} must be a whole number from {min} to {max}"),
        ));
    }

    fn unknown_value(&mut self, choices: &[String], text: &str, node: &Node, subject: Subject<'_>) {
        let choices = || choices.iter().map(String::as_str);
        self.report(
            Problem::new(
                ProblemId::UnknownValue,
                node.span,
                format!("{subject} cannot be {}", quoted(text)),
            )
            .help(format!("it is one of {}", row(choices(), ", ")))
            .suggest(nearest(text, choices())),
        );
    }

    fn text(&mut self, rule: &TextRule, text: &str, span: Span, subject: Subject<'_>) {
        let Some(fault) = rule.fault(text) else {
            return;
        };
        let (id, message) = match fault {
            Fault::TooShort if text.is_empty() => {
                (ProblemId::TooShort, format!("{subject} must not be empty"))
            }
            Fault::TooShort => (
                ProblemId::TooShort,
                format!("{subject} must have at least {} characters", rule.min),
            ),
            Fault::TooLong(length) => (
                ProblemId::TooLong,
                format!(
                    "{subject} has {length} characters; {} are allowed",
                    rule.max
                ),
            ),
            Fault::Malformed => (
                ProblemId::Malformed,
                format!("{subject} cannot be {}: {}", quoted(text), rule.words),
            ),
        };
        self.report(Problem::new(id, span, message));
    }

    fn count(&mut self, items: &Items, nodes: &[Node], node: &Node, subject: Subject<'_>) {
        let (id, allowed) = match nodes.len() {
            few if few < items.min => (
                ProblemId::TooFew,
                format!(
                    "at least {} needed",
                    match items.min {
                        1 => "1 is".to_owned(),
                        more => format!("{more} are"),
                    }
                ),
            ),
            many if many > items.max => (ProblemId::TooMany, format!("{} are allowed", items.max)),
            _ => return,
        };
        let message = format!("{subject} has {} items; {allowed}", nodes.len());
        self.report(Problem::new(id, subject.place(node.span), message));
    }

    fn sequence(&mut self, items: &Items, nodes: &[Node], subject: Subject<'_>) {
        let mut seen = BTreeMap::new();
        for node in nodes {
            self.node(&items.shape, node, Subject::Item(subject.key()));
            let (true, Value::Text(text)) = (items.unique, &node.value) else {
                continue;
            };
            if let Some(first) = seen.insert(text, node.span) {
                self.report(
                    Problem::new(
                        ProblemId::DuplicateItem,
                        node.span,
                        format!("{subject} lists {} twice", quoted(text)),
                    )
                    .related(first, "first listed here"),
                );
            }
        }
    }

    fn map(&mut self, map: &Map, entries: &[Entry], node: &Node, subject: Subject<'_>) {
        if entries.len() > map.max {
            self.report(Problem::new(
                ProblemId::TooMany,
                subject.place(node.span),
                format!(
                    "{subject} has {} entries; {} are allowed",
                    entries.len(),
                    map.max
                ),
            ));
        }
        for entry in entries {
            self.text(
                &map.keys,
                &entry.key,
                entry.key_span,
                Subject::Key(subject.key()),
            );
            self.node(
                &map.values,
                &entry.value,
                Subject::Entry(&entry.key, entry.key_span),
            );
        }
    }

    fn object(&mut self, shape: &Shape, object: &Object, node: &Node, subject: Subject<'_>) {
        let noun = subject.noun(shape.noun.as_deref());
        let mut misspelt = BTreeSet::new();
        for entry in node.entries() {
            match object.properties.get(&*entry.key) {
                Some(shape) => {
                    self.node(
                        shape,
                        &entry.value,
                        Subject::Entry(&entry.key, entry.key_span),
                    );
                }
                None => misspelt.extend(self.unknown_key(object, entry, &noun)),
            }
        }
        // A misspelt key is one mistake, not two.
        let missing = |key: &str| node.entry(key).is_none() && !misspelt.contains(key);
        for key in object.required.iter().filter(|key| missing(key)) {
            self.report(
                Problem::new(
                    ProblemId::MissingKey,
                    subject.place(node.span),
                    format!("{noun} needs the key `{key}`"),
                )
                .label(format!("`{key}` is missing")),
            );
        }
        let alternatives = &object.exactly_one;
        if !alternatives.is_empty() && !alternatives.iter().any(|key| misspelt.contains(&**key)) {
            self.exactly_one(alternatives, node, &noun, subject);
        }
    }

    /// Reports the key and returns what was probably meant.
    fn unknown_key<'o>(
        &mut self,
        object: &'o Object,
        entry: &Entry,
        noun: &str,
    ) -> Option<&'o str> {
        let known = || object.properties.keys().map(String::as_str);
        let meant = nearest(&entry.key, known());
        self.report(
            Problem::new(
                ProblemId::UnknownKey,
                entry.key_span,
                format!("{noun} has no key {}", quoted(&entry.key)),
            )
            .help(format!("the keys are {}", row(known(), ", ")))
            .suggest(meant),
        );
        meant
    }

    fn exactly_one(&mut self, keys: &[String], node: &Node, noun: &str, subject: Subject<'_>) {
        let mut present: Vec<&Entry> = keys.iter().filter_map(|key| node.entry(key)).collect();
        present.sort_by_key(|entry| entry.key_span);
        let either = row(keys.iter().map(String::as_str), " or ");
        match present.as_slice() {
            [] => self.report(Problem::new(
                ProblemId::MissingKey,
                subject.place(node.span),
                format!("{noun} needs either {either}"),
            )),
            [_] => {}
            [first, second, ..] => self.report(
                Problem::new(
                    ProblemId::ConflictingKeys,
                    second.key_span,
                    format!("{noun} has either {either}, not both"),
                )
                .related(first.key_span, "the other is here"),
            ),
        }
    }
}
