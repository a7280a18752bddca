//! Keycloak as a third provider: against a double in every run, which real
//! answers judge, and against a real one where it is asked for
//! (`tests/keycloak/run`). Each test has a realm of its own.

mod admin_api;
mod by_hand;
mod contested;
#[cfg(unix)]
mod credentials;
mod damaged;
mod double;
mod exchanges;
mod faults;
mod laws;
mod login;
mod owning;
mod placeholders;
mod program;
mod proxy;
mod reading;
mod realm;
mod script;
mod stories;
mod strangers;
mod token;
mod traps;
mod work;
mod writing;
