//! Where a story takes place: a folder, and a tenant.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::helpers::documents;
use crate::helpers::tenant::{self, Names, Object};

/// What holds the tenant of a story.
pub(crate) trait Home {
    /// What the story calls things, and what they are called here.
    fn names(&self) -> &Names;

    /// Has the tenant hold these objects, and nothing else: `place` is what the
    /// story says of where it is.
    fn inhabit(&mut self, place: &str, objects: &[Object]);

    /// Has a command be about the tenant; one that is not about any is told
    /// what it can express.
    fn lead(&self, verb: &str, command: &mut Command);

    /// What was said, as the story tells it: without what is
    /// another thing each time.
    fn tell(&self, said: &str) -> String;

    /// Everything the tenant holds, as it holds it.
    fn raw(&self) -> String;

    /// What the tenant holds, in lines.
    fn lines(&self) -> Vec<String>;
}

pub(crate) struct Place<H> {
    folder: tempfile::TempDir,
    home: H,
}

impl<H: Home> Place<H> {
    /// With the home that is given for its folder.
    pub(crate) fn new(found: impl FnOnce(&Path) -> H) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = found(folder.path());
        Self { folder, home }
    }

    pub(crate) fn write(&mut self, name: &str, content: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, self.home.names().there(content)).unwrap();
    }

    /// Moves into a tenant that holds these objects.
    pub(crate) fn inhabit(&mut self, place: &str, objects: &str) {
        self.home
            .inhabit(place, &tenant::parse(objects));
    }

    /// What a command says, and how it ends.
    pub(crate) fn run(&self, command: &str) -> (String, i32) {
        let words = command
            .strip_prefix("grantry ")
            .unwrap()
            .split_whitespace();
        let verb = command
            .split_whitespace()
            .nth(1)
            .unwrap();
        let names_document = command.contains("--json");
        let mut command = Command::new(env!("CARGO_BIN_EXE_grantry"));
        command
            .args(words)
            .current_dir(self.folder.path())
            .env_clear()
            .stdin(Stdio::null());
        if verb == "apply" {
            // One change after the other, so that they end in one order.
            command.args(["--parallelism", "1"]);
        }
        self.home.lead(verb, &mut command);

        let document = tempfile::NamedTempFile::new().unwrap();
        // A story that tells of the document itself names its own.
        let has_faces = matches!(verb, "validate" | "plan" | "apply");
        let schema =
            documents::schema_of(verb).filter(|_| has_faces && !names_document);
        if schema.is_some() {
            command
                .arg("--json")
                .arg(document.path());
        }
        let output = command.output().unwrap();
        let code = output.status.code().unwrap();
        if let Some(schema) = schema {
            let text = fs::read_to_string(document.path()).unwrap();
            documents::check(schema, &text, code).unwrap();
        }

        let said =
            String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (self.home.tell(&said), code)
    }

    pub(crate) fn raw(&self) -> String {
        self.home.raw()
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.home.lines()
    }
}
