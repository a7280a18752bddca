//! What the keys of maps are.

use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value as Json;

use crate::model::{
    EnvironmentName, Key, MetadataKey, ScopeName, SinkName, VariableName,
};

/// Of a map's keys schemars tells the pattern only. This makes it
/// refer to the type of the key, with its length, its example and
/// the message for its pattern.
#[derive(Default)]
pub(super) struct KeyTypes(Vec<(Json, Json)>);

impl KeyTypes {
    pub(super) fn of_configurations(generator: &mut SchemaGenerator) -> Self {
        let mut keys = Self::default();
        keys.add::<Key>(generator);
        keys.add::<MetadataKey>(generator);
        keys.add::<ScopeName>(generator);
        keys.add::<VariableName>(generator);
        keys.add::<EnvironmentName>(generator);
        keys.add::<SinkName>(generator);
        keys
    }

    fn add<T: JsonSchema>(&mut self, generator: &mut SchemaGenerator) {
        let reference = generator
            .subschema_for::<T>()
            .to_value();
        let pattern = T::json_schema(generator).remove("pattern");
        self.0
            .extend(pattern.map(|pattern| (pattern, reference)));
    }
}

impl Transform for KeyTypes {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);

        let Some(Json::Object(patterns)) = schema.remove("patternProperties")
        else {
            return;
        };
        for (pattern, values) in patterns {
            let key_type = self
                .0
                .iter()
                .find(|(known, _)| *known == pattern);
            if let Some((_, reference)) = key_type {
                schema.insert("propertyNames".to_owned(), reference.clone());
                schema.insert("additionalProperties".to_owned(), values);
            }
        }
    }
}
