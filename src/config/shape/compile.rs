//! The JSON Schema, compiled to what the walk needs. A keyword it does not know is an error, which a
//! test would find: the schema is our own.

use regex::Regex;
use serde_json::Value;

type Json = serde_json::Map<String, Value>;

use super::text::TextRule;
use super::{Form, Items, Map, Object, Shape};

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
pub(super) fn compile(schema: &Value) -> Result<Shape, String> {
    let definitions = schema.get("$defs").and_then(Value::as_object);
    let definitions = definitions.ok_or("no definitions")?;
    Compiler { definitions }.shape(schema)
}

struct Compiler<'a> {
    definitions: &'a Json,
}

impl Compiler<'_> {
    fn shape(&self, schema: &Value) -> Result<Shape, String> {
        let mut schema = self.resolve(schema)?;
        if let Some(alternatives) = schema.remove("anyOf") {
            return self.alternatives(&alternatives);
        }
        let noun = schema
            .get("title")
            .and_then(Value::as_str)
            .map(str::to_owned);
        schema.retain(|keyword, _| !ANNOTATIONS.contains(&keyword.as_str()));
        let (kind, nullable) = kind(schema.remove("type"));
        let form = match kind.as_deref() {
            Some("boolean") => boolean(&mut schema)?,
            Some("integer") => Form::Integer {
                min: integer(schema.remove("minimum")).unwrap_or(i64::MIN),
                max: integer(schema.remove("maximum")).unwrap_or(i64::MAX),
            },
            Some("string") => Form::Text(text(&mut schema)?),
            Some("array") => self.sequence(&mut schema)?,
            Some("object") => self.object_or_map(&mut schema)?,
            None => choice(schema.remove("oneOf"))?,
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

    /// The schema with its reference written out; what stands beside the reference is added.
    fn resolve(&self, schema: &Value) -> Result<Json, String> {
        let mut schema = schema.as_object().ok_or("a schema is an object")?.clone();
        let Some(reference) = schema.remove("$ref") else {
            return Ok(schema);
        };
        let name = reference
            .as_str()
            .and_then(|text| text.strip_prefix("#/$defs/"));
        let target = name.and_then(|name| self.definitions.get(name)?.as_object());
        let mut resolved = target.ok_or("a dangling reference")?.clone();
        resolved.append(&mut schema);
        Ok(resolved)
    }

    /// `anyOf` is used for "this, or null" and for "a name, or an object".
    fn alternatives(&self, alternatives: &Value) -> Result<Shape, String> {
        let null = serde_json::json!({ "type": "null" });
        match alternatives.as_array().map(Vec::as_slice) {
            Some([shape, other]) if *other == null => Ok(Shape {
                nullable: true,
                ..self.shape(shape)?
            }),
            Some([name, object]) => match (self.shape(name)?.form, self.shape(object)?) {
                (
                    Form::Choice(names),
                    Shape {
                        noun,
                        nullable,
                        form: Form::Object(object),
                    },
                ) => Ok(Shape {
                    noun,
                    nullable,
                    form: Form::NameOrObject(names, object),
                }),
                _ => Err("anyOf of other things than a name and an object".to_owned()),
            },
            _ => Err("anyOf".to_owned()),
        }
    }

    fn sequence(&self, schema: &mut Json) -> Result<Form, String> {
        let items = schema.remove("items").ok_or("an array without items")?;
        Ok(Form::Sequence(Box::new(Items {
            shape: self.shape(&items)?,
            unique: schema.remove("uniqueItems").is_some(),
            min: size(schema.remove("minItems")).unwrap_or(0),
            max: size(schema.remove("maxItems")).unwrap_or(usize::MAX),
        })))
    }

    fn object_or_map(&self, schema: &mut Json) -> Result<Form, String> {
        match schema.remove("additionalProperties") {
            Some(Value::Bool(false)) => self.object(schema),
            Some(values) => {
                let keys = schema.remove("propertyNames").ok_or("keys of any shape")?;
                let mut keys = self.resolve(&keys)?;
                Ok(Form::Map(Box::new(Map {
                    keys: text(&mut keys)?,
                    values: self.shape(&values)?,
                    max: size(schema.remove("maxProperties")).unwrap_or(usize::MAX),
                })))
            }
            None => Err("an object that takes any key".to_owned()),
        }
    }

    fn object(&self, schema: &mut Json) -> Result<Form, String> {
        let Some(Value::Object(properties)) = schema.remove("properties") else {
            return Err("an object without properties".to_owned());
        };
        let mut object = Object {
            properties: std::collections::BTreeMap::new(),
            required: strings(schema.remove("required")),
            exactly_one: required_alternatives(schema.remove("oneOf"))?,
        };
        let (min, max) = (
            schema.remove("minProperties"),
            schema.remove("maxProperties"),
        );
        if size(min) == Some(1) && size(max) == Some(1) {
            object.exactly_one = properties.keys().cloned().collect();
        }
        for (key, property) in properties {
            let shape = self
                .shape(&property)
                .map_err(|error| format!("{key}: {error}"))?;
            object.properties.insert(key, shape);
        }
        Ok(Form::Object(object))
    }
}

/// The type, and whether `null` is another.
fn kind(value: Option<Value>) -> (Option<String>, bool) {
    match value {
        Some(Value::String(kind)) => (Some(kind), false),
        Some(Value::Array(kinds)) => (
            strings(Some(Value::Array(kinds)))
                .into_iter()
                .find(|kind| kind != "null"),
            true,
        ),
        _ => (None, false),
    }
}

fn boolean(schema: &mut Json) -> Result<Form, String> {
    match schema.remove("const") {
        None => Ok(Form::Bool),
        Some(Value::Bool(true)) => Ok(Form::True),
        Some(other) => Err(format!("const {other}")),
    }
}

fn text(schema: &mut Json) -> Result<TextRule, String> {
    let pattern = schema.remove("pattern");
    let pattern = pattern.as_ref().and_then(Value::as_str).map(Regex::new);
    let words = schema.remove("patternErrorMessage");
    Ok(TextRule {
        min: size(schema.remove("minLength")).unwrap_or(0),
        max: size(schema.remove("maxLength")).unwrap_or(usize::MAX),
        pattern: pattern.transpose().map_err(|error| error.to_string())?,
        words: words
            .as_ref()
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
    })
}

/// `oneOf` over constants, each with its description.
fn choice(alternatives: Option<Value>) -> Result<Form, String> {
    let Some(Value::Array(alternatives)) = alternatives else {
        return Err("no type".to_owned());
    };
    let constant = |alternative: &Value| Some(alternative.get("const")?.as_str()?.to_owned());
    let choices: Option<Vec<String>> = alternatives.iter().map(constant).collect();
    choices.map(Form::Choice).ok_or_else(|| "oneOf".to_owned())
}

/// `oneOf` over required keys, one each.
fn required_alternatives(alternatives: Option<Value>) -> Result<Vec<String>, String> {
    let Some(Value::Array(alternatives)) = alternatives else {
        return Ok(Vec::new());
    };
    let key = |alternative: &Value| {
        let [key] = alternative.get("required")?.as_array()?.as_slice() else {
            return None;
        };
        key.as_str().map(str::to_owned)
    };
    let keys: Option<Vec<String>> = alternatives.iter().map(key).collect();
    keys.ok_or_else(|| "oneOf of an object".to_owned())
}

fn strings(value: Option<Value>) -> Vec<String> {
    let Some(Value::Array(items)) = value else {
        return Vec::new();
    };
    let text = |item: &Value| item.as_str().map(str::to_owned);
    items.iter().filter_map(text).collect()
}

fn integer(value: Option<Value>) -> Option<i64> {
    value.and_then(|value| value.as_i64())
}

fn size(value: Option<Value>) -> Option<usize> {
    value.and_then(|value| usize::try_from(value.as_u64()?).ok())
}
