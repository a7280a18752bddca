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
//! `language` reads either into the conditions of `condition`.

use crate::emulator::management::answer::Failure;
use crate::emulator::management::query::Query;

mod condition;
mod language;

use condition::Condition;
use language::Language;

/// How many conditions a search may have.
const MOST_CONDITIONS: usize = 5;

/// Conditions of which all of one group must hold.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SearchQuery(Vec<Vec<Condition>>);

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

        if known
            .iter()
            .any(|name| stands_for(name, field))
        {
            return Ok(());
        }

        let known = known.join(", ");
        let reason = format!("{field} cannot be searched for, but {known}");
        Err(refuse(&reason))
    }
}

fn stands_for(name: &str, field: &str) -> bool {
    match name.strip_suffix('*') {
        Some(prefix) => field.starts_with(prefix),
        None => name == field,
    }
}

impl SearchQuery {
    /// Reads `q` and `parser`. Everything is searched
    /// for where there is no `q`.
    pub(crate) fn read(
        query: &Query,
        searchable: &Searchable,
    ) -> Result<Self, Failure> {
        let language = match query.choice("parser", &["lucene", "scim"])? {
            Some("scim") => Language::Scim,
            _ => Language::Lucene,
        };
        let text = query.get("q").unwrap_or_default();
        if text.trim().is_empty() {
            return Ok(Self(vec![Vec::new()]));
        }

        let parsed = Self::parse(text, language);
        let parsed = parsed.ok_or_else(|| refuse(language.form()))?;
        parsed.check(searchable)?;
        Ok(parsed)
    }

    /// None where it is not understood.
    fn parse(text: &str, language: Language) -> Option<Self> {
        language.parse(text).map(Self)
    }

    fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.0.iter().flatten()
    }

    fn check(&self, searchable: &Searchable) -> Result<(), Failure> {
        let count = self.conditions().count();
        if count > MOST_CONDITIONS {
            let reason = format!(
                "Too many filters ({count}), maximum {MOST_CONDITIONS}"
            );
            return Err(refuse(&reason));
        }

        for condition in self.conditions() {
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
        self.conditions()
            .any(|condition| is_meant(&condition.field))
    }

    /// Whether an object is meant that has these values.
    pub(crate) fn admits(
        &self,
        values_of: impl Fn(&str) -> Vec<String>,
    ) -> bool {
        let holds = |condition: &Condition| {
            let values = values_of(&condition.field);
            condition.test.holds(&values)
        };

        self.0
            .iter()
            .any(|group| group.iter().all(holds))
    }
}

fn refuse(reason: &str) -> Failure {
    Failure::invalid_query(reason, "q")
}

#[cfg(test)]
mod tests;
