//! A value that is of another type than its place takes.

use super::super::Form;
use super::super::help::help_with_type;
use super::super::subject::Subject;
use super::super::words::{describe_form, describe_node};
use super::Walk;
use crate::config::node::{Node, Value};
use crate::config::problem::{Problem, ProblemId};
use crate::config::source::Source;

impl Walk<'_> {
    pub(super) fn report_type(
        &mut self,
        form: &Form,
        node: &Node,
        subject: Subject<'_>,
    ) {
        let source = self.sources.slice(node.span);
        let expected = describe_form(form);

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
            help_with_type(form, node, source, subject.key())
        };
        self.report(problem);
    }

    /// Whether there is a comment where the value should be.
    fn has_comment(&self, node: &Node, subject: Subject<'_>) -> bool {
        let key = subject.point_at_value(node);
        if node.value != Value::Null || key == node.span {
            return false;
        }

        let source = self
            .sources
            .get(key)
            .map_or("", Source::text);
        let rest = source
            .get(key.bytes().end..)
            .unwrap_or_default();
        let line = rest
            .split('\n')
            .next()
            .unwrap_or_default();
        line.trim_start_matches(['"', '\'', ':', ' '])
            .starts_with('#')
    }
}
