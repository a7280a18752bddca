//! Settings that keep others out, and do so less than before. What no grant is
//! needed for is no access that `access` could name.

use std::collections::BTreeMap;

use super::objects::pairs;
use super::{Change, Finding, Level};
use crate::config::Span;
use crate::model::{
    Attrs, ClientSpec, DesiredClient, FindingId, ResourceServerSpec, Value,
};

/// A field, and why its change lowers the safety of an object, if it does.
type Rule = (
    &'static str,
    fn(Option<&Value>, Option<&Value>) -> Option<String>,
);

const OF_RESOURCE_SERVERS: &[Rule] = &[
    ("enforce_policies", roles_count_no_more),
    (
        ResourceServerSpec::SUBJECT_TYPE_AUTHORIZATION,
        anybody_is_let_in,
    ),
    ("signing_alg", shares_its_key),
    ("proof_of_possession", takes_stolen_tokens),
];

const OF_CLIENTS: &[Rule] = &[
    (
        ClientSpec::GRANT_TYPES,
        gets_tokens_in_more_ways,
    ),
    ("require_proof_of_possession", need_not_prove),
];

pub(super) fn find(change: Change<'_>) -> Vec<Finding> {
    let mut findings = find_servers(change);
    findings.extend(find_clients(change));
    findings
}

fn find_servers(Change { before, after }: Change<'_>) -> Vec<Finding> {
    // The same API is the one with its identifier, whatever its key.
    let old = before
        .loaded
        .desired
        .resource_servers
        .values();
    let old: BTreeMap<_, _> = old
        .map(|server| (&server.identifier, server))
        .collect();
    let mut findings = Vec::new();

    for (key, server) in &after.loaded.desired.resource_servers {
        let same = old.get(&server.identifier);
        let specs = same.and_then(|old| {
            old.spec
                .as_ref()
                .zip(server.spec.as_ref())
        });
        // Most objects are as they were, and the plain form of each takes a
        // while to make.
        let Some((old, new)) = specs.filter(|(old, new)| old != new) else {
            continue;
        };

        let place = |field| after.resource_server(key, Some(field));
        let object = format!("resource_servers.{key}");
        findings.extend(apply(
            OF_RESOURCE_SERVERS,
            &object,
            (&old.attrs(), &new.attrs()),
            place,
        ));
    }
    findings
}

fn find_clients(change: Change<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();

    for (key, old, new) in pairs(change) {
        let (
            DesiredClient::Managed { spec: old, .. },
            DesiredClient::Managed { spec: new, .. },
        ) = (old, new)
        else {
            continue;
        };
        if old == new {
            continue;
        }

        let place = |field| change.after.client(key, Some(field));
        let object = format!("clients.{key}");
        findings.extend(apply(
            OF_CLIENTS,
            &object,
            (&old.attrs(), &new.attrs()),
            place,
        ));
    }
    findings
}

fn apply(
    rules: &[Rule],
    object: &str,
    (old, new): (&Attrs, &Attrs),
    place: impl Fn(&'static str) -> Span,
) -> Vec<Finding> {
    let findings = rules
        .iter()
        .filter_map(|(field, rule)| {
            let why = rule(old.get(*field), new.get(*field))?;
            let id = FindingId::SafetyLowered;
            let finding =
                Finding::new(id, Level::Warning, object, place(field));
            Some(finding.message(format!("`{object}` {why}")))
        });
    findings.collect()
}

fn is_true(value: Option<&Value>) -> bool {
    value == Some(&Value::Bool(true))
}

fn is_set(value: Option<&Value>) -> bool {
    value.is_some_and(|value| *value != Value::Null)
}

/// A part of a field that has parts.
fn part<'a>(field: Option<&'a Value>, name: &str) -> Option<&'a Value> {
    field.and_then(Value::as_map)?.get(name)
}

fn roles_count_no_more(
    old: Option<&Value>,
    new: Option<&Value>,
) -> Option<String> {
    // Also where the field is only left out: from then on nobody puts it right
    // in the tenant.
    (is_true(old) && !is_true(new))
        .then(|| "no longer asks for a person's roles".to_owned())
}

fn anybody_is_let_in(
    old: Option<&Value>,
    new: Option<&Value>,
) -> Option<String> {
    let lets_in = |policies: Option<&Value>, subject: &str| {
        // The default of the field, which lets every user in.
        if policies == Some(&Value::Null) {
            return Some(subject == "user");
        }
        let policy = part(part(policies, subject), "policy")?.as_text()?;
        Some(policy == "allow_all")
    };
    // From then on nobody keeps it so in the tenant.
    if new.is_none() && lets_in(old, "user") == Some(false) {
        return Some("no longer says which users are let in".to_owned());
    }

    let subjects = ["client", "user"]
        .into_iter()
        .filter(|subject| {
            lets_in(new, subject) == Some(true)
                && lets_in(old, subject) != Some(true)
        });
    let subjects: Vec<&str> = subjects.collect();
    (!subjects.is_empty()).then(|| {
        format!(
            "lets every {} in, without a grant",
            subjects.join(" and ")
        )
    })
}

fn shares_its_key(old: Option<&Value>, new: Option<&Value>) -> Option<String> {
    // With HMAC whoever can check a token can make one.
    let is_shared =
        |value: Option<&Value>| value.and_then(Value::as_text) == Some("HS256");

    (is_shared(new) && !is_shared(old)).then(|| {
        "has its tokens signed with a secret that it shares".to_owned()
    })
}

fn takes_stolen_tokens(
    old: Option<&Value>,
    new: Option<&Value>,
) -> Option<String> {
    if !is_set(new) {
        let why = "no longer says who may hold its tokens";
        return is_set(old).then(|| why.to_owned());
    }

    let is_required = |binding| is_true(part(binding, "required"));
    // Where it is left out, nobody knows here who has to: it may
    // be all, and may be some.
    let reach = |binding| match part(binding, "required_for")
        .and_then(Value::as_text)
    {
        Some("all_clients") => 2,
        Some(_) => 0,
        None => 1,
    };
    let why = if !is_required(new) {
        "takes tokens that are bound to nobody"
    } else if reach(new) < reach(old) {
        "no longer asks every client to prove that a token is its own"
    } else {
        return None;
    };
    is_required(old).then(|| why.to_owned())
}

fn gets_tokens_in_more_ways(
    old: Option<&Value>,
    new: Option<&Value>,
) -> Option<String> {
    // Where nothing was said before, nobody knows here which ways there were.
    let old = old.and_then(Value::as_set)?;
    let new = new.and_then(Value::as_set)?;

    let more = new
        .iter()
        .filter(|way| !old.contains(way));
    let more: Vec<&str> = more
        .filter_map(Value::as_text)
        .collect();
    (!more.is_empty()).then(|| {
        format!(
            "gets tokens in other ways too: {}",
            more.join(", ")
        )
    })
}

fn need_not_prove(old: Option<&Value>, new: Option<&Value>) -> Option<String> {
    (is_true(old) && !is_true(new)).then(|| {
        "need not prove any more that its tokens are its own".to_owned()
    })
}
