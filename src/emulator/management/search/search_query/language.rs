//! The two languages that a search may be written in.

use std::mem::take;

use super::condition::{Condition, End, Test};

/// In which language a search is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Lucene,
    Scim,
}

impl Language {
    /// How a condition is written in it.
    pub(super) fn form(self) -> &'static str {
        match self {
            Self::Lucene => {
                "The search is not understood: expected FIELD:VALUE"
            }
            Self::Scim => {
                "The search is not understood: expected FIELD eq \"VALUE\""
            }
        }
    }

    /// The conditions of a search, in groups of which one must hold as a whole.
    /// None where it is not understood.
    pub(super) fn parse(self, text: &str) -> Option<Vec<Vec<Condition>>> {
        let (and, or) = self.conjunctions();
        let words = split_words(text)?;
        let mut words = words.as_slice();
        let mut groups = vec![Vec::new()];

        loop {
            let conditions = self.take_conditions(&mut words)?;
            groups.last_mut()?.extend(conditions);

            let Some((word, rest)) = words.split_first() else {
                return Some(groups);
            };
            words = rest;
            if word == or {
                groups.push(Vec::new());
            } else if word != and {
                return None;
            }
        }
    }

    fn conjunctions(self) -> (&'static str, &'static str) {
        match self {
            Self::Lucene => ("AND", "OR"),
            Self::Scim => ("and", "or"),
        }
    }

    fn take_conditions(self, words: &mut &[String]) -> Option<Vec<Condition>> {
        match self {
            Self::Lucene => take_lucene(words),
            Self::Scim => Some(vec![take_scim(words)?]),
        }
    }
}

/// Words, with what stands in quotation marks or brackets as part of one.
fn split_words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut closing = None;

    for letter in text.chars() {
        if closing.is_none() && letter.is_whitespace() {
            words.push(take(&mut word));
            continue;
        }

        closing = match closing {
            None => closing_of(letter),
            Some(end) if letter == end => None,
            open => open,
        };
        word.push(letter);
    }
    words.push(word);

    // What is opened is closed, or the rest of the search would be in it.
    if closing.is_some() {
        return None;
    }
    words.retain(|word| !word.is_empty());
    Some(words)
}

/// What ends what this letter begins.
fn closing_of(letter: char) -> Option<char> {
    match letter {
        '"' => Some('"'),
        '[' => Some(']'),
        '{' => Some('}'),
        _ => None,
    }
}

/// One condition, or the two that a range is.
fn take_lucene(words: &mut &[String]) -> Option<Vec<Condition>> {
    let (word, rest) = words.split_first()?;
    *words = rest;
    let (field, value) = word.split_once(':')?;
    if field.is_empty() || value.is_empty() {
        return None;
    }

    let tests = read_tests(value)?;
    let conditions = tests.into_iter().map(|test| Condition {
        field: field.to_owned(),
        test,
    });
    Some(conditions.collect())
}

fn read_tests(value: &str) -> Option<Vec<Test>> {
    if let Some(range) = between(value, '[', ']') {
        return read_range(range, End::Inclusive);
    }
    if let Some(range) = between(value, '{', '}') {
        return read_range(range, End::Exclusive);
    }

    let test = if value == "*" {
        Test::IsPresent
    } else if let Some(quoted) = value.strip_prefix('"') {
        Test::Is(quoted.strip_suffix('"')?.to_owned())
    } else if let Some(prefix) = value.strip_suffix('*') {
        Test::Begins(prefix.to_owned())
    } else {
        Test::Is(value.to_owned())
    };
    Some(vec![test])
}

fn between(text: &str, opening: char, closing: char) -> Option<&str> {
    text.strip_prefix(opening)?
        .strip_suffix(closing)
}

fn read_range(range: &str, end: End) -> Option<Vec<Test>> {
    let (from, until) = range.split_once(" TO ")?;
    let mut tests = Vec::new();
    if from != "*" {
        tests.push(Test::From(from.trim().to_owned(), end));
    }
    if until != "*" {
        tests.push(Test::Until(until.trim().to_owned(), end));
    }

    Some(tests)
}

fn take_scim(words: &mut &[String]) -> Option<Condition> {
    let (field, rest) = words.split_first()?;
    let (operator, rest) = rest.split_first()?;
    let field = field.clone();
    if operator == "pr" {
        *words = rest;
        let test = Test::IsPresent;
        return Some(Condition { field, test });
    }

    let (value, rest) = rest.split_first()?;
    *words = rest;
    let value = match value.strip_prefix('"') {
        Some(quoted) => quoted.strip_suffix('"')?,
        None => value,
    };
    let test = compare(operator, value.to_owned())?;
    Some(Condition { field, test })
}

fn compare(operator: &str, value: String) -> Option<Test> {
    Some(match operator {
        "eq" => Test::Is(value),
        "ne" => Test::IsNot(value),
        "sw" => Test::Begins(value),
        "ew" => Test::Ends(value),
        "co" => Test::Contains(value),
        "gt" => Test::From(value, End::Exclusive),
        "ge" => Test::From(value, End::Inclusive),
        "lt" => Test::Until(value, End::Exclusive),
        "le" => Test::Until(value, End::Inclusive),
        _ => return None,
    })
}
