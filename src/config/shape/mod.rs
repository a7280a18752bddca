//! Structure: every way in which a tree is not what the JSON Schema says, all at once.
//!
//! The schema is compiled from the one that editors use, so the two cannot disagree.

mod compile;
mod text;
mod walk;
mod words;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use text::TextRule;

use super::node::{Node, Value};
use super::problem::Problem;
use super::source::Sources;
use super::unite::Aside;
use crate::model::nearest;

/// What a value has to be.
#[derive(Debug)]
struct Shape {
    /// What the schema calls it, for messages.
    noun: Option<String>,
    nullable: bool,
    form: Form,
}

#[derive(Debug)]
enum Form {
    Bool,
    True,
    Integer {
        min: i64,
        max: i64,
    },
    Text(TextRule),
    Choice(Vec<String>),
    Sequence(Box<Items>),
    Map(Box<Map>),
    Object(Object),
    /// An object, or one of these names in its place.
    NameOrObject(Vec<String>, Object),
}

#[derive(Debug)]
struct Items {
    shape: Shape,
    unique: bool,
    min: usize,
    max: usize,
}

#[derive(Debug)]
struct Map {
    keys: TextRule,
    values: Shape,
    max: usize,
}

#[derive(Debug)]
struct Object {
    properties: BTreeMap<String, Shape>,
    required: Vec<String>,
    /// Of these keys exactly one has to be there; of none, if empty.
    exactly_one: Vec<String>,
}

static CONFIGURATION: LazyLock<Option<Shape>> =
    LazyLock::new(|| compile::compile(&super::schema(&[])).ok());

/// Reports all that is wrong with the structure of a document, and sets those objects aside so that
/// the rest can still be checked for what it means.
pub(super) fn check(root: &mut Node, sources: &Sources, aside: &mut Aside) -> Vec<Problem> {
    let Some(shape) = CONFIGURATION.as_ref() else {
        return Vec::new();
    };
    let problems = walk::problems(shape, root, sources);
    if !problems.is_empty() {
        set_aside(shape, root, sources, aside);
    }
    problems
}

/// Removes every object that is not sound.
fn set_aside(shape: &Shape, root: &mut Node, sources: &Sources, aside: &mut Aside) {
    let sound = |shape: &Shape, node: &Node| walk::problems(shape, node, sources).is_empty();
    let (Form::Object(object), Value::Mapping(sections)) = (&shape.form, &mut root.value) else {
        aside.all = true;
        return;
    };
    sections.retain_mut(|section| {
        let Some(shape) = object.properties.get(&*section.key) else {
            // What was declared under a misspelt key was meant for the section it resembles.
            let known = object.properties.keys().map(String::as_str);
            if let Some(meant) = nearest(&section.key, known) {
                aside.add_section(meant);
            }
            return false;
        };
        match (&shape.form, &mut section.value.value) {
            (Form::Map(map), Value::Mapping(entries)) => entries.retain(|entry| {
                let keep = map.keys.accepts(&entry.key) && sound(&map.values, &entry.value);
                if !keep {
                    aside.add(&section.key, &entry.key);
                }
                keep
            }),
            (Form::Sequence(items), Value::Sequence(nodes)) => {
                nodes.retain(|node| sound(&items.shape, node));
            }
            _ => {}
        }
        let keep = sound(shape, &section.value);
        if !keep {
            aside.add_section(&section.key);
        }
        keep
    });
}

#[cfg(test)]
mod tests {
    /// What the compiler does not understand would be allowed by the loader and refused in editors.
    #[test]
    fn the_whole_schema_is_understood() {
        let shape = super::compile::compile(&crate::config::schema(&[]));
        assert_eq!(shape.map(|_| ()), Ok(()));
    }
}
