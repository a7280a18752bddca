//! YAML text to a tree. The only module that knows the YAML library.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::budget::BudgetBreach;
use serde_yaml::{
    DuplicateKeyPolicy, Error, Location, NonFiniteFloatPolicy, Options, Spanned,
};

use super::node::{Entry, Node, Value};
use super::problem::{Problem, ProblemId};
use super::source::Span;
use super::syntax;

/// How deep a document may be nested. The format itself needs six levels.
const MAX_DEPTH: usize = 32;
/// How many values a document may have: more than anybody writes. The largest
/// file allowed could hold twice as many (`[1,1,…`).
const MAX_NODES: usize = 4_000_000;
/// How many values aliases and merges may add by repeating others.
const MAX_REPEATED: usize = 500_000;

/// Parses one document. Duplicate keys are kept: `normalize` reports them.
pub(super) fn parse(text: &str, file: usize) -> Result<Node, Problem> {
    serde_yaml::from_str_with_options(text, parser_options())
        .map_err(|error| explain_error(&error, text, file))
}

/// What YAML reads in a text that comes from outside, all of it at the place
/// where it is used. What YAML cannot read is a text, and so is what holds a
/// list or a map: what is in it would have no place to be shown at.
pub(super) fn parse_given(text: &str, place: Span) -> Value {
    let read = parse(text, place.file()).map(|node| node.value);

    match read {
        // Written `~` or not at all it is nothing to YAML too; here only the
        // word says so.
        Ok(Value::Null) if text.trim() == "null" => Value::Null,
        Ok(
            value @ (Value::Bool(_) | Value::Integer(_) | Value::OtherNumber),
        ) => value,
        Ok(Value::Sequence(mut items)) if items.iter().all(is_scalar) => {
            for item in &mut items {
                item.span = place;
            }
            Value::Sequence(items)
        }
        _ => Value::Text(text.into()),
    }
}

fn is_scalar(node: &Node) -> bool {
    !matches!(
        node.value,
        Value::Sequence(_) | Value::Mapping(_)
    )
}

/// Reads what is no configuration, but full of secrets. The error is
/// only the line and the column of what is wrong: any message might
/// repeat what stands there.
#[cfg(feature = "cli")]
pub fn read_secrets<T: serde::de::DeserializeOwned>(
    text: &[u8],
) -> Result<T, (u64, u64)> {
    let options =
        serde_yaml::options! { duplicate_keys: DuplicateKeyPolicy::Error };

    serde_yaml::from_slice_with_options(text, options).map_err(|error| {
        let place = error.location();
        place.map_or((1, 1), |place| (place.line(), place.column()))
    })
}

/// Writes a tree as a document that gives the same tree again.
pub(super) fn write(document: &Node) -> Result<String, serde_yaml::ser::Error> {
    serde_yaml::to_string(document)
}

fn parser_options() -> Options {
    let mut options = serde_yaml::options! {
        // `yes` and `no` are texts, as YAML 1.2 has it, and
        // so are `007` and `1_000`.
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        strict_indentation: true,
        // A tag says what a value means; the library would pass over one that
        // it does not know.
        reject_unsupported_tags: true,
        // These two are let through, so that they are reported together with
        // all the others.
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        // Lines are shown elsewhere, where those are left out that may be part
        // of a private key.
        with_snippet: false,
        budget: serde_yaml::budget! {
            max_depth: MAX_DEPTH,
            flow_nesting_limit: MAX_DEPTH,
            max_nodes: MAX_NODES,
            // A list and a map are two events each, where they
            // begin and where they end.
            max_events: 2 * MAX_NODES,
            max_aliases: MAX_REPEATED,
            max_anchors: MAX_REPEATED,
            max_merge_keys: MAX_REPEATED,
            // One anchor used by every client is ordinary; what counts is what
            // it repeats.
            enforce_alias_anchor_ratio: false,
        },
    };

    options
        .alias_limits
        .max_total_replayed_events = MAX_REPEATED;
    options
        .alias_limits
        .max_alias_expansions_per_anchor = MAX_REPEATED;
    options
}

/// What the library says, in our words where it speaks of its own options.
fn explain_error(error: &Error, text: &str, file: usize) -> Problem {
    let span = error
        .location()
        .map_or(Span::whole(file), |location| {
            locate(location, text, file)
        });

    // The place of an alias is told by the error around it, what is wrong by
    // the one within.
    let cause = match error.without_snippet() {
        Error::AliasError { error, .. } => error.without_snippet(),
        error => error,
    };

    match cause {
        Error::MultipleDocuments { .. } => {
            let message = "a second document starts here; a file holds one";
            Problem::new(ProblemId::SeveralDocuments, span, message)
                .help("put it into a file of its own")
        }
        Error::Budget { breach, .. } => explain_breach(breach, span),
        Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::AliasReplayCounterOverflow { .. } => alias_bomb(span),
        Error::RecursiveReferencesRequireWeakTypes { .. } => Problem::new(
            ProblemId::AliasBomb,
            span,
            "an alias repeats itself",
        ),
        Error::ExternalMessage { msg, .. } | Error::Message { msg, .. } => {
            explain_text(msg, span, text)
        }
        other => {
            // The place is shown with every problem; the message
            // need not say it again.
            let message = other.to_string();
            let without_place = message
                .split(" at line ")
                .next()
                .unwrap_or_default();
            explain_text(without_place, span, text)
        }
    }
}

fn explain_breach(breach: &BudgetBreach, span: Span) -> Problem {
    match breach {
        BudgetBreach::Depth { .. } => too_deep(span),
        BudgetBreach::Nodes { .. } | BudgetBreach::Events { .. } => {
            let message = format!("the file has more than {MAX_NODES} values");
            Problem::new(ProblemId::TooLarge, span, message)
                .help("put its objects into several files of one folder")
        }
        _ => alias_bomb(span),
    }
}

fn explain_text(message: &str, span: Span, text: &str) -> Problem {
    // The scanner has a limit of its own, and no other word for it.
    if message.contains("recursion limit") {
        too_deep(span)
    } else {
        syntax::explain(message, span, text)
    }
}

fn too_deep(span: Span) -> Problem {
    let message = format!("nested more than {MAX_DEPTH} levels deep");
    Problem::new(ProblemId::TooDeep, span, message)
}

fn alias_bomb(span: Span) -> Problem {
    let message = format!("aliases repeat more than {MAX_REPEATED} values");
    Problem::new(ProblemId::AliasBomb, span, message)
}

/// Where an error is, within the text.
fn locate(location: Location, text: &str, file: usize) -> Span {
    let span = location.span();
    let bytes = span.byte_offset().zip(span.byte_len());
    let (start, length) = if let Some((start, length)) = bytes {
        (saturate(start), saturate(length))
    } else {
        // The scanner's own errors count characters only.
        let mut rest = text
            .char_indices()
            .skip(saturate(span.offset()));
        let (start, character) = rest.next().unwrap_or((text.len(), ' '));
        (start, character.len_utf8())
    };

    let within = start.min(text.len());
    let end = within
        .saturating_add(length)
        .min(text.len());
    Span::new(file, within..end)
}

fn saturate(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Self, D::Error> {
        let Spanned {
            value, defined, ..
        } = Spanned::deserialize(deserializer)?;
        Ok(Self {
            span: span_of(defined),
            value,
        })
    }
}

/// The bytes of a value. The file is not known here; `normalize` adds it.
fn span_of(location: Location) -> Span {
    let span = location.span();
    let start = span
        .byte_offset()
        .map(saturate)
        .unwrap_or_default();
    let length = span
        .byte_len()
        .map(saturate)
        .unwrap_or_default();

    Span::new(0, start..start.saturating_add(length))
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Integer(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(i64::try_from(number).map_or(Value::OtherNumber, Value::Integer))
    }

    // Its text is in the source: what a message shows is what was written, and
    // not a rounded number.
    fn visit_f64<E>(self, _: f64) -> Result<Value, E> {
        Ok(Value::OtherNumber)
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(
        self,
        mut access: A,
    ) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Value::Sequence(items))
    }

    fn visit_map<A: MapAccess<'de>>(
        self,
        mut access: A,
    ) -> Result<Value, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, value)) =
            access.next_entry::<Spanned<KeyText>, _>()?
        {
            entries.push(Entry {
                key: key.value.0,
                key_span: span_of(key.defined),
                value,
            });
        }
        Ok(Value::Mapping(entries))
    }
}

/// The text of a key; empty for a number, a boolean or nothing, whose text only
/// the source has.
struct KeyText(Box<str>);

impl<'de> Deserialize<'de> for KeyText {
    fn deserialize<D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Text(text) => Ok(Self(text)),
            Value::Sequence(_) | Value::Mapping(_) => Err(
                serde::de::Error::custom("a list or a map cannot be a key"),
            ),
            _ => Ok(Self(Box::default())),
        }
    }
}

#[cfg(test)]
mod tests;
