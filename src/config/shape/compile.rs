//! The JSON Schema, compiled to what the walk needs. A keyword it does not know
//! is an error, which a test would find: the schema is our own.
//!
//! Each keyword is removed where it is understood; what is left in the end is
//! not understood.

use std::collections::BTreeMap;

use regex::Regex;
use serde_json::Value as Json;

use super::super::early_sections::SCALAR;
use super::super::schema::ONE_OR_MANY;
use super::text::TextRule;
use super::{Form, MapShape, ObjectShape, SequenceShape, Shape};

type Schema = serde_json::Map<String, Json>;

/// What says something about a value to people only.
const ANNOTATIONS: &[&str] = &[
    "$defs",
    "$id",
    "$schema",
    "default",
    "description",
    "examples",
    "format",
    "title",
    "writeOnly",
];

/// Compiles a root schema.
pub(super) fn compile(schema: &Json) -> Result<Shape, String> {
    let definitions = schema
        .get("$defs")
        .and_then(Json::as_object)
        .ok_or("no definitions")?;

    Compiler { definitions }.compile_shape(schema)
}

struct Compiler<'a> {
    definitions: &'a Schema,
}

impl Compiler<'_> {
    fn compile_shape(&self, schema: &Json) -> Result<Shape, String> {
        let mut schema = self.resolve(schema)?;
        if let Some(alternatives) = schema.remove("anyOf") {
            return self.compile_alternatives(&alternatives);
        }

        let noun = schema
            .get("title")
            .and_then(Json::as_str)
            .map(str::to_owned);
        schema.retain(|keyword, _| !ANNOTATIONS.contains(&keyword.as_str()));

        if schema.get("type") == Some(&serde_json::json!(SCALAR)) {
            return Ok(Shape {
                noun,
                nullable: true,
                form: Form::Scalar,
            });
        }
        let (kind, nullable) = take_type(&mut schema);
        let form = match kind.as_deref() {
            Some("boolean") => take_boolean(&mut schema)?,
            Some("integer") => Form::Integer {
                min: take_integer(&mut schema, "minimum").unwrap_or(i64::MIN),
                max: take_integer(&mut schema, "maximum").unwrap_or(i64::MAX),
            },
            Some("string") => Form::Text(take_text_rule(&mut schema)?),
            Some("array") => self.compile_sequence(&mut schema)?,
            Some("object") => self.compile_object_or_map(&mut schema)?,
            None => take_choice(&mut schema)?,
            Some(other) => return Err(format!("type {other}")),
        };

        match schema.keys().next() {
            None => Ok(Shape {
                noun,
                nullable,
                form,
            }),
            Some(keyword) => Err(format!("keyword {keyword} of {kind:?}")),
        }
    }

    /// The schema with its reference written out; what stands beside the
    /// reference is added.
    fn resolve(&self, schema: &Json) -> Result<Schema, String> {
        let mut own = schema
            .as_object()
            .ok_or("a schema is an object")?
            .clone();
        let Some(reference) = own.remove("$ref") else {
            return Ok(own);
        };

        let name = reference
            .as_str()
            .and_then(|text| text.strip_prefix("#/$defs/"));
        let target =
            name.and_then(|name| self.definitions.get(name)?.as_object());

        let mut resolved = target
            .ok_or("a dangling reference")?
            .clone();
        resolved.append(&mut own);
        Ok(resolved)
    }

    /// `anyOf` is used for "this, or null" and for "a name, or an object".
    fn compile_alternatives(
        &self,
        alternatives: &Json,
    ) -> Result<Shape, String> {
        let null = serde_json::json!({ "type": "null" });

        match alternatives
            .as_array()
            .map(Vec::as_slice)
        {
            Some([shape, other]) if *other == null => Ok(Shape {
                nullable: true,
                ..self.compile_shape(shape)?
            }),
            Some([name, object]) => {
                let name = self.compile_shape(name)?;
                name_or_object(name, self.compile_shape(object)?)
            }
            _ => Err("anyOf".to_owned()),
        }
    }

    fn compile_sequence(&self, schema: &mut Schema) -> Result<Form, String> {
        let items = schema
            .remove("items")
            .ok_or("an array without items")?;

        Ok(Form::Sequence(Box::new(SequenceShape {
            items: self.compile_shape(&items)?,
            unique: schema.remove("uniqueItems").is_some(),
            takes_one: schema.remove(ONE_OR_MANY).is_some(),
            min: take_size(schema, "minItems").unwrap_or(0),
            max: take_size(schema, "maxItems").unwrap_or(usize::MAX),
        })))
    }

    fn compile_object_or_map(
        &self,
        schema: &mut Schema,
    ) -> Result<Form, String> {
        match schema.remove("additionalProperties") {
            Some(Json::Bool(false)) => self.compile_object(schema),
            Some(values) => self.compile_map(schema, &values),
            // A type of ours that forgets `deny_unknown_fields` would let every
            // misspelt key pass.
            None => Err("an object that takes any key".to_owned()),
        }
    }

    fn compile_map(
        &self,
        schema: &mut Schema,
        values: &Json,
    ) -> Result<Form, String> {
        let keys = schema
            .remove("propertyNames")
            .ok_or("keys of any shape")?;
        let mut keys = self.resolve(&keys)?;

        Ok(Form::Map(Box::new(MapShape {
            keys: take_text_rule(&mut keys)?,
            values: self.compile_shape(values)?,
            max: take_size(schema, "maxProperties").unwrap_or(usize::MAX),
        })))
    }

    fn compile_object(&self, schema: &mut Schema) -> Result<Form, String> {
        let Some(Json::Object(properties)) = schema.remove("properties") else {
            return Err("an object without properties".to_owned());
        };
        let required = take_required(schema);
        let mut exactly_one = take_required_alternatives(schema)?;

        // Exactly one property of all is another way to say that one of these
        // keys has to be there.
        let min = take_size(schema, "minProperties");
        let max = take_size(schema, "maxProperties");
        if min == Some(1) && max == Some(1) {
            exactly_one = properties.keys().cloned().collect();
        }

        let mut shapes = BTreeMap::new();
        for (key, property) in properties {
            let shape = self
                .compile_shape(&property)
                .map_err(|error| format!("{key}: {error}"))?;
            shapes.insert(key, shape);
        }

        Ok(Form::Object(ObjectShape {
            properties: shapes,
            required,
            exactly_one,
        }))
    }
}

fn name_or_object(name: Shape, object: Shape) -> Result<Shape, String> {
    match (name.form, object.form) {
        (Form::Choice(names), Form::Object(form)) => Ok(Shape {
            noun: object.noun,
            nullable: object.nullable,
            form: Form::NameOrObject(names, form),
        }),
        _ => Err("anyOf of other things than a name and an object".to_owned()),
    }
}

/// The type, and whether `null` is another.
fn take_type(schema: &mut Schema) -> (Option<String>, bool) {
    match schema.remove("type") {
        Some(Json::String(kind)) => (Some(kind), false),
        Some(Json::Array(kinds)) => {
            let kind = strings_of(kinds)
                .into_iter()
                .find(|kind| kind != "null");
            (kind, true)
        }
        _ => (None, false),
    }
}

fn take_boolean(schema: &mut Schema) -> Result<Form, String> {
    match schema.remove("const") {
        None => Ok(Form::Bool),
        Some(Json::Bool(true)) => Ok(Form::True),
        Some(other) => Err(format!("const {other}")),
    }
}

fn take_text_rule(schema: &mut Schema) -> Result<TextRule, String> {
    let pattern = match take_string(schema, "pattern") {
        Some(pattern) => {
            Some(Regex::new(&pattern).map_err(|error| error.to_string())?)
        }
        None => None,
    };

    Ok(TextRule {
        min: take_size(schema, "minLength").unwrap_or(0),
        max: take_size(schema, "maxLength").unwrap_or(usize::MAX),
        pattern,
        words: take_string(schema, "patternErrorMessage").unwrap_or_default(),
    })
}

/// `oneOf` over constants, each with its description.
fn take_choice(schema: &mut Schema) -> Result<Form, String> {
    let Some(Json::Array(alternatives)) = schema.remove("oneOf") else {
        return Err("no type".to_owned());
    };

    let choices: Option<Vec<String>> = alternatives
        .iter()
        .map(constant_of)
        .collect();
    choices
        .map(Form::Choice)
        .ok_or_else(|| "oneOf".to_owned())
}

fn constant_of(alternative: &Json) -> Option<String> {
    let constant = alternative.get("const")?.as_str()?;
    Some(constant.to_owned())
}

/// `oneOf` over required keys, one each.
fn take_required_alternatives(
    schema: &mut Schema,
) -> Result<Vec<String>, String> {
    let Some(Json::Array(alternatives)) = schema.remove("oneOf") else {
        return Ok(Vec::new());
    };

    let keys: Option<Vec<String>> = alternatives
        .iter()
        .map(required_key_of)
        .collect();
    keys.ok_or_else(|| "oneOf of an object".to_owned())
}

fn required_key_of(alternative: &Json) -> Option<String> {
    match alternative
        .get("required")?
        .as_array()?
        .as_slice()
    {
        [key] => key.as_str().map(str::to_owned),
        _ => None,
    }
}

fn take_required(schema: &mut Schema) -> Vec<String> {
    match schema.remove("required") {
        Some(Json::Array(keys)) => strings_of(keys),
        _ => Vec::new(),
    }
}

fn strings_of(values: Vec<Json>) -> Vec<String> {
    values
        .into_iter()
        .filter_map(string_of)
        .collect()
}

fn string_of(value: Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text),
        _ => None,
    }
}

fn take_string(schema: &mut Schema, keyword: &str) -> Option<String> {
    schema
        .remove(keyword)
        .and_then(string_of)
}

fn take_integer(schema: &mut Schema, keyword: &str) -> Option<i64> {
    schema.remove(keyword)?.as_i64()
}

fn take_size(schema: &mut Schema, keyword: &str) -> Option<usize> {
    let size = schema.remove(keyword)?.as_u64()?;
    usize::try_from(size).ok()
}
