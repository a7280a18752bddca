//! What a run over several environments leaves behind of each as it ends, for `grantry report`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use super::exit::{Exit, Failure};
use super::selection::Several;
use super::{environment, output};
use crate::files::NumberedFile;
use crate::model::EnvironmentName;
use crate::render;
use crate::render::document::{
    BegunLine, EndedLine, OutcomeCountsView, PlanView, ReportLine, RunLine,
};

/// What is left behind, a line as each environment ends.
#[derive(Debug)]
pub(super) struct Ledger {
    file: NumberedFile,
    run: RunLine,
    opened: String,
    begun: RefCell<BTreeMap<EnvironmentName, String>>,
}

impl Ledger {
    /// Begins a file of its own in a folder. It is called after the part and the attempt at it: no other process that
    /// begins at the same moment gets the same one.
    pub(super) fn open<'a>(
        folder: &Path,
        verb: &str,
        several: &Several,
        own: impl Iterator<Item = &'a EnvironmentName>,
    ) -> Result<Self, Failure> {
        let refuse = |path: &Path, source| Failure::File {
            path: path.to_owned(),
            source,
        };
        let shard = several.shard;
        let part = shard.map_or_else(
            || "all".to_owned(),
            |shard| format!("shard-{}-of-{}", shard.index(), shard.count()),
        );
        let name = |attempt| format!("{verb}.{part}.attempt-{attempt}.jsonl");
        let file = NumberedFile::create(folder, name).map_err(|error| refuse(folder, error))?;

        let opened = environment::now();
        let ledger = Self {
            run: RunLine {
                verb: verb.to_owned(),
                configuration: several.configuration.clone(),
                environments: several.all.iter().map(ToString::to_string).collect(),
                part: own.map(ToString::to_string).collect(),
                began: opened.clone(),
                shard: shard.map(|shard| shard.to_string()),
                attempt: file.number,
                host: environment::holder().to_string(),
            },
            opened,
            begun: RefCell::default(),
            file,
        };
        ledger
            .write(&ReportLine::Run(ledger.run.clone()))
            .map_err(|error| refuse(&ledger.file.path, error))?;
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
        ended: &Result<Exit, Failure>,
        plan: Option<&PlanView>,
        outcomes: Option<OutcomeCountsView>,
    ) {
        let began = self.begun.borrow_mut().remove(environment);
        self.tell(&ReportLine::Ended(EndedLine {
            environment: environment.to_string(),
            tenant: plan.map(|plan| plan.provenance.tenant.clone()),
            exit_code: Exit::of(ended).code(),
            error: ended.as_ref().err().map(ToString::to_string),
            counts: plan.map(|plan| plan.counts),
            outcomes,
            shard: self.run.shard.clone(),
            attempt: self.run.attempt,
            host: self.run.host.clone(),
            began: began.unwrap_or_else(|| self.opened.clone()),
            ended: environment::now(),
        }));
    }

    /// What is done in tenants counts for more than what can be said of it here.
    fn tell(&self, line: &ReportLine) {
        if let Err(error) = self.write(line) {
            let failure = Failure::File {
                path: self.file.path.clone(),
                source: error,
            };
            output::talk(&render::failure(&failure.to_string(), None));
        }
    }

    fn write(&self, line: &ReportLine) -> io::Result<()> {
        let text = serde_json::to_string(line)?;
        let line = format!("{}\n", output::without_secrets(&text));
        self.file.append(&line)
    }
}
