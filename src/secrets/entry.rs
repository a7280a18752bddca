//! What a service is given: its credentials, and what it needs to use them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value as Json};

use crate::model::{
    Endpoints, EntryFormat, Identifier, Key, Label, LabelError, dotenv_line,
    name_variables, read_dotenv,
};

/// How the line begins that a label stands in, before variables.
const LABEL_LINE: &str = "# grantry ";

/// The credentials of one client, and what its service needs to use them.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What may be looked at.
    pub label: Label,
    /// Where tokens come from; none where the tenant
    /// gives none, as a local one.
    pub endpoints: Option<Endpoints>,
    /// The APIs that it may call, by their keys: what
    /// they are called in tokens.
    pub audiences: BTreeMap<Key, Identifier>,
    /// The secret; none where the client has a key of its own.
    pub secret: Option<SecretString>,
}

impl Entry {
    /// The entry as a file of this format, its label in clear.
    #[must_use]
    pub fn to_text(&self, format: EntryFormat) -> SecretString {
        match format {
            EntryFormat::Dotenv => self.to_dotenv(),
            EntryFormat::Json => {
                let mut text = Json::Object(self.to_json()).to_string();
                text.push('\n');
                text.into()
            }
        }
    }

    /// The entry as the fields of a JSON object; the label is one of them.
    #[must_use]
    pub fn to_json(&self) -> Map<String, Json> {
        let mut fields = Map::new();
        let label = serde_json::to_value(&self.label).unwrap_or_default();
        fields.insert("label".into(), label);
        for (name, value) in self.texts() {
            fields.insert(name.into(), value.into());
        }

        let audiences = self.audiences.iter();
        let audiences: Map<String, Json> = audiences
            .map(|(key, identifier)| {
                (key.to_string(), identifier.as_str().into())
            })
            .collect();
        fields.insert("audiences".into(), audiences.into());
        if let Some(secret) = &self.secret {
            fields.insert(
                "client_secret".into(),
                secret.expose_secret().into(),
            );
        }
        fields
    }

    fn to_dotenv(&self) -> SecretString {
        let mut text = String::new();
        // A `String` takes whatever is written to it.
        let _ = writeln!(text, "{LABEL_LINE}{}", self.label.to_line());
        for (name, value) in self.texts() {
            text.push_str(&dotenv_line(&name.to_ascii_uppercase(), value));
        }
        if let Some(secret) = &self.secret {
            text.push_str(&dotenv_line(
                "CLIENT_SECRET",
                secret.expose_secret(),
            ));
        }
        // What several would share tells none of them.
        for (name, identifier) in name_variables(self.audiences.iter()).named {
            text.push_str(&dotenv_line(
                &format!("{name}_AUDIENCE"),
                identifier.as_str(),
            ));
        }
        text.into()
    }

    /// The texts of it that are no secret, under their names.
    fn texts(&self) -> Vec<(&'static str, &str)> {
        let mut texts = vec![("client_id", self.label.client_id.as_str())];
        if let Some(endpoints) = &self.endpoints {
            texts.extend(
                endpoints
                    .domain
                    .as_deref()
                    .map(|domain| ("domain", domain)),
            );
            texts.push(("issuer", &endpoints.issuer));
            texts.push(("token_endpoint", &endpoints.token_endpoint));
            texts.push(("key_set", &endpoints.key_set));
        }
        // Most services call one API, and need not know what it is called here.
        if let Some((_, only)) = self.audiences.iter().next()
            && self.audiences.len() == 1
        {
            texts.push(("audience", only.as_str()));
        }
        texts
    }

    /// The label of an entry in a file of this format.
    pub fn read_label(
        text: &str,
        format: EntryFormat,
    ) -> Result<Label, LabelError> {
        match format {
            EntryFormat::Dotenv => {
                let line = text.lines().next().unwrap_or_default();
                let label = line
                    .strip_prefix(LABEL_LINE)
                    .ok_or(LabelError::NotOurs)?;
                Label::parse(label)
            }
            EntryFormat::Json => {
                let json: Json = serde_json::from_str(text)
                    .map_err(|_| LabelError::NotOurs)?;
                let label = json
                    .get("label")
                    .ok_or(LabelError::NotOurs)?;
                Label::parse(&label.to_string())
            }
        }
    }

    /// Reads the entry of a file of this format.
    pub fn read(text: &str, format: EntryFormat) -> Result<Self, LabelError> {
        let label = Self::read_label(text, format)?;
        let entry = match format {
            EntryFormat::Dotenv => Self::of_variables(text, label),
            EntryFormat::Json => {
                let json: Json = serde_json::from_str(text).unwrap_or_default();
                json.as_object()
                    .and_then(|fields| Self::of_json(fields, label))
            }
        };

        let damaged = || {
            LabelError::Damaged("the entry below it cannot be read".to_owned())
        };
        entry.ok_or_else(damaged)
    }

    /// None where they are of another client than the label says: somebody has
    /// put them there.
    fn of_variables(text: &str, label: Label) -> Option<Self> {
        let variables = read_dotenv(text)?;
        let find = |name: &str| variables.get(name).cloned();
        if find("CLIENT_ID")? != label.client_id.as_str() {
            return None;
        }
        let secret = find("CLIENT_SECRET").map(SecretString::from);

        // Which API is meant, a variable does not say: its key was made a name.
        Some(Self {
            endpoints: endpoints_of(|name| find(&name.to_ascii_uppercase())),
            audiences: BTreeMap::new(),
            secret,
            label,
        })
    }

    /// The entry that these fields of a JSON object are, without its
    /// label. None where they are of another client than it says:
    /// somebody has put them there.
    #[must_use]
    pub fn of_json(fields: &Map<String, Json>, label: Label) -> Option<Self> {
        let find = |name: &str| Some(fields.get(name)?.as_str()?.to_owned());
        if find("client_id")? != label.client_id.as_str() {
            return None;
        }

        let audiences = fields
            .get("audiences")
            .and_then(Json::as_object);
        let audiences = audiences.into_iter().flatten();
        let audiences = audiences.map(|(key, identifier)| {
            Some((
                key.parse().ok()?,
                identifier.as_str()?.parse().ok()?,
            ))
        });

        Some(Self {
            endpoints: endpoints_of(find),
            audiences: audiences.collect::<Option<_>>()?,
            secret: find("client_secret").map(SecretString::from),
            label,
        })
    }
}

fn endpoints_of(find: impl Fn(&str) -> Option<String>) -> Option<Endpoints> {
    Some(Endpoints {
        domain: find("domain"),
        issuer: find("issuer")?,
        token_endpoint: find("token_endpoint")?,
        key_set: find("key_set")?,
    })
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::{Destination, Holds, SinkKind, TenantHash};

    /// What no text of ours may show.
    pub(in crate::secrets) const CANARY: &str = "canary-$(id)-'\"-\\-secret";

    fn file() -> Destination {
        Destination {
            kind: SinkKind::File,
            address: None,
            place: "secrets/gift-deliveries.env".to_owned(),
            recipients: BTreeSet::new(),
            format: Some(EntryFormat::Dotenv),
        }
    }

    pub(in crate::secrets) fn entry() -> Entry {
        let endpoints = Endpoints {
            domain: Some("acme.eu.auth0.com".to_owned()),
            issuer: "https://acme.eu.auth0.com/".to_owned(),
            token_endpoint: "https://acme.eu.auth0.com/oauth/token".to_owned(),
            key_set: "https://acme.eu.auth0.com/.well-known/jwks.json"
                .to_owned(),
        };
        let key = "world-mappers".parse().unwrap();
        let identifier = "https://api.world-mappers.example/"
            .parse()
            .unwrap();
        let audiences = BTreeMap::from([(key, identifier)]);

        Entry {
            label: Label {
                grantry: Label::FORM,
                stack: "world-mappers".parse().unwrap(),
                key: "gift-deliveries".parse().unwrap(),
                client_id: "G1fT".parse().unwrap(),
                tenant: TenantHash::of("acme.eu.auth0.com"),
                content: Label::digest_content(
                    Some(&endpoints),
                    &audiences,
                    &file(),
                ),
                holds: Holds::Current,
                version: 1,
                since: "2026-11-27T12:00:00Z".to_owned(),
            },
            endpoints: Some(endpoints),
            audiences,
            secret: Some(CANARY.into()),
        }
    }

    #[test]
    fn an_entry_is_read_as_it_was_written() {
        for format in [EntryFormat::Dotenv, EntryFormat::Json] {
            let written = entry();
            let text = written.to_text(format);
            let read = Entry::read(text.expose_secret(), format).unwrap();

            assert_eq!(read.label, written.label);
            assert_eq!(read.endpoints, written.endpoints);
            assert_eq!(read.secret.unwrap().expose_secret(), CANARY);
        }
    }

    #[test]
    fn the_label_shows_no_secret_and_the_entry_hides_it() {
        let written = entry();
        assert!(
            !written
                .label
                .to_line()
                .contains("canary")
        );
        assert!(!format!("{written:?}").contains("canary"));
    }

    #[test]
    fn what_is_not_ours_is_not_read() {
        let newer = entry()
            .label
            .to_line()
            .replace("\"grantry\":1", "\"grantry\":2");
        for (text, expected) in [
            ("API_KEY=1\n".to_owned(), LabelError::NotOurs),
            (
                format!("# grantry {newer}\n"),
                LabelError::Newer,
            ),
        ] {
            let error = Entry::read(&text, EntryFormat::Dotenv).unwrap_err();
            assert_eq!(error, expected);
        }
    }
}
