//! Keys made from names: readable, unique, and independent of ids and the order
//! of listings.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Key;

/// The longest key that is made here.
const LONGEST: usize = 60;

/// A name as a key: lower-case letters, digits and single hyphens; empty if
/// nothing of it remains.
pub(super) fn make_slug(name: &str) -> String {
    let mut slug = String::new();
    for character in name.chars().flat_map(char::to_lowercase) {
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
    // A number behind a stem of full length makes no key, and the search would
    // never end.
    let stem: String = stem
        .chars()
        .take(LONGEST.saturating_sub(suffix.len()))
        .collect();

    format!("{}{suffix}", stem.trim_end_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_like_the_name() {
        assert_eq!(
            make_slug("World Mappers API"),
            "world-mappers-api"
        );
        assert_eq!(
            make_slug("  Köln's -- Straße (v2.1)! "),
            "koelns-strasse-v2-1"
        );
        assert_eq!(
            make_slug("https://api.example/orders/"),
            "https-api-example-orders"
        );
        assert_eq!(make_slug("地図"), "");
        assert_eq!(make_slug(&"long ".repeat(40)).len(), 59);
    }

    #[test]
    fn names_that_make_the_same_key_are_numbered_by_name() {
        let taken = BTreeSet::from(["c".parse().unwrap()]);
        let names = [
            (1, "b!"),
            (2, "B"),
            (3, "b 2"),
            (4, "c"),
            (5, "地図"),
            (6, "図"),
        ];
        let names = names.map(|(id, name)| (id, name.to_owned()));

        let keys =
            make_unique_keys(names.iter().cloned(), "client", taken.clone());
        let texts: Vec<&str> = keys.values().map(Key::as_str).collect();
        assert_eq!(
            texts,
            ["b-3", "b", "b-2", "c-2", "client-2", "client"]
        );

        let other_order =
            [5, 3, 1, 0, 2, 4].map(|place: usize| names[place].clone());
        let again = make_unique_keys(other_order.into_iter(), "client", taken);
        assert_eq!(again, keys);
    }

    #[test]
    fn long_names_that_make_the_same_key_are_numbered_too() {
        let names = [
            (1, "x".repeat(70)),
            (2, "x".repeat(80)),
            (3, format!("{}-y", "z".repeat(57))),
        ];
        let taken =
            BTreeSet::from([format!("{}-y", "z".repeat(57)).parse().unwrap()]);
        let keys = make_unique_keys(names.into_iter(), "client", taken);

        let texts: Vec<&str> = keys.values().map(Key::as_str).collect();
        let first = "x".repeat(60);
        let second = format!("{}-2", "x".repeat(58));
        let third = format!("{}-2", "z".repeat(57));
        assert_eq!(texts, [first, second, third]);
    }
}
