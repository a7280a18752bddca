//! Keys made from names: readable, unique, and independent of ids and the order of listings.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Key;

/// The longest key that is made here.
const LONGEST: usize = 60;

/// A name as a key: lower-case letters, digits and single hyphens; empty if nothing of it remains.
pub(super) fn slug(name: &str) -> String {
    let mut slug = String::new();
    for character in name.chars().flat_map(char::to_lowercase) {
        match plain(character) {
            Some(letters) => slug.push_str(letters),
            None if character.is_ascii_alphanumeric() => slug.push(character),
            // An apostrophe parts no words, and a letter of another script has no place in a key.
            None if character.is_alphanumeric() || "'’".contains(character) => {}
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
fn plain(character: char) -> Option<&'static str> {
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

/// Gives each thing a key of its own, made from its name. Where two names make the same key, the
/// first by name has it; what has the same name too is told apart by the thing itself.
pub(super) fn unique<T: Ord + Copy>(
    names: impl Iterator<Item = (T, String)>,
    otherwise: &str,
    mut taken: BTreeSet<Key>,
) -> BTreeMap<T, Key> {
    let mut names: Vec<(String, T)> = names.map(|(thing, name)| (name, thing)).collect();
    names.sort();
    let mut keys = BTreeMap::new();
    for (name, thing) in names {
        let slug = slug(&name);
        let stem = if slug.is_empty() { otherwise } else { &slug };
        let numbered = (2..).map(|number: usize| numbered(stem, number));
        let mut candidates = std::iter::once(stem.to_owned()).chain(numbered);
        let free = candidates.find_map(|text| {
            text.parse::<Key>()
                .ok()
                .filter(|key| taken.insert(key.clone()))
        });
        keys.extend(free.map(|key| (thing, key)));
    }
    keys
}

/// A stem with a number, and no longer than a key may be.
fn numbered(stem: &str, number: usize) -> String {
    let suffix = format!("-{number}");
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
        assert_eq!(slug("World Mappers API"), "world-mappers-api");
        assert_eq!(slug("  Köln's -- Straße (v2.1)! "), "koelns-strasse-v2-1");
        assert_eq!(
            slug("https://api.example/orders/"),
            "https-api-example-orders"
        );
        assert_eq!(slug("地図"), "");
        assert_eq!(slug(&"long ".repeat(40)).len(), 59);
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
        let keys = |order: &[usize]| {
            let names = order.iter().map(|place| names[*place]);
            unique(
                names.map(|(id, name)| (id, name.to_owned())),
                "client",
                taken.clone(),
            )
        };
        let found = keys(&[0, 1, 2, 3, 4, 5]);
        let texts: Vec<&str> = found.values().map(Key::as_str).collect();
        assert_eq!(texts, ["b-3", "b", "b-2", "c-2", "client-2", "client"]);
        assert_eq!(keys(&[5, 3, 1, 0, 2, 4]), found);
    }

    #[test]
    fn long_names_that_make_the_same_key_are_numbered_too() {
        let names = [
            (1, "x".repeat(70)),
            (2, "x".repeat(80)),
            (3, format!("{}-y", "z".repeat(57))),
        ];
        let taken = BTreeSet::from([format!("{}-y", "z".repeat(57)).parse().unwrap()]);
        let keys = unique(names.into_iter(), "client", taken);
        let texts: Vec<&str> = keys.values().map(Key::as_str).collect();
        let long = |letter: &str, count, end| format!("{}{end}", letter.repeat(count));
        assert_eq!(
            texts,
            [long("x", 60, ""), long("x", 58, "-2"), long("z", 57, "-2")]
        );
    }
}
