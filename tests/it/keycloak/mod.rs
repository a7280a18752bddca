//! Keycloak as a third provider, against a real one: `tests/keycloak/run` starts that, and runs what is
//! ignored here. Each test has a realm of its own.

mod laws;
mod realm;
