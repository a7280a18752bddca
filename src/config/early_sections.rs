//! Sections that are read before there is a `File`: of them, the types say what
//! the schema says.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

/// A section that is read before there is a `File`; of it,
/// only the schema is needed.
#[derive(Debug, Default)]
pub(crate) struct ReadBefore;

impl<'de> Deserialize<'de> for ReadBefore {
    fn deserialize<D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

/// A text, a whole number, `true`, `false` or `null`. A text may
/// refer to other variables.
#[derive(Debug)]
pub(crate) struct VariableValue;

/// What differs in one environment: a part of a configuration, which comes over
/// what holds for all.
#[derive(Debug)]
pub(crate) struct Environment;

/// What is made from tables. Its templates are no objects
/// before they are filled in.
#[derive(Debug)]
pub(crate) struct Bundles;

impl JsonSchema for Bundles {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Bundles".into()
    }

    /// Nothing walks along it: `for_each` checks bundles, and what they make is
    /// walked as what it is then.
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": SCALAR })
    }
}

impl JsonSchema for VariableValue {
    fn schema_name() -> Cow<'static, str> {
        "VariableValue".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description":
                "A text, a whole number, `true`, `false` or `null`. A text may \
                 refer to other variables.",
            "type": SCALAR,
        })
    }
}

impl JsonSchema for Environment {
    fn schema_name() -> Cow<'static, str> {
        ENVIRONMENT.into()
    }

    /// Its properties are those of a configuration, which are known when all of
    /// the schema is.
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "title": "environment",
            "description":
                "What differs in one environment, over what holds for all. \
                 Resource servers, clients and variables count by their keys, \
                 grants by client, resource server and subject type. `null` \
                 leaves a resource server or client out, with the grants of \
                 it, and `scopes: null` a grant. Of an object, each field that \
                 stands here is replaced as a whole, but for \
                 `client_metadata`, which counts by its keys. Everything else \
                 is replaced as a whole.",
            "type": "object",
            "additionalProperties": false,
        })
    }
}

/// The types, in JSON Schema, of a value that may be any scalar.
pub(super) const SCALAR: [&str; 4] = ["string", "integer", "boolean", "null"];

/// What the schema of an environment is called.
pub(crate) const ENVIRONMENT: &str = "Environment";
