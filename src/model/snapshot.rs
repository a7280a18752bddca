//! What a provider saw in the tenant.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use smol_str::SmolStr;

use super::{
    Address, Attrs, ClientSpec, Digest, Identifier, Kind, Mark, MarkError,
    ScopeName, StackName, Support, TenantHash, Value, Written,
};

/// One complete reading of the tenant.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Which tenant it is, for ownership marks.
    pub tenant: TenantHash,
    /// What the provider can express.
    pub support: &'static Support,
    /// The identifier of the tenant's Management API, if it has one.
    pub management_api: Option<Identifier>,
    /// What the provider does by itself with the fields of each kind.
    pub rules: BTreeMap<Kind, FieldRules>,
    /// Every object, its clients named by the id the tenant gave them.
    pub found: BTreeMap<Address, Found>,
    /// The grants that no configuration can name.
    pub unnamed: Vec<UnnamedGrant>,
    /// Where the name of a scope is unique in the tenant: the names that are
    /// taken, each with what has it.
    pub held_scopes: BTreeMap<String, ScopeHolder>,
}

impl Snapshot {
    /// What the provider does by itself with the fields of a kind.
    #[must_use]
    pub fn rules(&self, kind: Kind) -> &FieldRules {
        static NONE: FieldRules = FieldRules {
            defaults: Attrs::new(),
            ceilings: BTreeMap::new(),
            unlisted: BTreeSet::new(),
        };

        self.rules.get(&kind).unwrap_or(&NONE)
    }
}

/// What a provider does by itself with the fields of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldRules {
    /// What a field is when it has never been set. A field
    /// without an entry has no value.
    pub defaults: Attrs,
    /// Fields that cannot exceed another one of the same object:
    /// the field, and the other.
    pub ceilings: BTreeMap<String, String>,
    /// Fields that a listing shows in part, or not at all: they have to be
    /// asked for object by object.
    pub unlisted: BTreeSet<String>,
}

/// A grant that no configuration can name: of no client in particular, or for a
/// kind of subject that is not known. It ends with its client and its API as
/// any other does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnnamedGrant {
    /// The tenant's id of the grant.
    pub id: RemoteId,
    /// The id of its client; none where it is for all clients of third parties.
    pub client: Option<String>,
    /// The identifier of its API.
    pub audience: String,
    /// The scopes it confers; none for every scope.
    pub scopes: Option<Vec<String>>,
}

/// What has the name of a scope, where such a name is unique in the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeHolder {
    /// The API that its tokens are for, and what it is called there; none where
    /// that is not one API.
    pub of: Option<(Identifier, ScopeName)>,
    /// The API that it was made for by its mark, and what it was called there.
    pub made_as: Option<(Identifier, ScopeName)>,
    /// Whose it is, by its mark.
    pub owner: ScopeOwner,
}

/// Whose a scope is, by its mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScopeOwner {
    /// It carries none.
    Nobody,
    /// A stack has made it.
    Stack {
        /// Which one.
        stack: StackName,
        /// In which tenant: a mark of another one is no evidence.
        tenant: TenantHash,
        /// For which API, whatever its tokens are for now.
        api: Identifier,
    },
    /// It carries one that cannot be read.
    Unreadable,
}

impl ScopeOwner {
    /// The stack that has made it, in whichever tenant.
    #[must_use]
    pub fn stack(&self) -> Option<&StackName> {
        match self {
            Self::Stack { stack, .. } => Some(stack),
            Self::Nobody | Self::Unreadable => None,
        }
    }
}

/// An object in the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The tenant's id of the object.
    pub id: RemoteId,
    /// Whether Grantry may ever change it.
    pub standing: Standing,
    /// Its fields, as far as Grantry knows them; an unset field is missing.
    pub attrs: Attrs,
    /// What tells whether that is still as it was which a change of the object
    /// relies on, whichever of its fields it changes: its mark, or what is kept
    /// beside it. None where nothing tells, or where nobody has looked: see
    /// [`FieldRules::unlisted`].
    // Boxed: most objects have none, and all of a tenant are kept at once.
    pub revision: Option<Box<Digest>>,
}

impl Found {
    /// Its display name, if it has one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.attrs
            .get(ClientSpec::NAME)
            .and_then(Value::as_text)
    }

    /// The ownership mark it carries, or why that cannot be read.
    #[must_use]
    pub fn mark(&self) -> Option<Result<Mark, MarkError>> {
        Written::find(&self.attrs).map(|written| written.read())
    }
}

/// The id a tenant gave an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RemoteId(SmolStr);

impl RemoteId {
    /// An id as the tenant wrote it.
    #[must_use]
    pub fn new(id: impl Into<SmolStr>) -> Self {
        Self(id.into())
    }

    /// The id as the tenant wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RemoteId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Whether an object may ever be changed by Grantry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It may, if it is declared.
    Ordinary,
    /// The tenant made it: a system API, or a grant of one of its features.
    System,
    /// The tenant-wide client "All Applications".
    Global,
    /// The client Grantry authenticates as, or its grant on the Management API.
    Ourselves,
    /// A third party's client.
    ThirdParty,
    /// A client that registered itself, or is described by a metadata document.
    Registered,
    /// A client of another protocol than OAuth 2.0.
    OtherProtocol,
    /// Scopes that are for an API, and no API of its own: where one is a
    /// client, there is none, or one that is no API.
    ScopesAlone,
    /// An API of ours that gets tokens itself, where an API is
    /// a client that gets none.
    GetsTokens,
}

impl fmt::Display for Standing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Ordinary => "an ordinary object",
            Self::System => "made by the tenant itself",
            Self::Global => "the tenant's global client",
            Self::Ourselves => "Grantry's own access to the tenant",
            Self::ThirdParty => "a third party's client",
            Self::Registered => "a dynamically registered client",
            Self::OtherProtocol => "a client of another protocol",
            Self::ScopesAlone => "no API of its own, but scopes for one",
            Self::GetsTokens => {
                "no API of its own, but a client that gets tokens"
            }
        })
    }
}
