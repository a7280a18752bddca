//! Why the emulator could not start or stop.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::words::{Advice, Step, safe_path};

/// A failure to start the emulator, or to keep its state.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmulatorError {
    /// The emulator guards nothing, so nobody but this machine may reach it
    /// unless that is said.
    #[error("cannot listen on {0}: not a loopback address")]
    NotLoopback(SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// Serving ended by itself.
    #[error("stopped serving: {0}")]
    Serve(#[source] io::Error),
    /// The state file, or another file of the emulator,
    /// cannot be read or written.
    #[error("cannot {action} {}: {source}", safe_path(path))]
    File {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another emulator keeps its tenant in the state file.
    #[error(
        "{} is in use by another emulator{}",
        safe_path(path),
        show_holder(*holder)
    )]
    Locked {
        /// The state file.
        path: PathBuf,
        /// The process that has it, if it says so.
        holder: Option<u32>,
    },
    /// The state file is not one that an emulator wrote.
    #[error("{} is not an emulator's state ({source})", safe_path(path))]
    State {
        /// The state file.
        path: PathBuf,
        /// What is wrong, and where.
        source: serde_json::Error,
    },
    /// The state file was written by a later emulator.
    #[error("{} has the unknown version {version}", safe_path(path))]
    Version {
        /// The state file.
        path: PathBuf,
        /// Its version.
        version: u32,
    },
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    Randomness,
    /// The signing key cannot be made, or the one of the
    /// state file cannot be used.
    #[error("no usable signing key: {0}")]
    SigningKey(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The certificates cannot be made.
    #[error("no usable TLS certificate: {0}")]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),
}

fn show_holder(holder: Option<u32>) -> String {
    holder.map_or_else(String::new, |holder| {
        format!(", process {holder}")
    })
}

impl EmulatorError {
    /// That the certificates cannot be made, for this reason.
    pub(super) fn tls(
        error: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self::Tls(error.into())
    }
}

impl Advice for EmulatorError {
    fn id(&self) -> &'static str {
        match self {
            Self::NotLoopback(_) => "not-loopback",
            Self::Listen { .. } => "cannot-listen",
            Self::Serve(_) => "stopped-serving",
            Self::File { .. } => "emulator-file",
            Self::Locked { .. } => "state-in-use",
            Self::State { .. } => "not-a-state",
            Self::Version { .. } => "newer-state",
            Self::Randomness => "emulator-without-randomness",
            Self::SigningKey(_) => "no-signing-key",
            Self::Tls(_) => "no-certificate",
        }
    }

    fn next_step(&self) -> Option<Step> {
        Some(match self {
            Self::NotLoopback(_) => "use 127.0.0.1 or [::1], or say \
                                     `--allow-remote`: it guards nothing"
                .into(),
            Self::Listen { .. } => {
                "choose another port, or stop what listens there".into()
            }
            Self::Locked { .. } => "stop that one, or name another file".into(),
            Self::State { .. } => "remove it to begin anew".into(),
            Self::Version { .. } => {
                "use the newer grantry that wrote it".into()
            }
            Self::Serve(_)
            | Self::File { .. }
            | Self::Randomness
            | Self::SigningKey(_)
            | Self::Tls(_) => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With a line of its own for GitHub, which takes it for a command.
    const HOSTILE_NAME: &str = "a\n::error::";

    #[test]
    fn no_error_lets_the_name_of_a_file_speak() {
        let no_json = serde_json::from_str::<u8>("").unwrap_err();
        for error in [
            EmulatorError::File {
                action: "read",
                path: HOSTILE_NAME.into(),
                source: io::Error::other("no"),
            },
            EmulatorError::State {
                path: HOSTILE_NAME.into(),
                source: no_json,
            },
            EmulatorError::Version {
                path: HOSTILE_NAME.into(),
                version: 9,
            },
        ] {
            let message = error.to_string();
            assert!(
                message.contains("a\\n\\u{3a}:error::"),
                "{message}"
            );
        }
    }
}
