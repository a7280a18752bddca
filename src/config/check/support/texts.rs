//! Texts that are longer than the provider takes, or empty where it keeps none.

use std::borrow::Cow;

use super::super::context::Context;
use super::written::{list_written, qualify};
use crate::config::node::Node;
use crate::config::problem::{Problem, ProblemId, quote};
use crate::config::source::Span;
use crate::model::{
    ClientSpec, EmptyTexts, Kind, Longest, Part, ResourceServerSpec,
};

pub(in crate::config::check) fn refuse_long_texts(
    context: &Context<'_>,
) -> Vec<Problem> {
    let lengths = context.support.lengths.iter();

    lengths
        .flat_map(|longest| refuse_longer(context, longest))
        .collect()
}

/// The texts of a field that are longer than the provider
/// takes: its value, or its keys.
fn refuse_longer(context: &Context<'_>, longest: &Longest) -> Vec<Problem> {
    let provider = context.support.name;
    let most = longest.characters;

    list_written(context, longest.kind)
        .flat_map(|object| list_texts(object, longest))
        .filter_map(|(text, place)| refuse_length(&text, place, provider, most))
        .collect()
}

/// The texts of an object of which the length counts.
fn list_texts<'a>(
    object: &'a Node,
    longest: &Longest,
) -> Vec<(Cow<'a, str>, Span)> {
    let Some(field) = object.entry(longest.field) else {
        return Vec::new();
    };
    let field = &field.value;
    let entries = field.entries().iter();

    match longest.part {
        Part::Text => {
            let text = field
                .as_text()
                .map(|text| (text.into(), field.span));
            let keys =
                entries.map(|entry| ((&*entry.key).into(), entry.key_span));
            text.into_iter().chain(keys).collect()
        }
        Part::Values => entries
            .filter_map(|entry| {
                let text = entry.value.as_text()?;
                Some((text.into(), entry.value.span))
            })
            .collect(),
        Part::Qualified => entries
            .filter_map(|entry| {
                let name = qualify(object, &entry.key)?;
                Some((name.into(), entry.key_span))
            })
            .collect(),
    }
}

fn refuse_length(
    text: &str,
    place: Span,
    provider: &str,
    most: usize,
) -> Option<Problem> {
    let length = text.encode_utf16().count();
    if length <= most {
        return None;
    }

    let counted = if text.chars().count() == length {
        ""
    } else {
        " as UTF-16 counts them"
    };
    let text = quote(text);
    let message = format!(
        "{text} has {length} characters{counted}, and {provider} takes {most} \
         at the most"
    );
    Some(Problem::new(ProblemId::TooLong, place, message))
}

/// Texts that are empty, where these are not kept: of metadata, and of what a
/// scope allows.
pub(in crate::config::check) fn refuse_empty_texts(
    context: &Context<'_>,
) -> Vec<Problem> {
    match context.support.empty_texts {
        EmptyTexts::Kept => return Vec::new(),
        EmptyTexts::Dropped => {}
    }

    let metadata = refuse_empty_texts_in(
        context,
        (Kind::Client, ClientSpec::METADATA),
        "leave it out, or say `null` to remove it",
    );
    let scopes = refuse_empty_texts_in(
        context,
        (Kind::ResourceServer, ResourceServerSpec::SCOPES),
        "say what the scope allows, or nothing behind the colon",
    );
    metadata.chain(scopes).collect()
}

/// The texts in a map that are empty.
fn refuse_empty_texts_in(
    context: &Context<'_>,
    (kind, field): (Kind, &'static str),
    help: &'static str,
) -> impl Iterator<Item = Problem> {
    let provider = context.support.name;

    list_written(context, kind)
        .flat_map(move |object| object.entries_at(field))
        .filter(|entry| entry.value.as_text() == Some(""))
        .map(move |entry| {
            let key = quote(&entry.key);
            let message = format!("{provider} keeps no empty text under {key}");
            let span = entry.value.span;
            Problem::new(ProblemId::Unsupported, span, message).help(help)
        })
}
