//! Variables as a file of them says them, one a line: what a shell, and what
//! reads such files, takes.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Key;

/// The values that a variable of their own stands for, and the names that
/// several would share.
pub struct Variables<'a, T> {
    /// Each value with the beginning of the name of its variables.
    pub named: Vec<(String, T)>,
    /// The names that would not tell which is meant, each
    /// with whose they would be.
    pub shared: Vec<(String, Vec<&'a Key>)>,
}

impl<'a, T> Variables<'a, T> {
    /// The same names for other values.
    pub fn map<U>(self, mut value_of: impl FnMut(T) -> U) -> Variables<'a, U> {
        let named = self.named.into_iter();

        Variables {
            named: named
                .map(|(name, value)| (name, value_of(value)))
                .collect(),
            shared: self.shared,
        }
    }
}

/// The variables of what has a key, in the order of their names.
pub fn name_variables<'a, T>(
    by_key: impl Iterator<Item = (&'a Key, T)>,
) -> Variables<'a, T> {
    let mut by_name: BTreeMap<String, Vec<(&Key, T)>> = BTreeMap::new();
    for (key, value) in by_key {
        let name = variable_name(key);
        by_name
            .entry(name)
            .or_default()
            .push((key, value));
    }

    let mut variables = Variables {
        named: Vec::new(),
        shared: Vec::new(),
    };
    for (name, mut values) in by_name {
        match values.pop() {
            Some((_, value)) if values.is_empty() => {
                variables.named.push((name, value));
            }
            last => {
                let keys = values
                    .into_iter()
                    .chain(last)
                    .map(|(key, _)| key);
                variables
                    .shared
                    .push((name, keys.collect()));
            }
        }
    }
    variables
}

/// A key as the beginning of the name of a variable: `gift-deliveries` is
/// `GIFT_DELIVERIES`.
fn variable_name(key: &Key) -> String {
    let name = key.as_str().to_ascii_uppercase();
    let name = name.replace(
        |letter: char| !letter.is_ascii_alphanumeric(),
        "_",
    );

    // A shell takes no name that begins with a digit.
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("_{name}")
    } else {
        name
    }
}

/// A variable as a line.
#[must_use]
pub fn dotenv_line(name: &str, value: &str) -> String {
    format!("{name}={}\n", quoted(value))
}

/// A value that stands for itself, whoever reads it.
fn quoted(value: &str) -> Cow<'_, str> {
    let is_plain = |letter: char| {
        letter.is_ascii_alphanumeric() || "-._:/@%+=,".contains(letter)
    };
    if value.chars().all(is_plain) {
        return Cow::Borrowed(value);
    }

    // Between such quotes nothing means anything but itself.
    if value.contains('\'') {
        let escaped = value
            .replace('\\', "\\\\")
            .replace('"', "\\\"");
        let escaped = escaped
            .replace('$', "\\$")
            .replace('`', "\\`");
        Cow::Owned(format!("\"{escaped}\""))
    } else {
        Cow::Owned(format!("'{value}'"))
    }
}

/// The variables of a file of such lines as [`dotenv_line`] makes, by their
/// names; comments are passed over. None where a line is no such line.
#[must_use]
pub fn read_dotenv(text: &str) -> Option<BTreeMap<&str, String>> {
    let is_said = |line: &&str| !line.is_empty() && !line.starts_with('#');
    let lines = text.lines().filter(is_said);

    lines
        .map(|line| {
            let (name, value) = line.split_once('=')?;
            Some((name, unquoted(value)?))
        })
        .collect()
}

/// What a value stands for that was written here.
fn unquoted(value: &str) -> Option<String> {
    let between = |quote: char| {
        value
            .strip_prefix(quote)?
            .strip_suffix(quote)
    };
    if let Some(plain) = between('\'') {
        return Some(plain.to_owned());
    }
    let Some(escaped) = between('"') else {
        return Some(value.to_owned());
    };

    let mut letters = escaped.chars();
    let mut plain = String::new();
    while let Some(letter) = letters.next() {
        plain.push(match letter {
            '\\' => letters.next()?,
            letter => letter,
        });
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_a_value_that_stands_for_itself() {
        for (value, line) in [
            (
                "https://api.maps.example/",
                "A=https://api.maps.example/\n",
            ),
            ("urn:maps", "A=urn:maps\n"),
            // A shell makes a home of it.
            ("urn:~root", "A='urn:~root'\n"),
            ("a b", "A='a b'\n"),
            ("$(id) `id` \"x\"", "A='$(id) `id` \"x\"'\n"),
            ("it's $HOME", "A=\"it's \\$HOME\"\n"),
            ("", "A=\n"),
        ] {
            assert_eq!(dotenv_line("A", value), line);
            assert_eq!(read_dotenv(line).unwrap()["A"], value);
        }
    }

    #[test]
    fn a_name_that_several_would_have_is_nobodys() {
        let keys =
            ["a.b", "a-b", "c", "1d"].map(|key| key.parse::<Key>().unwrap());
        let variables = name_variables(keys.iter().zip(1..));

        assert_eq!(
            variables.named,
            [("C".to_owned(), 3), ("_1D".to_owned(), 4)]
        );
        assert_eq!(
            variables.shared,
            [("A_B".to_owned(), vec![&keys[0], &keys[1]])]
        );
    }
}
