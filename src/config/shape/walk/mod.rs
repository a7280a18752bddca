//! The walk of a tree along its shape.
//!
//! Here is where it goes; what is wrong with a value is said by
//! kinds of it, a file each.

mod map;
mod object;
mod scalar;
mod sequence;
mod text;
mod wrong_type;

use std::collections::BTreeMap;

use super::super::node::{Node, Value};
use super::super::other_names::OtherNames;
use super::super::problem::{Problem, Problems};
use super::super::source::Sources;
use super::subject::Subject;
use super::{Form, Shape};

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
            (_, Value::Unknown) => {}
            (Form::Sequence(sequence), Value::Text(_))
                if sequence.takes_one =>
            {
                self.visit(&sequence.items, node, subject);
            }
            (Form::Sequence(sequence), Value::Sequence(nodes)) => {
                self.check_count(sequence, nodes.len(), node, subject);
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
            _ => self.check_scalar(&shape.form, node, subject),
        }
    }
}
