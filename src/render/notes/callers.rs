//! Grants, and whoever holds them.

use super::super::text::safe;
use super::list::{end_with, list_under, sentence, show_api, show_scopes};
use crate::model::Address;
use crate::plan::{Caller, Names};

pub(super) fn list_unexpected_callers(
    callers: &[Caller],
    names: &Names,
) -> String {
    list_callers(
        "unexpected callers of the APIs declared here:",
        callers,
        names,
    )
}

pub(super) fn list_losing_callers(callers: &[Caller], names: &Names) -> String {
    list_callers(
        "these grants stay, and their API loses scopes that they hold:",
        callers,
        names,
    )
}

pub(super) fn list_revived_grants(callers: &[Caller], names: &Names) -> String {
    list_callers(
        "these grants come back to life with their API, which is to be \
         created:",
        callers,
        names,
    )
}

pub(super) fn list_outliving_grants(
    callers: &[Caller],
    names: &Names,
) -> String {
    list_callers(
        "these grants are for APIs that are not in the tenant any more:",
        callers,
        names,
    )
}

pub(super) fn list_unasked_grants(
    callers: &[Caller],
    names: &Names,
    step: &str,
) -> String {
    let list = list_callers(
        "of these grants, scopes are in every token of the client, asked for \
         or not:",
        callers,
        names,
    );

    end_with(&list, &sentence(step))
}

pub(super) fn list_long_grants(
    most: usize,
    grants: &[Address],
    names: &Names,
    step: &str,
) -> String {
    let grants = grants
        .iter()
        .map(|grant| names.of(grant));
    let list = list_under(
        "whoever asks for all scopes of one of these grants at once gets none:",
        grants.map(|grant| safe(&grant)),
    );

    let step = sentence(step);
    let end = format!(
        "Their names have more than {most} characters together, and no \
         request for a token can be longer. {step}"
    );
    end_with(&list, &end)
}

fn list_callers(title: &str, callers: &[Caller], names: &Names) -> String {
    let callers = callers
        .iter()
        .map(|caller| show_caller(caller, names));

    list_under(title, callers)
}

fn show_caller(caller: &Caller, names: &Names) -> String {
    let client = safe(&caller.client);
    let api = show_api(&caller.audience, names);
    let scopes = show_scopes(caller.scopes.as_deref());

    format!("\"{client}\" -> {api}: {scopes}")
}
