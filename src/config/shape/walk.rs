//! The walk of a tree along its shape.

use std::borrow::Cow;
use std::collections::btree_map::Entry as MapEntry;
use std::collections::{BTreeMap, BTreeSet};

use super::super::node::{Entry, Node, Value};
use super::super::other_names::{OtherNames, section_of};
use super::super::problem::{
    Problem, ProblemId, Problems, did_you_mean, quote,
};
use super::super::section::FOR_EACH;
use super::super::source::{Source, Sources, Span};
use super::help::{
    help_with_dashes, help_with_indent, help_with_text, help_with_type,
};
use super::text::{TextError, TextRule};
use super::unknown::{SECTION, help_with_key, list_keys, meant_key, shown_key};
use super::words::{Subject, describe_form, describe_node, join_quoted};
use super::{Form, MapShape, ObjectShape, SequenceShape, Shape};
use crate::model::{Step, nearest};

/// All that is wrong with a value.
pub(super) fn find_problems(
    shape: &Shape,
    node: &Node,
    sources: &Sources,
) -> Vec<Problem> {
    let mut walk = Walk {
        sources,
        names: OtherNames::of(node),
        listed: BTreeMap::new(),
        problems: Vec::new(),
    };
    walk.visit(shape, node, Subject::Document);
    walk.problems
}

struct Walk<'a> {
    sources: &'a Sources,
    names: OtherNames<'a>,
    /// Of which unknown keys it was said which keys there are, each with the
    /// object that it is none of, and in which problem.
    listed: BTreeMap<(String, Box<str>), usize>,
    problems: Vec<Problem>,
}

impl Walk<'_> {
    fn report(&mut self, problem: Problem) {
        if self.problems.len() < Problems::MOST {
            self.problems.push(problem);
        }
    }

    fn visit(&mut self, shape: &Shape, node: &Node, subject: Subject<'_>) {
        match (&shape.form, &node.value) {
            (_, Value::Null) if shape.nullable => {}
            // Why something is not known has been said.
            (_, Value::Unknown)
            | (
                Form::Scalar,
                Value::Null
                | Value::Bool(_)
                | Value::Integer(_)
                | Value::Text(_),
            )
            | (Form::Bool, Value::Bool(_))
            | (Form::True, Value::Bool(true)) => {}
            (Form::True, Value::Bool(false)) => {
                self.report_false(node, subject);
            }
            (Form::Integer { min, max }, Value::Integer(number)) => {
                if !(min..=max).contains(&number) {
                    self.report_range(*min, *max, node, subject);
                }
            }
            // A whole number beyond 64 bits is a number all the same.
            (Form::Integer { min, max }, Value::OtherNumber)
                if self.is_whole(node) =>
            {
                self.report_range(*min, *max, node, subject);
            }
            (Form::Text(rule), Value::Text(text)) => {
                self.check_text(rule, text, node.span, subject);
            }
            (
                Form::Choice(choices) | Form::NameOrObject(choices, _),
                Value::Text(text),
            ) => {
                if !choices.iter().any(|choice| **choice == **text) {
                    self.report_choice(choices, text, node, subject);
                }
            }
            (Form::Sequence(sequence), Value::Text(_))
                if sequence.takes_one =>
            {
                self.visit(&sequence.items, node, subject);
            }
            (Form::Sequence(sequence), Value::Sequence(nodes)) => {
                self.check_count(sequence, nodes, node, subject);
                self.visit_items(sequence, nodes, subject);
            }
            (Form::Map(map), Value::Mapping(entries)) => {
                self.visit_map(map, entries, node, subject);
            }
            (
                Form::Object(object) | Form::NameOrObject(_, object),
                Value::Mapping(_),
            ) => {
                self.visit_object(shape, object, node, subject);
            }
            _ => self.report_type(shape, node, subject),
        }
    }

    fn is_whole(&self, node: &Node) -> bool {
        let text = self.sources.slice(node.span);

        text.trim_start_matches(['-', '+'])
            .bytes()
            .all(|byte| byte.is_ascii_digit())
    }

    fn report_type(
        &mut self,
        shape: &Shape,
        node: &Node,
        subject: Subject<'_>,
    ) {
        let source = self.sources.slice(node.span);
        let expected = describe_form(&shape.form);

        let message = if node.value == Value::Null && source.is_empty() {
            format!("{subject} is empty; it must be {expected}")
        } else {
            let found = describe_node(node, source);
            format!("{subject} must be {expected}, not {found}")
        };
        let span = subject.point_at_value(node);
        let mut problem = Problem::new(ProblemId::WrongType, span, message)
            .label(format!("expected {expected}"));
        problem.help = if self.has_comment(node, subject) {
            Some("what is behind the `#` is a comment: put it in quotes".into())
        } else {
            help_with_type(&shape.form, node, source, subject.key())
        };
        self.report(problem);
    }

    /// Whether there is a comment where the value should be.
    fn has_comment(&self, node: &Node, subject: Subject<'_>) -> bool {
        let key = subject.point_at_value(node);
        if node.value != Value::Null || key == node.span {
            return false;
        }

        let source = self.sources.get(key).map_or("", Source::text);
        let rest = source
            .get(key.bytes().end..)
            .unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        line.trim_start_matches(['"', '\'', ':', ' '])
            .starts_with('#')
    }

    fn report_false(&mut self, node: &Node, subject: Subject<'_>) {
        let message = format!("{subject} can only be `true`");
        let problem = Problem::new(ProblemId::UnknownValue, node.span, message)
            .help("leave it out otherwise");
        self.report(problem);
    }

    fn report_range(
        &mut self,
        min: i64,
        max: i64,
        node: &Node,
        subject: Subject<'_>,
    ) {
        let message =
            format!("{subject} must be a whole number from {min} to {max}");
        self.report(Problem::new(
            ProblemId::OutOfRange,
            node.span,
            message,
        ));
    }

    fn report_choice(
        &mut self,
        choices: &[String],
        text: &str,
        node: &Node,
        subject: Subject<'_>,
    ) {
        let choices: Vec<&str> = choices.iter().map(String::as_str).collect();
        let meant = nearest(text, choices.iter().copied());
        let row = join_quoted(choices.iter().copied(), ", ");

        let message = format!("{subject} cannot be {}", quote(text));
        let problem = Problem::new(ProblemId::UnknownValue, node.span, message)
            .help(format!("it is one of {row}"))
            .suggest(meant);
        self.report(problem);
    }

    fn check_text(
        &mut self,
        rule: &TextRule,
        text: &str,
        span: Span,
        subject: Subject<'_>,
    ) {
        let Err(error) = rule.check(text) else {
            return;
        };

        let help = match error {
            TextError::Malformed => self.help_with_text(rule, text, subject),
            TextError::TooShort | TextError::TooLong(_) => None,
        };
        let (id, message) = match error {
            TextError::TooShort if text.is_empty() => (
                ProblemId::TooShort,
                format!("{subject} must not be empty"),
            ),
            TextError::TooShort => (
                ProblemId::TooShort,
                format!(
                    "{subject} must have at least {} characters",
                    rule.min
                ),
            ),
            TextError::TooLong(length) => (
                ProblemId::TooLong,
                format!(
                    "{subject} has {length} characters; {} are allowed",
                    rule.max
                ),
            ),
            TextError::Malformed => (
                ProblemId::Malformed,
                format!(
                    "{subject} cannot be {}: {}",
                    quote(text),
                    rule.words
                ),
            ),
        };
        let mut problem = Problem::new(id, span, message);
        problem.help = help;
        self.report(problem);
    }

    fn help_with_text(
        &mut self,
        rule: &TextRule,
        text: &str,
        subject: Subject<'_>,
    ) -> Option<Step> {
        if let Subject::Entry(field, _) = subject
            && let Some(section) = section_of(field)
        {
            let help =
                || format!("name it by its key under `{section}`").into();
            return Some(match self.names.key_of(section, text) {
                Some(key) => did_you_mean(key),
                None => help(),
            });
        }

        help_with_text(rule, text, subject)
    }

    fn check_count(
        &mut self,
        sequence: &SequenceShape,
        nodes: &[Node],
        node: &Node,
        subject: Subject<'_>,
    ) {
        let count = nodes.len();
        let (id, allowed) = if count < sequence.min {
            let needed = match sequence.min {
                1 => "1 is".to_owned(),
                more => format!("{more} are"),
            };
            (
                ProblemId::TooFew,
                format!("at least {needed} needed"),
            )
        } else if count > sequence.max {
            (
                ProblemId::TooMany,
                format!("{} are allowed", sequence.max),
            )
        } else {
            return;
        };

        let message = format!("{subject} has {count} items; {allowed}");
        self.report(Problem::new(
            id,
            subject.point_at(node.span),
            message,
        ));
    }

    fn visit_items(
        &mut self,
        sequence: &SequenceShape,
        nodes: &[Node],
        subject: Subject<'_>,
    ) {
        if let Some(noun) = noun_of_torn(&sequence.items, nodes) {
            let message = format!(
                "each `-` begins another {noun}, and those of {subject} have \
                 one key each"
            );
            let span = nodes
                .first()
                .map_or(Span::whole(0), |node| node.span);
            let problem = Problem::new(ProblemId::WrongType, span, message);
            self.report(problem.help(help_with_dashes(noun)));
            return;
        }

        let mut seen = BTreeMap::new();
        for node in nodes {
            self.visit(
                &sequence.items,
                node,
                Subject::Item(subject.key()),
            );

            if !sequence.unique {
                continue;
            }
            let (item, shown) = match &node.value {
                Value::Text(text) => (Cow::Borrowed(&**text), quote(text)),
                // As one text: its keys are in order, and its places are not in
                // it.
                Value::Mapping(_) => match serde_json::to_string(node) {
                    Ok(text) => (Cow::Owned(text), "the same".to_owned()),
                    Err(_) => continue,
                },
                // Nothing else may be in such a list, which has been said.
                _ => continue,
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

    fn visit_map(
        &mut self,
        map: &MapShape,
        entries: &[Entry],
        node: &Node,
        subject: Subject<'_>,
    ) {
        let count = entries.len();
        if count > map.max {
            let message = format!(
                "{subject} has {count} entries; {} are allowed",
                map.max
            );
            let span = subject.point_at(node.span);
            self.report(Problem::new(ProblemId::TooMany, span, message));
        }

        let is_misplaced = has_misplaced(&map.values, entries);
        for entry in entries {
            let key = Subject::Key(subject.key());
            self.check_text(&map.keys, &entry.key, entry.key_span, key);

            let value = Subject::Entry(&entry.key, entry.key_span);
            let before = self.problems.len();
            self.visit(&map.values, &entry.value, value);
            if &*entry.key == FOR_EACH
                && matches!(entry.value.value, Value::Sequence(_))
            {
                for problem in self.problems.iter_mut().skip(before) {
                    problem.help = Some(SECTION.into());
                }
            } else if is_misplaced
                && !matches!(entry.value.value, Value::Mapping(_))
            {
                let noun = map.values.noun.as_deref().unwrap_or_default();
                for problem in self.problems.iter_mut().skip(before) {
                    problem.help =
                        Some(help_with_indent(&entry.value.value, noun));
                }
            }
        }
    }

    fn visit_object(
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
                misspelt.extend(
                    self.report_unknown_key(object, entry, node, &noun),
                );
                continue;
            };
            let value = Subject::Entry(&entry.key, entry.key_span);
            self.visit(shape, &entry.value, value);
        }

        // A misspelt key is one mistake, not two.
        for key in &object.required {
            if node.entry(key).is_none() && !misspelt.contains(&**key) {
                self.report_missing_key(key, node, &noun, subject);
            }
        }
        let alternatives = &object.exactly_one;
        if !alternatives.is_empty()
            && !alternatives
                .iter()
                .any(|key| misspelt.contains(&**key))
        {
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
        problem.help = help_with_key(object, entry, whole, &mut self.names)
            .or_else(|| {
                let is_first = self.is_first(noun, entry);
                is_first.then(|| list_keys(object, entry))
            });
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

    fn report_missing_key(
        &mut self,
        key: &str,
        node: &Node,
        noun: &str,
        subject: Subject<'_>,
    ) {
        let message = format!("{noun} needs the key `{key}`");
        let problem = Problem::new(
            ProblemId::MissingKey,
            subject.point_at(node.span),
            message,
        )
        .label(format!("`{key}` is missing"));
        self.report(problem);
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
                let problem = Problem::new(
                    ProblemId::ConflictingKeys,
                    second.key_span,
                    message,
                )
                .related(first.key_span, "the other is here");
                self.report(problem);
            }
        }
    }
}

/// Keys of which there is one, and what there would be more than that.
fn name_alternatives(keys: &[String]) -> (String, &'static str) {
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    match keys.as_slice() {
        [.., _, _, last] => {
            let others =
                join_quoted(keys.iter().take(keys.len() - 1).copied(), ", ");
            (
                format!("one of {others} and `{last}`"),
                "several",
            )
        }
        keys => {
            let either = join_quoted(keys.iter().copied(), " or ");
            (format!("either {either}"), "both")
        }
    }
}

/// Whether there is a setting in the place of an object: whoever wrote it has
/// not indented it.
fn has_misplaced(shape: &Shape, entries: &[Entry]) -> bool {
    let Form::Object(object) = &shape.form else {
        return false;
    };

    entries.iter().any(|entry| {
        let is_object = matches!(
            entry.value.value,
            Value::Mapping(_) | Value::Null
        );
        !is_object && object.properties.contains_key(&*entry.key)
    })
}

/// What the objects of a list are, if they are all torn into their keys by a
/// `-` before each.
fn noun_of_torn<'s>(shape: &'s Shape, nodes: &[Node]) -> Option<&'s str> {
    let Form::Object(object) = &shape.form else {
        return None;
    };
    let keys: Option<BTreeSet<&str>> = nodes
        .iter()
        .map(|node| match node.entries() {
            [entry] if object.properties.contains_key(&*entry.key) => {
                Some(&*entry.key)
            }
            _ => None,
        })
        .collect();

    let is_torn = nodes.len() > 1
        && keys?.len() == nodes.len()
        && object.required.len() > 1;
    shape.noun.as_deref().filter(|_| is_torn)
}
