//! A program that is told something, and says something.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::timeout;

/// How much a program may print, in bytes.
const MOST_PRINTED: usize = 4 << 20;

/// In bytes: no secret is longer, in whatever way it is written.
const MOST_CUT: usize = 1 << 10;

/// How much of its complaints is kept, in bytes; the rest is read past.
const MOST_COMPLAINTS: usize = 16 << 10;

/// A program, and what it is given.
pub(super) struct Program {
    pub(super) path: PathBuf,
    /// All of its environment.
    pub(super) environment: Vec<(OsString, OsString)>,
    pub(super) patience: Duration,
}

/// What a program said. It may have repeated what it was told.
pub(super) struct Output {
    /// None where it was killed.
    pub(super) code: Option<i32>,
    pub(super) printed: SecretString,
    pub(super) complaint: SecretString,
}

/// Why a program came to no end of its own.
pub(super) enum Failure {
    NotStarted(io::Error),
    Broken(io::Error),
    TooLate,
    TooMuch,
    NoText,
}

impl Program {
    /// Runs the program, without a shell and without arguments.
    pub(super) async fn run(
        &self,
        told: &SecretString,
    ) -> Result<Output, Failure> {
        let mut command = Command::new(&self.path);
        command
            .env_clear()
            .envs(
                self.environment
                    .iter()
                    .map(|(name, value)| (name, value)),
            )
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        // What it starts ends with it; and an interrupt of the terminal is for
        // Grantry, which lets it come to its end.
        #[cfg(unix)]
        command.process_group(0);

        let child = command
            .spawn()
            .map_err(Failure::NotStarted)?;
        let mut running = Running(child);
        let talking = running.talk(told);
        timeout(self.patience, talking)
            .await
            .map_err(|_| Failure::TooLate)?
    }
}

/// A program that runs. It ends when this is dropped, together
/// with all that it has started.
struct Running(Child);

impl Running {
    async fn talk(&mut self, told: &SecretString) -> Result<Output, Failure> {
        let broken = || Failure::Broken(io::ErrorKind::BrokenPipe.into());
        let input = self.0.stdin.take().ok_or_else(broken)?;
        let printed = self
            .0
            .stdout
            .take()
            .ok_or_else(broken)?;
        let complaint = self
            .0
            .stderr
            .take()
            .ok_or_else(broken)?;

        // All at once: whoever only writes waits for a
        // program that waits to be read.
        let ((), printed, complaint) = tokio::try_join!(
            async {
                tell(input, told)
                    .await
                    .map_err(Failure::Broken)
            },
            read_all(printed),
            read_beginning(complaint),
        )?;
        let status = self
            .0
            .wait()
            .await
            .map_err(Failure::Broken)?;

        Ok(Output {
            code: status.code(),
            printed: String::from_utf8(printed)
                .map_err(|_| Failure::NoText)?
                .into(),
            complaint: String::from_utf8_lossy(&complaint)
                .into_owned()
                .into(),
        })
    }
}

async fn tell(mut input: ChildStdin, told: &SecretString) -> io::Result<()> {
    match input
        .write_all(told.expose_secret().as_bytes())
        .await
    {
        // It need not hear all of it; what came of it its exit code says.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        told => told,
    }
}

async fn read_all(output: impl AsyncRead + Unpin) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let limit = MOST_PRINTED as u64 + 1;
    let read = output
        .take(limit)
        .read_to_end(&mut bytes)
        .await;
    read.map_err(Failure::Broken)?;

    if bytes.len() > MOST_PRINTED {
        return Err(Failure::TooMuch);
    }
    Ok(bytes)
}

async fn read_beginning(
    mut output: impl AsyncRead + Unpin,
) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let mut beginning = (&mut output).take(MOST_COMPLAINTS as u64);
    let read = beginning.read_to_end(&mut bytes).await;
    read.map_err(Failure::Broken)?;

    // A program that nobody listens to any more would be stopped by that.
    let rest = tokio::io::copy(&mut output, &mut tokio::io::sink()).await;
    let left_out = rest.map_err(Failure::Broken)?;

    // What was cut off may have cut a secret in two, and half of one is not
    // known for what it is.
    if left_out > 0 {
        bytes.truncate(bytes.len().saturating_sub(MOST_CUT));
    }
    Ok(bytes)
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that was waited for has no number any more, which may be
        // another's by now.
        #[cfg(unix)]
        if let Some(group) = self
            .0
            .id()
            .and_then(|id| i32::try_from(id).ok())
            && let Some(group) = rustix::process::Pid::from_raw(group)
        {
            // Where it is gone already, that is as well.
            let _ = rustix::process::kill_process_group(
                group,
                rustix::process::Signal::KILL,
            );
        }
    }
}

/// Its environment may hold credentials.
impl fmt::Debug for Program {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Program")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
