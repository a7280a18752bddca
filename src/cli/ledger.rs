//! What a run over several environments leaves behind of each as it ends, for
//! `grantry report`.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use aws_lc_rs::digest::{Context, SHA256};

use super::exit::{Exit, Failure};
use super::selection::Several;
use super::{environment, output};
use crate::files::{self, Limit, NumberedFile};
use crate::model::EnvironmentName;
use crate::render;
use crate::render::document::{
    BegunLine, EndedLine, Fate, OutcomeCountsView, PlanView, ReportLine,
    RunLine,
};
use crate::words::hexadecimal;

/// What is left behind, a line as each environment ends.
#[derive(Debug)]
pub(super) struct Ledger {
    file: NumberedFile,
    run: RunLine,
    begun: RefCell<BTreeMap<EnvironmentName, String>>,
    told: RefCell<BTreeSet<EnvironmentName>>,
}

impl Ledger {
    /// Begins a file of its own in a folder. It is called after the part and
    /// the attempt at it: no other process that begins at the same moment gets
    /// the same one.
    pub(super) fn open(
        folder: &Path,
        verb: &str,
        several: &Several,
    ) -> Result<Self, Failure> {
        let shard = several.shard;
        let part = shard.map_or_else(
            || "all".to_owned(),
            |shard| format!("shard-{}-of-{}", shard.index(), shard.count()),
        );
        let configuration = digest_files(several)?;
        let name = |attempt| format!("{verb}.{part}.attempt-{attempt}.jsonl");
        let file = NumberedFile::create(folder, name)
            .map_err(|error| cannot_write(folder, error))?;

        let all: BTreeSet<&EnvironmentName> = several
            .all()
            .map(|(name, _)| name)
            .collect();
        let ledger = Self {
            run: RunLine {
                verb: verb.to_owned(),
                configuration,
                environments: all
                    .into_iter()
                    .map(ToString::to_string)
                    .collect(),
                part: several
                    .names()
                    .map(ToString::to_string)
                    .collect(),
                began: environment::now(),
                shard: shard.map(|shard| shard.to_string()),
                attempt: file.number,
                host: environment::holder().to_string(),
            },
            begun: RefCell::default(),
            told: RefCell::default(),
            file,
        };
        ledger
            .write(&ReportLine::Run(ledger.run.clone()))
            .map_err(|error| cannot_write(&ledger.file.path, error))?;
        Ok(ledger)
    }

    /// It begins to write to the tenant of an environment.
    pub(super) fn begin(&self, environment: &EnvironmentName) {
        let now = environment::now();
        let mut begun = self.begun.borrow_mut();
        begun.insert(environment.clone(), now.clone());

        self.tell(&ReportLine::Begun(BegunLine {
            environment: environment.to_string(),
            began: now,
        }));
    }

    /// It has ended in an environment.
    pub(super) fn end(
        &self,
        environment: &EnvironmentName,
        ended: Result<Exit, &Failure>,
        plan: Option<&PlanView>,
        outcomes: Option<OutcomeCountsView>,
    ) {
        // What was told at the moment that it ended is not told again when the
        // run ends early.
        if !self
            .told
            .borrow_mut()
            .insert(environment.clone())
        {
            return;
        }

        let began = self
            .begun
            .borrow_mut()
            .remove(environment);
        self.tell(&ReportLine::Ended(EndedLine {
            environment: environment.to_string(),
            tenant: plan.map(|plan| plan.provenance.tenant.clone()),
            fate: fate_of(ended),
            exit_code: Exit::of(ended).code(),
            error: ended.err().map(ToString::to_string),
            counts: plan.map(|plan| plan.counts),
            outcomes,
            shard: self.run.shard.clone(),
            attempt: self.run.attempt,
            host: self.run.host.clone(),
            began: began.unwrap_or_else(|| self.run.began.clone()),
            ended: environment::now(),
        }));
    }

    /// What is done in tenants counts for more than
    /// what can be said of it here.
    fn tell(&self, line: &ReportLine) {
        if let Err(error) = self.write(line) {
            let failure = cannot_write(&self.file.path, error);
            output::talk(&render::failure(&failure.to_string(), None));
        }
    }

    fn write(&self, line: &ReportLine) -> io::Result<()> {
        let text = serde_json::to_string(line)?;
        let line = format!("{}\n", output::without_secrets(&text));
        self.file.append(&line)
    }
}

/// What became of an environment in which a run ended so.
pub(super) fn fate_of(ended: Result<Exit, &Failure>) -> Fate {
    match ended {
        // Whatever else there is to do: it was compared,
        // or every change was made.
        Ok(Exit::Done | Exit::Changes) => Fate::Done,
        Err(Failure::NotReached(_)) => Fate::NotReached,
        Ok(_) | Err(_) => Fate::Failed,
    }
}

/// All files that a configuration is read from, tables and values of variables
/// among them, in 16 hexadecimal digits.
fn digest_files(several: &Several) -> Result<String, Failure> {
    let files = several
        .all()
        .flat_map(|(_, loaded)| &loaded.files);
    let files: BTreeSet<_> = files.collect();

    let mut context = Context::new(&SHA256);
    for path in files {
        let text =
            files::read(path, Limit::CONFIGURATION).map_err(|error| {
                Failure::Unreadable {
                    path: path.clone(),
                    source: error.into(),
                }
            })?;
        context.update(&text.len().to_be_bytes());
        context.update(&text);
    }

    let digest = context.finish();
    let start = digest.as_ref().iter().take(8);
    Ok(hexadecimal(start.copied()))
}

fn cannot_write(path: &Path, source: io::Error) -> Failure {
    Failure::File {
        path: path.to_owned(),
        source,
    }
}
