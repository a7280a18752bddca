//! What is wrong with a value that is neither a list nor a map.

use super::super::Form;
use super::super::subject::Subject;
use super::Walk;
use crate::config::node::{Node, Value};
use crate::config::problem::{Problem, ProblemId, quote};
use crate::model::nearest;
use crate::words::quote_all;

impl Walk<'_> {
    /// Checks a value that has no others in it; one of the wrong type may have.
    pub(super) fn check_scalar(
        &mut self,
        form: &Form,
        node: &Node,
        subject: Subject<'_>,
    ) {
        match (form, &node.value) {
            (
                Form::Scalar,
                Value::Null
                | Value::Bool(_)
                | Value::Integer(_)
                | Value::Text(_),
            )
            | (Form::Bool, Value::Bool(_))
            | (Form::True, Value::Bool(true)) => {}
            (Form::True, Value::Bool(false)) => {
                self.report(refuse_false(node, subject));
            }
            (Form::Integer { min, max }, Value::Integer(number)) => {
                if !(min..=max).contains(&number) {
                    self.report(refuse_range(*min, *max, node, subject));
                }
            }
            // A whole number beyond 64 bits is a number all the same.
            (Form::Integer { min, max }, Value::OtherNumber)
                if self.is_whole(node) =>
            {
                self.report(refuse_range(*min, *max, node, subject));
            }
            (Form::Text(rule), Value::Text(text)) => {
                self.check_text(rule, text, node.span, subject);
            }
            (
                Form::Choice(choices) | Form::NameOrObject(choices, _),
                Value::Text(text),
            ) => {
                if !choices
                    .iter()
                    .any(|choice| **choice == **text)
                {
                    self.report(refuse_choice(choices, text, node, subject));
                }
            }
            _ => self.report_type(form, node, subject),
        }
    }

    fn is_whole(&self, node: &Node) -> bool {
        let text = self.sources.slice(node.span);

        text.trim_start_matches(['-', '+'])
            .bytes()
            .all(|byte| byte.is_ascii_digit())
    }
}

fn refuse_false(node: &Node, subject: Subject<'_>) -> Problem {
    let message = format!("{subject} can only be `true`");

    Problem::new(ProblemId::UnknownValue, node.span, message)
        .help("leave it out otherwise")
}

fn refuse_range(
    min: i64,
    max: i64,
    node: &Node,
    subject: Subject<'_>,
) -> Problem {
    let message =
        format!("{subject} must be a whole number from {min} to {max}");

    Problem::new(ProblemId::OutOfRange, node.span, message)
}

fn refuse_choice(
    choices: &[String],
    text: &str,
    node: &Node,
    subject: Subject<'_>,
) -> Problem {
    let choices = choices.iter().map(String::as_str);
    let meant = nearest(text, choices.clone());
    let row = quote_all(choices, ", ");

    let message = format!("{subject} cannot be {}", quote(text));
    Problem::new(ProblemId::UnknownValue, node.span, message)
        .help(format!("it is one of {row}"))
        .suggest(meant)
}
