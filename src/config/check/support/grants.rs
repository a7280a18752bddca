//! Grants that the provider cannot make.

use super::super::context::Context;
use super::written::list_written;
use crate::config::node::{Node, Value};
use crate::config::problem::{Problem, ProblemId};
use crate::model::{Audience, EmptyGrants, Kind, ManagementApi};

pub(in crate::config::check) fn refuse_management_api(
    context: &Context<'_>,
) -> Vec<Problem> {
    match context.support.management_api {
        ManagementApi::Grantable => return Vec::new(),
        ManagementApi::None => {}
    }

    let provider = context.support.name;
    list_written(context, Kind::Grant)
        .filter_map(|grant| grant.entry("resource_server"))
        .filter(|entry| entry.value.as_text() == Some(Audience::MANAGEMENT_API))
        .map(|entry| {
            let message = format!("{provider} has no Management API to grant");
            let span = entry.value.span;
            Problem::new(ProblemId::Unsupported, span, message)
                .help("take this grant out")
        })
        .collect()
}

/// A grant without scopes, where that is none.
pub(in crate::config::check) fn refuse_empty_grants(
    context: &Context<'_>,
) -> Vec<Problem> {
    match context.support.empty_grants {
        EmptyGrants::Allowed => return Vec::new(),
        EmptyGrants::None => {}
    }

    let provider = context.support.name;
    list_written(context, Kind::Grant)
        .filter_map(|grant| grant.entry("scopes"))
        .filter(|scopes| is_empty_list(&scopes.value))
        .map(|scopes| {
            let message =
                format!("a grant without scopes is none in {provider}");
            let span = scopes.value.span;
            Problem::new(ProblemId::Unsupported, span, message)
                .help("name scopes, or take this grant out")
        })
        .collect()
}

fn is_empty_list(node: &Node) -> bool {
    match &node.value {
        Value::Sequence(items) => items.is_empty(),
        _ => false,
    }
}
