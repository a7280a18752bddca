//! `grantry schema reference`: every key, variable and exit code as Markdown,
//! from where each is defined.

mod kinds;
mod meaning;
mod table;
mod words;

use std::fmt::Write as _;

use clap::ValueEnum as _;

use crate::cli::environment;
use crate::cli::exit::Exit;
use crate::{config, provider};
use kinds::Kinds;

const HEAD: &str = "\
<!-- `grantry schema reference` writes this file. -->

# Reference

Every key of a configuration, the variables of the environment, and the exit codes.

- A key that is left out is not managed. `null`, where it may stand, is the provider's default.
- Names of fields are Auth0's own; where Auth0 has another one, it stands below the key.
- `${var.NAME}` may stand for any value but a map. [The schema](grantry.schema.json) says all this to an editor.

";

pub(super) fn reference() -> String {
    let schema = config::described_schema(provider::SUPPORTS);
    let kinds = Kinds::of(&schema);

    let mut page = HEAD.to_owned();
    page.push_str(&kinds.contents());
    page.push_str(
        "- [Variables of the environment](#variables-of-the-environment)\n",
    );
    page.push_str("- [Exit codes](#exit-codes)\n");
    page.push_str(&kinds.sections());
    page.push_str(&variables());
    page.push_str(&exit_codes());
    page
}

fn variables() -> String {
    let mut text = "\n## Variables of the environment\n\n\
        One that is empty counts as not set, but for values of \
        `GRANTRY_VAR_NAME`. An environment of a configuration may have its \
        own of those that begin with `AUTH0_` or `KEYCLOAK_`, such as \
        `AUTH0_DOMAIN__PRODUCTION`: all of them, or none.\n\n\
        | Variable | What it says |\n|---|---|\n"
        .to_owned();
    for variable in environment::VARIABLES {
        let name = variable.name;
        let meaning = variable.meaning;
        let _ = writeln!(text, "| `{name}` | {meaning} |");
    }
    text
}

fn exit_codes() -> String {
    let mut text = "\n## Exit codes\n\n\
        The same in every format.\n\n\
        | Code | Meaning |\n|---|---|\n"
        .to_owned();
    for exit in Exit::value_variants() {
        let value = exit.to_possible_value();
        let help = value
            .as_ref()
            .and_then(|value| value.get_help());
        let meaning = help
            .map(ToString::to_string)
            .unwrap_or_default();
        let _ = writeln!(text, "| {} | {meaning} |", exit.code());
    }
    text
}
