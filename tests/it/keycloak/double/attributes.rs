//! Texts by name, and what becomes of those that are changed.

use serde_json::Value as Json;

use super::state::Texts;

/// What is given at a creation: `null` is nothing, an empty text is one.
pub(super) fn read(given: Option<&Json>) -> Texts {
    let mut texts = Texts::new();
    merge(&mut texts, given, Empty::IsKept);
    texts
}

/// What an empty text does: clients lose the attribute, client scopes keep it.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Empty {
    IsKept,
    Removes,
}

/// Changes what is named; what is not stays as it is.
pub(super) fn merge(texts: &mut Texts, given: Option<&Json>, empty: Empty) {
    let Some(given) = given.and_then(Json::as_object) else {
        return;
    };
    for (name, value) in given {
        match value.as_str() {
            Some("") if empty == Empty::Removes => {
                texts.remove(name);
            }
            Some(text) => {
                texts.insert(name.clone(), text.to_owned());
            }
            None => {
                texts.remove(name);
            }
        }
    }
}
