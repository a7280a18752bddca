//! The command line as people and CI systems meet it: exit codes, streams,
//! whole outputs.

mod base;
mod base_environments;
mod container;
#[cfg(unix)]
mod deliveries;
mod destinations;
mod doctor;
mod echo;
mod environments;
mod exit_codes;
mod export;
mod half_rotated;
pub(crate) mod harness;
mod help;
mod init;
mod kept_secrets;
mod local;
mod outputs;
mod precedence;
mod progress;
mod realms;
mod refusals;
mod rendering;
mod retrying;
pub(crate) mod serving;
mod several;
#[cfg(unix)]
mod stopping;
mod teams;
mod tenants;
mod token;
mod tokens;
#[cfg(unix)]
mod vault;
#[cfg(unix)]
mod vault_faults;
mod verbosity;
mod verify;
#[cfg(unix)]
mod watching;
