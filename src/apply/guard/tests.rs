use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::join;

use super::*;
use crate::model::{Address, Found, Inspection, RemoteId, Snapshot};
use crate::provider::{Locks, Observe, Write, WriteError};

/// A tenant whose lock another run never gives back.
#[derive(Default)]
struct Occupied {
    tries: AtomicUsize,
}

fn unasked() -> ProviderError {
    let reason = "nothing but the lock is asked for".to_owned();
    ProviderError::Unexpected {
        request: "a request".to_owned(),
        reason,
    }
}

impl Observe for Occupied {
    async fn read(&self) -> Result<Snapshot, ProviderError> {
        Err(unasked())
    }

    async fn inspect(
        &self,
        _address: &Address,
        _id: &RemoteId,
    ) -> Result<Option<Inspection>, ProviderError> {
        Err(unasked())
    }

    async fn list_clients(
        &self,
    ) -> Result<BTreeMap<Address, Found>, ProviderError> {
        Err(unasked())
    }
}

impl Locks for Occupied {
    async fn lock(
        &self,
        _stack: &StackName,
        _holder: &Holder,
    ) -> Result<Option<Lease>, ProviderError> {
        self.tries
            .fetch_add(1, Ordering::SeqCst);
        Err(ProviderError::LockHeld {
            holder: "another run".to_owned(),
            until: "tomorrow".to_owned(),
        })
    }
}

impl Mutate for Occupied {
    type Reader = Self;

    fn reader(&self) -> &Self {
        self
    }

    async fn write(&self, _write: &Write) -> Result<RemoteId, WriteError> {
        Err(WriteError::Refused(unasked()))
    }
}

async fn take(tenant: &Occupied, patience: u64, stop: &Stop) -> ProviderError {
    let stack = "maps".parse().unwrap();
    let holder = Holder::new("a test");
    let patience = Duration::from_secs(patience);
    Guard::take(tenant, &stack, &holder, patience, stop, |_| {})
        .await
        .unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_for_the_lock_stops_at_once_when_asked_to() {
    // In the first wait, in the middle of a long one, and before there is any.
    for (milliseconds, tries) in [(100, 1), (20_000, 8), (0, 1)] {
        let tenant = Occupied::default();
        let stop = Stop::default();
        let begun = Instant::now();
        let asked = Duration::from_millis(milliseconds);
        let stopping = async {
            sleep(asked).await;
            stop.request();
        };

        let (error, ()) = join!(take(&tenant, 3600, &stop), stopping);
        assert!(
            matches!(error, ProviderError::LockHeld { .. }),
            "{error}"
        );
        assert_eq!(begun.elapsed(), asked);
        assert_eq!(
            tenant.tries.into_inner(),
            tries,
            "not tried once more"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_lock_is_waited_for_as_long_as_patience_lasts() {
    let tenant = Occupied::default();
    let stop = Stop::default();
    let begun = Instant::now();

    let error = take(&tenant, 60, &stop).await;
    assert!(
        matches!(error, ProviderError::LockHeld { .. }),
        "{error}"
    );

    let waited = begun.elapsed();
    assert!(
        (55..=60).contains(&waited.as_secs()),
        "{waited:?}"
    );
}
