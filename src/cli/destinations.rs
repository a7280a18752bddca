//! Where a run writes what it came to: never over what it
//! reads, and nothing twice.

use std::path::{Path, PathBuf};

use super::arguments::FaceFiles;
use super::credentials::names::FILE;
use super::environment;
use super::exit::Failure;
use super::target::Target;
use crate::files;
use crate::provider::local;
use crate::secrets::is_entry_file;

/// What is in the way where a destination is read.
const PART: &str = "a file of the configuration";

/// The files that a run is to write.
pub(super) struct Destinations<'a>(Vec<Destination<'a>>);

/// A file that a run is to write, and the option that names it.
#[derive(Clone, Copy)]
struct Destination<'a> {
    option: &'static str,
    path: &'a Path,
}

impl<'a> Destinations<'a> {
    /// The files of faces, and the one in which a plan is kept.
    pub(super) fn of(files: &'a FaceFiles, out: Option<&'a Path>) -> Self {
        let named = [
            ("--out", out),
            ("--json", files.json.as_deref()),
            ("--markdown", files.markdown.as_deref()),
        ];
        let named = named.into_iter();

        Self(
            named
                .filter_map(|(option, path)| {
                    path.map(|path| Destination { option, path })
                })
                .collect(),
        )
    }

    /// The same, and the file of a schema.
    pub(super) fn with_schema(mut self, schema: Option<&'a Path>) -> Self {
        let option = "--write-schema";
        self.0
            .extend(schema.map(|path| Destination { option, path }));
        self
    }

    /// Refuses what would be written over something that this run reads or that
    /// is somebody's tenant. For this nothing of the configuration is looked
    /// at: it may be invalid, and that is told in these files.
    pub(super) fn check(
        &self,
        configuration: &[PathBuf],
        approved: &[PathBuf],
    ) -> Result<(), Failure> {
        for (place, destination) in self.0.iter().enumerate() {
            let earlier = &self.0[..place];
            if let Some(what) =
                destination.find_obstacle(configuration, approved, earlier)
            {
                return Err(destination.refuse(what));
            }
        }
        Ok(())
    }

    /// The same for what a configuration was read from, as far as that is known
    /// only afterwards: the key files that it names, also where it is invalid.
    pub(super) fn check_files(&self, files: &[PathBuf]) -> Result<(), Failure> {
        self.refuse_any(files, PART)
    }

    /// The same for the report of an apply that is read.
    pub(super) fn check_report(
        &self,
        report: Option<&PathBuf>,
    ) -> Result<(), Failure> {
        self.refuse_any(report, "the report that is read")
    }

    /// The same for the tenant that is meant, where it is a file: also one that
    /// is not there yet.
    pub(super) fn check_target(&self, target: &Target) -> Result<(), Failure> {
        let Target::Local(file) = target else {
            return Ok(());
        };

        self.refuse_any([file], "the file of the tenant")
    }

    fn refuse_any<'p>(
        &self,
        files: impl IntoIterator<Item = &'p PathBuf>,
        what: &str,
    ) -> Result<(), Failure> {
        let files: Vec<&PathBuf> = files.into_iter().collect();
        let is_among = |destination: &&Destination<'_>| {
            let mut files = files.iter();
            files.any(|file| destination.is(file))
        };

        match self.0.iter().find(is_among) {
            Some(destination) => Err(destination.refuse(what.to_owned())),
            None => Ok(()),
        }
    }
}

impl Destination<'_> {
    /// What is in the way, if anything is.
    fn find_obstacle(
        &self,
        configuration: &[PathBuf],
        approved: &[PathBuf],
        earlier: &[Destination<'_>],
    ) -> Option<String> {
        if self.path.is_dir() {
            return Some("a folder".to_owned());
        }
        if configuration
            .iter()
            .any(|path| self.is_part_of(path))
        {
            return Some(PART.to_owned());
        }
        if environment::path(FILE).is_some_and(|path| self.is(&path)) {
            return Some(format!("the file of {FILE}"));
        }
        if approved
            .iter()
            .any(|path| self.is(path))
        {
            return Some("a plan that was approved".to_owned());
        }
        // Any tenant's, whatever this run is about: the file is
        // all that there is of it.
        if local::is_tenant_file(self.path) {
            return Some("the file of a tenant".to_owned());
        }
        if is_entry_file(self.path) {
            return Some("an entry with credentials".to_owned());
        }

        let same = earlier
            .iter()
            .find(|earlier| self.is(earlier.path))?;
        Some(format!("the same file as `{}`", same.option))
    }

    /// Whether it is this file, by whatever name.
    fn is(&self, path: &Path) -> bool {
        files::where_it_leads(self.path) == files::where_it_leads(path)
    }

    /// Whether it is this file of a configuration, or
    /// would be one in this folder.
    fn is_part_of(&self, configuration: &Path) -> bool {
        if !configuration.is_dir() {
            return self.is(configuration);
        }

        let place = files::where_it_leads(self.path);
        let is_yaml = [self.path, &place].iter().any(|path| {
            path.extension()
                .is_some_and(|end| end == "yaml" || end == "yml")
        });
        let folder = files::where_it_leads(configuration);
        // A link is in its own folder, and what it leads to is in another.
        let own = files::where_it_leads(files::folder_of(self.path));
        is_yaml && (own.starts_with(&folder) || place.starts_with(&folder))
    }

    fn refuse(&self, what: String) -> Failure {
        Failure::Overwrites {
            option: self.option,
            path: self.path.to_owned(),
            what,
        }
    }
}
