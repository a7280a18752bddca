//! What is said of something that went wrong, or is worth knowing: which it is,
//! and what to do next.
//!
//! Both are data, so that a program can tell one from another without reading
//! sentences. What somebody can set has another name in each place, an
//! environment variable here and a flag there, and only whoever runs all this
//! knows which: a step has a [`Term`] for it, and is put into words at the end.

use std::borrow::Cow;
use std::fmt;

/// Something that is said to a person.
pub trait Advice {
    /// Which it is: a word that stays the same, for programs.
    fn id(&self) -> &'static str;

    /// What to do next, if there is one thing to do.
    fn next_step(&self) -> Option<Step>;
}

/// What can be set where this runs, without the name that it has there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Term {
    /// The domain of the tenant.
    Domain,
    /// The id of our own client.
    ClientId,
    /// The secret of our own client.
    ClientSecret,
    /// The private key of our own client.
    PrivateKey,
    /// The algorithm that the key signs with.
    SigningAlgorithm,
    /// A ready access token.
    Token,
    /// The identifier of the tenant's own API.
    Audience,
    /// Where the Keycloak is.
    Server,
    /// The realm that is managed.
    Realm,
    /// The realm that our own client is of.
    AuthRealm,
    /// The id of our own client in a realm.
    RealmClientId,
    /// The secret of our own client in a realm.
    RealmClientSecret,
    /// The private key of our own client in a realm.
    RealmPrivateKey,
    /// A file with certificate authorities that are trusted.
    CertificateAuthorities,
    /// Another tenant file.
    TenantFile,
    /// How many requests run at once.
    Parallelism,
    /// How long the run may take.
    Deadline,
    /// How long another run is waited for.
    LockTimeout,
    /// Doing without the lock.
    NoLock,
    /// Removing the lock of another run.
    Unlock,
    /// How many objects may be deleted.
    MaxDeletes,
    /// Showing all of a plan.
    FullPlan,
}

/// How the terms are called where this runs.
// A function and no map: with a match in it, a term
// without a name does not compile.
pub type Words = fn(Term) -> &'static str;

impl Term {
    /// What it is, for whoever has given it no name.
    #[must_use]
    pub fn plain(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::ClientId | Self::RealmClientId => "client id",
            Self::ClientSecret | Self::RealmClientSecret => "client secret",
            Self::PrivateKey | Self::RealmPrivateKey => "private key",
            Self::SigningAlgorithm => "signing algorithm",
            Self::Token => "access token",
            Self::Audience => "audience",
            Self::Server => "address",
            Self::Realm => "realm",
            Self::AuthRealm => "realm of the client",
            Self::CertificateAuthorities => {
                "the list of authorities that are trusted"
            }
            Self::TenantFile => "another path",
            Self::Parallelism => "parallelism",
            Self::Deadline => "a later deadline",
            Self::LockTimeout => "more patience",
            Self::NoLock => "an open guard",
            Self::Unlock => "`Locks::unlock`",
            Self::MaxDeletes => "`Limits::max_deletes`",
            Self::FullPlan => "`Layout::FULL`",
        }
    }
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step(Vec<Piece>);

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Piece {
    /// As it is said everywhere.
    Text(Cow<'static, str>),
    /// As it is called where this runs.
    Term(Term),
}

impl Step {
    /// The step as it is said where the terms have these names.
    #[must_use]
    pub fn in_words(&self, words: Words) -> String {
        let pieces = self.0.iter().map(|piece| match piece {
            Piece::Text(text) => text,
            Piece::Term(term) => words(*term),
        });

        pieces.collect()
    }

    /// The same, and this behind it.
    #[must_use]
    pub fn then(mut self, text: &'static str, rest: Self) -> Self {
        self.0.push(text.into());
        self.0.extend(rest.0);
        self
    }

    /// A step of these pieces.
    #[must_use]
    pub fn of(pieces: Vec<Piece>) -> Self {
        Self(pieces)
    }
}

/// A step of several pieces: texts, and terms in between.
#[cfg(feature = "engine")]
macro_rules! step {
    ($($piece:expr),+ $(,)?) => {
        $crate::words::Step::of(vec![$($crate::words::Piece::from($piece)),+])
    };
}
#[cfg(feature = "engine")]
pub(crate) use step;

impl From<&'static str> for Step {
    fn from(text: &'static str) -> Self {
        Self(vec![text.into()])
    }
}

impl From<String> for Step {
    fn from(text: String) -> Self {
        Self(vec![text.into()])
    }
}

impl From<&'static str> for Piece {
    fn from(text: &'static str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Piece {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<Term> for Piece {
    fn from(term: Term) -> Self {
        Self::Term(term)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.in_words(Term::plain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_uses_the_words_of_the_place_where_it_is_said() {
        let pieces = vec![
            "check ".into(),
            Term::Domain.into(),
            " of acme".to_owned().into(),
        ];
        let step = Step::of(pieces);
        assert_eq!(step.to_string(), "check domain of acme");

        let shouted = |term| match term {
            Term::Domain => "DOMAIN",
            _ => "SOMETHING ELSE",
        };
        assert_eq!(step.in_words(shouted), "check DOMAIN of acme");
    }
}
