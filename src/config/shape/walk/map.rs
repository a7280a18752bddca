//! Maps from names of one's own to values of one shape.

use super::super::subject::Subject;
use super::super::unknown::SECTION;
use super::super::{Form, MapShape, Shape};
use super::Walk;
use crate::config::node::{Entry, Node, Value};
use crate::config::problem::{Problem, ProblemId};
use crate::config::section::FOR_EACH;
use crate::model::Step;

impl Walk<'_> {
    pub(super) fn visit_map(
        &mut self,
        map: &MapShape,
        entries: &[Entry],
        node: &Node,
        subject: Subject<'_>,
    ) {
        let count = entries.len();
        let max = map.max;
        if count > max {
            let message =
                format!("{subject} has {count} entries; {max} are allowed");
            let span = subject.point_at(node.span);
            self.report(Problem::new(ProblemId::TooMany, span, message));
        }

        let is_misplaced = has_misplaced(&map.values, entries);
        for entry in entries {
            let key = Subject::Key(subject.key());
            self.check_text(&map.keys, &entry.key, entry.key_span, key);

            let before = self.problems.len();
            let value = Subject::Entry(&entry.key, entry.key_span);
            self.visit(&map.values, &entry.value, value);

            if self.problems.len() == before {
                continue;
            }
            let Some(help) = help_with_misplaced(map, entry, is_misplaced)
            else {
                continue;
            };
            for problem in self.problems.iter_mut().skip(before) {
                problem.help = Some(help.clone());
            }
        }
    }
}

/// Whether there is a setting in the place of an object: whoever wrote it has
/// not indented it.
fn has_misplaced(shape: &Shape, entries: &[Entry]) -> bool {
    let Form::Object(object) = &shape.form else {
        return false;
    };

    entries.iter().any(|entry| {
        let is_object = matches!(
            entry.value.value,
            Value::Mapping(_) | Value::Null
        );
        !is_object
            && object
                .properties
                .contains_key(&*entry.key)
    })
}

/// What to do about an entry that belongs elsewhere, whatever is wrong with it
/// here: about a section, and about a setting in the place of an object, which
/// should be in one, or about the object, which is empty.
fn help_with_misplaced(
    map: &MapShape,
    entry: &Entry,
    is_misplaced: bool,
) -> Option<Step> {
    let noun = map
        .values
        .noun
        .as_deref()
        .unwrap_or_default();

    match &entry.value.value {
        Value::Sequence(_) if &*entry.key == FOR_EACH => Some(SECTION.into()),
        Value::Mapping(_) => None,
        _ if !is_misplaced => None,
        Value::Null => Some("indent its settings more than this key".into()),
        _ => {
            let help = format!("indent it more than the key of its {noun}");
            Some(help.into())
        }
    }
}
