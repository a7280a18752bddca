//! Texts and numbers that are checked once, where they enter.
//!
//! The limits are Auth0's own (Management API v2), unless a comment says
//! otherwise. Each type writes the same limits into the JSON Schema, so an
//! editor and the loader cannot disagree. They are of configurations only: a
//! tenant is read however long its names are.

mod rule;

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use regex::Regex;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use smol_str::{SmolStr, format_smolstr};

pub use rule::NameError;
use rule::{Rule, text};

text! {
    /// The stack: the owner of everything this configuration
    /// declares. It is part of the ownership mark of each client, so
    /// renaming it is a step of its own.
    // 48, and 60 for a key: each entry of a mark then fits into the 64
    // characters that a search indexes.
    StackName: "a stack name", 1..=48, "^[a-z0-9-]*$",
    "consists of lower-case letters, digits and `-`", example "world-mappers"
}

text! {
    /// How this configuration refers to a resource server or client. The key of
    /// a client is its identity: it is kept in the ownership mark, and becomes
    /// part of paths.
    Key: "a key", 1..=60,
    // Segments with `/` between them, none of which is `.` or `..`.
    r"^((\.{0,2}[A-Za-z0-9_:@-][A-Za-z0-9._:@-]*|\.{3,}[A-Za-z0-9._:@-]*)(/(\.{0,2}[A-Za-z0-9_:@-][A-Za-z0-9._:@-]*|\.{3,}[A-Za-z0-9._:@-]*))*)?$",
    "consists of letters, digits, any of `. _ : @ -` and single `/` inside; no part is `.` or `..`",
    example "gift-deliveries"
}

text! {
    /// How this configuration refers to a sink.
    SinkName: "a sink's name", 1..=48, "^[a-z0-9-]*$",
    "consists of lower-case letters, digits and `-`", example "vault"
}

text! {
    /// A public key of age, which what is encrypted to can be decrypted with
    /// its private one.
    AgeRecipient: "an age recipient", 62..=62, "^(age1[02-9ac-hj-np-z]{58})?$",
    "is as `age-keygen` prints it: `age1` and 58 small letters and digits",
    example "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
}

text! {
    /// The identifier of a resource server: the `audience` of its access
    /// tokens. It cannot be changed later, need not be a URL, and a trailing
    /// slash is significant.
    Identifier: "an identifier", 1..=600, r"^\S*$",
    "has no white space", example "https://api.world-mappers.example/"
}

impl AgeRecipient {
    /// As much of it as a person compares: its beginning and its end.
    #[must_use]
    pub fn abbreviated(&self) -> String {
        let text = self.as_str();
        let end = text.len().saturating_sub(6);

        match (text.get(..10), text.get(end..)) {
            (Some(start), Some(end)) => format!("{start}…{end}"),
            _ => text.to_owned(),
        }
    }
}

impl EnvironmentName {
    /// The name as a part of the name of a variable of the process: in
    /// capitals, with `_` for everything else.
    #[must_use]
    pub fn as_variable(&self) -> String {
        let letter = |letter: char| match letter {
            letter if letter.is_ascii_alphanumeric() => {
                letter.to_ascii_uppercase()
            }
            _ => '_',
        };
        self.0.chars().map(letter).collect()
    }
}

impl Identifier {
    /// The identifier of the Management API of a tenant,
    /// by its canonical domain.
    #[must_use]
    pub fn of_management_api(domain: &str) -> Self {
        Self(format_smolstr!("https://{domain}/api/v2/"))
    }

    /// How the identifiers begin that Grantry keeps for itself in a tenant. No
    /// configuration names one.
    pub const RESERVED: &str = "urn:grantry:";

    /// Whether it is one that Grantry keeps for itself.
    #[must_use]
    pub fn is_reserved(&self) -> bool {
        self.0.starts_with(Self::RESERVED)
    }

    /// The host, with its port if it has one, that a Management API's
    /// identifier names: the canonical domain of its tenant. None where it is
    /// another API's.
    #[must_use]
    pub fn host_of_management_api(&self) -> Option<&str> {
        let (_, rest) = self.0.split_once("://")?;
        rest.strip_suffix("/api/v2/")
    }
}

text! {
    /// A variable of a configuration, which `${var.NAME}` refers to.
    VariableName: "a variable's name", 1..=60, "^([A-Za-z_][A-Za-z0-9_]*)?$",
    "consists of letters, digits and `_`, and does not begin with a digit", example "domain"
}

text! {
    /// An environment: one of the tenants that a configuration is applied to.
    // 48: a variable of the process may have it as its suffix.
    EnvironmentName: "an environment's name", 1..=48, "^([A-Za-z0-9][A-Za-z0-9._-]*)?$",
    "consists of letters, digits and any of `. _ -`, and begins with a letter or digit",
    example "production"
}

text! {
    /// A scope of a resource server, as it appears in the `scope` claim of a
    /// token (the `scope-token` of RFC 6749, section 3.3).
    ScopeName: "a scope", 1..=280, r"^[!#-\[\]-~]*$",
    "consists of printable ASCII without spaces, quotes and backslashes", example "read:maps"
}

text! {
    /// What a scope allows, for people.
    ScopeDescription: "a scope's description", 0..=500, r"^[\s\S]*$", "is any text",
    example "Read map tiles"
}

text! {
    /// The display name of a resource server.
    ResourceServerName: "a resource server's name", 1..=200, "^[^<>]*$",
    "does not contain `<` or `>`", example "World Mappers API"
}

text! {
    /// The client's `client_id`: given by the tenant, or chosen where the
    /// provider lets it be.
    // Where it can be chosen it may be any text at all. What could be taken for
    // something else where it is shown is not among these, and no configuration
    // can name a client that is called so.
    ClientId: "a client id", 1..=255, r"^[!#-;=?-\[\]-_a-~]*$",
    "consists of printable ASCII without spaces, quotes, backslashes, `<` and `>`", example "wHd3Sds2gSo8vJ2cRJh0Ru6Lyl5nEV7c"
}

text! {
    /// The display name of a client. Auth0 allows two clients of one name;
    /// Grantry does not create a second one.
    // Auth0 documents no longest name; this limit is ours.
    ClientName: "a client's name", 1..=255, "^[^<>]*$",
    "does not contain `<` or `>`", example "Gift Deliveries"
}

text! {
    /// What a client is for; the empty text clears it.
    ClientDescription: "a client's description", 0..=140, r"^[\s\S]*$", "is any text",
    example "Resolves delivery addresses"
}

text! {
    /// A key of `client_metadata`.
    MetadataKey: "a metadata key", 1..=255, r#"^[A-Za-z0-9:,+=_*?"/\\()<>@ \t-]*$"#,
    "consists of letters, digits, spaces, tabs and any of `: , - + = _ * ? \" / \\ ( ) < > @`",
    example "team"
}

text! {
    /// A value of `client_metadata`.
    MetadataValue: "a metadata value", 0..=255, r"^[\s\S]*$", "is any text", example "logistics"
}

text! {
    /// The address of a client's logo; the empty text clears it.
    // Auth0 documents no length; this one is ours.
    LogoUri: "a logo's address", 0..=2048, r"^(https?://\S+)?$",
    "is an address that begins with `https://` or `http://`",
    example "https://world-mappers.example/logo.png"
}

text! {
    /// The id of an organization of the tenant.
    // Auth0 documents no length; the ids that it makes have 20
    // characters. This one is ours.
    OrganizationId: "an organization's id", 1..=64, "^org_[A-Za-z0-9]*$",
    "begins with `org_`, followed by letters and digits", example "org_FzP20BydheyOmmOF"
}

text! {
    /// A type of rich authorization request (RFC 9396).
    AuthorizationDetailsType: "a type of authorization details", 1..=255, r"^[\s\S]*$",
    "is any text", example "payment_initiation"
}

text! {
    /// The id of an authorization policy of the tenant.
    PolicyId: "a policy's id", 1..=1024, r"^\S*$", "has no white space", example "apl_1234567890"
}

text! {
    /// The name of a key or certificate, for people.
    KeyName: "a key's name", 1..=128, r"^[\s\S]*$", "is any text", example "2026-11"
}

text! {
    /// The name that tokens use for a key.
    KeyId: "a key id", 1..=128, r"^\S*$", "has no white space", example "billing-2026-11"
}

text! {
    /// The distinguished name of a certificate's subject, as Auth0 writes it:
    /// one attribute a line, such as `C=es`, in the order of the certificate.
    SubjectName: "a subject's distinguished name", 1..=256, r"^[^=\n]+=[^\n]*(\n[^=\n]+=[^\n]*)*\n?$",
    "is one `attribute=value` a line", example "C=es\nCN=billing"
}

text! {
    /// A time in UTC, to the second.
    Timestamp: "a time", 1..=20,
    "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$",
    "is in UTC, such as `2027-01-31T00:00:00Z`", example "2027-01-31T00:00:00Z"
}

/// How long an access token lives, in seconds: 0 to 2,592,000 (30 days).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[derive(Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct TokenLifetime(u32);

impl TokenLifetime {
    /// The longest life, in seconds: 30 days.
    pub const MAX: u32 = 2_592_000;

    /// Auth0's default, in seconds: a day.
    pub const DEFAULT: u32 = 86_400;

    /// Auth0's default for tokens issued to a browser, in seconds: two hours.
    pub const DEFAULT_FOR_WEB: u32 = 7_200;

    /// The life in seconds.
    #[must_use]
    pub fn seconds(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for TokenLifetime {
    type Error = NameError;

    fn try_from(seconds: u32) -> Result<Self, NameError> {
        if seconds > Self::MAX {
            return Err(NameError::Range {
                what: "a token lifetime",
                min: 0,
                max: Self::MAX,
            });
        }

        Ok(Self(seconds))
    }
}

impl From<TokenLifetime> for u32 {
    fn from(lifetime: TokenLifetime) -> Self {
        lifetime.0
    }
}

impl JsonSchema for TokenLifetime {
    fn schema_name() -> Cow<'static, str> {
        "TokenLifetime".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "integer",
            "description": "A token's life in seconds: 0 to 2,592,000 (30 days).",
            "minimum": 0,
            "maximum": Self::MAX,
            "examples": [3600],
        })
    }
}

#[cfg(test)]
mod tests;
