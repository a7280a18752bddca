//! What the configuration may say of each object.
//!
//! Field names and limits are Auth0's own. The documentation of each field is
//! also its description in the JSON Schema. Collections are sets and maps,
//! never lists: order can make no difference.

mod authentication;
mod client;
mod grant;
mod refresh_token;
mod resource_server;
mod token_encryption;

use serde::Serialize;

use super::{Attrs, Value};

pub use authentication::{
    CertificateCredential, ClientAuthenticationMethods, Credential,
    Credentials, KeyAlg, KeyMethod, PublicKeyCredential, SubjectCredential,
};
pub use client::{
    AppType, ClientMetadata, ClientSpec, ComplianceLevel, DefaultOrganization,
    GrantType, JwtConfiguration, OrganizationFlow, TokenEndpointAuthMethod,
    TokenExchange, TokenExchangeType, TokenQuota, TokenQuotaLimits,
};
pub use grant::{GrantSettings, GrantSpec, OrganizationUsage, SubjectType};
pub use refresh_token::{
    RefreshToken, RefreshTokenExpiration, RefreshTokenPolicy,
    RefreshTokenRotation,
};
pub use resource_server::{
    AuthorizationDetail, AuthorizationPolicy, ClientAuthorizationPolicy,
    ClientSubjectAuthorization, ConsentPolicy, ProofMechanism,
    ProofOfPossession, ProofRequiredFor, ResourceServerSpec, Scopes,
    SigningAlg, SubjectTypeAuthorization, TokenDialect,
    UserAuthorizationPolicy, UserSubjectAuthorization,
};
pub use token_encryption::{
    EncryptedTokenFormat, EncryptionAlg, EncryptionKey, TokenEncryption,
};

/// A specification's fields as plain values; a field without a value is `Null`.
fn plain(spec: &impl Serialize) -> Attrs {
    match serde_json::to_value(spec).map(Value::from) {
        Ok(Value::Map(attrs)) => attrs,
        // Structs of texts, numbers, sets and maps with text keys always
        // serialise to an object.
        _ => Attrs::new(),
    }
}
