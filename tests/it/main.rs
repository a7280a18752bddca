//! All tests of the whole, in one program: it is linked once, its tests share
//! the processors, and what they share has one home, `helpers`. What the tests
//! read (stories, cases, states) is text and lies beside this folder.
//!
//! No test needs a process of its own. None changes its environment, its folder
//! or its limits, and none is sent a signal: where these matter, a test starts
//! the real program and gives them to that.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod helpers;

// Where the code of each may stand, read from the source itself.
mod floors;

// What a configuration goes through, whatever it is for; and what is said of
// each provider by name.
#[cfg(all(feature = "auth0", feature = "keycloak"))]
mod cases;
#[cfg(feature = "engine")]
mod config;
#[cfg(feature = "engine")]
mod folders;
#[cfg(feature = "engine")]
mod reviews;
#[cfg(all(feature = "auth0", feature = "keycloak"))]
mod support;

// A part alone.
#[cfg(feature = "emulator")]
mod emulator;
#[cfg(feature = "local")]
mod lost_answers;

// Everything together.
#[cfg(feature = "cli")]
mod access;
#[cfg(all(feature = "cli", unix))]
mod action;
#[cfg(feature = "cli")]
mod apart;
#[cfg(feature = "cli")]
mod approval;
#[cfg(feature = "cli")]
mod classes;
#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "cli")]
mod comment;
#[cfg(all(feature = "cli", unix))]
mod credentials;
#[cfg(feature = "cli")]
mod environments;
#[cfg(feature = "cli")]
mod examples;
#[cfg(feature = "cli")]
mod export;
#[cfg(feature = "cli")]
mod faults;
#[cfg(feature = "cli")]
mod hook;
#[cfg(feature = "cli")]
mod keycloak;
#[cfg(feature = "cli")]
mod laws;
#[cfg(feature = "cli")]
mod limits;
#[cfg(feature = "cli")]
mod merging;
#[cfg(feature = "cli")]
mod ownership;
#[cfg(feature = "cli")]
mod runs;
#[cfg(feature = "cli")]
mod schema;
#[cfg(feature = "cli")]
mod stories;
#[cfg(all(feature = "cli", unix))]
mod workflows;
