//! Why the emulator could not start or stop.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::model::safe_path;

/// A failure to start the emulator, or to keep its state.
#[derive(Debug, thiserror::Error)]
pub enum EmulatorError {
    /// The emulator guards nothing, so nobody but this machine may reach it.
    #[error("cannot listen on {0}: not a loopback address; use 127.0.0.1 or [::1]")]
    NotLoopback(SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}; choose another port or stop what listens there")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// Serving ended by itself.
    #[error("stopped serving: {0}")]
    Serve(#[source] io::Error),
    /// The state file, or another file of the emulator, cannot be read or written.
    #[error("cannot {action} {}: {source}", safe_path(path))]
    File {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The state file is not one that an emulator wrote.
    #[error("{} is not an emulator's state ({source}); remove it to begin anew", safe_path(path))]
    State {
        /// The state file.
        path: PathBuf,
        /// What is wrong, and where.
        source: serde_json::Error,
    },
    /// The state file was written by a later emulator.
    #[error(
        "{} has the unknown version {version}; use the newer grantry that wrote it",
        safe_path(path)
    )]
    Version {
        /// The state file.
        path: PathBuf,
        /// Its version.
        version: u32,
    },
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    Randomness,
    /// The signing key cannot be made, or the one of the state file cannot be used.
    #[error("no usable signing key: {0}")]
    SigningKey(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The certificates cannot be made.
    #[error("no usable TLS certificate: {0}")]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_error_lets_the_name_of_a_file_speak() {
        let path = || PathBuf::from("a\n::error::");
        let source = io::Error::other("no");
        let no_json = serde_json::from_str::<u8>("").unwrap_err();
        for error in [
            EmulatorError::File { action: "read", path: path(), source },
            EmulatorError::State { path: path(), source: no_json },
            EmulatorError::Version { path: path(), version: 9 },
        ] {
            let said = error.to_string();
            assert!(said.contains("a\\u{a}\\u{3a}:error::"), "{said}");
        }
    }
}
