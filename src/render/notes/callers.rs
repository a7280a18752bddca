//! Grants, and whoever holds them.

use super::super::text::safe;
use super::list::{end_with, list_under, sentence, show_api, show_scopes};
use crate::model::Address;
use crate::plan::{Caller, Names};

pub(super) fn list_unexpected_callers(
    callers: &[Caller],
    names: &Names,
) -> String {
    let title = "unexpected callers of the APIs declared here:";
    list_callers(title, callers, names)
}

pub(super) fn list_losing_callers(callers: &[Caller], names: &Names) -> String {
    let title = "these grants stay, and their API loses scopes that they hold:";
    list_callers(title, callers, names)
}

pub(super) fn list_revived_grants(callers: &[Caller], names: &Names) -> String {
    let title = "these grants come back to life with their API, which is to be \
                 created:";
    list_callers(title, callers, names)
}

pub(super) fn list_outliving_grants(
    callers: &[Caller],
    names: &Names,
) -> String {
    let title =
        "these grants are for APIs that are not in the tenant any more:";
    list_callers(title, callers, names)
}

pub(super) fn list_unasked_grants(
    callers: &[Caller],
    names: &Names,
    step: &str,
) -> String {
    let title = "of these grants, scopes are in every token of the client, \
                 asked for or not:";
    let list = list_callers(title, callers, names);

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
