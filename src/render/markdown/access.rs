//! Who gains and who loses access, in words.

use std::collections::BTreeMap;

use super::budget::MOST;
use super::failure::show_failure;
use super::text::code;
use crate::model::SubjectType;
use crate::render::document::{ExtentView, FailureView, PermissionView};

/// More scopes of one sentence are only counted.
const MOST_SCOPES: usize = 12;

/// Whether access is gained or lost.
#[derive(Debug, Clone, Copy)]
enum Direction {
    Gained,
    Lost,
}

/// One sentence a client, API, organization and subject, each a line of a list.
fn sentences(
    permissions: &[PermissionView],
    direction: Direction,
) -> impl Iterator<Item = String> {
    let mut sentences: BTreeMap<_, Vec<&PermissionView>> = BTreeMap::new();
    for permission in permissions {
        // By all of these: what is gained for one organization, or for users,
        // is not gained for others.
        let about = (
            &permission.client_name,
            &permission.resource_server,
            &permission.organization,
            permission.subject_type,
        );
        sentences
            .entry(about)
            .or_default()
            .push(permission);
    }

    sentences
        .into_values()
        .map(move |permissions| sentence(&permissions, direction))
}

/// What is gained, in sentences.
pub fn sentences_gained(
    permissions: &[PermissionView],
) -> impl Iterator<Item = String> {
    sentences(permissions, Direction::Gained)
}

/// What is lost, in sentences.
pub fn sentences_lost(
    permissions: &[PermissionView],
) -> impl Iterator<Item = String> {
    sentences(permissions, Direction::Lost)
}

/// Why it is not known who can call what.
#[must_use]
pub fn access_failure(error: &FailureView) -> String {
    format!(
        "Who can call what: **not known**\n{}",
        show_failure(error, MOST / 2)
    )
}

fn sentence(permissions: &[&PermissionView], direction: Direction) -> String {
    let [first, ..] = permissions else {
        return String::new();
    };
    let verb = match direction {
        Direction::Gained => "can now",
        Direction::Lost => "loses",
    };
    let organization = match first.organization.as_deref() {
        None => String::new(),
        Some("*") => " for any organization".to_owned(),
        Some("?") => " for organizations that were not looked at".to_owned(),
        Some(id) => format!(" for the organization {}", code(id)),
    };
    let subject = match first.subject_type {
        SubjectType::Client => "",
        SubjectType::User => ", for its users",
    };

    format!(
        "- {} {verb} {} on {}{organization}{subject}\n",
        code(&first.client_name),
        scopes(permissions),
        code(&first.resource_server),
    )
}

fn scopes(permissions: &[&PermissionView]) -> String {
    let names = permissions
        .iter()
        .map(|permission| match permission.extent {
            ExtentView::None => "get a token without scopes".to_owned(),
            // In words and not as code, which the names of scopes are: an API
            // may call one of its own so.
            ExtentView::Every => "use every scope".to_owned(),
            ExtentView::Named => code(
                permission
                    .scope
                    .as_deref()
                    .unwrap_or_default(),
            ),
        });
    let mut shown: Vec<String> = names.take(MOST_SCOPES).collect();

    let more = permissions.len() - shown.len();
    if more > 0 {
        shown.push(format!("and {more} more"));
    }
    shown.join(", ")
}
