//! Where values come from: each says by itself who wrote it, so wherever it is
//! said to stand, there it has to be.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;

use anstream::adapter::strip_str;
use grantry::config::{
    GivenValues, GivenVariables, Inputs, Reading, Sources, Tree, Use,
};
use grantry::provider::support_of;
use grantry::render;
use proptest::prelude::*;

use super::draw::{Configuration, GIVEN};
use super::files::{ENVIRONMENT, Folder};
use super::for_all;

#[test]
fn every_value_stands_where_it_is_said_to_come_from() {
    let signs = Cell::new(0);
    for_all(true, |drawn, places| {
        let folder = Folder::of_several(drawn, places);
        let (written, sources) = folder.load(&[folder.path().to_owned()])?;
        let origins = written.origins(&sources);
        let text = strip_str(&render::origins(&origins, &sources)).to_string();

        let mut clients = BTreeMap::new();
        let lines: Vec<&str> = text.lines().collect();
        prop_assert_eq!(lines.len(), origins.len() * 2, "{}", text);
        for (origin, lines) in origins.iter().zip(lines.chunks(2)) {
            let mut said = Said {
                path: &origin.path,
                value: &origin.value,
                places: lines[1]
                    .trim_start()
                    .split("; ")
                    .map(Place::of)
                    .collect(),
                object: origin.path.clone(),
            };
            // What is left of a section is nobody's.
            if ["clients", "grants"].contains(&said.path) {
                continue;
            }
            // A grant is of the row that its client is of.
            if let Some((grant, field)) = origin.path.split_once("].") {
                if field == "client" {
                    clients.insert(grant.to_owned(), origin.value.clone());
                }
                said.object = clients
                    .get(grant)
                    .cloned()
                    .unwrap_or_default();
            }
            said.check(drawn)?;
            signs.set(signs.get() + signs_of(&origin.value).len());
        }
        Ok(())
    });
    assert_ne!(signs.get(), 0, "no value says who wrote it");
}

/// What is said of one value.
#[derive(Debug)]
struct Said<'a> {
    path: &'a str,
    value: &'a str,
    /// The one where it is written, and those of its parts.
    places: Vec<Place<'a>>,
    /// What names the object that it is of.
    object: String,
}

#[derive(Debug)]
struct Place<'a> {
    /// What it is the place of; nothing for that of the value.
    part: &'a str,
    file: &'a str,
    line: usize,
    is_of_environment: bool,
}

impl<'a> Place<'a> {
    fn of(text: &'a str) -> Self {
        let (part, place) = text
            .split_once(" from ")
            .unwrap_or(("", text));
        let bare = place.strip_suffix(" (environments.production)");
        let mut words = bare
            .unwrap_or(place)
            .rsplitn(3, ':')
            .skip(1);

        Self {
            part,
            line: words.next().unwrap().parse().unwrap(),
            file: words.next().unwrap(),
            is_of_environment: bare.is_some(),
        }
    }

    /// What stands there, with the lines before it.
    fn read(&self, drawn: &Configuration) -> Vec<String> {
        let Some(source) = GIVEN
            .iter()
            .position(|given| *given == self.file)
        else {
            let text = fs::read_to_string(self.file).unwrap();
            return text
                .lines()
                .take(self.line)
                .map(str::to_owned)
                .collect();
        };

        let name = self.part.strip_prefix("var.").unwrap();
        let is_meant = |(place, other, _): &&(usize, String, String)| {
            *place == source && other == name
        };
        let (.., text) = drawn
            .given
            .iter()
            .find(is_meant)
            .unwrap();
        vec![format!("{name}={text}")]
    }
}

impl Said<'_> {
    fn check(&self, drawn: &Configuration) -> Result<(), TestCaseError> {
        let read: Vec<Vec<String>> = self
            .places
            .iter()
            .map(|place| place.read(drawn))
            .collect();
        let line_of = |place: usize| read[place].last().unwrap();
        let all = || format!("{self:#?}\n{read:#?}");

        for sign in signs_of(self.value) {
            let is_said = (0..self.places.len())
                .any(|place| signs_of(line_of(place)).contains(&sign));
            prop_assert!(
                is_said,
                "nobody says where {sign} is: {}",
                all()
            );
        }

        let (_, field) = self
            .path
            .rsplit_once('.')
            .unwrap_or(("", self.path));
        prop_assert!(
            line_of(0).contains(&format!("{field}:")),
            "{}",
            all()
        );
        let is_template = section_of(&read[0]).1 == "for_each";
        let is_of_row = self
            .places
            .iter()
            .any(|place| place.part.starts_with("row "));
        prop_assert_eq!(is_of_row, is_template, "{}", all());

        for (number, place) in self.places.iter().enumerate() {
            let (is_of_environment, _) = section_of(&read[number]);
            prop_assert_eq!(
                place.is_of_environment,
                is_of_environment,
                "{}",
                all()
            );
            self.check_part(place, line_of(number), &all)?;
        }
        Ok(())
    }

    /// A part is one of this value.
    fn check_part(
        &self,
        place: &Place<'_>,
        line: &str,
        all: &dyn Fn() -> String,
    ) -> Result<(), TestCaseError> {
        if place.part.starts_with("row ") {
            let id = words_of(line)
                .into_iter()
                .find(|word| word.starts_with('k'))
                .unwrap();
            prop_assert!(
                words_of(&self.object).contains(&id),
                "{}",
                all()
            );
        } else if place.part.starts_with("var.") && !line.ends_with("null") {
            let signs = signs_of(self.value);
            prop_assert!(
                signs_of(line)
                    .iter()
                    .any(|sign| signs.contains(sign)),
                "{}",
                all()
            );
        }
        Ok(())
    }
}

fn words_of(text: &str) -> Vec<&str> {
    text.split(|character: char| !character.is_ascii_alphanumeric())
        .collect()
}

/// What says of itself who wrote it.
fn signs_of(text: &str) -> Vec<&str> {
    let is_sign = |word: &&str| {
        let number = word.trim_start_matches(['b', 'e', 'r', 'g']);
        let is_number = !number.is_empty()
            && number
                .bytes()
                .all(|byte| byte.is_ascii_digit());
        is_number && (word.len() == number.len() + 1 || number.len() == 6)
    };
    words_of(text)
        .into_iter()
        .filter(is_sign)
        .collect()
}

/// Whether the last of these lines is of the environment, and
/// in which section it stands.
fn section_of(lines: &[String]) -> (bool, String) {
    let key_at = |indent: usize| {
        let mut above = lines.iter().rev();
        let line = above.find(|line| {
            let key = line.trim_start_matches(' ');
            line.len() - key.len() == indent && !key.starts_with('-')
        });
        line.map(|line| {
            line.trim()
                .split(':')
                .next()
                .unwrap()
                .to_owned()
        })
    };

    match key_at(0) {
        Some(key) if key == "environments" => (true, key_at(4).unwrap()),
        key => (false, key.unwrap_or_default()),
    }
}

/// What is told of a configuration in its environment,
/// without the folder it is in.
fn told(text: &str, given: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("grantry.yaml");
    fs::write(&file, text).unwrap();
    let variables = given
        .iter()
        .map(|(name, text)| GivenVariables {
            expected: Use::Expected,
            values: GivenValues::Text {
                origin: "--var".to_owned(),
                name: name.parse().unwrap(),
                text: (*text).to_owned(),
            },
        });
    let inputs = Inputs {
        environment: Some(ENVIRONMENT.parse().unwrap()),
        variables: variables.collect(),
    };

    let reading = Reading::of(&Tree::Disk, &[file], Sources::default());
    let (written, sources) = reading
        .load(&Tree::Disk, &inputs, support_of)
        .unwrap();
    let text = render::origins(&written.origins(&sources), &sources);
    strip_str(&text)
        .to_string()
        .replace(&format!("{}/", folder.path().display()), "")
}

#[test]
fn an_environment_that_empties_something_is_told() {
    let text = "stack: shop
resource_servers: { api: { identifier: 'urn:api', scopes: { a: A } } }
clients: { courier: { name: Courier, grant_types: [client_credentials] } }
environments:
  production:
    resource_servers: { api: { scopes: {} } }
    clients: { courier: { grant_types: [] } }
";
    let said = told(text, &[]);
    assert!(
        said.contains(
            "scopes: {}\n    grantry.yaml:6:40 (environments.production)"
        ),
        "{said}"
    );
    assert!(
        said.contains(
            "grant_types: []\n    grantry.yaml:7:40 (environments.production)"
        ),
        "{said}"
    );
}

#[test]
fn what_an_environment_makes_of_rows_is_its_own() {
    let text = "stack: shop
environments:
  production:
    for_each:
      - in: [north]
        as: region
        clients: { 'c-${region.value}': { name: 'Of ${region.value}' } }
";
    assert_eq!(
        told(text, &[])
            .lines()
            .take(2)
            .collect::<Vec<_>>(),
        [
            "clients.c-north.name: Of north",
            "    grantry.yaml:7:49 (environments.production); \
             row 1 of region from grantry.yaml:5:14 (environments.production)",
        ]
    );
}

/// An alias has the place of what it stands for, and both
/// may be written by others.
#[test]
fn an_alias_is_of_whoever_writes_it() {
    let text = "stack: shop
clients:
  courier: { name: Courier, client_metadata: &more { team: maps } }
environments:
  production:
    clients: { planner: { name: Planner, client_metadata: *more } }
";
    let said = told(text, &[]);
    let of = |client: &str| {
        format!(
            "clients.{client}.client_metadata.team: maps\n    grantry.yaml:3:60"
        )
    };
    assert!(
        said.contains(&format!("{}\n", of("courier"))),
        "{said}"
    );
    assert!(
        said.contains(&format!(
            "{} (environments.production)\n",
            of("planner")
        )),
        "{said}"
    );
}

/// Each of them may have been given in another place.
#[test]
fn a_variable_of_variables_comes_from_all_of_them() {
    let text = "stack: shop
vars: { whole: '${var.half} of ${var.all}', half: 'half ${var.all}', all: all }
clients: { courier: { name: 'Courier ${var.whole}' } }
environments: { production: { vars: { half: 'no ${var.all}' } } }
";
    let whole = "grantry.yaml:3:29; var.whole from grantry.yaml:2:16";
    for (given, parts) in [
        (
            &[("all", "it")][..],
            "; var.half from grantry.yaml:4:45 (environments.production); var.all from --var:1:5",
        ),
        // Of what is given, nothing is filled in.
        (
            &[("half", "${var.all}")],
            "; var.half from --var:1:6; var.all from grantry.yaml:2:75",
        ),
    ] {
        let said = told(text, given);
        assert!(
            said.contains(&format!("    {whole}{parts}\n")),
            "{said}"
        );
    }
}

/// YAML would fold the one, and begin the other with a sign of its own.
#[test]
fn a_text_is_told_in_one_line() {
    let long = "Brings it home, ".repeat(7) + "and back again";
    let text = format!(
        "stack: shop
clients:
  courier: {{ name: Courier, description: '{long}' }}
  planner:
    name: Planner
    description: |
      Brings it home
      on a Sunday
environments: {{ production: ~ }}
"
    );

    let said = told(&text, &[]);
    for (client, value, place) in [
        ("courier", &*long, "3:42"),
        ("planner", "Brings it home …", "7:7"),
    ] {
        let expected = format!(
            "clients.{client}.description: {value}\n    grantry.yaml:{place}\n"
        );
        assert!(said.contains(&expected), "{said}");
    }
}
