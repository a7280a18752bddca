//! What a local tenant is to the engine.

use std::collections::BTreeMap;

use super::SUPPORT;
use super::line::Record;
use crate::model::{
    Attrs, FieldRules, Identifier, Kind, ResourceServerSpec, Snapshot,
    TenantHash, Value,
};

/// What stands for the canonical domain of every local tenant.
const DOMAIN: &str = "local";

/// The objects as the engine sees them.
pub(super) fn snapshot_of(records: impl Iterator<Item = Record>) -> Snapshot {
    let no_scopes = (
        ResourceServerSpec::SCOPES.into(),
        Value::Map(Attrs::new()),
    );
    let rules = FieldRules {
        defaults: Attrs::from_iter([no_scopes]),
        ..FieldRules::default()
    };
    let found = records.map(|record| (record.address(), record.into_found()));

    Snapshot {
        tenant: TenantHash::of(DOMAIN),
        support: &SUPPORT,
        management_api: Some(management_api()),
        rules: [(Kind::ResourceServer, rules)].into(),
        found: found.collect(),
        unnamed: Vec::new(),
        held_scopes: BTreeMap::new(),
    }
}

/// A local tenant has no Management API; grants on it can
/// be declared all the same.
pub(super) fn management_api() -> Identifier {
    Identifier::of_management_api(DOMAIN)
}
