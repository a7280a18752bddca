//! Random configurations. Every value is written once, and says by its
//! first letter who wrote it: `b` what holds for all, `e` the
//! environment, `r` a table, `g` whoever gave a variable from outside. Of
//! numbers, the first digit says it.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::slice::Iter;

use serde_json::{Map, Value as Json, json};

use super::rule::Ends;

pub(super) type Object = Map<String, Json>;

/// The API that is only referred to: a grant of it may name any scope.
pub(super) const EXTERNAL: &str = "x0";

/// The client that refers to every variable, so that none is unused.
pub(super) const KEEPER: &str = "keeper";

pub(super) const CLIENTS: [&str; 3] = ["c0", "c1", "c2"];
pub(super) const SERVERS: [&str; 2] = ["s0", "s1"];

/// Variables with texts, one with a number, and one that may be `null`.
const VARIABLES: [&str; 6] = ["v0", "v1", "v2", "v3", "n", "z"];
const NUMBER: &str = "n";
const NULL: &str = "z";

/// Who says a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Writer {
    All,
    Environment,
    Table,
    Given,
}

impl Writer {
    /// The first letter of its texts, and what its numbers begin at.
    fn signs(self) -> (char, u32) {
        match self {
            Self::All => ('b', 100_000),
            Self::Environment => ('e', 200_000),
            Self::Table => ('r', 300_000),
            Self::Given => ('g', 400_000),
        }
    }
}

/// A configuration as somebody means it, whatever files it is written in.
#[derive(Default)]
pub(super) struct Configuration {
    /// What holds for all.
    pub(super) base: Object,
    /// What the environment says.
    pub(super) environment: Object,
    /// Whether there is one.
    pub(super) has_environment: bool,
    /// The tables, by the names of their files.
    pub(super) tables: BTreeMap<String, String>,
    /// Variables from outside: where each comes from, by [`GIVEN`], its name
    /// and its text. What comes later counts.
    pub(super) given: Vec<(usize, String, String)>,
}

impl Display for Configuration {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let environments = self
            .has_environment
            .then_some(&self.environment);
        let parts = json!({
            "base": self.base, "environment": environments, "tables": self.tables, "given": self.given,
        });
        formatter.write_str(&serde_yaml::to_string(&parts).unwrap())
    }
}

/// The files that variables are given in.
pub(super) const FILES: [&str; 2] = ["one.json", "two.json"];

/// From where variables are given, in the order in which it counts.
pub(super) const GIVEN: [&str; 5] = [
    "GRANTRY_VAR",
    FILES[0],
    FILES[1],
    "--var",
    "--var again",
];

/// Choices, one after the other. Where there are no more, each is the first:
/// nothing is said.
pub(super) struct Draw<'a> {
    choices: Iter<'a, u8>,
    /// How many values were written.
    pub(super) written: u32,
    /// The variables that there are.
    variables: Vec<&'static str>,
    /// Whether a template is written, which may refer to its row.
    pub(super) is_template: bool,
}

/// A configuration, drawn with these choices; without an
/// environment, if none is wanted.
pub(super) fn configuration(
    choices: &[u8],
    has_environment: bool,
) -> Configuration {
    let mut draw = Draw {
        choices: choices.iter(),
        written: 0,
        variables: Vec::new(),
        is_template: false,
    };
    let mut drawn = Configuration {
        has_environment,
        ..Configuration::default()
    };

    draw.write_variables(&mut drawn, has_environment);
    draw.write_base(&mut drawn);
    if has_environment {
        draw.write_environment(&mut drawn);
    }
    drawn
}

/// What grants may be between.
pub(super) fn all_ends(clients: &Object, servers: &Object) -> Vec<Ends> {
    let mut all = Vec::new();
    for client in clients.keys() {
        for server in servers.keys() {
            for subject in ["client", "user"] {
                let [client, server] = [client, server].map(String::clone);
                all.push(Ends {
                    client,
                    server,
                    subject: subject.to_owned(),
                });
            }
        }
    }
    all
}

impl Draw<'_> {
    pub(super) fn below(&mut self, end: u8) -> u8 {
        self.choices
            .next()
            .copied()
            .unwrap_or_default()
            % end
    }

    pub(super) fn is(&mut self) -> bool {
        self.below(2) == 1
    }

    pub(super) fn sign(&mut self, writer: Writer) -> String {
        self.written += 1;
        format!("{}{}", writer.signs().0, self.written)
    }

    pub(super) fn number(&mut self, writer: Writer) -> Json {
        self.written += 1;
        json!(writer.signs().1 + self.written)
    }

    /// A text, which may refer to something, or look as if.
    pub(super) fn text(&mut self, writer: Writer) -> Json {
        let sign = self.sign(writer);
        let texts = self
            .variables
            .iter()
            .filter(|name| **name != NULL);
        let mut references: Vec<String> = texts
            .map(|name| format!("${{var.{name}}}"))
            .collect();
        if self.is_template {
            references.push("${row.a}".to_owned());
        }
        references.push("$${var.v0}".to_owned());

        let choice = usize::from(self.below(12));
        match references.get(choice.wrapping_sub(1)) {
            Some(reference) => json!(format!("{sign} {reference}")),
            None => json!(sign),
        }
    }

    /// A name without spaces, which may refer to a number.
    pub(super) fn name(&mut self, before: &str, writer: Writer) -> Json {
        let sign = self.sign(writer);
        let is_numbered = self.is() && self.variables.contains(&NUMBER);
        let reference = if is_numbered {
            ":${var.n}"
        } else {
            ""
        };

        json!(format!("{before}{sign}{reference}"))
    }

    fn write_variables(
        &mut self,
        drawn: &mut Configuration,
        has_environment: bool,
    ) {
        let mut sections = [Object::new(), Object::new()];
        for name in VARIABLES {
            let sayers = if has_environment { 4 } else { 2 };
            let said = self.below(sayers);
            for (place, writer) in [Writer::All, Writer::Environment]
                .into_iter()
                .enumerate()
            {
                if said & (1 << place) != 0 {
                    let value = self.variable(name, writer);
                    sections[place].insert(name.to_owned(), value);
                }
            }
            if said == 0 {
                continue;
            }

            let given = if self.is() {
                self.below(32)
            } else {
                0
            };
            for source in
                (0..GIVEN.len()).filter(|source| given & (1 << source) != 0)
            {
                let text = self.given(name);
                drawn
                    .given
                    .push((source, name.to_owned(), text));
            }
            self.variables.push(name);
        }
        drawn
            .given
            .sort_by_key(|(source, ..)| *source);

        let [base, environment] = sections;
        insert_some(&mut drawn.base, "vars", json!(base));
        insert_some(
            &mut drawn.environment,
            "vars",
            json!(environment),
        );
    }

    fn variable(&mut self, name: &str, writer: Writer) -> Json {
        match name {
            NUMBER => self.number(writer),
            NULL if self.is() => Json::Null,
            NULL => json!(self.sign(writer)),
            // It may refer to those before it.
            _ => self.text(writer),
        }
    }

    /// What looks like a reference in a text from outside is none.
    fn given(&mut self, name: &str) -> String {
        match name {
            NUMBER => self.number(Writer::Given).to_string(),
            NULL => self.sign(Writer::Given),
            _ if self.is() => {
                format!("{} ${{var.v1}}", self.sign(Writer::Given))
            }
            _ => self.sign(Writer::Given),
        }
    }

    fn write_base(&mut self, drawn: &mut Configuration) {
        let writer = Writer::All;
        drawn
            .base
            .insert("stack".to_owned(), json!("merging"));
        let bundles = self.bundles(writer, &mut drawn.tables);
        insert_some(&mut drawn.base, "for_each", json!(bundles));

        let identifier = self.name("urn:", writer);
        let external = json!({ "identifier": identifier, "external": true });
        let mut servers = Object::from_iter([(EXTERNAL.to_owned(), external)]);
        for key in SERVERS {
            if self.is() {
                servers.insert(key.to_owned(), self.server(writer, true));
            }
        }
        let mut clients =
            Object::from_iter([(KEEPER.to_owned(), self.keeper())]);
        for key in CLIENTS {
            if self.is() {
                clients.insert(key.to_owned(), self.client(writer, true));
            }
        }

        let mut grants = Vec::new();
        for ends in all_ends(&clients, &servers) {
            if self.below(4) == 1 {
                grants.push(self.grant(&ends, writer, true));
            }
        }
        insert_some(&mut drawn.base, "grants", json!(grants));
        insert_some(&mut drawn.base, "clients", json!(clients));
        insert_some(
            &mut drawn.base,
            "resource_servers",
            json!(servers),
        );
        self.write_settings(&mut drawn.base, writer);
    }

    /// It names all variables, so that each of them is used.
    fn keeper(&mut self) -> Json {
        let texts = self
            .variables
            .iter()
            .filter(|name| **name != NULL);
        let references: Vec<String> = texts
            .map(|name| format!("${{var.{name}}}"))
            .collect();
        let name = format!(
            "{} {}",
            self.sign(Writer::All),
            references.join(" ")
        );

        let mut keeper = json!({ "name": name.trim_end() });
        if self.variables.contains(&NULL) {
            keeper["description"] = json!("${var.z}");
        }
        keeper
    }

    pub(super) fn client(&mut self, writer: Writer, is_new: bool) -> Json {
        let mut fields = Object::new();
        if is_new || self.is() {
            fields.insert("name".to_owned(), self.text(writer));
        }
        let description = match self.below(5) {
            1 => Some(Json::Null),
            2 if self.variables.contains(&NULL) => Some(json!("${var.z}")),
            2.. => Some(self.text(writer)),
            _ => None,
        };
        insert(&mut fields, "description", description);

        if self.is() {
            let mut metadata = Object::new();
            for key in ["k0", "k1", "k2"] {
                let value = match self.below(4) {
                    1 => Some(Json::Null),
                    2 | 3 => Some(self.text(writer)),
                    _ => None,
                };
                insert(&mut metadata, key, value);
            }
            fields.insert("client_metadata".to_owned(), json!(metadata));
        }

        let method = match self.below(4) {
            1 => Some(Json::Null),
            2 => Some(json!("client_secret_basic")),
            _ => None,
        };
        insert(
            &mut fields,
            "token_endpoint_auth_method",
            method,
        );
        let tokens = match self.below(5) {
            1 => Some(json!({ "lifetime_in_seconds": self.number(writer) })),
            2 => Some(json!({ "alg": "PS256" })),
            3 => Some(
                json!({ "alg": "RS256", "lifetime_in_seconds": self.number(writer) }),
            ),
            _ => None,
        };
        insert(&mut fields, "jwt_configuration", tokens);
        json!(fields)
    }

    pub(super) fn server(&mut self, writer: Writer, is_new: bool) -> Json {
        let mut fields = Object::new();
        if is_new || self.below(4) == 1 {
            fields.insert(
                "identifier".to_owned(),
                self.name("urn:", writer),
            );
        }
        if self.is() {
            fields.insert("name".to_owned(), self.text(writer));
        }

        let lifetime = match self.below(4) {
            1 => Some(Json::Null),
            2 if self.variables.contains(&NUMBER) => Some(json!("${var.n}")),
            2.. => Some(self.number(writer)),
            _ => None,
        };
        insert(&mut fields, "token_lifetime", lifetime);
        let scopes = match self.below(4) {
            1 => Some(Json::Null),
            2 => Some(json!({})),
            3 => Some(
                json!({ "read:it": self.text(writer), "write:it": self.text(writer) }),
            ),
            _ => None,
        };
        insert(&mut fields, "scopes", scopes);
        json!(fields)
    }

    /// A grant, or what an environment says of one.
    pub(super) fn grant(
        &mut self,
        ends: &Ends,
        writer: Writer,
        is_new: bool,
    ) -> Json {
        let mut fields = ends.written(self.is());
        // What is declared of an API differs, so only the one that is elsewhere
        // has scopes to choose from.
        let is_listed = ends.server == EXTERNAL && self.is();
        if is_new || self.is() {
            let (field, value) = if is_listed {
                let scopes: Vec<Json> = (0..self.below(3))
                    .map(|_| self.name("", writer))
                    .collect();
                ("scopes", json!(scopes))
            } else {
                ("all_scopes", json!(true))
            };
            fields.insert(field.to_owned(), value);
        }

        let usage = match self.below(5) {
            1 => Some(Json::Null),
            2 => Some(json!("deny")),
            3 => Some(json!("allow")),
            _ => None,
        };
        insert(&mut fields, "organization_usage", usage);
        json!(fields)
    }
}

pub(super) fn insert(object: &mut Object, key: &str, value: Option<Json>) {
    if let Some(value) = value {
        object.insert(key.to_owned(), value);
    }
}

/// Inserts a section, unless it is empty.
pub(super) fn insert_some(document: &mut Object, key: &str, section: Json) {
    let is_empty = section == json!({}) || section == json!([]);
    insert(document, key, (!is_empty).then_some(section));
}
