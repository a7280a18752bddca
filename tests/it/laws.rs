//! The laws of planning and applying, over every provider.
//!
//! The states are the files of `tests/states`. Each law runs on the local
//! provider, and on the Auth0 provider over HTTP against the emulator.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use grantry::apply::{Guard, Outcome, Report, Stop, apply};
use grantry::config;
use grantry::emulator::{self, Emulator};
use grantry::model::{
    Address, Attrs, ClientIds, ClientRef, Desired, Emptying, Found, Limits,
    Policy, Prune, RemoteId, Snapshot, Value,
};
use grantry::plan::{Action, Change, Edit, Leaf, Planned, Wave, plan};
use grantry::provider::{
    Locks, Mutate, Names, Observe, ProviderError, Write, WriteError, auth0,
    local, observe, support_of,
};
use grantry::render;

use crate::helpers::served::{in_memory, settings};

const ONE: NonZeroUsize = NonZeroUsize::MIN;
const EIGHT: NonZeroUsize = NonZeroUsize::new(8).unwrap();

/// States by the names of their files.
pub(crate) type States = [(String, Desired)];

/// From which state to which, by their places.
pub(crate) type Ways = [(usize, usize)];

/// The states, with orphans deleted or left alone.
fn states(prune: Prune) -> Vec<(String, Desired)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/states");
    let mut files: Vec<PathBuf> = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let name = |path: &Path| {
        path.file_stem()
            .unwrap()
            .to_string_lossy()
            .into_owned()
    };
    files
        .into_iter()
        .map(|file| (name(&file), with(prune, &load(&file))))
        .collect()
}

/// What another stack has.
fn theirs() -> Desired {
    load(
        &Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/states-of-others/theirs.yaml"),
    )
}

/// On these ways each change fails once, beside those from nothing.
const TO_FAIL: &Ways = &[
    (6, 7),
    (7, 6),
    (3, 2),
    (10, 5),
    (10, 0),
    (15, 3),
    (8, 7),
];

/// On these ways a run is stopped after each change.
const TO_STOP: &Ways = &[
    (0, 10),
    (10, 7),
    (7, 3),
    (6, 7),
    (15, 11),
    (11, 15),
    (10, 0),
];

/// The same state, with orphans deleted or left alone.
pub(crate) fn with(prune: Prune, state: &Desired) -> Desired {
    Desired {
        policy: Policy {
            prune,
            ..state.policy.clone()
        },
        ..state.clone()
    }
}

/// A state whose orphans are deleted, as many as there are.
fn load(file: &Path) -> Desired {
    match config::load(
        &[file.to_owned()],
        &config::Inputs::default(),
        support_of,
    ) {
        Ok(loaded) => without_guards(loaded),
        Err(problems) => panic!("{}", render::problems(&problems)),
    }
}

/// A state whose orphans are deleted, as many as there are.
pub(crate) fn without_guards(loaded: config::Loaded) -> Desired {
    let limits = Limits {
        max_deletes: Some(1000),
        emptying: Emptying::Allowed,
    };
    let policy = Policy {
        prune: Prune::On,
        limits,
        ..loaded.desired.policy
    };
    Desired {
        policy,
        ..loaded.desired
    }
}
/// A tenant in a file, and the folder of that.
fn local() -> (tempfile::TempDir, local::Writer) {
    let folder = tempfile::tempdir().unwrap();
    let writer =
        local::Writer::open(folder.path().join("tenant.json")).unwrap();
    (folder, writer)
}

/// A tenant that is served.
async fn served() -> (Emulator, auth0::Writer) {
    let emulator = emulator::start(in_memory())
        .await
        .unwrap();
    let writer = auth0::Writer::new(settings(&emulator.url())).unwrap();
    (emulator, writer)
}

/// A writer that refuses the write of one change.
struct Meddler<'a, P> {
    writer: &'a P,
    refuse: Planted,
}

/// Which write is refused. A new object has no id yet, and is known by what is
/// written of it.
struct Planted {
    id: Option<RemoteId>,
    address: Address,
    fields: Attrs,
}

impl Planted {
    fn of(change: &Change, planned: &Planned) -> Self {
        let id = planned
            .ids
            .get(&change.address)
            .cloned();
        Self {
            id,
            address: change.address.clone(),
            fields: change.fields.clone(),
        }
    }

    fn is_meant(&self, write: &Write) -> bool {
        match write {
            Write::Create { address, attrs } => {
                let same = |one: &Address, other: &Address| {
                    audience(one) == audience(other)
                };
                self.id.is_none()
                    && *attrs == self.fields
                    && same(address, &self.address)
            }
            Write::Update { id, fields, .. } => {
                self.id.as_ref() == Some(id) && *fields == self.fields
            }
            Write::Delete { id, .. } => {
                self.id.as_ref() == Some(id) && self.fields.is_empty()
            }
        }
    }
}

/// What an address says beside its client.
fn audience(address: &Address) -> String {
    match address {
        Address::ResourceServer(identifier) => format!("api {identifier}"),
        Address::Client(_) => "client".to_owned(),
        Address::Grant {
            audience,
            subject_type,
            ..
        } => format!("{audience} {subject_type:?}"),
    }
}

impl<P: Mutate> Locks for Meddler<'_, P> {
    fn names(&self) -> Names {
        self.writer.names()
    }
}

impl<P: Mutate> Mutate for Meddler<'_, P> {
    type Reader = P::Reader;

    fn reader(&self) -> &P::Reader {
        self.writer.reader()
    }

    async fn write(&self, write: &Write) -> Result<RemoteId, WriteError> {
        if self.refuse.is_meant(write) {
            let (request, reason) =
                ("a write".to_owned(), "planted".to_owned());
            let planted = ProviderError::Unexpected {
                request,
                reason,
            };
            return Err(WriteError::Refused(planted));
        }
        self.writer.write(write).await
    }
}

/// A plan, and the tenant that it was made from.
async fn seen_and_planned(
    writer: &impl Mutate,
    desired: &Desired,
) -> (Snapshot, Planned) {
    let seen = observe(writer.reader(), desired)
        .await
        .unwrap();
    match plan(desired, &seen) {
        Ok(planned) => (seen, planned),
        Err(error) => panic!("{}", render::conflicts(&error)),
    }
}

async fn planned(writer: &impl Mutate, desired: &Desired) -> Planned {
    seen_and_planned(writer, desired)
        .await
        .1
}

/// Applies a state, which must succeed, and gives the tenant as it was before.
async fn carry_out(writer: &impl Mutate, desired: &Desired) -> Snapshot {
    let (before, planned) = seen_and_planned(writer, desired).await;
    let report = apply(
        writer,
        planned.clear().unwrap(),
        &Guard::open(),
        EIGHT,
        &Stop::default(),
        |_, _| {},
    )
    .await;
    assert!(
        report
            .outcomes
            .iter()
            .all(Outcome::is_applied),
        "{}",
        render::report(&report)
    );

    before
}

/// Fails unless nothing is left to do and everything is there, and
/// gives the tenant as it is. It is read once: what the plan was made
/// from is what is looked at.
async fn assert_settled(
    writer: &impl Mutate,
    desired: &Desired,
    story: &str,
) -> Snapshot {
    let (seen, again) = seen_and_planned(writer, desired).await;
    assert!(
        again.plan.changes.is_empty(),
        "{story}:\n{}",
        render::plan(&again.plan)
    );

    let live = by_key(&seen);
    for (address, declared) in desired.resources(&seen) {
        let found = live
            .get(&address)
            .unwrap_or_else(|| panic!("{story}: {address} is missing"));
        assert_has(
            &declared.attrs(),
            &found.attrs,
            &format!("{story}: {address}"),
        );
    }

    seen
}

/// The tenant with this stack's clients named by the key in their mark.
fn by_key(seen: &Snapshot) -> BTreeMap<Address, &Found> {
    let key = |client: &ClientRef| {
        let found = &seen
            .found
            .get(&Address::Client(client.clone()))?
            .attrs;
        let metadata = found.get("client_metadata")?.as_map()?;
        let entry = |name: &str| metadata.get(name)?.as_text();
        let key = entry("grantry_key")?.trim_end_matches(['!', '?']);
        let is_ours = entry("grantry_stack")?.starts_with("v1:laws:");
        is_ours.then(|| ClientRef::Key(key.parse().unwrap()))
    };
    let named = |address: &Address| match address {
        Address::ResourceServer(_) => address.clone(),
        Address::Client(client) => {
            Address::Client(key(client).unwrap_or(client.clone()))
        }
        Address::Grant {
            client,
            audience,
            subject_type,
        } => Address::Grant {
            client: key(client).unwrap_or(client.clone()),
            audience: audience.clone(),
            subject_type: *subject_type,
        },
    };
    seen.found
        .iter()
        .map(|(address, found)| (named(address), found))
        .collect()
}

/// Looks at the values themselves, without the diff that made the plan.
fn assert_has(wanted: &Attrs, live: &Attrs, story: &str) {
    for (field, value) in wanted {
        match value {
            Value::Null => {}
            Value::Set(set) if set.is_empty() => {}
            Value::Map(map) if map.is_empty() => {}
            Value::Entries(entries) => {
                let live = live
                    .get(field)
                    .and_then(Value::as_map)
                    .unwrap();
                for (key, value) in entries {
                    let expected = (*value != Value::Null).then_some(value);
                    assert_eq!(
                        live.get(key),
                        expected,
                        "{story}: {field}.{key}"
                    );
                }
            }
            _ if field == "scopes" && matches!(value, Value::Set(_)) => {
                let live = live
                    .get(field)
                    .and_then(Value::as_set)
                    .unwrap();
                assert_eq!(Some(live), value.as_set(), "{story}: {field}");
            }
            Value::Map(_) => assert_holds(
                value,
                live.get(field),
                &format!("{story}: {field}"),
            ),
            _ => assert_eq!(live.get(field), Some(value), "{story}: {field}"),
        }
    }
}

/// The same within a map, some members of which may be owned key by key, or
/// only ever written.
fn assert_holds(wanted: &Value, live: Option<&Value>, story: &str) {
    match wanted {
        Value::WriteOnly(_) => {}
        Value::Null => assert!(
            live.is_none_or(|live| *live == Value::Null),
            "{story}: {live:?}"
        ),
        Value::Map(wanted) | Value::Entries(wanted) => {
            let live = live
                .and_then(Value::as_map)
                .unwrap_or_else(|| panic!("{story}: missing"));
            for (key, value) in wanted {
                assert_holds(value, live.get(key), &format!("{story}.{key}"));
            }
        }
        _ => assert_eq!(live, Some(wanted), "{story}"),
    }
}

/// Brings the tenant to a state, and to nothing beside it.
async fn start_at(writer: &impl Mutate, state: &Desired) {
    carry_out(writer, &with(Prune::On, state)).await;
}

/// Every state is reached from every other; after each step a second plan is
/// empty. With prune off nothing that was there is gone.
pub(crate) async fn every_state_is_reached_from_every_other(
    writer: &impl Mutate,
    prune: Prune,
    states: &States,
) {
    let mut pairs = 0;
    for (from, start) in states {
        for (to, end) in states {
            start_at(writer, start).await;
            let before = carry_out(writer, end).await.found;
            let after =
                assert_settled(writer, end, &format!("{from} -> {to}")).await;
            let after = after.found;
            let is_there = before
                .keys()
                .all(|address| after.contains_key(address));
            assert!(
                prune == Prune::On || is_there,
                "{from} -> {to}: {before:#?}"
            );
            pairs += 1;
        }
    }
    assert!(pairs > 60, "only {pairs} pairs");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_state_is_reached_from_every_other_locally() {
    let (_folder, writer) = local();
    every_state_is_reached_from_every_other(
        &writer,
        Prune::On,
        &states(Prune::On),
    )
    .await;
}

#[tokio::test]
async fn every_state_is_reached_from_every_other_without_prune() {
    let (_folder, writer) = local();
    every_state_is_reached_from_every_other(
        &writer,
        Prune::Off,
        &states(Prune::Off),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_state_is_reached_from_every_other_over_http() {
    let (_emulator, writer) = served().await;
    every_state_is_reached_from_every_other(
        &writer,
        Prune::On,
        &states(Prune::On),
    )
    .await;
}

/// Which changes a failed one must block, said a second time and independently
/// of the engine.
fn must_block(planned: &Planned, failed: usize) -> BTreeSet<usize> {
    let changes = &planned.plan.changes;
    let dependents = (failed + 1..changes.len())
        .filter(|later| needs(&changes[*later], &changes[failed]));
    dependents.collect()
}

fn needs(later: &Change, earlier: &Change) -> bool {
    let (creates, deletes) = (
        earlier.action == Action::Create,
        later.action == Action::Delete,
    );
    match (&earlier.address, &later.address) {
        (Address::ResourceServer(one), Address::ResourceServer(other)) => {
            one == other
        }
        (
            Address::ResourceServer(identifier),
            Address::Grant { audience, .. },
        ) => {
            let brings_scope =
                !scopes(earlier, '+').is_disjoint(&scopes(later, '+'));
            identifier == audience && !deletes && (creates || brings_scope)
        }
        (Address::Client(one), Address::Grant { client, .. }) => {
            one == client
                && (creates && !deletes || earlier.action == Action::Adopt)
        }
        (Address::Grant { client, .. }, Address::Client(other)) => {
            client == other && deletes
        }
        (
            Address::Grant { audience, .. },
            Address::ResourceServer(identifier),
        ) => {
            let takes_scope =
                !scopes(earlier, '-').is_disjoint(&scopes(later, '-'));
            audience == identifier
                && (takes_scope || earlier.action == Action::Delete)
        }
        _ => false,
    }
}

/// The scopes that a change adds or removes.
fn scopes(change: &Change, sign: char) -> BTreeSet<String> {
    let scope = |edit: &Edit| match (edit.path.as_slice(), &edit.leaf) {
        ([field, scope], Leaf::Added(_))
            if field == "scopes" && sign == '+' =>
        {
            Some(scope.to_string())
        }
        ([field, scope], Leaf::Removed(_))
            if field == "scopes" && sign == '-' =>
        {
            Some(scope.to_string())
        }
        ([field], Leaf::Added(scope)) if field == "scopes" && sign == '+' => {
            Some(text(scope))
        }
        ([field], Leaf::Removed(scope)) if field == "scopes" && sign == '-' => {
            Some(text(scope))
        }
        _ => None,
    };
    change
        .edits()
        .iter()
        .filter_map(scope)
        .collect()
}

fn text(value: &Value) -> String {
    value
        .as_text()
        .unwrap_or_default()
        .to_owned()
}

fn blocked(report: &Report) -> BTreeSet<usize> {
    let outcomes = report.outcomes.iter().enumerate();
    let blocked =
        outcomes.filter(|(_, outcome)| matches!(outcome, Outcome::Blocked(_)));
    blocked
        .map(|(place, _)| place)
        .collect()
}

/// Fails each change on the way to each state once, and on the way between
/// states that are alike.
pub(crate) async fn a_failure_blocks_its_dependents_only(
    writer: &impl Mutate,
    states: &States,
    ways: &Ways,
) {
    let from_nothing = (0..states.len()).map(|to| (0, to));
    let ways = from_nothing.chain(ways.iter().copied());
    let mut blocks = 0;
    for (from, to) in ways {
        let (start, end) = (&states[from].1, &states[to].1);
        for failed in 0.. {
            start_at(writer, start).await;
            let planned = planned(writer, end).await;
            let Some(change) = planned.plan.changes.get(failed) else {
                break;
            };
            let story = format!("{from} -> {to}, failed: {}", change.address);
            let meddler = Meddler {
                writer,
                refuse: Planted::of(change, &planned),
            };
            let expected = must_block(&planned, failed);
            blocks += expected.len();
            let report = apply(
                &meddler,
                planned.clear().unwrap(),
                &Guard::open(),
                EIGHT,
                &Stop::default(),
                |_, _| {},
            )
            .await;
            let seen = render::report(&report);
            assert!(
                matches!(report.outcomes[failed], Outcome::Failed(_)),
                "{story}:\n{seen}"
            );
            assert_eq!(blocked(&report), expected, "{story}:\n{seen}");
            let counts = report.counts();
            assert_eq!(
                counts.applied + counts.blocked + 1,
                report.outcomes.len(),
                "{story}"
            );
            carry_out(writer, end).await;
            assert_settled(writer, end, &story).await;
        }
    }
    assert!(
        blocks > 20,
        "only {blocks} changes were ever to be blocked"
    );
}

#[tokio::test]
async fn a_failure_blocks_its_dependents_only_locally() {
    let (_folder, writer) = local();
    a_failure_blocks_its_dependents_only(&writer, &states(Prune::On), TO_FAIL)
        .await;
}

#[tokio::test]
async fn a_failure_blocks_its_dependents_only_without_prune() {
    let (_folder, writer) = local();
    a_failure_blocks_its_dependents_only(&writer, &states(Prune::Off), TO_FAIL)
        .await;
}

#[tokio::test]
async fn a_failure_blocks_its_dependents_only_over_http() {
    let (_emulator, writer) = served().await;
    a_failure_blocks_its_dependents_only(&writer, &states(Prune::On), TO_FAIL)
        .await;
}

/// Stops after each number of changes on the way between states
/// that differ in everything.
pub(crate) async fn stopping_anywhere_and_running_again_ends_the_same(
    writer: &impl Mutate,
    states: &States,
    ways: &Ways,
) {
    for &(from, to) in ways {
        let (start, end) = (&states[from].1, &states[to].1);
        for prefix in 0.. {
            start_at(writer, start).await;
            let planned = planned(writer, end).await;
            if prefix > planned.plan.changes.len() {
                break;
            }
            let (stop, mut done) = (Stop::default(), 0);
            if prefix == 0 {
                stop.request();
            }
            let guard = Guard::open();
            let report = apply(
                writer,
                planned.clear().unwrap(),
                &guard,
                ONE,
                &stop,
                |_, _| {
                    done += 1;
                    if done == prefix {
                        stop.request();
                    }
                },
            );
            assert_eq!(report.await.counts().applied, prefix);
            carry_out(writer, end).await;
            assert_settled(
                writer,
                end,
                &format!("{from} -> {to} after {prefix}"),
            )
            .await;
        }
    }
}

#[tokio::test]
async fn stopping_anywhere_and_running_again_ends_the_same_locally() {
    let (_folder, writer) = local();
    stopping_anywhere_and_running_again_ends_the_same(
        &writer,
        &states(Prune::On),
        TO_STOP,
    )
    .await;
}

#[tokio::test]
async fn stopping_anywhere_and_running_again_ends_the_same_without_prune() {
    let (_folder, writer) = local();
    stopping_anywhere_and_running_again_ends_the_same(
        &writer,
        &states(Prune::Off),
        TO_STOP,
    )
    .await;
}

#[tokio::test]
async fn stopping_anywhere_and_running_again_ends_the_same_over_http() {
    let (_emulator, writer) = served().await;
    stopping_anywhere_and_running_again_ends_the_same(
        &writer,
        &states(Prune::On),
        TO_STOP,
    )
    .await;
}

/// Objects of another stack, of nobody and of the tenant itself are the same
/// before and after.
pub(crate) async fn what_is_not_ours_is_never_touched(
    writer: &impl Mutate,
    theirs: &Desired,
    states: &States,
) {
    carry_out(writer, theirs).await;
    let mut attrs =
        Attrs::from_iter([("name".into(), Value::from("Unmarked"))]);
    let support = writer
        .reader()
        .read()
        .await
        .unwrap()
        .support;
    if support.client_ids == ClientIds::Chosen {
        attrs.insert("client_id".into(), Value::from("unmarked"));
    }
    let unmarked = Write::Create {
        address: Address::Client(ClientRef::Key("unmarked".parse().unwrap())),
        attrs,
    };
    writer.write(&unmarked).await.unwrap();
    let before = writer
        .reader()
        .read()
        .await
        .unwrap()
        .found;
    for (name, state) in states {
        carry_out(writer, state).await;
        let after = writer
            .reader()
            .read()
            .await
            .unwrap()
            .found;
        for (address, found) in &before {
            assert_eq!(
                after.get(address),
                Some(found),
                "{name}: {address}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_not_ours_is_never_touched_locally() {
    let (_folder, writer) = local();
    what_is_not_ours_is_never_touched(&writer, &theirs(), &states(Prune::On))
        .await;
}

#[tokio::test]
async fn what_is_not_ours_is_never_touched_without_prune() {
    let (_folder, writer) = local();
    what_is_not_ours_is_never_touched(&writer, &theirs(), &states(Prune::Off))
        .await;
}

#[tokio::test]
async fn what_is_not_ours_is_never_touched_over_http() {
    let (_emulator, writer) = served().await;
    what_is_not_ours_is_never_touched(&writer, &theirs(), &states(Prune::On))
        .await;
}

/// A narrowing comes after the grants that hold the scopes, a widening before.
#[tokio::test]
async fn no_caller_loses_a_scope_it_still_holds() {
    let (_folder, writer) = local();
    let states = states(Prune::On);
    carry_out(&writer, &states[6].1).await;
    let waves: Vec<(Wave, Action)> = planned(&writer, &states[7].1)
        .await
        .plan
        .changes
        .iter()
        .map(|change| (Wave::of(change), change.action))
        .collect();
    let expected = [
        (Wave::ResourceServers, Action::Update),
        (Wave::Grants, Action::Update),
        (Wave::ResourceServerReductions, Action::Narrow),
    ];
    assert_eq!(waves, expected);
}

/// The order in which things are written down makes no difference, and equal
/// inputs give equal bytes.
#[tokio::test]
async fn the_order_of_the_file_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let reversed = folder.path().join("reversed.yaml");
    let yaml = r"
grants:
  - { scopes: [write:orders, read:orders], resource_server: orders, client: billing }
  - { scopes: [read:orders], client: courier, resource_server: orders }
  - { resource_server: maps, client: courier, scopes: [read:maps] }
clients:
  billing: { description: Sends invoices, name: Billing }
  courier: { name: Courier }
resource_servers:
  orders:
    scopes: { write:orders: Write, read:orders: Read }
    name: Orders
    identifier: urn:orders
  maps:
    scopes: { read:maps: Read }
    identifier: https://maps.example/
stack: laws
";
    std::fs::write(&reversed, yaml).unwrap();
    let (_folder, writer) = local();
    let one = planned(&writer, &states(Prune::On)[10].1).await;
    let other = planned(&writer, &load(&reversed)).await;
    assert_eq!(one.plan, other.plan);
    assert_eq!(
        render::plan(&one.plan),
        render::plan(&other.plan)
    );
}
