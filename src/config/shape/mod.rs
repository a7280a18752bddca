//! Structure: every way in which a tree is not what the JSON
//! Schema says, all at once.
//!
//! The schema is compiled from the one that editors use, so the two cannot
//! disagree: `compile` makes a `Shape` of it, and `walk` goes along a tree and
//! its shape. What is wrong has the words of `words`; what to do about it is in
//! `help` for a value of the wrong type, and in `unknown` for a key, which
//! `meant` compares with those there are.
//!
//! `settle` decides what a text from outside of YAML is, by the
//! place it comes to; `text` is what a text has to be, and a
//! `subject` what a problem is about.

mod compile;
mod help;
mod meant;
mod settle;
mod subject;
mod text;
mod unknown;
mod walk;
mod words;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use meant::meant_key;
use settle::settle;
use text::TextRule;
use walk::find_problems;

use super::node::{Entry, Node, Value};
use super::problem::Problem;
use super::source::Sources;
use super::unsound::Unsound;

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
    /// A text, a whole number, a boolean or `null`.
    Scalar,
    Choice(Vec<String>),
    Sequence(Box<SequenceShape>),
    Map(Box<MapShape>),
    Object(ObjectShape),
    /// An object, or one of these names in its place.
    NameOrObject(Vec<String>, ObjectShape),
}

#[derive(Debug)]
struct SequenceShape {
    items: Shape,
    unique: bool,
    /// Whether a single item may stand in the place of a list of it.
    takes_one: bool,
    min: usize,
    max: usize,
}

#[derive(Debug)]
struct MapShape {
    keys: TextRule,
    values: Shape,
    max: usize,
}

#[derive(Debug)]
struct ObjectShape {
    properties: BTreeMap<String, Shape>,
    required: Vec<String>,
    /// Of these keys exactly one has to be there; of none, if empty.
    exactly_one: Vec<String>,
}

/// None would be a schema of ours that the compiler does not know, which the
/// test below finds.
static CONFIGURATION: LazyLock<Option<Shape>> = LazyLock::new(|| {
    compile::compile(&super::schema::filled_in_schema(&[])).ok()
});

/// Reports all that is wrong with the structure of a document, and takes out
/// the objects that are not sound, so that the rest can still be checked for
/// what it means.
pub(super) fn check_shape(
    root: &mut Node,
    sources: &Sources,
    unsound: &mut Unsound,
) -> Vec<Problem> {
    let Some(shape) = CONFIGURATION.as_ref() else {
        return Vec::new();
    };

    settle(Some(shape), root);

    let problems = find_problems(shape, root, sources);
    // Only a file with mistakes pays for being walked again, object by object.
    if !problems.is_empty() || has_unknown(root) {
        remove_unsound(shape, root, sources, unsound);
    }
    problems
}

/// Whether there is anything in a value that nobody knows.
fn has_unknown(node: &Node) -> bool {
    match &node.value {
        Value::Unknown => true,
        Value::Sequence(items) => items.iter().any(has_unknown),
        Value::Mapping(entries) => entries
            .iter()
            .any(|entry| has_unknown(&entry.value)),
        _ => false,
    }
}

/// Removes every object that is not sound, and every section that is not sound
/// without them.
fn remove_unsound(
    shape: &Shape,
    root: &mut Node,
    sources: &Sources,
    unsound: &mut Unsound,
) {
    let (Form::Object(object), Value::Mapping(sections)) =
        (&shape.form, &mut root.value)
    else {
        unsound.everything = true;
        return;
    };

    sections.retain_mut(|section| {
        let Some(shape) = object.properties.get(&*section.key) else {
            // What was declared under a misspelt key was meant for the section
            // it resembles.
            if let Some(meant) = meant_key(object, section) {
                unsound.add_section(meant);
            }
            return false;
        };

        remove_unsound_objects(shape, section, sources, unsound);
        let is_kept = is_sound(shape, &section.value, sources);
        if !is_kept {
            unsound.add_section(&section.key);
        }
        is_kept
    });
}

fn remove_unsound_objects(
    shape: &Shape,
    section: &mut Entry,
    sources: &Sources,
    unsound: &mut Unsound,
) {
    match (&shape.form, &mut section.value.value) {
        (Form::Map(map), Value::Mapping(entries)) => entries.retain(|entry| {
            let is_kept = map.keys.accepts(&entry.key)
                && is_sound(&map.values, &entry.value, sources);
            if !is_kept {
                unsound.add_object(&section.key, &entry.key);
            }
            is_kept
        }),
        // Nobody refers to an item of a list, so it need not be remembered.
        (Form::Sequence(sequence), Value::Sequence(nodes)) => {
            nodes.retain(|node| is_sound(&sequence.items, node, sources));
        }
        _ => {}
    }
}

fn is_sound(shape: &Shape, node: &Node, sources: &Sources) -> bool {
    find_problems(shape, node, sources).is_empty() && !has_unknown(node)
}

#[cfg(test)]
mod tests {
    /// What the compiler does not understand would be allowed by the loader and
    /// refused in editors.
    #[test]
    fn the_whole_schema_is_understood() {
        let shape = super::compile::compile(
            &crate::config::schema::filled_in_schema(&[]),
        );
        assert_eq!(shape.map(|_| ()), Ok(()));
    }
}
