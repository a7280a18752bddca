//! Whose each live object is: a row for every class and every rule, the same on
//! every provider.

mod rows;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use grantry::config;
use grantry::model::{
    Address, Attrs, ClientRef, Desired, Found, Identifier, RemoteId, Removal,
    Snapshot, Standing, SubjectType, TenantHash, Value,
};
use grantry::plan::{Class, classify};
use grantry::provider::{Observe, auth0, local, support_of};
use grantry::render;
use rows::{ROWS, Row};
use serde_json::{Value as Json, json};

use crate::helpers::served::settings;
use crate::helpers::tenant::emulated::Emulated;
use crate::helpers::tenant::{self, MANAGEMENT_API, Names, Object};

/// A tenant in memory: it can hold what no provider lets a test create.
const MEMORY: &str = "memory.example";

fn desired(row: &Row<'_>) -> Desired {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grantry.yaml");
    fs::write(&path, format!("stack: maps\n{}", row.yaml)).unwrap();
    match config::load(&[path], &config::Inputs::default(), support_of) {
        Ok(loaded) => loaded.desired,
        Err(problems) => {
            panic!("{}:\n{}", row.rule, render::problems(&problems))
        }
    }
}

/// The address at which a tenant has an object.
fn address(object: &Object, names: &Names) -> Address {
    let client = |id: &str| ClientRef::Id(names.there(id).parse().unwrap());
    let identifier = |text: &str| {
        names
            .there(text)
            .parse::<Identifier>()
            .unwrap()
    };
    match object {
        Object::Api {
            identifier: text,
            ..
        } => Address::ResourceServer(identifier(text)),
        Object::Client { id, .. } => Address::Client(client(id)),
        Object::Grant {
            client: id,
            audience,
            user,
            ..
        } => Address::Grant {
            client: client(id),
            audience: identifier(audience),
            subject_type: if *user {
                SubjectType::User
            } else {
                SubjectType::Client
            },
        },
    }
}

/// A class in a word or two.
fn word(class: &Class, names: &Names) -> String {
    match class {
        Class::Managed => "managed".to_owned(),
        Class::Adoptable => "adoptable".to_owned(),
        Class::Orphan => "orphan".to_owned(),
        Class::Protected => "protected".to_owned(),
        Class::Removed(Removal::Destroy) => "to destroy".to_owned(),
        Class::Removed(Removal::Release) => "to release".to_owned(),
        Class::Foreign(stack) => format!("foreign ({stack})"),
        Class::CopiedMark => "copied mark".to_owned(),
        Class::UnreadableMark(reason) => format!("unreadable ({reason})"),
        Class::Ambiguous(ids) => {
            let ids: BTreeSet<String> = ids
                .iter()
                .map(|id| names.here(id.as_str()))
                .collect();
            format!(
                "ambiguous ({})",
                ids.into_iter()
                    .collect::<Vec<_>>()
                    .join(", ")
            )
        }
        Class::External => "external".to_owned(),
        Class::Untouchable(standing) => format!("untouchable ({standing})"),
        Class::Unmanaged => "unmanaged".to_owned(),
    }
}

/// What is said of each object of a row, in the row's own order and words.
fn said(row: &Row<'_>, seen: &Snapshot, names: &Names) -> Vec<String> {
    let desired = desired(row);
    let verdicts = classify(&desired, seen);
    assert_eq!(
        verdicts.len(),
        seen.found.len(),
        "{}: every object has a class",
        row.rule
    );
    let objects = tenant::parse(row.live);
    let addresses: Vec<_> = objects
        .iter()
        .map(|object| address(object, names))
        .collect();
    addresses
        .iter()
        .map(|address| {
            let verdict = &verdicts[&address];
            let (class, evidence) =
                (word(&verdict.class, names), &verdict.evidence);
            names.here(&format!(
                "{class} {}: {evidence}",
                verdict.address
            ))
        })
        .collect()
}

fn expected(row: &Row<'_>) -> Vec<String> {
    row.expected
        .lines()
        .map(|line| line.trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect()
}

fn in_memory(objects: &[Object]) -> (Snapshot, Names) {
    let names = Names::of(MEMORY);
    let found = objects.iter().map(|object| {
        let (id, standing, fields) = match object {
            Object::Api {
                identifier,
                standing,
                ..
            } => (identifier.clone(), standing, json!({})),
            Object::Client {
                id,
                name,
                standing,
                mark,
            } => (
                id.clone(),
                standing,
                tenant::client_fields(name, mark.as_deref()),
            ),
            Object::Grant {
                standing,
                scopes,
                ..
            } => (
                object.to_string(),
                standing,
                json!({ "scopes": scopes }),
            ),
        };
        let fields: Json =
            serde_json::from_str(&names.there(&fields.to_string())).unwrap();
        let attrs: Attrs = Value::from(fields)
            .as_map()
            .unwrap()
            .clone();
        let (id, standing) = (RemoteId::new(names.there(&id)), *standing);
        (
            address(object, &names),
            Found {
                id,
                standing,
                attrs,
                revision: None,
            },
        )
    });
    let management_api: Identifier = names
        .there(MANAGEMENT_API)
        .parse()
        .unwrap();
    let found = found.collect();
    let tenant = TenantHash::of(MEMORY);
    let rules = BTreeMap::new();
    (
        Snapshot {
            tenant,
            support: &grantry::provider::local::SUPPORT,
            management_api: Some(management_api),
            rules,
            found,
            unnamed: Vec::new(),
            held_scopes: BTreeMap::new(),
        },
        names,
    )
}

#[test]
fn every_rule_in_memory() {
    for row in ROWS {
        let (seen, names) = in_memory(&tenant::parse(row.live));
        assert_eq!(
            said(row, &seen, &names),
            expected(row),
            "{}",
            row.rule
        );
    }
}

#[test]
fn every_class_has_a_row() {
    let classes = [
        "managed",
        "adoptable",
        "orphan",
        "protected",
        "to destroy",
        "to release",
        "foreign",
        "copied mark",
        "unreadable",
        "ambiguous",
        "external",
        "untouchable",
        "unmanaged",
    ];
    for class in classes {
        let mut lines = ROWS.iter().flat_map(expected);
        assert!(
            lines.any(|line| line.starts_with(class)),
            "{class}"
        );
    }
}

/// The objects of a row, unless one of them is not as it is said to be.
fn assert_holds(
    row: &Row<'_>,
    objects: &[Object],
    seen: &Snapshot,
    names: &Names,
) {
    let lines = tenant::lines(seen, names);
    for object in objects.iter().map(ToString::to_string) {
        assert!(
            lines.contains(&object),
            "{}: {object}\n{lines:#?}",
            row.rule
        );
    }
}

fn standing(object: &Object) -> Standing {
    match object {
        Object::Api { standing, .. }
        | Object::Client { standing, .. }
        | Object::Grant { standing, .. } => *standing,
    }
}

#[tokio::test]
async fn every_rule_on_the_local_provider() {
    let mut held = 0;
    for row in ROWS {
        let objects = tenant::parse(row.live);
        if objects
            .iter()
            .any(|object| standing(object) != Standing::Ordinary)
        {
            continue;
        }
        held += 1;
        let (content, names) = tenant::local(&objects);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tenant.json");
        fs::write(&path, content).unwrap();
        let seen = local::Reader::new(path)
            .read()
            .await
            .unwrap();
        assert_holds(row, &objects, &seen, &names);
        assert_eq!(
            said(row, &seen, &names),
            expected(row),
            "{}",
            row.rule
        );
    }
    assert!(held > 25, "only {held} rows");
}

/// Whether the emulator can be brought to hold an object.
fn is_emulated(object: &Object) -> bool {
    match (object, standing(object)) {
        (_, Standing::Ordinary | Standing::Ourselves)
        | (Object::Client { .. }, Standing::ThirdParty) => true,
        (Object::Api { identifier, .. }, Standing::System) => {
            identifier == MANAGEMENT_API
        }
        _ => false,
    }
}

#[tokio::test]
async fn every_rule_over_http() {
    let mut held = 0;
    for row in ROWS {
        let objects = tenant::parse(row.live);
        if !objects.iter().all(is_emulated) {
            continue;
        }
        held += 1;
        let tenant = Emulated::with(&objects).await;
        let seen = auth0::Reader::new(settings(&tenant.management.url))
            .unwrap()
            .read()
            .await
            .unwrap();
        let names = &tenant.names;
        assert_holds(row, &objects, &seen, names);
        // A configuration names clients by the ids of this tenant, and so does
        // what is said.
        let row = &Row {
            yaml: &names.there(row.yaml),
            ..*row
        };
        assert_eq!(
            said(row, &seen, names),
            expected(row),
            "{}",
            row.rule
        );
    }
    assert!(held > 30, "only {held} rows");
}
