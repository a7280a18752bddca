//! Keys that mean nothing where they are: what was meant.

use super::super::credential_keys::{self, leave_secret_out};
use super::super::node::{Entry, Node, Value};
use super::super::other_names::{OtherNames, section_of};
use super::super::problem::{did_you_mean, quote, shorten};
use super::super::section::VARIABLES;
use super::meant::{joined_key, known_key, likely_key, named_property};
use super::{CONFIGURATION, Form, ObjectShape, Shape};
use crate::model::{Step, nearest_few};
use crate::words::quote_all;

/// The fields of Auth0's clients that a newcomer copies from a client which has
/// them. Whoever logs in needs them, and no machine.
const UNMANAGED: [&str; 19] = [
    "addons",
    "allowed_clients",
    "allowed_logout_urls",
    "allowed_origins",
    "callbacks",
    "client_aliases",
    "cross_origin_authentication",
    "cross_origin_loc",
    "custom_login_page",
    "custom_login_page_on",
    "encryption_key",
    "form_template",
    "initiate_login_uri",
    "mobile",
    "native_social_login",
    "oidc_logout",
    "organization_require_behavior",
    "sso_disabled",
    "web_origins",
];

/// What to do about such a field.
const LEFT_ALONE: &str =
    "it is not managed here, and stays as it is in the tenant: leave it out";

/// What to do about a section in the place of something else.
pub(super) const SECTION: &str = "it is a section of its own: do not indent it";

const CLIENT_ID: &str = "client_id";

/// What to do about the id of a client which is none
/// of those that are declared.
const CLIENT_BY_ID: &str = "name the client by its key: `client: KEY`; one \
     that is kept elsewhere is declared under `clients`, with `external: true` \
     and its `client_id`";

/// So many keys are listed, and no more: of a list of all, nobody reads a line.
const FEW: usize = 5;

/// What to do about a text that stands in the place of the
/// object, and may be a line of it.
pub(super) fn help_with_line(object: &ObjectShape, text: &str) -> Option<Step> {
    let key = joined_key(object, text)?;

    Some(format!("write `{key}: …`, with `: ` behind the key").into())
}

/// What to do about an unknown key of an object, if more can be said than which
/// keys there are; `whole` is that object.
pub(super) fn help_with_key(
    object: &ObjectShape,
    entry: &Entry,
    whole: &Node,
    names: &mut OtherNames<'_>,
) -> Option<Step> {
    let key = &*entry.key;
    if credential_keys::is_secret(key) {
        return Some(leave_secret_out());
    }
    if let Some(help) = help_with_line(object, key) {
        return Some(help);
    }
    if is_unmanaged(object, key) {
        return Some(LEFT_ALONE.into());
    }
    if let Some(meant) = likely_key(object, key) {
        return Some(help_with_meant(
            meant, object, entry, whole, names,
        ));
    }

    // Grantry's own, where no client can be meant.
    if key == CLIENT_ID {
        return Some(leave_secret_out());
    }
    Some(help_with_place(object, entry, whole)?.into())
}

/// What to do about a key that is another name of one.
fn help_with_meant(
    meant: &str,
    object: &ObjectShape,
    entry: &Entry,
    whole: &Node,
    names: &mut OtherNames<'_>,
) -> Step {
    if whole.entry(meant).is_some() {
        return help_with_second(meant, &entry.value);
    }
    if let Some(help) = help_with_reference(meant, entry, names) {
        return help;
    }
    // With that key alone, the same value would be wrong once more.
    let is_grant = object
        .properties
        .contains_key("all_scopes");
    if is_grant && &*entry.key == CLIENT_ID {
        return CLIENT_BY_ID.into();
    }
    did_you_mean(meant)
}

/// What to do about a key that is the name of nothing here, and may be that of
/// something elsewhere, or the value of another one.
fn help_with_place(
    object: &ObjectShape,
    entry: &Entry,
    whole: &Node,
) -> Option<String> {
    let key = &*entry.key;

    let help = if let Some(provider) = named_property(object, entry) {
        format!("write `{provider}: {{ … }}`, with its settings in it")
    } else if let Some(path) = find_path(object, key) {
        format!("it stands below {}", quote(&path))
    } else if let Some(section) = empty_section(object, entry, whole) {
        format!("is it one of `{section}`? Then indent it more than that")
    } else if object.properties.len() > FEW
        && let Some(help) = help_with_section(key)
    {
        help
    } else if is_empty(&entry.value) {
        "it has no value; the items of a list stand in `[ ]`".to_owned()
    } else {
        return None;
    };
    Some(help)
}

/// Whether Auth0 has such a field of a client, and this object is a client.
fn is_unmanaged(object: &ObjectShape, key: &str) -> bool {
    UNMANAGED.contains(&key)
        && object
            .properties
            .contains_key("grant_types")
}

fn is_empty(value: &Node) -> bool {
    value.value == Value::Null && value.span.bytes().is_empty()
}

/// What to do about a key that is another name of one which is there: as that
/// one, it would be there twice.
fn help_with_second(meant: &str, value: &Node) -> Step {
    let meant = quote(meant);

    match value.value {
        Value::Mapping(_) | Value::Sequence(_) => {
            format!("{meant} is there already: put into it what this has")
                .into()
        }
        _ => format!("{meant} is there already: leave this out").into(),
    }
}

/// A reference under another name: both the key and the value that were meant.
fn help_with_reference(
    meant: &str,
    entry: &Entry,
    names: &mut OtherNames<'_>,
) -> Option<Step> {
    let section = section_of(meant)?;
    let key = names.find(section, entry.value.as_text()?)?;
    let key = shorten(key);

    Some(did_you_mean(&format!("{meant}: {key}")))
}

/// Where below an object there is such a key, as in `provider.auth0`.
fn find_path(object: &ObjectShape, key: &str) -> Option<String> {
    object
        .properties
        .iter()
        .find_map(|(name, shape)| {
            let inner = inner_object(shape)?;
            if inner.properties.contains_key(key) {
                return Some(name.clone());
            }
            let path = find_path(inner, key)?;
            Some(format!("{name}.{path}"))
        })
}

fn inner_object(shape: &Shape) -> Option<&ObjectShape> {
    match &shape.form {
        Form::Object(object) | Form::NameOrObject(_, object) => Some(object),
        _ => None,
    }
}

/// What to do about a key that other sections of the
/// configuration have, or that is one.
fn help_with_section(key: &str) -> Option<String> {
    let Form::Object(configuration) = &CONFIGURATION.as_ref()?.form else {
        return None;
    };
    if configuration
        .properties
        .contains_key(key)
    {
        return Some(SECTION.to_owned());
    }

    let names = configuration
        .properties
        .iter()
        .filter(|(_, section)| {
            inner_of_section(section)
                .is_some_and(|object| object.properties.contains_key(key))
        })
        .map(|(name, _)| name.as_str());
    let names = quote_all(names, " or ");
    (!names.is_empty()).then(|| format!("only what is in {names} has it"))
}

/// What each of the objects of a section is.
fn inner_of_section(section: &Shape) -> Option<&ObjectShape> {
    match &section.form {
        Form::Map(map) => inner_object(&map.values),
        Form::Sequence(sequence) => inner_object(&sequence.items),
        _ => None,
    }
}

/// What to show of an unknown key: of one that has a secret in it, because its
/// `: ` is missing, only the name.
pub(super) fn shown_key(key: &str) -> String {
    match key.split_once([':', '=']) {
        Some((name, _)) if credential_keys::is_secret(name) => quote(name),
        _ => quote(key),
    }
}

/// The last section before an entry, if there is nothing in it: a line that is
/// not indented ends it.
fn empty_section<'o>(
    object: &'o ObjectShape,
    entry: &Entry,
    whole: &Node,
) -> Option<&'o str> {
    let last = whole
        .entries()
        .iter()
        .filter(|other| other.key_span < entry.key_span)
        .max_by_key(|other| other.key_span)?;

    known_key(object, &last.key).filter(|_| is_empty(&last.value))
}

/// Which keys there are: all, or those that are nearest to this one.
pub(super) fn list_keys(object: &ObjectShape, entry: &Entry) -> Step {
    let key = &*entry.key;
    let known = object
        .properties
        .keys()
        .map(String::as_str);
    let count = known.len();
    if count <= FEW {
        return format!("the keys are {}", quote_all(known, ", ")).into();
    }

    let few = nearest_few(key, known, FEW);
    let near = quote_all(few, ", ");
    let near = format!("the nearest of its {count} keys are {near}");
    // What a whole configuration, or an environment, does not know may be a
    // value of one's own.
    let takes_variables = object
        .properties
        .contains_key(VARIABLES);
    if !takes_variables || entry.value.as_text().is_none() {
        return near.into();
    }

    let key = shorten(key);
    format!(
        "{near}; a value of your own stands under `{VARIABLES}`, as in \
         `{VARIABLES}: {{ {key}: … }}`"
    )
    .into()
}
