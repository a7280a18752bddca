//! The objects of an environment, united by key with those that hold for all.

use std::mem::take;

use super::super::node::{Entry, Node, Value};
use super::super::problem::{Problem, ProblemId, quote};
use super::super::section::CLIENTS;
use super::fields::{overlay_object, put};
use super::left_out::LeftOut;
use crate::model::Kind;

pub(super) fn overlay_objects(
    base: &mut Node,
    mut section: Entry,
    left_out: &mut LeftOut,
    problems: &mut Vec<Problem>,
) {
    let (Value::Mapping(sections), Value::Mapping(objects)) =
        (&mut base.value, &mut section.value.value)
    else {
        put(base, section);
        return;
    };
    let objects = take(objects);

    let empty = Value::Mapping(Vec::new());
    let known =
        Entry::find_or_insert(sections, &section.key, section.key_span, empty);
    // What is of another kind is told by the walk.
    let Value::Mapping(known) = &mut known.value.value else {
        return;
    };

    // Both are in order, and are united in one walk: there may be one for each
    // of many customers.
    let mut objects = objects.into_iter().peekable();
    let mut united = Vec::with_capacity(known.len() + objects.len());
    for mut earlier in take(known) {
        while let Some(object) =
            objects.next_if(|object| object.key < earlier.key)
        {
            add_object(&mut united, object, &section.key, problems);
        }
        match objects.next_if(|object| object.key == earlier.key) {
            None => united.push(earlier),
            Some(object) if object.value.value == Value::Null => {
                left_out.add(&section.key, earlier.key);
            }
            Some(object) => {
                overlay_object(&mut earlier.value, object.value);
                united.push(earlier);
            }
        }
    }
    for object in objects {
        add_object(&mut united, object, &section.key, problems);
    }
    *known = united;
}

/// Adds an object that only the environment has.
fn add_object(
    united: &mut Vec<Entry>,
    object: Entry,
    section: &str,
    problems: &mut Vec<Problem>,
) {
    if object.value.value == Value::Null {
        problems.push(refuse_left_out(section, &object));
    } else {
        united.push(object);
    }
}

fn refuse_left_out(section: &str, object: &Entry) -> Problem {
    let kind = if section == CLIENTS {
        Kind::Client
    } else {
        Kind::ResourceServer
    };
    let (what, _) = kind.words();
    let message = format!(
        "there is no {what} {} to be left out",
        quote(&object.key)
    );

    let span = object.key_span;
    Problem::new(ProblemId::NothingToLeaveOut, span, message)
}
