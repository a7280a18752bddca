//! Being asked to stop: by Ctrl-C, or by SIGTERM and
//! SIGHUP where there are any.

use futures_util::FutureExt as _;

use super::exit::Failure;

/// Requests to stop, from now on: none is lost between this and the first wait.
#[derive(Debug)]
pub(super) struct StopRequests {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    /// The terminal goes away; none where that asks for
    /// nothing, or for nothing more.
    #[cfg(unix)]
    hangup: Option<tokio::signal::unix::Signal>,
}

impl StopRequests {
    /// Listens.
    #[cfg(unix)]
    pub(super) fn listen() -> Result<Self, Failure> {
        use tokio::signal::unix::SignalKind;

        let terminate = listen_for(SignalKind::terminate())?;
        let interrupt = listen_for(SignalKind::interrupt())?;
        let hangup = if hangup::is_ignored() {
            None
        } else {
            Some(listen_for(SignalKind::hangup())?)
        };

        Ok(Self {
            terminate,
            interrupt,
            hangup,
        })
    }

    /// Listens.
    #[cfg(not(unix))]
    #[expect(
        clippy::unnecessary_wraps,
        reason = "listening can fail elsewhere"
    )]
    pub(super) fn listen() -> Result<Self, Failure> {
        Ok(Self {})
    }

    /// Does what writes nothing, and gives it up where that is asked for.
    pub(super) async fn or_stopped<T>(
        &mut self,
        harmless: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        tokio::select! {
            done = harmless => done,
            () = self.next() => Err(Failure::Stopped),
        }
    }

    /// Whether there is a request that nobody has waited for.
    pub(super) fn is_there(&mut self) -> bool {
        self.next().now_or_never().is_some()
    }

    /// Waits for the next request.
    #[cfg(unix)]
    pub(super) async fn next(&mut self) {
        let hangup = async {
            match &mut self.hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            _ = hangup => {}
        }

        // A terminal goes away once, whoever tells of it: the system, the shell
        // or both. That is nobody who asks again.
        self.hangup = None;
    }

    /// Waits for the next request.
    #[cfg(not(unix))]
    pub(super) async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(unix)]
fn listen_for(
    kind: tokio::signal::unix::SignalKind,
) -> Result<tokio::signal::unix::Signal, Failure> {
    tokio::signal::unix::signal(kind).map_err(Failure::Runtime)
}

/// Whether a run was begun by `nohup` or its like. Whoever did that wants it to
/// outlive its terminal, and listening would undo it.
#[cfg(unix)]
mod hangup {
    use std::path::Path;

    use crate::files::{self, Limit};

    /// Where Linux says which signals are ignored. Elsewhere only unsafe code
    /// can ask: a run that ends with its terminal all the same, and says what
    /// it did, is the lesser harm there.
    const STATUS: &str = "/proc/self/status";

    pub(super) fn is_ignored() -> bool {
        let status =
            files::read(Path::new(STATUS), Limit::KEY).unwrap_or_default();
        is_ignored_by(&String::from_utf8_lossy(&status))
    }

    /// The signals that are ignored are the bits of a number,
    /// and SIGHUP is the first.
    fn is_ignored_by(status: &str) -> bool {
        let digits = status
            .lines()
            .find_map(|line| line.strip_prefix("SigIgn:"));
        let signals = digits
            .and_then(|digits| u64::from_str_radix(digits.trim(), 16).ok());

        signals.is_some_and(|signals| signals & 1 == 1)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn what_is_ignored_is_read_bit_by_bit() {
            for (status, is_ignored) in [
                (
                    "Name:\tgrantry\nSigIgn:\t0000000000000001\nSigCgt:\t0",
                    true,
                ),
                ("SigIgn:\t0000000000001003\n", true),
                ("SigIgn:\tffffffffffffffff\n", true),
                (
                    "SigIgn:\t0000000000001000\nSigCgt:\t0000000000000001\n",
                    false,
                ),
                ("SigBlk:\t0000000000000001\n", false),
                ("SigIgn:\tmany\n", false),
                ("", false),
            ] {
                assert_eq!(is_ignored_by(status), is_ignored, "{status}");
            }
        }
    }
}
