//! What an environment says, over what holds for all.

use std::mem::take;

use super::super::node::{Entry, Node, Value};
use super::super::problem::Problem;
use super::super::section::{
    CLIENTS, ENVIRONMENTS, GRANTS, RESOURCE_SERVERS, VARIABLES,
};
use super::fields::put;
use super::grants::overlay_grants;
use super::left_out::LeftOut;
use super::objects::overlay_objects;

/// Puts what an environment says over what holds for all. Objects are united by
/// key, and grants by what they are between; of an object, each field that the
/// environment names is replaced as a whole.
pub(in crate::config) fn overlay(
    base: &mut Node,
    environment: Node,
    problems: &mut Vec<Problem>,
) {
    let Value::Mapping(sections) = environment.value else {
        return;
    };
    let (objects, others): (Vec<Entry>, Vec<Entry>) = sections
        .into_iter()
        .partition(|section| {
            [CLIENTS, RESOURCE_SERVERS].contains(&&*section.key)
        });

    // Before the grants: what an environment says of
    // those is between what it has.
    let mut left_out = LeftOut::default();
    for section in objects {
        overlay_objects(base, section, &mut left_out, problems);
    }
    left_out.leave_grants_out(base);

    for section in others {
        match &*section.key {
            // It is reported by itself, and there is nothing
            // that it could come over.
            ENVIRONMENTS => {}
            GRANTS => overlay_grants(base, section, &left_out, problems),
            VARIABLES => overlay_variables(base, section),
            _ => put(base, section),
        }
    }
}

/// What the variables are is known already. They are kept together for the
/// walk: of one that holds for all and is none, nothing else tells, and the
/// objects that refer to it would be taken out in silence.
fn overlay_variables(base: &mut Node, mut section: Entry) {
    let (Some(known), Value::Mapping(variables)) = (
        base.entry_mut(VARIABLES),
        &mut section.value.value,
    ) else {
        put(base, section);
        return;
    };

    for variable in take(variables) {
        put(&mut known.value, variable);
    }
}
