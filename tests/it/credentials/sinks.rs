//! A sink of each kind, and what somebody finds there who may read it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use age::x25519::Identity;
use serde_json::{Value as Json, json};
use tokio::runtime::Runtime;

use crate::cli::harness::Place;
use crate::helpers::vault::{ROOT, Vault};

/// A program that keeps what it is told in a folder, a file each.
const PROGRAM: &str = r#"#!/bin/sh
told=$(cat)
action=$(echo "$told" | sed 's/^{"action":"\([a-z]*\)".*/\1/')
name=$(echo "$told" | sed 's/.*"name":"\([^"]*\)"}$/\1/' | tr / -)
case $action in
  put) echo "$told" > "$GRANTRY_EXEC_STORE/$name" ;;
  remove) rm "$GRANTRY_EXEC_STORE/$name" ;;
  look)
    entries=
    for asked in $(echo "$told" | sed 's/.*"names":\[\([^]]*\)\].*/\1/' | tr -d '"' | tr , ' '); do
      label=null
      file=$GRANTRY_EXEC_STORE/$(echo "$asked" | tr / -)
      [ -f "$file" ] && label=$(sed 's/.*"label":\({[^}]*}\).*/\1/' "$file")
      entries="$entries${entries:+,}{\"name\":\"$asked\",\"label\":$label}"
    done
    echo "{\"entries\":[$entries]}" ;;
esac
"#;

/// What kind of sink it is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    File,
    Age,
    Vault,
    Exec,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] =
        [Self::File, Self::Age, Self::Vault, Self::Exec];

    pub(crate) fn is_readable(self) -> bool {
        match self {
            Self::File | Self::Vault => true,
            Self::Age | Self::Exec => false,
        }
    }
}

/// Two sinks of one kind, `first` and `later`.
pub(crate) struct Store {
    pub(crate) kind: Kind,
    /// What a run needs to write there.
    pub(crate) variables: Vec<(String, String)>,
    identity: Identity,
    vault: Vault,
    /// It serves as long as this lives.
    _runtime: Runtime,
}

impl Store {
    pub(crate) fn of(kind: Kind, place: &Place) -> Self {
        let runtime = Runtime::new().unwrap();
        let vault = runtime.block_on(Vault::start());
        let program = place.write("program", PROGRAM);
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))
            .unwrap();
        let store = place.write("store/none", "");

        let variables = match kind {
            Kind::File | Kind::Age => vec![],
            Kind::Vault => vec![
                ("VAULT_ADDR", vault.url()),
                ("VAULT_TOKEN", ROOT.into()),
            ],
            Kind::Exec => {
                let store = store
                    .parent()
                    .unwrap()
                    .display()
                    .to_string();
                vec![
                    ("GRANTRY_EXEC_STORE", store),
                    ("PATH", "/usr/bin:/bin".into()),
                ]
            }
        };
        let variables = variables.into_iter();
        Self {
            kind,
            variables: variables
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            identity: Identity::generate(),
            vault,
            _runtime: runtime,
        }
    }

    /// The two, as a configuration declares them.
    pub(crate) fn sinks(&self) -> [String; 2] {
        let recipients = format!("recipients: [{}]", self.identity.to_public());
        let in_folder = |folder| match self.kind {
            Kind::File => {
                format!("file: {{ path: \"{folder}/${{client.key}}.env\" }}")
            }
            Kind::Age => {
                format!(
                    "age: {{ path: \"{folder}/${{client.key}}.age\", {recipients} }}"
                )
            }
            Kind::Vault => {
                format!("vault: {{ path: \"{folder}/${{client.key}}\" }}")
            }
            Kind::Exec => {
                format!("exec: {{ name: \"{folder}/${{client.key}}\" }}")
            }
        };

        ["first", "later"].map(in_folder)
    }

    /// What names the programs on a command line.
    pub(crate) fn programs(&self, place: &Place) -> Vec<String> {
        let program = place
            .path("program")
            .display()
            .to_string();
        match self.kind {
            Kind::Exec => ["first", "later"]
                .map(|sink| format!("--exec-sink={sink}={program}"))
                .to_vec(),
            Kind::File | Kind::Age | Kind::Vault => vec![],
        }
    }

    /// The id and the secret that lie in a sink; none where it has no entry.
    pub(crate) fn read(
        &self,
        place: &Place,
        sink: &str,
    ) -> Option<[String; 2]> {
        match self.kind {
            Kind::File => {
                let text = fs::read_to_string(
                    place.path(&format!("{sink}/courier.env")),
                );
                text.ok().map(|text| of_dotenv(&text))
            }
            Kind::Age => {
                let file = fs::read(place.path(&format!("{sink}/courier.age")))
                    .ok()?;
                let text = age::decrypt(&self.identity, &file).unwrap();
                Some(of_dotenv(&String::from_utf8(text).unwrap()))
            }
            Kind::Vault => {
                let path = format!("secret/data/{sink}/courier");
                let (status, answer) =
                    self.vault
                        .somebody("GET", &path, json!({}));
                (status == 200).then(|| of_json(&answer["data"]["data"]))
            }
            Kind::Exec => {
                let told =
                    fs::read(place.path(&format!("store/{sink}-courier")))
                        .ok()?;
                let told: Json = serde_json::from_slice(&told).unwrap();
                Some(of_json(&told["entry"]))
            }
        }
    }
}

fn of_dotenv(text: &str) -> [String; 2] {
    ["CLIENT_ID=", "CLIENT_SECRET="].map(|name| {
        let value = text
            .lines()
            .find_map(|line| line.strip_prefix(name));
        value
            .unwrap()
            .trim_matches(['\'', '"'])
            .to_owned()
    })
}

fn of_json(entry: &Json) -> [String; 2] {
    ["client_id", "client_secret"]
        .map(|name| entry[name].as_str().unwrap().to_owned())
}
