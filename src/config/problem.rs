//! What is wrong with a configuration.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;

use super::source::{Sources, Span};
use crate::model::{
    EnvironmentName, Step, Words, escape_harmful, may_be_private,
};
use crate::words::stable_ids;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Which kind of problem this is.
    pub id: ProblemId,
    /// What is wrong, in one line.
    pub message: String,
    /// Where.
    pub span: Span,
    /// A few words for the place itself.
    pub label: Option<String>,
    /// Other places that matter, each with a few words.
    pub related: Vec<(Span, String)>,
    /// What to do about it.
    pub help: Option<Step>,
}

/// Everything that is wrong with a configuration, and
/// the files it was read from.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the configuration has {} problem(s)", .problems.len())]
pub struct Problems {
    /// The problems, by file and place.
    pub problems: Vec<Problem>,
    /// The files they are in.
    pub sources: Sources,
    /// The files that were read, with the key files that they name.
    pub files: Vec<PathBuf>,
}

impl Problems {
    /// No more problems are sought once there are so many: nobody mends them
    /// all before trying again.
    pub const MOST: usize = 5_000;

    /// The problems of several environments of one configuration, each once, of
    /// so many environments in all. Where a problem is not one of all of them,
    /// it says which it is one of.
    #[must_use]
    pub fn unite(
        environments: Vec<(EnvironmentName, Self)>,
        of: usize,
    ) -> Self {
        let mut united: BTreeMap<_, (Problem, Vec<EnvironmentName>)> =
            BTreeMap::new();
        let mut sources = Sources::default();
        let mut files = Vec::new();
        for (name, problems) in environments {
            for mut problem in problems.problems {
                problem.move_to(&mut sources, &problems.sources);
                let key = (
                    problem.span,
                    problem.id,
                    problem.message.clone(),
                );
                let (_, names) = united
                    .entry(key)
                    .or_insert_with(|| (problem, Vec::new()));
                names.push(name.clone());
            }
            files.extend(problems.files);
        }

        // In the order of their places, as the key has it.
        let problems = united
            .into_values()
            .map(|(mut problem, names)| {
                if names.len() < of {
                    let names: Vec<&str> = names
                        .iter()
                        .map(EnvironmentName::as_str)
                        .collect();
                    problem.message = format!(
                        "{} (in {})",
                        problem.message,
                        names.join(", ")
                    );
                }
                problem
            });

        Self {
            problems: problems.take(Self::MOST).collect(),
            sources,
            files,
        }
    }

    /// The same, with what to do in the words of the place where it is said.
    #[must_use]
    pub fn in_words(mut self, words: Words) -> Self {
        for problem in &mut self.problems {
            let said = problem
                .help
                .take()
                .map(|help| help.in_words(words));
            problem.help = said.map(Step::from);
        }
        self
    }

    /// Whether there may be more problems than these.
    #[must_use]
    pub fn may_be_more(&self) -> bool {
        self.problems.len() >= Self::MOST
    }
}

impl Problem {
    /// A problem with nothing but a message.
    pub(crate) fn new(
        id: ProblemId,
        span: Span,
        message: impl Into<String>,
    ) -> Self {
        Self {
            id,
            message: message.into(),
            span,
            label: None,
            related: Vec::new(),
            help: None,
        }
    }

    /// Says its places among other sources, which take in what they need.
    fn move_to(&mut self, sources: &mut Sources, from: &Sources) {
        self.span = sources.adopt(self.span, from);
        for (span, _) in &mut self.related {
            *span = sources.adopt(*span, from);
        }
    }

    /// The same, with a few words for the place itself.
    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// The same, with another place that matters.
    pub(crate) fn related(
        mut self,
        span: Span,
        label: impl Into<String>,
    ) -> Self {
        self.related.push((span, label.into()));
        self
    }

    /// The same, with what to do about it.
    pub(crate) fn help(mut self, help: impl Into<Step>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same, with a suggestion if there is one.
    pub(crate) fn suggest(mut self, suggestion: Option<&str>) -> Self {
        if let Some(suggestion) = suggestion {
            // In place of the other help: what to declare, or all there is, is
            // no news to whoever mistyped.
            self.help = Some(did_you_mean(suggestion));
        }
        self
    }
}

/// The question after what was likely meant.
pub(crate) fn did_you_mean(suggestion: &str) -> Step {
    format!("did you mean `{suggestion}`?").into()
}

stable_ids! {
    /// The kinds of problem. The text of each is stable.
    pub enum ProblemId {
        /// What is written cannot be expressed in the provider.
        Unsupported = "unsupported",
        /// Two APIs have a scope of one name, and the provider
        /// cannot tell them apart.
        RepeatedScope = "repeated-scope",
        /// A file or folder cannot be read.
        Unreadable = "unreadable",
        /// A file that is not in the configuration's folder,
        /// or in one inside of it.
        OutsideFolder = "outside-folder",
        /// A folder has no `*.yaml` file, also in the folders inside it, or a
        /// file that ends in `.yml`.
        NoYamlFiles = "no-yaml-files",
        /// A folder inside another one is not read: it is a
        /// link, or too far inside.
        NestedFolder = "nested-folder",
        /// A file is larger than a configuration may be.
        TooLarge = "too-large",
        /// A file is not UTF-8.
        NotUtf8 = "not-utf-8",
        /// A file has nothing in it.
        Empty = "empty",
        /// A file is not YAML as this tool reads it.
        Syntax = "syntax",
        /// A file has more than one YAML document.
        SeveralDocuments = "several-documents",
        /// Aliases that multiply beyond all measure.
        AliasBomb = "alias-bomb",
        /// A file is nested too deeply.
        TooDeep = "too-deep",
        /// The same key twice.
        DuplicateKey = "duplicate-key",
        /// A key that means nothing here.
        UnknownKey = "unknown-key",
        /// A value of the wrong type.
        WrongType = "wrong-type",
        /// A key that has to be there.
        MissingKey = "missing-key",
        /// Two keys of which only one may be there.
        ConflictingKeys = "conflicting-keys",
        /// A value that is not among those allowed.
        UnknownValue = "unknown-value",
        /// A number outside its range.
        OutOfRange = "out-of-range",
        /// A text that is too short.
        TooShort = "too-short",
        /// A text that is too long.
        TooLong = "too-long",
        /// A text with characters that are not allowed.
        Malformed = "malformed",
        /// The same item twice in a list of different things.
        DuplicateItem = "duplicate-item",
        /// Fewer entries than needed.
        TooFew = "too-few",
        /// More entries than allowed.
        TooMany = "too-many",
        /// No file says which stack this is.
        MissingStack = "missing-stack",
        /// A declared client without a name.
        MissingName = "missing-name",
        /// An external client without its `client_id`.
        MissingClientId = "missing-client-id",
        /// Settings on an object that is only referred to.
        ExternalSettings = "external-settings",
        /// A name that Grantry keeps for itself.
        ReservedName = "reserved-name",
        /// An identifier that belongs to Auth0.
        ReservedIdentifier = "reserved-identifier",
        /// A grant for a client that is not declared.
        UnknownClient = "unknown-client",
        /// A grant for a resource server that is not declared.
        UnknownResourceServer = "unknown-resource-server",
        /// A grant for a scope its resource server does not declare.
        UnknownScope = "unknown-scope",
        /// The same grant twice.
        DuplicateGrant = "duplicate-grant",
        /// The same identifier on two resource servers.
        DuplicateIdentifier = "duplicate-identifier",
        /// The same `client_id` on two clients.
        DuplicateClientId = "duplicate-client-id",
        /// The same display name on two clients.
        DuplicateName = "duplicate-name",
        /// Every scope of an API that does not allow such a grant.
        AllScopesRefused = "all-scopes-refused",
        /// Lifetimes that contradict each other.
        Lifetimes = "lifetimes",
        /// A grant whose client may not use it.
        GrantTypeMissing = "grant-type-missing",
        /// A pattern that stands for what is not one's own.
        TooWide = "too-wide",
        /// A client without a secret that is to get tokens for itself.
        PublicClient = "public-client",
        /// A client that is not our own.
        ThirdPartyClient = "third-party-client",
        /// A text that is not the public key or certificate it should be.
        NotAKey = "not-a-key",
        /// A reference that leads nowhere.
        UnknownReference = "unknown-reference",
        /// A variable that is a part of itself.
        CyclicVariable = "cyclic-variable",
        /// A variable that nothing refers to.
        UnusedVariable = "unused-variable",
        /// The configuration has environments, and none of them is chosen.
        NoEnvironment = "no-environment",
        /// An environment that the configuration has not.
        UnknownEnvironment = "unknown-environment",
        /// Two environments are one stack in one tenant.
        SharedTenant = "shared-tenant",
        /// An environment leaves out what is not there.
        NothingToLeaveOut = "nothing-to-leave-out",
        /// A setting that does nothing without another one.
        MissingSetting = "missing-setting",
        /// A client whose credentials go to a sink that is not declared.
        UnknownSink = "unknown-sink",
        /// Credentials that would be written over others.
        SharedDestination = "shared-destination",
    }
}

/// A text of the user's for use in a message, in backticks.
pub(crate) fn quote(text: &str) -> String {
    format!("`{}`", shorten(text))
}

/// A text of the user's for use in a message: not too long, and nothing that
/// may be a private key.
pub(crate) fn shorten(text: &str) -> Cow<'_, str> {
    const MOST: usize = 80;
    if may_be_private(text) {
        return "…".into();
    }

    let shown = match text.char_indices().nth(MOST) {
        None => Cow::Borrowed(text),
        Some((end, _)) => {
            format!("{}…", text.get(..end).unwrap_or_default()).into()
        }
    };
    escape_breaks(shown)
}

/// A text on one line: a message is broken where its sentence allows it.
fn escape_breaks(text: Cow<'_, str>) -> Cow<'_, str> {
    let is_break = |character: char| matches!(character, '\n' | '\r' | '\t');
    if !text.contains(is_break) {
        return text;
    }

    let written = text.chars().map(|character| {
        if is_break(character) {
            escape_harmful(character)
        } else {
            character.into()
        }
    });
    Cow::Owned(written.collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_kind_of_problem_has_its_own_text() {
        let texts: BTreeSet<&str> = ProblemId::ALL
            .iter()
            .map(|id| id.as_str())
            .collect();
        assert_eq!(texts.len(), ProblemId::ALL.len());
    }
}
