//! Absent, `null` and present: three things from the first day.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What the configuration says of one field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Setting<T> {
    /// Nothing: the field is not managed.
    #[default]
    Absent,
    /// `null`: the field goes back to the provider's default.
    Reset,
    /// A value, wholly owned.
    Value(T),
}

impl<T> Setting<T> {
    /// Whether the configuration is silent on this field.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The value, if one is given.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Reset => None,
        }
    }

    /// Fills in a default where the configuration is
    /// silent; `null` stays `null`.
    pub fn default_to(&mut self, value: T) {
        if self.is_absent() {
            *self = Self::Value(value);
        }
    }
}

impl<T: Serialize> Serialize for Setting<T> {
    fn serialize<S: Serializer>(
        &self,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        // What is absent is skipped before (`skip_serializing_if`), so `null`
        // is a reset and nothing else.
        self.value().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Setting<T> {
    fn deserialize<D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Self, D::Error> {
        // A field that is absent never comes here: serde takes its default.
        Option::<T>::deserialize(deserializer)
            .map(|value| value.map_or(Self::Reset, Self::Value))
    }
}

impl<T: JsonSchema> JsonSchema for Setting<T> {
    fn schema_name() -> Cow<'static, str> {
        Option::<T>::schema_name()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Option::<T>::json_schema(generator)
    }
}
