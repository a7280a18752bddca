//! What a text becomes once its references are replaced.

use super::super::credential_keys::explain_key;
use super::super::node::Value;
use super::super::problem::{Problem, ProblemId};
use super::super::reference::{Piece, Reference, locate, split};
use super::super::source::{Sources, Span};
use super::problems::{refuse_malformed, refuse_no_text};
use super::scopes::{Referred, Scopes};

/// How long a text may become, in bytes: far more than any field takes. Of
/// variables that each hold another one twice, thirty would fill the memory.
const LONGEST: usize = 16 << 10;

/// How much all texts together may become, in bytes: sixteen
/// times what a file may have.
const MOST_FILLED: usize = 256 << 20;

/// Replaces references.
pub(in crate::config) struct Interpolation<'a, S> {
    pub(in crate::config) scopes: S,
    sources: &'a Sources,
    pub(super) problems: &'a mut Vec<Problem>,
    /// How many bytes were filled in so far.
    filled: usize,
    /// What looks like a reference here, and is filled in
    /// later: once for each client.
    pub(super) slots: &'static [&'static str],
    /// Whether the key of an object is not known, so that
    /// anybody may refer to it.
    pub(in crate::config) has_unknown_keys: bool,
}

impl<'a, S: Scopes> Interpolation<'a, S> {
    pub(in crate::config) fn of(
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

    /// What a text becomes. One that is a reference and nothing else takes the
    /// type of the value.
    pub(in crate::config) fn fill_in(
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

        match self.count(&value) {
            Ok(()) => value,
            Err(message) => self.refuse(span, message),
        }
    }

    /// Counts what was filled in, or says that it is too much.
    fn count(&mut self, value: &Value) -> Result<(), String> {
        let length = match value {
            Value::Text(text) | Value::Untyped(text) => text.len(),
            _ => 0,
        };
        self.filled = self.filled.saturating_add(length);

        if length > LONGEST {
            return Err(format!(
                "the text is longer than {LONGEST} bytes once it is filled in"
            ));
        }
        if self.filled > MOST_FILLED {
            return Err(format!(
                "what is filled in comes to more than {MOST_FILLED} bytes"
            ));
        }
        Ok(())
    }

    /// The text that the pieces come to. What is too long is only
    /// as long as to show that.
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
                    self.report_malformed(written, span, key);
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

    fn report_malformed(&mut self, written: &str, span: Span, key: &str) {
        let span = self.locate(written, span);
        let mut problem = refuse_malformed(written, span, self.scopes.rows());

        problem.help = explain_key(key).or(problem.help);
        self.problems.push(problem);
    }

    fn refuse(&mut self, span: Span, message: String) -> Value {
        // Once it is too much, it is for each further text.
        let last = self.problems.last();
        if last.is_none_or(|last| last.message != message) {
            let problem = Problem::new(ProblemId::TooLong, span, message);
            self.problems.push(problem);
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
        let mut problem = match self.scopes.find(reference, span) {
            Ok(referred) => return Some(referred),
            Err(problem) => *problem?,
        };

        // A variable of the configuration may well say the
        // domain, and was only misspelt.
        if reference.scope != Reference::VARIABLE {
            problem.help = explain_key(key).or(problem.help);
        }
        self.problems.push(problem);
        None
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

/// A value as a part of a text; nothing, where it cannot be one.
pub(super) fn text_of(value: &Value) -> Option<String> {
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
