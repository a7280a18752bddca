//! What the configuration may say of each object.
//!
//! Field names and limits are Auth0's own. The documentation of each field is also its description
//! in the JSON Schema. Collections are sets and maps, never lists: order can make no difference.

mod client;
mod grant;
mod resource_server;

use serde::Serialize;

use super::{Attrs, Value};

pub use client::{AppType, ClientMetadata, ClientSpec, GrantType, TokenEndpointAuthMethod};
pub use grant::{GrantSpec, OrganizationUsage, SubjectType};
pub use resource_server::{
    ClientAuthorizationPolicy, ClientSubjectAuthorization, ResourceServerSpec, Scopes, SigningAlg,
    SubjectTypeAuthorization, TokenDialect, UserAuthorizationPolicy, UserSubjectAuthorization,
};

/// A specification's fields as plain values; a field without a value is `Null`.
fn plain(spec: &impl Serialize) -> Attrs {
    match serde_json::to_value(spec).map(Value::from) {
        Ok(Value::Map(attrs)) => attrs,
        // Structs of texts, numbers, sets and maps with text keys always serialise to an object.
        _ => Attrs::new(),
    }
}
