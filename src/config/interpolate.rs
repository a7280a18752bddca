//! References in parsed values: each is replaced by what it refers to.
//!
//! On values and never on text: what comes in cannot add a key, an object or
//! another reference.

use std::collections::BTreeSet;

use super::credentials;
use super::node::{Entry, Node, Value};
use super::normalize::sort_entries;
use super::problem::{Problem, ProblemId, quote, shorten};
use super::reference::{Piece, Reference, has_references, is_name, split};
use super::section;
use super::sinks::SLOTS;
use super::source::{Sources, Span};
use crate::model::nearest;

/// How long a text may become, in bytes: far more than any field takes. Of
/// variables that each hold another one twice, thirty would fill the memory.
const LONGEST: usize = 16 << 10;

/// How much all texts together may become, in bytes: sixteen times what a file
/// may have.
const MOST_FILLED: usize = 256 << 20;

/// A value that can be referred to, and where it is written.
#[derive(Debug, Clone)]
pub(super) struct Referred {
    pub(super) value: Value,
    pub(super) span: Span,
}

/// What references may lead to.
pub(super) trait Scopes {
    /// What a reference leads to, or what is wrong with it; nothing, if that
    /// has been said already.
    fn find(
        &mut self,
        reference: Reference<'_>,
        span: Span,
    ) -> Result<Referred, Option<Box<Problem>>>;

    /// What the rows are called, where there are any.
    fn rows(&self) -> Option<&str> {
        None
    }
}

/// Replaces references.
pub(super) struct Interpolation<'a, S> {
    pub(super) scopes: S,
    sources: &'a Sources,
    problems: &'a mut Vec<Problem>,
    /// How many bytes were filled in so far.
    filled: usize,
    /// What looks like a reference here, and is filled in later: once for each
    /// client.
    slots: &'static [&'static str],
    /// Whether the key of an object is not known, so that anybody may refer to
    /// it.
    pub(super) has_unknown_keys: bool,
}

impl<'a, S: Scopes> Interpolation<'a, S> {
    pub(super) fn of(
        scopes: S,
        sources: &'a Sources,
        problems: &'a mut Vec<Problem>,
    ) -> Self {
        Self {
            scopes,
            sources,
            problems,
            filled: 0,
            slots: &[],
            has_unknown_keys: false,
        }
    }

    /// Replaces the references in a whole document, but for those of its
    /// variables, which are known already.
    pub(super) fn visit_sections(&mut self, document: &mut Node) {
        let Value::Mapping(sections) = &mut document.value else {
            return;
        };

        for section in sections {
            // Who owns what must not depend on who runs it, and a review has to
            // find it in a text.
            if &*section.key == section::STACK
                && section
                    .value
                    .as_text()
                    .is_some_and(has_references)
            {
                let message =
                    "the name of a stack is written out, and refers to nothing";
                let span = section.value.span;
                self.problems.push(Problem::new(
                    ProblemId::UnknownReference,
                    span,
                    message,
                ));
                section.value.value = Value::Unknown;
            }
            self.slots = match &*section.key {
                section::SINKS => &SLOTS,
                _ => &[],
            };
            // Templates are filled in row by row.
            if ![section::VARIABLES, section::FOR_EACH].contains(&&*section.key)
            {
                self.visit(&mut section.value, &section.key);
            }
        }
    }

    /// Replaces the references in all that is in this value, which stands under
    /// this key.
    pub(super) fn visit(&mut self, node: &mut Node, key: &str) {
        match &mut node.value {
            Value::Text(text) if has_references(text) => {
                let text = std::mem::take(text);
                node.value = self.fill_in(&text, node.span, key);
            }
            Value::Sequence(items) => {
                for item in items {
                    self.visit(item, key);
                }
            }
            Value::Mapping(entries) => self.visit_entries(entries),
            _ => {}
        }
    }

    fn visit_entries(&mut self, entries: &mut Vec<Entry>) {
        let mut has_new_keys = false;
        entries.retain_mut(|entry| {
            if has_references(&entry.key) {
                has_new_keys = true;
                let key = self.fill_in(&entry.key, entry.key_span, "");
                let Some(text) = text_of(&key) else {
                    // Left out in silence, what it stood for might be deleted.
                    if key != Value::Unknown {
                        let problem =
                            refuse_no_text(&entry.key, entry.key_span);
                        self.problems.push(problem);
                    }
                    self.has_unknown_keys = true;
                    // Whatever else is wrong with it is said at once.
                    self.visit(&mut entry.value, "");
                    return false;
                };
                entry.key = text.into();
            }

            self.visit(&mut entry.value, &entry.key);
            true
        });

        // Two templates may come to the same key, and what is searched has to
        // be in order.
        if has_new_keys {
            sort_entries(entries, self.problems);
        }
    }

    /// What a text becomes. One that is a reference and nothing else takes the
    /// type of the value.
    pub(super) fn fill_in(
        &mut self,
        text: &str,
        span: Span,
        key: &str,
    ) -> Value {
        let pieces = split(text);
        let value = if let [Piece::Reference(reference)] = pieces.as_slice()
            && !self.slots.contains(&reference.written)
        {
            self.find(*reference, span, key)
                .map_or(Value::Unknown, |referred| referred.value)
        } else {
            self.join(pieces, span, key)
        };

        let length = match &value {
            Value::Text(text) | Value::Untyped(text) => text.len(),
            _ => 0,
        };
        self.filled = self.filled.saturating_add(length);
        if length > LONGEST {
            return self.refuse(
                span,
                format!(
                    "the text is longer than {LONGEST} bytes once it is \
                     filled in"
                ),
            );
        }
        if self.filled > MOST_FILLED {
            return self.refuse(
                span,
                format!(
                    "what is filled in comes to more than {MOST_FILLED} bytes"
                ),
            );
        }
        value
    }

    /// The text that the pieces come to. What is too long is only as long as to
    /// show that.
    fn join(&mut self, pieces: Vec<Piece<'_>>, span: Span, key: &str) -> Value {
        let mut filled = String::new();
        let mut is_known = true;
        for piece in pieces {
            // At once: one text may refer to another very often.
            if filled.len() > LONGEST {
                break;
            }
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Reference(Reference { written, .. })
                | Piece::Malformed(written)
                    if self.slots.contains(&written) =>
                {
                    filled.push_str(written);
                }
                Piece::Reference(reference) => {
                    match self.find_text(reference, span, key) {
                        Some(text) => filled.push_str(&text),
                        None => is_known = false,
                    }
                }
                Piece::Malformed(written) => {
                    let span = self.locate(written, span);
                    let mut problem =
                        refuse_malformed(written, span, self.scopes.rows());
                    problem.help =
                        credentials::explain_key(key).or(problem.help);
                    self.problems.push(problem);
                    is_known = false;
                }
            }
        }

        if is_known {
            Value::Text(filled.into())
        } else {
            Value::Unknown
        }
    }

    fn refuse(&mut self, span: Span, message: String) -> Value {
        // Once it is too much, it is for each further text.
        let is_new = self
            .problems
            .last()
            .is_none_or(|last| last.message != message);
        if is_new {
            self.problems
                .push(Problem::new(ProblemId::TooLong, span, message));
        }
        Value::Unknown
    }

    fn find(
        &mut self,
        reference: Reference<'_>,
        span: Span,
        key: &str,
    ) -> Option<Referred> {
        let span = self.locate(reference.written, span);
        match self.scopes.find(reference, span) {
            Ok(referred) => Some(referred),
            Err(problem) => {
                self.problems.extend(problem.map(|problem| {
                    Problem {
                        // A variable of the configuration may well say the
                        // domain, and was only misspelt.
                        help: credentials::explain_key(key)
                            .filter(|_| reference.scope != Reference::VARIABLE)
                            .or(problem.help),
                        ..*problem
                    }
                }));
                None
            }
        }
    }

    /// The value of a reference within a text.
    fn find_text(
        &mut self,
        reference: Reference<'_>,
        span: Span,
        key: &str,
    ) -> Option<String> {
        let referred = self.find(reference, span, key)?;
        let text = text_of(&referred.value);

        if text.is_none() && referred.value != Value::Unknown {
            let span = self.locate(reference.written, span);
            let problem = refuse_no_text(reference.written, span)
                .related(referred.span, "this is its value");
            self.problems.push(problem);
        }
        text
    }

    fn locate(&self, written: &str, span: Span) -> Span {
        locate(self.sources, written, span)
    }
}

/// Where in a value something is written; all of the value, where that cannot
/// be said.
pub(super) fn locate(sources: &Sources, written: &str, span: Span) -> Span {
    match sources.slice(span).find(written) {
        Some(offset) => {
            let start = span.bytes().start + offset;
            span.with_bytes(start..start + written.len())
        }
        None => span,
    }
}

fn refuse_no_text(written: &str, span: Span) -> Problem {
    let message = format!("{} is no text", quote(written));

    Problem::new(ProblemId::WrongType, span, message)
        .help("only texts, numbers and booleans can be part of a text")
}

/// What is no reference, where the rows, if there are any, are called so.
pub(super) fn refuse_malformed(
    written: &str,
    span: Span,
    rows: Option<&str>,
) -> Problem {
    let message = format!("{} refers to nothing", quote(written));

    Problem::new(ProblemId::UnknownReference, span, message)
        .help(help_with_reference(written, rows))
}

fn help_with_reference(written: &str, rows: Option<&str>) -> String {
    let name = written
        .trim_start_matches("${")
        .trim_end_matches('}')
        .trim();
    let is_of_process =
        |letter: char| letter.is_ascii_uppercase() || letter == '_';
    let without_spaces = format!("${{{name}}}");

    if !written.ends_with('}') {
        return "it has no `}`; where `${` itself is meant, write `$${`"
            .to_owned();
    }
    if let [Piece::Reference(_)] = split(&without_spaces).as_slice() {
        return format!(
            "write it without spaces, as in {}",
            quote(&without_spaces)
        );
    }
    if name.starts_with(is_of_process) && is_name(name) {
        return "no variable of the process is read here: declare one under \
                `vars`, and refer to it as `${var.NAME}`"
            .to_owned();
    }

    match rows {
        Some(rows) if rows == name => {
            format!("a value of the row is `${{{rows}.COLUMN}}`")
        }
        Some(rows) if is_name(name) => format!(
            "a value of the row is {}, and a variable is {}",
            quote(&format!("${{{rows}.{name}}}")),
            quote(&format!("${{{}.{name}}}", Reference::VARIABLE)),
        ),
        Some(rows) => format!(
            "a reference is `${{{rows}.COLUMN}}` or `${{var.NAME}}`; where \
             `${{` itself is meant, write `$${{`"
        ),
        None => "a reference is `${var.NAME}`; where `${` itself is meant, \
                 write `$${`"
            .to_owned(),
    }
}

/// A value as a part of a text; nothing, where it cannot be one.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) | Value::Untyped(text) => {
            Some(text.as_ref().to_owned())
        }
        Value::Bool(value) => Some(value.to_string()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Null
        | Value::OtherNumber
        | Value::Unknown
        | Value::Sequence(_)
        | Value::Mapping(_) => None,
    }
}

/// A reference whose scope nobody knows.
pub(super) fn refuse_scope(
    reference: Reference<'_>,
    span: Span,
    known: &[&str],
) -> Problem {
    let message = format!(
        "nothing is called {} here",
        quote(reference.scope)
    );
    let known = known.iter().copied();
    let forms: Vec<String> = known
        .clone()
        .map(|scope| format!("`${{{scope}.NAME}}`"))
        .collect();

    let meant = nearest(reference.scope, known)
        .map(|scope| format!("${{{scope}.{}}}", shorten(reference.name)));
    Problem::new(ProblemId::UnknownReference, span, message)
        .help(format!("a reference is {}", forms.join(" or ")))
        .suggest(meant.as_deref())
}

/// The names of all variables that anything in this value refers to.
pub(super) fn collect_variables<'n>(
    node: &'n Node,
    names: &mut BTreeSet<&'n str>,
) {
    match &node.value {
        Value::Text(text) => collect_from_text(text, names),
        Value::Sequence(items) => {
            for item in items {
                collect_variables(item, names);
            }
        }
        Value::Mapping(entries) => {
            for entry in entries {
                collect_from_text(&entry.key, names);
                collect_variables(&entry.value, names);
            }
        }
        _ => {}
    }
}

fn collect_from_text<'n>(text: &'n str, names: &mut BTreeSet<&'n str>) {
    if !has_references(text) {
        return;
    }

    let references = split(text)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Reference(reference)
                if reference.scope == Reference::VARIABLE =>
            {
                Some(reference.name)
            }
            _ => None,
        });
    names.extend(references);
}
