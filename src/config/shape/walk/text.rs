//! A text that breaks the rule of its place, and what to do about one with
//! characters that are not allowed there.

use super::super::subject::Subject;
use super::super::text::{TextError, TextRule};
use super::super::words::MOST_IN_EXAMPLE;
use super::Walk;
use crate::config::credential_keys::leave_domain_out;
use crate::config::other_names::section_of;
use crate::config::problem::{Problem, ProblemId, did_you_mean, quote};
use crate::config::section::STACK;
use crate::config::source::Span;
use crate::model::{ResourceServerSpec, Step};
use crate::words::quote_all;

impl Walk<'_> {
    pub(super) fn check_text(
        &mut self,
        rule: &TextRule,
        text: &str,
        span: Span,
        subject: Subject<'_>,
    ) {
        let Err(error) = rule.check(text) else {
            return;
        };

        let (id, message) = describe_error(error, rule, text, subject);
        let mut problem = Problem::new(id, span, message);
        if error == TextError::Malformed {
            problem.help = self.help_with_rule(rule, text, subject);
        }
        self.report(problem);
    }

    fn help_with_rule(
        &mut self,
        rule: &TextRule,
        text: &str,
        subject: Subject<'_>,
    ) -> Option<Step> {
        if let Subject::Entry(field, _) = subject
            && let Some(section) = section_of(field)
        {
            return Some(match self.names.key_of(section, text) {
                Some(key) => did_you_mean(key),
                None => format!("name it by its key under `{section}`").into(),
            });
        }

        help_with_characters(rule, text, subject)
    }
}

fn describe_error(
    error: TextError,
    rule: &TextRule,
    text: &str,
    subject: Subject<'_>,
) -> (ProblemId, String) {
    match error {
        TextError::TooShort if text.is_empty() => {
            let message = format!("{subject} must not be empty");
            (ProblemId::TooShort, message)
        }
        TextError::TooShort => {
            let min = rule.min;
            let message =
                format!("{subject} must have at least {min} characters");
            (ProblemId::TooShort, message)
        }
        TextError::TooLong(length) => {
            let max = rule.max;
            let message =
                format!("{subject} has {length} characters; {max} are allowed");
            (ProblemId::TooLong, message)
        }
        TextError::Malformed => {
            let shown = quote(text);
            let message =
                format!("{subject} cannot be {shown}: {}", rule.words);
            (ProblemId::Malformed, message)
        }
    }
}

/// What to do about a text with characters that are not allowed in its place.
fn help_with_characters(
    rule: &TextRule,
    text: &str,
    subject: Subject<'_>,
) -> Option<Step> {
    match subject {
        Subject::Item(_) => split_item(rule, text),
        Subject::Entry("domain", _) if text.contains(['$', '{', '%']) => {
            Some(leave_domain_out())
        }
        Subject::Entry("domain", _) => {
            let host = text
                .split("://")
                .last()?
                .split('/')
                .next()?;
            rule.accepts(host)
                .then(|| did_you_mean(host))
        }
        Subject::Key(_) | Subject::Entry(STACK, _)
            if !text.contains(char::is_control) =>
        {
            let is_scope = subject.key() == ResourceServerSpec::SCOPES
                && !text.contains(':');
            let name = as_key(text, if is_scope { ":" } else { "-" });
            rule.accepts(&name)
                .then(|| did_you_mean(&name))
        }
        Subject::Key(_) | Subject::Entry(..) | Subject::Document => None,
    }
}

/// Several items that were written as one.
fn split_item(rule: &TextRule, text: &str) -> Option<Step> {
    let parts: Vec<&str> = text.split_whitespace().collect();
    let are_items = parts.len() > 1
        && parts
            .iter()
            .all(|part| rule.accepts(part));

    are_items.then(|| {
        let items = quote_all(parts.into_iter().take(MOST_IN_EXAMPLE), ", ");
        format!("write each as an item of its own: {items}").into()
    })
}

/// A display name as a key: in small letters, with a sign between the words.
fn as_key(text: &str, between: &str) -> String {
    let is_of_word = |character: char| {
        character.is_alphanumeric() || "._:".contains(character)
    };
    let bare = text.replace(['"', '\'', '\\'], "");

    let words: Vec<&str> = bare
        .split(|character| !is_of_word(character))
        .filter(|word| !word.is_empty())
        .collect();
    words.join(between).to_lowercase()
}
