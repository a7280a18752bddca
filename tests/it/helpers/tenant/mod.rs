//! Live tenants in a few lines of text, for tests that say what is there and
//! what is left.
//!
//! ```text
//! api urn:maps: read:maps, write:maps
//! api urn:tours: read:tours marked v1:maps:here tours
//! client id-courier "Courier" marked v1:maps:here courier
//! client id-partner "Partner" (third-party)
//! grant id-courier -> urn:maps: read:maps
//! ```
//!
//! A mark is its two entries; `-` stands for one that is missing. APIs carry
//! one with some providers only. `:here` is the tenant the line is put into,
//! whichever it is; ids are what the text calls them, also where the tenant
//! mints its own.

use std::fmt;

use grantry::model::{
    Address, Found, Mark, Snapshot, Standing, SubjectType, TenantHash, Value,
};
use serde_json::{Value as Json, json};

pub(crate) mod emulated;

/// What the Management API is called in every text.
pub(crate) const MANAGEMENT_API: &str = "https://the.management.api/";

/// What the client that Grantry authenticates as is called in every text.
pub(crate) const OURSELVES: &str = "grantry-itself";

/// One live object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Object {
    Api {
        identifier: String,
        standing: Standing,
        scopes: Json,
        mark: Option<String>,
    },
    Client {
        id: String,
        name: String,
        standing: Standing,
        mark: Option<String>,
    },
    Grant {
        client: String,
        audience: String,
        standing: Standing,
        user: bool,
        scopes: Json,
    },
}

/// The standings that have a word.
const STANDINGS: [(&str, Standing); 6] = [
    ("(system)", Standing::System),
    ("(global)", Standing::Global),
    ("(ourselves)", Standing::Ourselves),
    ("(third-party)", Standing::ThirdParty),
    ("(registered)", Standing::Registered),
    ("(scopes-alone)", Standing::ScopesAlone),
];

/// The objects of a text, one a line.
pub(crate) fn parse(text: &str) -> Vec<Object> {
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    lines
        .map(|line| {
            object(line).unwrap_or_else(|| panic!("not an object: {line}"))
        })
        .collect()
}

fn object(line: &str) -> Option<Object> {
    let (kind, rest) = line.split_once(' ')?;
    if kind == "client" {
        let (id, rest) = rest.split_once(" \"")?;
        let (name, rest) = rest.split_once('"')?;
        let (words, mark) = mark(rest);
        let (standing, "") = standing(words) else {
            return None;
        };
        return Some(Object::Client {
            id: id.to_owned(),
            name: name.to_owned(),
            standing,
            mark,
        });
    }
    let (rest, mark) = match kind {
        "api" => mark(rest),
        _ => (rest, None),
    };
    let (head, scopes) = rest
        .split_once(": ")
        .map_or((rest, None), |(a, b)| (a, Some(b)));
    let scopes = match scopes {
        Some("all scopes") => Json::Null,
        other => other.map_or(json!([]), |scopes| scopes.split(", ").collect()),
    };
    let (standing, head) = standing(head);
    match kind {
        "api" => Some(Object::Api {
            identifier: head.to_owned(),
            standing,
            scopes,
            mark,
        }),
        "grant" => {
            let (head, user) = head
                .strip_suffix(" (user)")
                .map_or((head, false), |at| (at, true));
            let (client, audience) = head.split_once(" -> ")?;
            let (client, audience) = (client.to_owned(), audience.to_owned());
            Some(Object::Grant {
                client,
                audience,
                standing,
                user,
                scopes,
            })
        }
        _ => None,
    }
}

/// The mark that a text ends in, and what stands before it.
fn mark(text: &str) -> (&str, Option<String>) {
    match text.split_once(" marked ") {
        Some((rest, mark)) => (rest, Some(mark.to_owned())),
        None => (text, None),
    }
}

/// The standing that a text ends in, and what stands before it.
fn standing(text: &str) -> (Standing, &str) {
    let mut known = STANDINGS.into_iter();
    let found = known.find_map(|(word, standing)| {
        Some((standing, text.strip_suffix(word)?))
    });
    let (standing, rest) = found.unwrap_or((Standing::Ordinary, text));
    (standing, rest.trim_end())
}

impl fmt::Display for Object {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (standing, scopes) = match self {
            Self::Api {
                identifier,
                standing,
                scopes,
                mark: _,
            } => {
                write!(formatter, "api {identifier}")?;
                (standing, scopes.clone())
            }
            Self::Client {
                id,
                name,
                standing,
                mark: _,
            } => {
                write!(formatter, "client {id} \"{name}\"")?;
                (standing, json!([]))
            }
            Self::Grant {
                client,
                audience,
                standing,
                user,
                scopes,
            } => {
                let user = if *user { " (user)" } else { "" };
                write!(formatter, "grant {client} -> {audience}{user}")?;
                (standing, scopes.clone())
            }
        };
        if let Some((word, _)) = STANDINGS
            .iter()
            .find(|(_, known)| known == standing)
        {
            write!(formatter, " {word}")?;
        }
        match &scopes {
            Json::Null => formatter.write_str(": all scopes")?,
            // What the tenant itself grants is long, and
            // nobody's business here.
            Json::Array(scopes)
                if !scopes.is_empty()
                    && matches!(
                        standing,
                        Standing::Ordinary | Standing::ScopesAlone
                    ) =>
            {
                let scopes: Vec<&str> = scopes
                    .iter()
                    .filter_map(Json::as_str)
                    .collect();
                write!(formatter, ": {}", scopes.join(", "))?;
            }
            _ => {}
        }
        match self {
            Self::Api {
                mark: Some(mark),
                ..
            }
            | Self::Client {
                mark: Some(mark),
                ..
            } => write!(formatter, " marked {mark}"),
            _ => Ok(()),
        }
    }
}

/// What a text calls things, and what they are called in a tenant.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names(pub(crate) Vec<(String, String)>);

impl Names {
    /// The names that every text uses, in the tenant of this canonical domain.
    pub(crate) fn of(domain: &str) -> Self {
        let hash = format!(":{}", TenantHash::of(domain));
        let management_api = format!("https://{domain}/api/v2/");
        Self(vec![
            (":here".to_owned(), hash),
            (MANAGEMENT_API.to_owned(), management_api),
        ])
    }

    /// A text as the tenant has it.
    pub(crate) fn there(&self, text: &str) -> String {
        self.0
            .iter()
            .fold(text.to_owned(), |text, (here, there)| {
                text.replace(here, there)
            })
    }

    /// A text of the tenant as the tests have it.
    pub(crate) fn here(&self, text: &str) -> String {
        self.0
            .iter()
            .fold(text.to_owned(), |text, (here, there)| {
                text.replace(there, here)
            })
    }
}

/// The fields of a client as Grantry would create it, and its mark.
pub(crate) fn client_fields(name: &str, mark: Option<&str>) -> Json {
    let mut fields = json!({
        "name": name,
        "app_type": "non_interactive",
        "grant_types": ["client_credentials"],
        "oidc_conformant": true,
        "token_endpoint_auth_method": "client_secret_post",
    });
    if let Some(mark) = mark {
        fields["client_metadata"] = mark_entries(mark);
    }
    fields
}

/// The metadata that makes a mark, as a text writes it.
pub(crate) fn mark_entries(mark: &str) -> Json {
    let (stack, key) = mark
        .split_once(' ')
        .unwrap_or((mark, "-"));
    let entries = [(Mark::STACK, stack), (Mark::KEY, key)];
    let written = entries
        .into_iter()
        .filter(|(_, value)| *value != "-");

    Json::Object(
        written
            .map(|(entry, value)| (entry.to_owned(), value.into()))
            .collect(),
    )
}

/// The mark of an object as a text writes it.
fn written_mark(found: &Found) -> Option<String> {
    let metadata = found
        .attrs
        .get("client_metadata")?
        .as_map()?;
    let [stack, key] = Mark::METADATA_KEYS.map(|entry| {
        metadata
            .get(entry)
            .and_then(Value::as_text)
    });
    (stack.is_some() || key.is_some()).then(|| {
        format!(
            "{} {}",
            stack.unwrap_or("-"),
            key.unwrap_or("-")
        )
    })
}

/// The content of a local tenant's file.
pub(crate) fn local(objects: &[Object]) -> (String, Names) {
    let names = Names::of("local");
    let mut content = format!("{}\n", json!({ "grantry_tenant": 2 }));
    for (number, object) in objects.iter().enumerate() {
        let line = match object {
            Object::Api {
                identifier,
                scopes,
                ..
            } => {
                let scopes = scopes.as_array().unwrap().iter();
                let scopes: serde_json::Map<_, _> = scopes
                    .map(|scope| {
                        (scope.as_str().unwrap().to_owned(), Json::Null)
                    })
                    .collect();
                json!({ "resource_server": {
                    "id": format!("api-{number:06}"),
                    "identifier": identifier,
                    "fields": { "scopes": scopes },
                } })
            }
            Object::Client {
                id, name, mark, ..
            } => json!({ "client": {
                "id": id,
                "fields": client_fields(name, mark.as_deref()),
            } }),
            Object::Grant {
                client,
                audience,
                user,
                scopes,
                ..
            } => json!({ "grant": {
                "id": format!("grant-{number:06}"),
                "client_id": client,
                "audience": audience,
                "subject_type": if *user { "user" } else { "client" },
                "fields": match scopes {
                    Json::Null => json!({ "all_scopes": true }),
                    scopes => json!({ "scopes": scopes }),
                },
            } }),
        };
        content.push_str(&line.to_string());
        content.push('\n');
    }
    (names.there(&content), names)
}

/// What a reading of a tenant shows, in lines.
pub(crate) fn lines(seen: &Snapshot, names: &Names) -> Vec<String> {
    let seen = seen.found.iter();
    let mut lines: Vec<String> = seen
        .map(|(address, found)| names.here(&shown(address, found).to_string()))
        .collect();
    lines.sort();
    lines
}

fn shown(address: &Address, found: &Found) -> Object {
    let standing = found.standing;
    let texts = |value: &Value| {
        value
            .as_text()
            .unwrap_or_default()
            .to_owned()
    };
    let scopes = match found.attrs.get("scopes") {
        Some(Value::Set(scopes)) => scopes.iter().map(texts).collect(),
        Some(Value::Map(scopes)) => scopes
            .keys()
            .map(smol_str::SmolStr::as_str)
            .collect(),
        _ if found.attrs.get("all_scopes") == Some(&Value::Bool(true)) => {
            Json::Null
        }
        _ => json!([]),
    };
    match address {
        Address::ResourceServer(identifier) => Object::Api {
            identifier: identifier.to_string(),
            standing,
            scopes,
            mark: written_mark(found),
        },
        Address::Client(client) => {
            let name = found
                .attrs
                .get("name")
                .map(texts)
                .unwrap_or_default();
            Object::Client {
                id: client.to_string(),
                name,
                standing,
                mark: written_mark(found),
            }
        }
        Address::Grant {
            client,
            audience,
            subject_type,
        } => Object::Grant {
            client: client.to_string(),
            audience: audience.to_string(),
            standing,
            user: *subject_type == SubjectType::User,
            scopes,
        },
    }
}
