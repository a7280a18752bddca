//! The nouns of machine-to-machine access: names, addresses, specifications and
//! their plain form.
//!
//! Floor 0. No input or output, no `async`, and field names and limits are
//! Auth0's, but no word of how any provider is reached.

mod address;
mod attrs;
mod damaged_scope;
mod day;
mod delivery;
mod desired;
mod dotenv;
mod endpoints;
mod finding;
mod inspection;
#[cfg(feature = "web")]
mod loopback;
mod mark;
mod name;
mod pattern;
mod policy;
mod private;
mod public_key;
mod rate_limit;
mod scope_naming;
mod secrets;
mod setting;
mod snapshot;
mod spec;
mod suggestions;
mod support;
mod system_api;
mod token;

pub use address::{Address, ClientRef, Kind};
pub(crate) use attrs::compact;
pub use attrs::{Attrs, Members, Value};
pub use damaged_scope::DamagedScope;
pub use day::{Day, DayError};
pub use delivery::{
    Destination, EntryFormat, Holds, Label, LabelError, Looked, PathTemplate,
    PathTemplateError, Seen, SinkKind, SinkSpec, Slots,
};
pub use desired::{
    Audience, Declared, Desired, DesiredClient, DesiredGrant,
    DesiredResourceServer, Identity, MarkParts, Resources,
};
pub use dotenv::{Variables, dotenv_line, name_variables, read_dotenv};
pub use endpoints::Endpoints;
pub use finding::{Critical, FindingId, Waiver};
pub use inspection::{Digest, Inspection};
#[cfg(feature = "web")]
pub(crate) use loopback::{is_loopback, is_private};
pub use mark::{
    Delivery, Mark, MarkDefect, MarkError, Protection, TenantHash, Written,
};
pub use name::{
    AgeRecipient, AuthorizationDetailsType, ClientDescription, ClientId,
    ClientName, EnvironmentName, Identifier, Key, KeyId, KeyName, LogoUri,
    MetadataKey, MetadataValue, NameError, OrganizationId, PolicyId,
    ResourceServerName, ScopeDescription, ScopeName, SinkName, StackName,
    SubjectName, Timestamp, TokenLifetime, VariableName,
};
pub use pattern::Pattern;
pub(crate) use policy::matches;
pub use policy::{Emptying, Glob, Limits, Policy, Prune, Removal};
pub(crate) use private::{holds_private_key, may_be_private};
pub use public_key::{Certificate, Pem, PemError, PublicKey};
pub use rate_limit::{RateLimit, RateLimitError, Reserve};
pub use scope_naming::ScopeNaming;
pub use secrets::Secrets;
pub use setting::Setting;
pub use snapshot::{
    FieldRules, Found, RemoteId, ScopeHolder, ScopeOwner, Snapshot, Standing,
    UnnamedGrant,
};
pub use spec::*;
pub(crate) use suggestions::Suggestions;
pub use support::{
    ClientIdShape, ClientIds, EmptyGrants, EmptyTexts, Longest,
    MachineDefaults, ManagementApi, Missing, Part, ScopeNames, Support,
};
pub use system_api::SystemApi;
pub use token::{Asking, TokenClaims};

pub use crate::words::{
    Advice, Foreign, Step, Term, Words, escape_harmful, foreign, safe,
    safe_path,
};
pub(crate) use crate::words::{nearest, nearest_few, step};
