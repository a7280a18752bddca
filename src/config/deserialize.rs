//! Deserializing a tree into the types of `file`: the tree is a serde
//! deserializer itself, so nothing is copied twice.

use serde::Deserializer;
use serde::de::value::{
    Error, MapAccessDeserializer, MapDeserializer, SeqDeserializer,
};
use serde::de::{IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::node::{Node, Value};

impl<'de> IntoDeserializer<'de, Error> for &'de Node {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for &'de Node {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(
        self,
        visitor: V,
    ) -> Result<V::Value, Error> {
        match &self.value {
            // The walk refuses such a number everywhere, so none is in what is
            // deserialized.
            Value::Null | Value::OtherNumber | Value::Unknown => {
                visitor.visit_unit()
            }
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Integer(number) => visitor.visit_i64(*number),
            Value::Text(text) | Value::Untyped(text) => {
                visitor.visit_borrowed_str(text)
            }
            Value::Sequence(items) => {
                visitor.visit_seq(SeqDeserializer::new(items.iter()))
            }
            Value::Mapping(_) => visitor.visit_map(self.pairs()),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(
        self,
        visitor: V,
    ) -> Result<V::Value, Error> {
        match &self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match &self.value {
            Value::Text(text) => {
                visitor.visit_enum((**text).into_deserializer())
            }
            _ => visitor.visit_enum(MapAccessDeserializer::new(self.pairs())),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string
        bytes byte_buf unit unit_struct seq tuple tuple_struct map struct
        identifier ignored_any
    }
}

type Pairs<'de> = MapDeserializer<
    'de,
    Box<dyn Iterator<Item = (&'de str, &'de Node)> + 'de>,
    Error,
>;

impl Node {
    fn pairs(&self) -> Pairs<'_> {
        let pairs = self
            .entries()
            .iter()
            .map(|entry| (&*entry.key, &entry.value));
        MapDeserializer::new(Box::new(pairs))
    }
}
