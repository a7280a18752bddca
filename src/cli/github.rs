//! What GitHub Actions are told: the outputs of a step, and the action that
//! runs this program.
//!
//! One table says which outputs there are. They are written from it, and the
//! action is generated from it and from the command line's own arguments.

use std::fmt::Write as _;

use clap::{ArgAction, CommandFactory as _};

use super::arguments::Arguments;
use super::environment;
use super::exit::Failure;
use crate::files;
use crate::render::document::{
    CountsView, EnvironmentsView, PlanDocument, PlanVerdict, PlanView,
    ProblemsDocument, ReportDocument, VerificationDocument,
    VerificationVerdict,
};

/// An output of the action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Output {
    name: &'static str,
    description: &'static str,
}

macro_rules! outputs {
    ($($constant:ident: $name:literal = $description:literal,)+) => {
        $(const $constant: Output = Output { name: $name, description: $description };)+

        /// Every output, in the order in which the action names them.
        const OUTPUTS: &[Output] = &[$($constant),+];
    };
}

outputs! {
    EXIT_CODE: "exit-code" = "How the run ended, as documented in the README.",
    VERDICT: "verdict" = "What it came to, in one word, such as `no-changes`, `changes` or `refused`.",
    CHANGES: "changes" = "How many objects and entries of sinks would change, or have changed.",
    CREATE: "create" = "How many objects would be created.",
    ADOPT: "adopt" = "How many objects would be taken over.",
    UPDATE: "update" = "How many objects would be updated.",
    RELEASE: "release" = "How many objects would be let go.",
    DELETE: "delete" = "How many objects would be deleted.",
    DELIVER: "deliver" = "How many entries of sinks would be written.",
    REMOVE_ENTRIES: "remove-entries" = "How many entries of sinks would be removed.",
    UNCHANGED: "unchanged" = "How many objects are as declared.",
    ACCESS_GAINED: "access-gained" = "How many permissions would be gained.",
    ACCESS_LOST: "access-lost" = "How many permissions would be lost.",
    DRIFT: "drift" = "In how many things the tenant has moved away from what was applied.",
    PLAN_HASH: "plan-hash" = "What the plan comes to, for `apply --plan-hash`.",
    APPLIED: "applied" = "How many changes were made.",
    FAILED: "failed" = "How many changes were not made, or perhaps made; or how many grants have failed to verify.",
    ENVIRONMENTS_DONE: "environments-done" = "How many environments were done, where the run was about several.",
    ENVIRONMENTS_LEFT: "environments-left" = "How many of them were not, whatever the verdict on the others.",
    PROBLEMS: "problems" = "How many problems the configuration has.",
    VERIFIED: "verified" = "How many grants have tokens with what they are granted, and nothing else.",
    NOT_VERIFIED: "not-verified" = "Of how many grants that could not be told.",
    FINDINGS: "findings" = "How many findings speak against the change since `base`, and are not waived.",
}

/// The outputs of a run, each a word or a number, so that none
/// can be more than one line.
pub(super) type Outputs = Vec<(Output, String)>;

/// The outputs of plans, summed where there are several.
pub(super) fn of_plans(document: &PlanDocument) -> Outputs {
    let mut outputs = of_views(
        &document
            .plans
            .iter()
            .collect::<Vec<_>>(),
    );
    outputs.insert(0, (EXIT_CODE, document.exit_code.to_string()));
    outputs.extend(of_environments(document.environments.as_ref()));
    outputs
}

/// The outputs of what became of plans.
pub(super) fn of_reports(document: &ReportDocument) -> Outputs {
    let reports = &document.reports;
    let plans: Vec<&PlanView> = reports
        .iter()
        .map(|report| &report.plan)
        .collect();
    let applied: usize = reports
        .iter()
        .map(|report| report.counts.applied)
        .sum();
    let failed: usize = reports
        .iter()
        .map(|report| report.counts.failed + report.counts.unknown)
        .sum();

    let mut outputs = of_views(&plans);
    outputs.insert(0, (EXIT_CODE, document.exit_code.to_string()));
    outputs.push((APPLIED, applied.to_string()));
    outputs.push((FAILED, failed.to_string()));
    outputs.extend(of_environments(document.environments.as_ref()));
    outputs
}

/// How many environments were done, and how many were not.
fn of_environments(environments: Option<&EnvironmentsView>) -> Outputs {
    let Some(environments) = environments else {
        return Outputs::new();
    };

    let done = environments.done;
    let left = environments.results.len() - done;
    vec![
        (ENVIRONMENTS_DONE, done.to_string()),
        (ENVIRONMENTS_LEFT, left.to_string()),
    ]
}

/// The outputs of what is wrong with a configuration.
pub(super) fn of_problems(document: &ProblemsDocument) -> Outputs {
    let findings = document.findings.iter();
    let findings = findings.filter(|finding| finding.waiver.is_none());

    vec![
        (EXIT_CODE, document.exit_code.to_string()),
        (PROBLEMS, document.problems.len().to_string()),
        (FINDINGS, findings.count().to_string()),
    ]
}

/// The outputs of what tokens have proved.
pub(super) fn of_verification(document: &VerificationDocument) -> Outputs {
    let count = |verdict| {
        let view = document.verification.as_ref();
        view.map_or(0, |view| view.count(verdict))
            .to_string()
    };

    vec![
        (EXIT_CODE, document.exit_code.to_string()),
        (VERIFIED, count(VerificationVerdict::Verified)),
        (FAILED, count(VerificationVerdict::Failed)),
        (
            NOT_VERIFIED,
            count(VerificationVerdict::NotVerified),
        ),
    ]
}

fn of_views(plans: &[&PlanView]) -> Outputs {
    let sum = |of: fn(&PlanView) -> usize| {
        plans
            .iter()
            .map(|plan| of(plan))
            .sum::<usize>()
    };
    let counts: CountsView = plans
        .iter()
        .map(|plan| plan.counts)
        .sum();
    let numbers = [
        (CHANGES, counts.changed()),
        (CREATE, counts.create),
        (ADOPT, counts.adopt),
        (UPDATE, counts.update),
        (RELEASE, counts.release),
        (DELETE, counts.delete),
        (DELIVER, counts.deliver),
        (REMOVE_ENTRIES, counts.remove_entries),
        (UNCHANGED, counts.unchanged),
        (
            ACCESS_GAINED,
            sum(|plan| plan.access.gained.len()),
        ),
        (ACCESS_LOST, sum(|plan| plan.access.lost.len())),
        (DRIFT, sum(|plan| plan.drift.len())),
    ];

    // One word for several plans: the gravest, as verdicts are ordered so.
    let verdict = plans
        .iter()
        .map(|plan| plan.verdict)
        .max();
    let verdict = verdict.map_or("none", PlanVerdict::id);
    let mut outputs = vec![(VERDICT, verdict.to_owned())];
    outputs
        .extend(numbers.map(|(output, number)| (output, number.to_string())));
    // Of several plans there is no one hash.
    if let [plan] = plans {
        outputs.extend(
            plan.hash
                .clone()
                .map(|hash| (PLAN_HASH, hash)),
        );
    }
    outputs
}

/// Writes the outputs of this step, where it is one of GitHub Actions.
pub(super) fn write(outputs: &Outputs) -> Result<(), Failure> {
    let Some(path) = environment::github_output() else {
        return Ok(());
    };

    let mut lines = String::new();
    for (output, value) in outputs {
        let _ = writeln!(lines, "{}={value}", output.name);
    }
    files::append(&path, &lines)
        .map_err(|source| Failure::File { path, source })
}

/// The verbs that the action runs.
const VERBS: [&str; 4] = ["validate", "plan", "apply", "verify"];

/// What the action says itself: it always prints for GitHub, asks nobody, and
/// names the files.
const SAID_BY_THE_ACTION: [&str; 10] = [
    "auto-approve",
    "detailed-exitcode",
    "expect-no-changes",
    "format",
    "help",
    "json",
    "markdown",
    "out",
    "color",
    "version",
];

/// What is for somebody who is writing.
const NOT_FOR_A_JOB: [&str; 2] = ["watch", "write-schema"];

/// An argument of the command line as an input of the action.
struct Input {
    name: String,
    description: String,
    /// Whether it is only there or not there.
    is_switch: bool,
    verbs: Vec<&'static str>,
}

fn list_inputs() -> Vec<Input> {
    let command = Arguments::command();
    let mut inputs: Vec<Input> = Vec::new();
    for verb in VERBS {
        let arguments = command
            .find_subcommand(verb)
            .into_iter()
            .flat_map(clap::Command::get_arguments);
        for argument in arguments {
            let Some(name) = argument.get_long() else {
                continue;
            };
            if SAID_BY_THE_ACTION.contains(&name)
                || NOT_FOR_A_JOB.contains(&name)
            {
                continue;
            }
            if let Some(known) = inputs
                .iter_mut()
                .find(|input| input.name == name)
            {
                known.verbs.push(verb);
                continue;
            }
            inputs.push(Input {
                name: name.to_owned(),
                description: argument
                    .get_help()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
                is_switch: matches!(argument.get_action(), ArgAction::SetTrue),
                verbs: vec![verb],
            });
        }
    }
    inputs
}

/// The metadata of the action: `action.yml`.
pub(super) fn action() -> String {
    let inputs = list_inputs();
    let mut out = HEAD.to_owned();
    for input in &inputs {
        let kind = if input.is_switch {
            " `true`, or nothing."
        } else {
            ""
        };
        let verbs = input.verbs.join(", ");
        let description = quoted(&format!(
            "{} For {verbs}.{kind}",
            ended(&input.description)
        ));
        let _ = writeln!(
            out,
            "  {}:\n    description: {description}",
            input.name
        );
    }

    out.push_str("\noutputs:\n");
    for Output {
        name,
        description,
    } in OUTPUTS
    {
        let _ = writeln!(
            out,
            "  {name}:\n    description: {}\n    value: ${{{{ steps.run.outputs.{name} }}}}",
            quoted(description)
        );
    }

    out.push_str(STEPS);
    // As variables, and never in a line of a script: a shell
    // would run what an input says.
    for input in &inputs {
        let kind = if input.is_switch {
            "SWITCH"
        } else {
            "INPUT"
        };
        let variable = input
            .name
            .to_ascii_uppercase()
            .replace('-', "_");
        let _ = writeln!(
            out,
            "        GRANTRY_{kind}_{variable}: ${{{{ inputs.{} }}}}",
            input.name
        );
    }
    out
}

fn ended(sentence: &str) -> String {
    if sentence.ends_with(['.', '?']) {
        sentence.to_owned()
    } else {
        format!("{sentence}.")
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

const HEAD: &str = "\
# Generated: `grantry schema github-action` prints this file, from the command line's own arguments.
name: Grantry
description: Keep machine-to-machine access in Git. Validate, plan, apply, verify, or look for drift.

inputs:
  command:
    description: '`validate`, `plan`, `apply`, `verify` or `drift`.'
    required: true
  config:
    description: 'The configuration: files or folders, one a line.'
    default: grantry.yaml
  working-directory:
    description: 'Where the configuration is.'
    default: .
  binary:
    description: 'The program, if it is there already; else this revision of it is built.'
  json:
    description: 'Write what the run came to as JSON to this file.'
  markdown:
    description: 'Write what the run came to as Markdown to this file.'
  out:
    description: 'Keep the plan in this file, for `apply` with `plan`. For plan, drift.'
";

// Others' actions are named by their commits: a tag can be moved to other code.
const STEPS: &str = "
runs:
  using: composite
  steps:
    - name: Name the sources
      id: sources
      if: inputs.binary == ''
      shell: bash
      run: '\"$GITHUB_ACTION_PATH/sources\"'

    - name: Look for a build of them
      if: inputs.binary == ''
      uses: actions/cache@0057852bfaa89a56745cba8c7296529d2fc39830 # v4.3.0
      with:
        path: ${{ runner.temp }}/grantry
        key: grantry-${{ runner.os }}-${{ runner.arch }}-${{ steps.sources.outputs.hash }}

    - name: Build
      if: inputs.binary == ''
      shell: bash
      run: '\"$GITHUB_ACTION_PATH/build\"'

    - name: Run
      id: run
      shell: bash
      run: '\"$GITHUB_ACTION_PATH/run\"'
      env:
        GRANTRY_BINARY: ${{ inputs.binary }}
        GRANTRY_COMMAND: ${{ inputs.command }}
        GRANTRY_CONFIG: ${{ inputs.config }}
        GRANTRY_WORKING_DIRECTORY: ${{ inputs.working-directory }}
        GRANTRY_FILE_JSON: ${{ inputs.json }}
        GRANTRY_FILE_MARKDOWN: ${{ inputs.markdown }}
        GRANTRY_FILE_OUT: ${{ inputs.out }}
";
