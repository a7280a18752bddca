//! Scopes that carry marks of their own.

use super::super::text::safe;
use super::list::{end_with, list_under, sentence, show_api};
use crate::plan::{BentScope, Names, TakenScope};

pub(super) fn list_taken_scopes(
    scopes: &[TakenScope],
    names: &Names,
) -> String {
    let scopes = scopes
        .iter()
        .map(|taken| show_taken_scope(taken, names));

    list_under(
        "these scopes exist without a mark that counts here; applying gives \
         them one, and whoever holds\nthem keeps them:",
        scopes,
    )
}

pub(super) fn list_bent_scopes(scopes: &[BentScope], names: &Names) -> String {
    let scopes = scopes
        .iter()
        .map(|bent| show_bent_scope(bent, names));

    list_under(
        "these scopes were put to another use, and are given back or deleted; \
         whoever holds one loses\nwhat it is for now, and has what it was \
         made for, or nothing:",
        scopes,
    )
}

pub(super) fn list_stray_scopes(scopes: &[String], step: &str) -> String {
    let list = list_under(
        "these scopes carry this stack's mark, and their API is neither \
         declared nor there:",
        scopes.iter().map(|name| safe(name)),
    );

    let step = sentence(step);
    let end = format!("Whoever holds one may still get tokens by it. {step}");
    end_with(&list, &end)
}

fn show_taken_scope(taken: &TakenScope, names: &Names) -> String {
    let api = show_api(&taken.audience, names);
    let scope = safe(&taken.scope);

    format!("resource_servers.{api}: {scope}")
}

fn show_bent_scope(bent: &BentScope, names: &Names) -> String {
    let api = show_api(&bent.audience, names);
    let scope = safe(&bent.scope);
    let instead = safe(bent.instead.as_str());
    let holders = show_holders(&bent.holders);

    format!(
        "resource_servers.{api}: {scope}, which is for {instead} and held by \
         {holders}"
    )
}

fn show_holders(holders: &[String]) -> String {
    if holders.is_empty() {
        return "nobody".to_owned();
    }

    let holders: Vec<String> = holders
        .iter()
        .map(|holder| format!("\"{}\"", safe(holder)))
        .collect();
    holders.join(", ")
}
