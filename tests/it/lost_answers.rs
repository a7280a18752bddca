//! Writes whose answers are lost: looked for once,
//! then called by what they are.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

use grantry::apply::{Guard, Outcome, Report, Stop, apply};
use grantry::config;
use grantry::model::{Address, Found, Inspection, Kind, RemoteId, Snapshot};
use grantry::plan::plan;
use grantry::provider::{
    Locks, Mutate, Observe, ProviderError, UnreachableReason, Write,
    WriteError, local, support_of,
};
use grantry::render;

const STORY: &str = "\
stack: lost
resource_servers:
  maps: { identifier: urn:maps, scopes: { read: Read } }
clients:
  courier: { name: Courier }
  billing: { name: Billing }
grants:
  - { client: courier, resource_server: maps, scopes: [read] }
  - { client: billing, resource_server: maps, scopes: [read] }
";

/// When the answer is lost.
#[derive(Clone, Copy, PartialEq)]
enum Lost {
    BeforeTheDeed,
    AfterTheDeed,
}

/// A writer that loses the answers to every write of one kind of object.
struct Forgetful {
    reader: Counting,
    kind: Kind,
    lost: Lost,
}

/// Counts how often the tenant is read.
struct Counting {
    writer: local::Writer,
    readings: AtomicUsize,
}

impl Observe for Counting {
    async fn read(&self) -> Result<Snapshot, ProviderError> {
        self.readings
            .fetch_add(1, Ordering::SeqCst);
        self.writer.reader().read().await
    }

    async fn inspect(
        &self,
        at: &Address,
        id: &RemoteId,
    ) -> Result<Option<Inspection>, ProviderError> {
        self.writer
            .reader()
            .inspect(at, id)
            .await
    }

    async fn list_clients(
        &self,
    ) -> Result<BTreeMap<Address, Found>, ProviderError> {
        self.writer
            .reader()
            .list_clients()
            .await
    }
}

impl Locks for Forgetful {}

impl Mutate for Forgetful {
    type Reader = Counting;

    fn reader(&self) -> &Counting {
        &self.reader
    }

    async fn write(&self, write: &Write) -> Result<RemoteId, WriteError> {
        let (Write::Create { address, .. }
        | Write::Update { address, .. }
        | Write::Delete { address, .. }) = write;
        if address.kind() != self.kind {
            return self.reader.writer.write(write).await;
        }
        if self.lost == Lost::AfterTheDeed {
            self.reader.writer.write(write).await?;
        }
        let (url, reason) = ("urn:nowhere".to_owned(), "planted".to_owned());
        let (silence, next_step) = (UnreachableReason::Connection, None);
        Err(WriteError::Unknown(
            ProviderError::Unreachable {
                url,
                silence,
                reason,
                next_step,
            },
        ))
    }
}

async fn run(kind: Kind, lost: Lost) -> (Report, usize) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("grantry.yaml");
    std::fs::write(&file, STORY).unwrap();
    let desired = config::load(&[file], &config::Inputs::default(), support_of)
        .map_err(|bad| render::problems(&bad))
        .unwrap()
        .desired;
    let writer =
        local::Writer::open(folder.path().join("tenant.json")).unwrap();
    let reader = Counting {
        writer,
        readings: AtomicUsize::new(0),
    };
    let writer = Forgetful {
        reader,
        kind,
        lost,
    };
    let planned =
        plan(&desired, &writer.reader().read().await.unwrap()).unwrap();
    let four = NonZeroUsize::new(4).unwrap();
    let cleared = planned.clear().unwrap();
    let report = apply(
        &writer,
        cleared,
        &Guard::open(),
        four,
        &Stop::default(),
        |_, _| {},
    )
    .await;
    let again = plan(&desired, &writer.reader().read().await.unwrap()).unwrap();
    let left = report
        .outcomes
        .iter()
        .filter(|outcome| !outcome.is_applied())
        .count();
    assert_eq!(
        again.plan.changes.len(),
        left,
        "{}",
        render::plan(&again.plan)
    );
    (report, writer.reader.readings.into_inner() - 2)
}

#[tokio::test]
async fn what_was_done_all_the_same_counts_as_done() {
    for kind in Kind::ALL {
        let (report, readings) = run(kind, Lost::AfterTheDeed).await;
        assert!(
            report
                .outcomes
                .iter()
                .all(Outcome::is_applied),
            "{}",
            render::report(&report)
        );
        assert_eq!(
            readings, 1,
            "one reading for all lost answers of a wave"
        );
    }
}

#[tokio::test]
async fn what_is_not_there_is_unknown_and_blocks_what_needs_it() {
    for (kind, unknown, blocked) in [
        (Kind::ResourceServer, 1, 2),
        (Kind::Client, 2, 2),
        (Kind::Grant, 2, 0),
    ] {
        let (report, readings) = run(kind, Lost::BeforeTheDeed).await;
        let counts = report.counts();
        let seen = (counts.unknown, counts.blocked);
        assert_eq!(
            seen,
            (unknown, blocked),
            "{}",
            render::report(&report)
        );
        assert_eq!(readings, 1);
    }
}
