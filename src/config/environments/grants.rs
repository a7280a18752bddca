//! The grants of an environment, united by what they are between with those
//! that hold for all.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;

use super::super::node::{Entry, Node, Value};
use super::super::problem::{Problem, ProblemId};
use super::super::source::Span;
use super::fields::{overlay_object, put};
use super::left_out::LeftOut;

/// The fields of a grant that say what it grants: of the two, one stands in
/// place of the other.
const SCOPES: [&str; 2] = ["scopes", "all_scopes"];

/// The subject type of a grant that names none.
const DEFAULT_SUBJECT_TYPE: &str = "client";

pub(super) fn overlay_grants(
    base: &mut Node,
    mut section: Entry,
    left_out_objects: &LeftOut,
    problems: &mut Vec<Problem>,
) {
    let (Value::Mapping(sections), Value::Sequence(grants)) =
        (&mut base.value, &mut section.value.value)
    else {
        put(base, section);
        return;
    };
    let grants = take(grants);

    let empty = Value::Sequence(Vec::new());
    let known =
        Entry::find_or_insert(sections, &section.key, section.key_span, empty);
    let Value::Sequence(known) = &mut known.value.value else {
        return;
    };

    let places = find_places(known);
    let mut said = BTreeMap::new();
    let mut left_out = BTreeSet::new();
    for grant in grants {
        let ends = Ends::of(&grant);
        let place = ends
            .as_ref()
            .and_then(|ends| places.get(ends));
        let again =
            ends.and_then(|ends| refuse_second(&mut said, ends, grant.span));
        if let Some(problem) = again {
            problems.push(problem);
            continue;
        }

        let is_out = is_left_out(&grant);
        match place {
            Some(place) if is_out => _ = left_out.insert(*place),
            Some(place) => overlay_grant(&mut known[*place], grant),
            None if !is_out => known.push(grant),
            // It is out with its client or its API already.
            None if left_out_objects.concerns(&grant) => {}
            None => problems.push(refuse_left_out_grant(grant.span)),
        }
    }

    let mut place = 0;
    known.retain(|_| {
        let is_kept = !left_out.contains(&place);
        place += 1;
        is_kept
    });
}

/// Where each grant is, by what it is between: there may be one for each of
/// many customers.
fn find_places(grants: &[Node]) -> BTreeMap<Ends, usize> {
    let places = grants.iter().enumerate();

    places
        .filter_map(|(place, grant)| Some((Ends::of(grant)?, place)))
        .collect()
}

/// Remembers that an environment says what this grant is, and refuses it where
/// that was said before.
fn refuse_second(
    said: &mut BTreeMap<Ends, Span>,
    ends: Ends,
    span: Span,
) -> Option<Problem> {
    let Some(first) = said.get(&ends) else {
        said.insert(ends, span);
        return None;
    };

    let message = "the environment says twice what this grant is";
    let problem = Problem::new(ProblemId::DuplicateGrant, span, message);
    Some(problem.related(*first, "first said here"))
}

/// What a grant is between: a client and an API, for one kind of token.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Ends {
    client: Box<str>,
    resource_server: Box<str>,
    subject_type: Box<str>,
}

impl Ends {
    fn of(grant: &Node) -> Option<Self> {
        let subject_type = grant.text_at("subject_type");

        Some(Self {
            client: grant.text_at("client")?.into(),
            resource_server: grant.text_at("resource_server")?.into(),
            subject_type: subject_type
                .unwrap_or(DEFAULT_SUBJECT_TYPE)
                .into(),
        })
    }
}

/// Whether an environment says that it has no such grant: a list has no key
/// that could be `null`.
fn is_left_out(grant: &Node) -> bool {
    grant
        .entry(SCOPES[0])
        .is_some_and(|scopes| scopes.value.value == Value::Null)
}

fn overlay_grant(base: &mut Node, grant: Node) {
    let mut fields = SCOPES.iter();
    if fields.any(|field| grant.entry(field).is_some()) {
        for field in SCOPES {
            base.take(field);
        }
    }

    // Where it was said last is where to look for what it grants.
    base.span = grant.span;
    overlay_object(base, grant);
}

fn refuse_left_out_grant(span: Span) -> Problem {
    let message = "there is no such grant to be left out";

    Problem::new(ProblemId::NothingToLeaveOut, span, message)
}
