//! Environments: what one of them says comes over what holds for all.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;

use super::node::{Entry, Node, Value};
use super::problem::{Problem, ProblemId, quote};
use super::section::{
    CLIENTS, ENVIRONMENTS, GRANTS, RESOURCE_SERVERS, VARIABLES,
};
use super::source::Span;
use crate::model::{ClientSpec, EnvironmentName, Kind, nearest};

/// The fields of a grant that say what it grants: of the two, one stands in
/// place of the other.
const SCOPES: [&str; 2] = ["scopes", "all_scopes"];

/// The subject type of a grant that names none.
const DEFAULT_SUBJECT_TYPE: &str = "client";

/// The names of all environments, in order.
pub(super) fn names_of(section: Option<&Entry>) -> Vec<&str> {
    let entries = section.map_or(&[][..], |section| section.value.entries());
    entries
        .iter()
        .map(|entry| &*entry.key)
        .collect()
}

/// What is wrong with environments, whichever is chosen.
pub(super) fn check_section(section: Option<&Entry>) -> Vec<Problem> {
    if let Some(section) = section
        && !matches!(section.value.value, Value::Mapping(_))
    {
        let help =
            "name each, as in `production:`, with what differs in it below";
        return vec![refuse_kind(&section.key, section.key_span).help(help)];
    }
    let environments =
        section.map_or(&[][..], |section| section.value.entries());

    let misnamed = environments.iter().filter_map(|environment| {
        let error = environment
            .key
            .parse::<EnvironmentName>()
            .err()?;
        let message = format!(
            "{} cannot be the name of an environment",
            quote(&environment.key)
        );
        let problem = Problem::new(
            ProblemId::Malformed,
            environment.key_span,
            message,
        );
        Some(problem.help(error.to_string()))
    });
    let nested = environments.iter().filter_map(|environment| {
        let nested = environment.value.entry(ENVIRONMENTS)?;
        let message = "an environment has no environments of its own";
        Some(Problem::new(
            ProblemId::UnknownKey,
            nested.key_span,
            message,
        ))
    });
    misnamed
        .chain(nested)
        .chain(find_alike(environments))
        .collect()
}

/// Environments whose names are one where they end the names of variables:
/// those of one would be the other's too.
fn find_alike(environments: &[Entry]) -> Vec<Problem> {
    let mut seen: BTreeMap<String, &Entry> = BTreeMap::new();
    let mut alike = Vec::new();
    for environment in environments {
        let Ok(name) = environment.key.parse::<EnvironmentName>() else {
            continue;
        };
        let variable = name.as_variable();
        let Some(earlier) = seen.get(&variable) else {
            seen.insert(variable, environment);
            continue;
        };

        let message = format!(
            "{} and {} are the same in the names of variables: `{variable}`",
            quote(&earlier.key),
            quote(&environment.key)
        );
        let problem = Problem::new(
            ProblemId::DuplicateName,
            environment.key_span,
            message,
        )
        .help(
            "credentials of the one would be taken for those of the other: \
             call it differently",
        );
        alike.push(problem);
    }
    alike
}

/// Takes out what the chosen environment says: nothing, where a configuration
/// has none. Where it cannot be said which one is meant, there is no
/// configuration.
pub(super) fn choose(
    section: Option<Entry>,
    chosen: Option<&EnvironmentName>,
    whole: Span,
) -> Result<Node, Problem> {
    let nothing = Node {
        span: whole,
        value: Value::Mapping(Vec::new()),
    };
    let names = names_of(section.as_ref()).join(", ");
    let is_any = !names.is_empty();

    match (section, chosen) {
        (Some(mut section), Some(chosen)) if is_any => {
            match section.value.take(chosen.as_str()) {
                Some(entry) => match entry.value.value {
                    Value::Mapping(_) => Ok(entry.value),
                    // Named and no more, it differs in nothing.
                    Value::Null => Ok(nothing),
                    _ => Err(refuse_kind(&entry.key, entry.key_span)),
                },
                None => Err(refuse_unknown(&section, chosen, &names)),
            }
        }
        (Some(section), None) if is_any => {
            let message =
                "the configuration has environments, and none is chosen";
            Err(Problem::new(
                ProblemId::NoEnvironment,
                section.key_span,
                message,
            )
            .help(format!("choose with `--env`: {names}")))
        }
        (_, None) => Ok(nothing),
        (section, Some(chosen)) => {
            let span = section.map_or(whole, |section| section.key_span);
            let message = format!(
                "the environment {} is chosen, and the configuration has none",
                quote(chosen.as_str())
            );
            Err(
                Problem::new(ProblemId::UnknownEnvironment, span, message)
                    .help(
                        "declare it under `environments`, or leave `--env` out",
                    ),
            )
        }
    }
}

/// What had to be a map: environments, or one of them.
pub(super) fn refuse_kind(key: &str, span: Span) -> Problem {
    let message = format!("{} must be a map", quote(key));

    Problem::new(ProblemId::WrongType, span, message)
}

fn refuse_unknown(
    section: &Entry,
    chosen: &EnvironmentName,
    names: &str,
) -> Problem {
    let message = format!(
        "there is no environment {}",
        quote(chosen.as_str())
    );
    let known = section
        .value
        .entries()
        .iter()
        .map(|entry| &*entry.key);

    Problem::new(
        ProblemId::UnknownEnvironment,
        section.key_span,
        message,
    )
    .help(format!("there is {names}"))
    .suggest(nearest(chosen.as_str(), known))
}

/// Puts what an environment says over what holds for all. Objects are united by
/// key, and grants by what they are between; of an object, each field that the
/// environment names is replaced as a whole.
pub(super) fn overlay(
    base: &mut Node,
    environment: Node,
    problems: &mut Vec<Problem>,
) {
    let Value::Mapping(sections) = environment.value else {
        return;
    };
    let (objects, others): (Vec<Entry>, Vec<Entry>) =
        sections.into_iter().partition(|section| {
            [CLIENTS, RESOURCE_SERVERS].contains(&&*section.key)
        });

    // Before the grants: what an environment says of those is between what it
    // has.
    let mut left_out = LeftOut::default();
    for section in objects {
        overlay_objects(base, section, &mut left_out, problems);
    }
    left_out.leave_grants_out(base);

    for section in others {
        match &*section.key {
            // It is reported by itself, and there is nothing that it could come
            // over.
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

/// The objects that an environment leaves out, by their keys.
#[derive(Default)]
struct LeftOut {
    clients: BTreeSet<Box<str>>,
    resource_servers: BTreeSet<Box<str>>,
}

impl LeftOut {
    fn add(&mut self, section: &str, key: Box<str>) {
        let keys = if section == CLIENTS {
            &mut self.clients
        } else {
            &mut self.resource_servers
        };
        keys.insert(key);
    }

    /// What is granted to a client goes with it, and so does what is granted of
    /// an API.
    fn leave_grants_out(&self, base: &mut Node) {
        let is_any =
            !self.clients.is_empty() || !self.resource_servers.is_empty();
        let Some(grants) = base.entry_mut(GRANTS).filter(|_| is_any) else {
            return;
        };

        if let Value::Sequence(grants) = &mut grants.value.value {
            grants.retain(|grant| !self.concerns(grant));
        }
    }

    fn concerns(&self, grant: &Node) -> bool {
        let is_of = |field, keys: &BTreeSet<Box<str>>| {
            let name = grant
                .entry(field)
                .and_then(|entry| entry.value.as_text());
            name.is_some_and(|name| keys.contains(name))
        };

        is_of("client", &self.clients)
            || is_of("resource_server", &self.resource_servers)
    }
}

/// Puts an entry in the place of the one with this key, if there is one.
fn put(node: &mut Node, entry: Entry) {
    let Value::Mapping(entries) = &mut node.value else {
        return;
    };

    match entries.binary_search_by(|other| other.key.cmp(&entry.key)) {
        Ok(place) => entries[place] = entry,
        Err(place) => entries.insert(place, entry),
    }
}

fn overlay_objects(
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

fn overlay_object(base: &mut Node, object: Node) {
    match object.value {
        Value::Mapping(fields) if matches!(base.value, Value::Mapping(_)) => {
            for field in fields {
                overlay_field(base, field);
            }
        }
        _ => *base = object,
    }
}

/// Replaces a field as a whole; of metadata only the entries that are named, as
/// in the tenant itself.
fn overlay_field(base: &mut Node, field: Entry) {
    let is_metadata = &*field.key == ClientSpec::METADATA;
    let earlier = base.entry_mut(&field.key).filter(|earlier| {
        is_metadata && matches!(earlier.value.value, Value::Mapping(_))
    });

    match (earlier, field.value.value) {
        (Some(earlier), Value::Mapping(named)) => {
            for entry in named {
                put(&mut earlier.value, entry);
            }
        }
        (_, value) => put(
            base,
            Entry {
                value: Node {
                    span: field.value.span,
                    value,
                },
                ..field
            },
        ),
    }
}

fn overlay_grants(
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

    // Sought by what they are between: there may be one for each of many
    // customers.
    let places = known.iter().enumerate();
    let places: BTreeMap<Ends, usize> = places
        .filter_map(|(place, grant)| Some((Ends::of(grant)?, place)))
        .collect();
    let mut left_out = BTreeSet::new();
    let mut said: BTreeMap<Ends, Span> = BTreeMap::new();
    for grant in grants {
        let ends = Ends::of(&grant);
        let place = ends.as_ref().and_then(|ends| places.get(ends));
        if let Some(ends) = ends {
            if let Some(first) = said.get(&ends) {
                let message = "the environment says twice what this grant is";
                let problem = Problem::new(
                    ProblemId::DuplicateGrant,
                    grant.span,
                    message,
                );
                problems.push(problem.related(*first, "first said here"));
                continue;
            }
            said.insert(ends, grant.span);
        }
        match place {
            Some(place) if is_left_out(&grant) => _ = left_out.insert(*place),
            Some(place) => overlay_grant(&mut known[*place], grant),
            // It is out with its client or its API already.
            None if is_left_out(&grant)
                && left_out_objects.concerns(&grant) => {}
            None if is_left_out(&grant) => {
                problems.push(refuse_left_out_grant(&grant));
            }
            None => known.push(grant),
        }
    }

    let mut place = 0;
    known.retain(|_| {
        let is_kept = !left_out.contains(&place);
        place += 1;
        is_kept
    });
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
        let text = |field| grant.entry(field)?.value.as_text();

        Some(Self {
            client: text("client")?.into(),
            resource_server: text("resource_server")?.into(),
            subject_type: text("subject_type")
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
    if SCOPES
        .iter()
        .any(|field| grant.entry(field).is_some())
    {
        for field in SCOPES {
            base.take(field);
        }
    }

    // Where it was said last is where to look for what it grants.
    base.span = grant.span;
    overlay_object(base, grant);
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

    Problem::new(
        ProblemId::NothingToLeaveOut,
        object.key_span,
        message,
    )
}

fn refuse_left_out_grant(grant: &Node) -> Problem {
    let message = "there is no such grant to be left out";

    Problem::new(
        ProblemId::NothingToLeaveOut,
        grant.span,
        message,
    )
}
