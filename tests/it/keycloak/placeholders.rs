//! What differs from server to server and from run to
//! run, by names that do not.

use std::fmt::Write;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value as Json, json};

const ID_LENGTH: usize = 36;
const SECRET_LENGTH: usize = 86;
/// From how many times on a character is counted instead of written.
const MANY: usize = 64;
/// How long a line of JSON may be.
const WIDTH: usize = 100;

/// The names of a run, and what they stand for.
pub(crate) struct Placeholders {
    fixed: Vec<(String, String)>,
    ids: Vec<String>,
    secrets: Vec<String>,
}

impl Placeholders {
    pub(crate) fn of(url: &str, realm: &str) -> Self {
        let fixed = [("(url)", url), ("(realm)", realm)];
        Self {
            fixed: fixed
                .map(|(name, real)| (name.to_owned(), real.to_owned()))
                .into(),
            ids: Vec::new(),
            secrets: Vec::new(),
        }
    }

    /// A text of a request with what its names stand for.
    pub(crate) fn fill(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, real) in &self.fixed {
            text = text.replace(name, real);
        }
        for (kind, all) in [("id", &self.ids), ("secret", &self.secrets)] {
            for (number, real) in all.iter().enumerate() {
                text = text.replace(&format!("({kind} {})", number + 1), real);
            }
        }
        encode_basic(&repeat(&text))
    }

    /// An answer in JSON, in an order and with names that stay; of long ones
    /// the fields that matter.
    pub(crate) fn hide(
        &mut self,
        mut answer: Json,
        fields: Option<&[String]>,
    ) -> String {
        if let Json::Object(answer) = &mut answer {
            open_token(answer);
        }
        let answer = self.simplify("", choose(answer, fields));
        self.hide_text(&lay_out(&answer, 0))
    }

    pub(crate) fn hide_text(&mut self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, real) in &self.fixed {
            text = text.replace(real, name);
        }
        shorten(&self.hide_ids(&text))
    }

    fn hide_ids(&mut self, text: &str) -> String {
        let mut hidden = String::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let length = if rest.get(..ID_LENGTH).is_some_and(is_id) {
                let number = number_of(&mut self.ids, &rest[..ID_LENGTH]);
                let _ = write!(hidden, "(id {number})");
                ID_LENGTH
            } else {
                hidden.push(first);
                first.len_utf8()
            };
            rest = &rest[length..];
        }
        hidden
    }

    fn simplify(&mut self, name: &str, value: Json) -> Json {
        match value {
            Json::Object(fields) => {
                let fields = fields.into_iter().map(|(name, value)| {
                    (name.clone(), self.simplify(&name, value))
                });
                Json::Object(fields.collect())
            }
            Json::Array(items) => {
                let items = items
                    .into_iter()
                    .map(|item| self.simplify(name, item));
                let mut items: Vec<Json> = items.collect();
                // Only clients come in an order.
                if !items
                    .iter()
                    .any(|item| item.get("clientId").is_some())
                {
                    items.sort_by_key(sorting_key);
                }
                Json::Array(items)
            }
            Json::String(text) => Json::String(self.simplify_text(name, text)),
            Json::Number(_) if ["iat", "createdTimestamp"].contains(&name) => {
                json!("(time)")
            }
            other => other,
        }
    }

    fn simplify_text(&mut self, name: &str, text: String) -> String {
        let is_secret = text.len() == SECRET_LENGTH
            && text
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric());
        match name {
            "secret" | "value" if is_secret => {
                format!(
                    "(secret {})",
                    number_of(&mut self.secrets, &text)
                )
            }
            "client.secret.creation.time" => "(time)".to_owned(),
            "kid" | "public_key" | "n" | "x5t" | "x5t#S256" => {
                format!("({name})")
            }
            "jti" => {
                let kind = text
                    .split(':')
                    .next()
                    .unwrap_or_default();
                format!("{kind}:(jti)")
            }
            "scope" => {
                let mut words: Vec<&str> = text.split_whitespace().collect();
                words.sort_unstable();
                words.join(" ")
            }
            _ => text,
        }
    }
}

/// JSON as one would write it: in one line what fits in one.
fn lay_out(value: &Json, indent: usize) -> String {
    let line = in_one_line(value);
    if indent + line.len() <= WIDTH {
        return line;
    }
    let inner = indent + 2;
    let (open, items, close) = match value {
        Json::Object(fields) => {
            let items = fields.iter().map(|(name, value)| {
                format!("{}: {}", json!(name), lay_out(value, inner))
            });
            ('{', items.collect::<Vec<_>>(), '}')
        }
        Json::Array(items) => {
            let items = items
                .iter()
                .map(|item| lay_out(item, inner));
            ('[', items.collect(), ']')
        }
        _ => return line,
    };
    let margin = format!("\n{}", " ".repeat(inner));
    let items = items.join(&format!(",{margin}"));
    format!(
        "{open}{margin}{items}\n{}{close}",
        " ".repeat(indent)
    )
}

fn in_one_line(value: &Json) -> String {
    match value {
        Json::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| {
                format!("{}: {}", json!(name), in_one_line(value))
            });
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
        Json::Array(items) => {
            let items = items.iter().map(in_one_line);
            format!("[{}]", items.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// The fields that matter, of an object or of each in a list.
fn choose(answer: Json, fields: Option<&[String]>) -> Json {
    let Some(names) = fields else {
        return answer;
    };
    match answer {
        Json::Array(items) => items
            .into_iter()
            .map(|item| choose(item, fields))
            .collect(),
        Json::Object(mut all) => {
            let chosen = names
                .iter()
                .filter_map(|name| all.remove_entry(name));
            Json::Object(chosen.collect::<Map<_, _>>())
        }
        other => other,
    }
}

fn number_of(known: &mut Vec<String>, real: &str) -> usize {
    let place = known
        .iter()
        .position(|other| other == real);
    place.unwrap_or_else(|| {
        known.push(real.to_owned());
        known.len() - 1
    }) + 1
}

/// A UUID, but for the one of nothing.
fn is_id(text: &str) -> bool {
    let is_place_of_dash = |place| [8, 13, 18, 23].contains(&place);
    let fits = text
        .bytes()
        .enumerate()
        .all(|(place, byte)| {
            if is_place_of_dash(place) {
                byte == b'-'
            } else {
                matches!(byte, b'0'..=b'9' | b'a'..=b'f')
            }
        });
    fits && text
        .bytes()
        .any(|byte| byte != b'-' && byte != b'0')
}

fn sorting_key(item: &Json) -> String {
    let named = ["name", "use"]
        .iter()
        .find_map(|field| item.get(field));
    named.unwrap_or(item).to_string()
}

/// An access token becomes what is in it, with its life instead of its end.
fn open_token(fields: &mut Map<String, Json>) {
    let Some(Json::String(token)) = fields.get("access_token") else {
        return;
    };
    let parts: Vec<Json> = token
        .split('.')
        .take(2)
        .map(decode)
        .collect();
    let [header, payload] = parts.as_slice() else {
        return;
    };
    let (header, mut payload) = (header.clone(), payload.clone());
    let time = |name: &str| {
        payload[name]
            .as_i64()
            .unwrap_or_default()
    };
    let life = time("exp") - time("iat");
    payload["exp"] = json!(format!("(time + {life})"));
    // The answer may come a second later than the token was made.
    let expires_in = fields
        .get("expires_in")
        .and_then(Json::as_i64);
    if expires_in.is_some_and(|seconds| (life - 2..=life).contains(&seconds)) {
        fields.insert("expires_in".to_owned(), json!(life));
    }
    let opened = json!({ "header": header, "payload": payload });
    fields.insert("access_token".to_owned(), opened);
}

fn decode(part: &str) -> Json {
    let bytes = URL_SAFE_NO_PAD
        .decode(part)
        .unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// `(256 times x)` instead of as many of them.
fn shorten(text: &str) -> String {
    let mut short = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let count = rest
            .chars()
            .take_while(|letter| *letter == first)
            .count();
        let length = count * first.len_utf8();
        if count >= MANY {
            let _ = write!(short, "({count} times {first})");
        } else {
            short.push_str(&rest[..length]);
        }
        rest = &rest[length..];
    }
    short
}

/// The other way round.
fn repeat(text: &str) -> String {
    let Some((before, rest)) = text.split_once(" times ") else {
        return text.to_owned();
    };
    let (before, count) = before.rsplit_once('(').unwrap();
    let (letter, after) = rest.split_once(')').unwrap();
    let repeated = letter.repeat(count.parse().unwrap());
    format!("{before}{repeated}{}", repeat(after))
}

/// `Basic (name:secret)` with the part in brackets as it is sent.
fn encode_basic(text: &str) -> String {
    match text.strip_prefix("Basic (") {
        Some(plain) => format!(
            "Basic {}",
            STANDARD.encode(plain.trim_end_matches(')'))
        ),
        None => text.to_owned(),
    }
}
