//! Keys made from names: readable, unique, and independent of ids
//! and the order of listings.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Key;

/// The longest key that is made here.
const LONGEST: usize = 60;

/// A name as a key: lower-case letters, digits and single hyphens; empty if
/// nothing of it remains.
pub(super) fn make_slug(name: &str) -> String {
    let mut slug = String::new();
    for character in name
        .chars()
        .flat_map(char::to_lowercase)
    {
        match spell_plainly(character) {
            Some(letters) => slug.push_str(letters),
            None if character.is_ascii_alphanumeric() => slug.push(character),
            // An apostrophe parts no words, and a letter of another script has
            // no place in a key.
            None if character.is_alphanumeric() || "'’".contains(character) =>
                {}
            None if slug.ends_with('-') => {}
            None => slug.push('-'),
        }
    }

    slug.trim_start_matches('-')
        .chars()
        .take(LONGEST)
        .collect::<String>()
        .trim_end_matches('-')
        .into()
}

/// The letters of western European languages in plain ones.
fn spell_plainly(character: char) -> Option<&'static str> {
    Some(match character {
        'à' | 'á' | 'â' | 'ã' | 'å' => "a",
        'ä' | 'æ' => "ae",
        'ç' | 'č' | 'ć' => "c",
        'è' | 'é' | 'ê' | 'ë' | 'ę' => "e",
        'ì' | 'í' | 'î' | 'ï' => "i",
        'ł' => "l",
        'ñ' | 'ń' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ø' => "o",
        'ö' | 'œ' => "oe",
        'š' | 'ś' => "s",
        'ß' => "ss",
        'ù' | 'ú' | 'û' => "u",
        'ü' => "ue",
        'ý' | 'ÿ' => "y",
        'ž' | 'ź' | 'ż' => "z",
        _ => return None,
    })
}

/// Gives each thing a key of its own, made from its name. Where two names make
/// the same key, the first by name has it; what has the same name too is told
/// apart by the thing itself.
pub(super) fn make_unique_keys<T: Ord + Copy>(
    names: impl Iterator<Item = (T, String)>,
    otherwise: &str,
    mut taken: BTreeSet<Key>,
) -> BTreeMap<T, Key> {
    let mut names: Vec<(String, T)> = names
        .map(|(thing, name)| (name, thing))
        .collect();
    // Not in the order of the listing: the same tenant gives the same keys.
    names.sort();

    let mut keys = BTreeMap::new();
    for (name, thing) in names {
        let slug = make_slug(&name);
        let stem = if slug.is_empty() {
            otherwise
        } else {
            &slug
        };

        let numbered = (2..).map(|number: usize| add_number(stem, number));
        let mut candidates = std::iter::once(stem.to_owned()).chain(numbered);
        let free = candidates.find_map(|text| {
            let key = text.parse::<Key>().ok()?;
            taken.insert(key.clone()).then_some(key)
        });
        keys.extend(free.map(|key| (thing, key)));
    }
    keys
}

/// A stem with a number, and no longer than a key may be.
fn add_number(stem: &str, number: usize) -> String {
    let suffix = format!("-{number}");
    // A number behind a stem of full length makes no key, and
    // the search would never end.
    let stem: String = stem
        .chars()
        .take(LONGEST.saturating_sub(suffix.len()))
        .collect();

    format!("{}{suffix}", stem.trim_end_matches('-'))
}

#[cfg(test)]
mod tests;
