//! What is searched for, in either of two languages: Lucene's, or SCIM's.
//!
//! ```text
//! CONDITION {("AND" | "OR") CONDITION}       Lucene
//! CONDITION = FIELD ":" (WORD | PREFIX "*" | "\"" TEXT "\"" | "[" FROM " TO " UNTIL "]" | "*")
//!
//! CONDITION {("and" | "or") CONDITION}       SCIM
//! CONDITION = FIELD ("eq" | "ne" | "sw" | "ew" | "co" | "gt" | "ge" | "lt" | "le") VALUE | FIELD "pr"
//! ```
//!
//! "and" binds more closely than "or". There are no parentheses, and no "not".

use super::answer::Failure;
use super::query::Query;

/// How many conditions a search may have.
const MOST_CONDITIONS: usize = 5;

/// Conditions of which all of one group must hold.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SearchQuery(Vec<Vec<Condition>>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Condition {
    field: String,
    test: Test,
}

/// What has to be so of one of a field's values.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Is(String),
    /// Of none of them.
    IsNot(String),
    Begins(String),
    Ends(String),
    Contains(String),
    IsPresent,
    /// Each end is inclusive, or not.
    From(String, End),
    Until(String, End),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Inclusive,
    Exclusive,
}

/// What can be searched for.
pub(crate) enum Searchable {
    Anything,
    /// These fields. One that ends in `*` is every field that begins so.
    These(&'static [&'static str]),
}

impl Searchable {
    fn check(&self, field: &str) -> Result<(), Failure> {
        let Self::These(known) = self else {
            return Ok(());
        };

        let is_known = known
            .iter()
            .any(|name| match name.strip_suffix('*') {
                Some(prefix) => field.starts_with(prefix),
                None => *name == field,
            });
        if is_known {
            return Ok(());
        }
        let reason = format!(
            "{field} cannot be searched for, but {}",
            known.join(", ")
        );
        Err(refuse(&reason))
    }
}

/// In which language a search is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    Lucene,
    Scim,
}

impl SearchQuery {
    /// Reads `q` and `parser`. Everything is searched for where there is no
    /// `q`.
    pub(crate) fn read(
        query: &Query,
        searchable: &Searchable,
    ) -> Result<Self, Failure> {
        let language = match query.choice("parser", &["lucene", "scim"])? {
            Some("scim") => Language::Scim,
            _ => Language::Lucene,
        };
        let Some(text) = query
            .get("q")
            .filter(|text| !text.trim().is_empty())
        else {
            return Ok(Self(vec![Vec::new()]));
        };

        let parsed =
            parse(text, language).ok_or_else(|| refuse(language.form()))?;
        parsed.check(searchable)?;
        Ok(parsed)
    }

    fn check(&self, searchable: &Searchable) -> Result<(), Failure> {
        let conditions: Vec<&Condition> = self.0.iter().flatten().collect();
        let count = conditions.len();
        if count > MOST_CONDITIONS {
            let reason = format!(
                "Too many filters ({count}), maximum {MOST_CONDITIONS}"
            );
            return Err(refuse(&reason));
        }

        for condition in conditions {
            searchable.check(&condition.field)?;
        }
        Ok(())
    }

    /// Whether nothing is asked for, and so everything is meant.
    pub(crate) fn is_of_everything(&self) -> bool {
        self.0.iter().any(Vec::is_empty)
    }

    /// Whether one of the conditions is about such a field.
    pub(crate) fn mentions(&self, is_meant: impl Fn(&str) -> bool) -> bool {
        self.0
            .iter()
            .flatten()
            .any(|condition| is_meant(&condition.field))
    }

    /// Whether an object is meant that has these values.
    pub(crate) fn admits(&self, values: impl Fn(&str) -> Vec<String>) -> bool {
        self.0.iter().any(|group| {
            group.iter().all(|condition| {
                condition.test.holds(&values(&condition.field))
            })
        })
    }
}

fn refuse(reason: &str) -> Failure {
    Failure::invalid_query(reason, "q")
}

impl Language {
    /// How a condition is written in it.
    fn form(self) -> &'static str {
        match self {
            Self::Lucene => {
                "The search is not understood: expected FIELD:VALUE"
            }
            Self::Scim => {
                "The search is not understood: expected FIELD eq \"VALUE\""
            }
        }
    }
}

impl Test {
    fn holds(&self, values: &[String]) -> bool {
        let any = |test: &dyn Fn(&str) -> bool| {
            values.iter().any(|value| test(value))
        };

        match self {
            Self::Is(text) => any(&|value| value == text),
            Self::IsNot(text) => !any(&|value| value == text),
            Self::Begins(text) => any(&|value| value.starts_with(text)),
            Self::Ends(text) => any(&|value| value.ends_with(text)),
            Self::Contains(text) => any(&|value| value.contains(text)),
            Self::IsPresent => !values.is_empty(),
            Self::From(text, End::Inclusive) => {
                any(&|value| value >= text.as_str())
            }
            Self::From(text, End::Exclusive) => {
                any(&|value| value > text.as_str())
            }
            Self::Until(text, End::Inclusive) => {
                any(&|value| value <= text.as_str())
            }
            Self::Until(text, End::Exclusive) => {
                any(&|value| value < text.as_str())
            }
        }
    }
}

/// None where it is not understood.
fn parse(text: &str, language: Language) -> Option<SearchQuery> {
    let (and, or) = match language {
        Language::Lucene => ("AND", "OR"),
        Language::Scim => ("and", "or"),
    };
    let mut groups = vec![Vec::new()];
    let words = split_words(text)?;
    let mut words = words.as_slice();

    loop {
        let conditions = match language {
            Language::Lucene => take_lucene(&mut words)?,
            Language::Scim => vec![take_scim(&mut words)?],
        };
        groups.last_mut()?.extend(conditions);

        match words.split_first() {
            None => return Some(SearchQuery(groups)),
            Some((word, rest)) => {
                words = rest;
                if word == or {
                    groups.push(Vec::new());
                } else if word != and {
                    return None;
                }
            }
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
            words.push(std::mem::take(&mut word));
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
    closing.is_none().then(|| {
        words
            .into_iter()
            .filter(|word| !word.is_empty())
            .collect()
    })
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

    let tests = if value == "*" {
        vec![Test::IsPresent]
    } else if let Some(range) = value
        .strip_prefix('[')
        .and_then(|v| v.strip_suffix(']'))
    {
        parse_range(range, End::Inclusive)?
    } else if let Some(range) = value
        .strip_prefix('{')
        .and_then(|v| v.strip_suffix('}'))
    {
        parse_range(range, End::Exclusive)?
    } else if let Some(quoted) = value.strip_prefix('"') {
        vec![Test::Is(quoted.strip_suffix('"')?.to_owned())]
    } else if let Some(prefix) = value.strip_suffix('*') {
        vec![Test::Begins(prefix.to_owned())]
    } else {
        vec![Test::Is(value.to_owned())]
    };

    let is_complete = !field.is_empty() && !value.is_empty();
    is_complete.then(|| {
        let field = field.to_owned();
        tests
            .into_iter()
            .map(|test| Condition {
                field: field.clone(),
                test,
            })
            .collect()
    })
}

fn parse_range(range: &str, end: End) -> Option<Vec<Test>> {
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
    let value = value.to_owned();
    let test = match operator.as_str() {
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
    };
    Some(Condition { field, test })
}

#[cfg(test)]
mod tests;
