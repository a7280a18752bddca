//! The sections of a configuration that are read before there is a `File`.

pub(super) const STACK: &str = "stack";
pub(super) const VARIABLES: &str = "vars";
pub(super) const FOR_EACH: &str = "for_each";
pub(super) const ENVIRONMENTS: &str = "environments";
pub(super) const RESOURCE_SERVERS: &str = "resource_servers";
pub(super) const CLIENTS: &str = "clients";
pub(super) const SINKS: &str = "sinks";
pub(super) const GRANTS: &str = "grants";
