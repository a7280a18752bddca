//! The state file: the tenant, its signing key and the authority of its
//! certificates, as JSON, replaced whole.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::app::{App, Kept};
use super::authority::Authority;
use super::error::EmulatorError;
use super::signing_keys::{KeptKeys, SigningKeys};
use super::state_file::StateFile;
use super::tenant::{Object, Snapshot};
use crate::files::{self, Limit, ReadError};

/// Changes this close together are written at once.
const PAUSE: Duration = Duration::from_millis(500);

/// How many times as long as it took to write the state nothing is written
/// after it: the file is written whole, and filling a large tenant must not
/// mean to write it all the time.
const REST: u32 = 10;

/// A machine that is busy makes a writing seem long, and must not have changes
/// wait for minutes.
const LONGEST_REST: Duration = Duration::from_secs(10);

/// The state file's layout; raised when an older emulator could not read it.
const VERSION: u32 = 1;

/// How large the state file may be.
const LIMIT: Limit = Limit::TENANT;

/// What every layout says of itself.
#[derive(Deserialize)]
struct Layout {
    version: u32,
}

#[derive(Serialize, Deserialize)]
struct Saved<A, T> {
    version: u32,
    #[serde(flatten)]
    signing_keys: KeptKeys,
    /// None before the first run with TLS.
    authority: Option<A>,
    tenant: T,
}

/// What the file holds, or nothing if there is no file yet.
pub(crate) fn load_state(path: &Path) -> Result<Option<Kept>, EmulatorError> {
    let text = match files::read(path, LIMIT) {
        Ok(text) => text,
        Err(ReadError::Io(error))
            if error.kind() == io::ErrorKind::NotFound =>
        {
            return Ok(None);
        }
        Err(error) => {
            return Err(EmulatorError::File {
                action: "read",
                path: path.to_owned(),
                source: error.into(),
            });
        }
    };

    let unsound = |source| EmulatorError::State {
        path: path.to_owned(),
        source,
    };
    // Alone, and first: what another version wrote need not
    // be laid out as we know it.
    let Layout { version } = serde_json::from_slice(&text).map_err(unsound)?;
    if version != VERSION {
        return Err(EmulatorError::Version {
            path: path.to_owned(),
            version,
        });
    }

    let saved: Loaded = serde_json::from_slice(&text).map_err(unsound)?;
    Ok(Some(Kept {
        signing_keys: SigningKeys::try_from(saved.signing_keys)?,
        authority: saved.authority,
        tenant: saved.tenant.into(),
    }))
}

type Loaded = Saved<Authority, Snapshot<Object>>;

/// Writes the state after changes until `stop` is told, and once more then.
pub(crate) async fn keep_saving(
    app: Arc<App>,
    state: StateFile,
    mut stop: oneshot::Receiver<()>,
) -> Result<(), EmulatorError> {
    loop {
        tokio::select! {
            () = app.changed.notified() => {}
            _ = &mut stop => return save_state(&app, &state).await,
        }

        // A disk that is full for a while is no reason to stop: the next change
        // tries again.
        let begun = Instant::now();
        if let Err(error) = save_state(&app, &state).await {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "the state is not kept");
        }

        let rest = (begun.elapsed() * REST).clamp(PAUSE, LONGEST_REST);
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            _ = &mut stop => return save_state(&app, &state).await,
        }
    }
}

/// Writes the state now.
pub(crate) async fn save_state(
    app: &Arc<App>,
    state: &StateFile,
) -> Result<(), EmulatorError> {
    let app = Arc::clone(app);
    let target = state.clone();
    // Apart from what serves requests: a large tenant takes long
    // to be written to a disk.
    let writing = tokio::task::spawn_blocking(move || {
        let text = serialize_state(&app)?;
        replace_file(target.path(), &text)
    });

    writing
        .await
        .unwrap_or_else(|panic| Err(panic.into()))
        .map_err(|source| EmulatorError::File {
            action: "write",
            path: state.path().to_owned(),
            source,
        })
}

fn serialize_state(app: &App) -> Result<Vec<u8>, serde_json::Error> {
    app.read(|tenant| {
        serde_json::to_vec_pretty(&Saved {
            version: VERSION,
            signing_keys: app.signing_keys.keep(),
            authority: app.authority.as_ref(),
            tenant: tenant.snapshot(),
        })
    })
}

/// Puts the new text in the place of the old, so that a reader finds one of
/// them whole. Only its owner may read the file: it holds secrets.
fn replace_file(path: &Path, text: &[u8]) -> io::Result<()> {
    // What is not read again must not be written either.
    if text.len() as u64 > LIMIT.bytes() {
        return Err(ReadError::TooLarge(LIMIT).into());
    }

    // In the same folder: from one file system to another
    // a file cannot be renamed.
    let folder = files::folder_of(path);
    let mut file = NamedTempFile::with_prefix_in(".grantry-emulator-", folder)?;
    file.write_all(text)?;
    file.as_file().sync_all()?;
    file.persist(path)?;

    // A name in a folder is kept for good only once the folder is written too.
    File::open(folder)?.sync_all()
}
