//! What a token proves of one grant.

use super::service::{Service, Standing};
use crate::cli::exit::Exit;
use crate::model::Asking;
use crate::plan::ExpectedToken;
use crate::provider::{
    Caller, KeySet, ProviderError, Token, TokenDesk, TokenError, Untold,
};
use crate::render::document::{
    GrantVerificationView, VerificationVerdict, VerificationView,
};

/// What asks for tokens, and reads them.
pub(super) struct Prover<'a> {
    pub(super) desk: &'a TokenDesk,
    /// None where no token is asked for.
    pub(super) keys: Option<&'a KeySet>,
    pub(super) asking: Asking,
}

/// What was proved of one grant, and what it took.
pub(super) struct Proof {
    view: GrantVerificationView,
    requests: usize,
    /// Why the tenant has not said what it gives, if so.
    error: Option<ProviderError>,
}

/// What is wrong with a token, or why that is not known.
enum Finding {
    Flaws(Vec<String>),
    Unknown(String),
    NoAnswer(ProviderError),
}

impl From<ProviderError> for Finding {
    fn from(error: ProviderError) -> Self {
        Self::NoAnswer(error)
    }
}

impl Prover<'_> {
    /// What the tokens of one client prove, one asked for after the other.
    pub(super) async fn prove_all(&self, service: &Service) -> Vec<Proof> {
        let mut proofs = Vec::new();
        for token in &service.tokens {
            proofs.push(self.prove(token, &service.caller).await);
        }
        proofs
    }

    async fn prove(
        &self,
        expected: &ExpectedToken,
        standing: &Standing,
    ) -> Proof {
        let unasked = |finding| Proof::of(expected, finding, 0);
        if let Some(obstacle) = &expected.obstacle {
            return unasked(Finding::Unknown(obstacle.to_string()));
        }
        let caller = match standing {
            Standing::Ready(caller) => caller,
            Standing::NotAtHand(why) => {
                return unasked(Finding::Unknown(why.clone()));
            }
            Standing::Wrong(why) => {
                return unasked(Finding::Flaws(vec![why.clone()]));
            }
        };
        let Some(keys) = self.keys else {
            return unasked(Finding::Unknown("no keys are there".to_owned()));
        };

        let (finding, requests) = self.look(expected, caller, keys).await;
        let mut proof = Proof::of(expected, finding, requests);
        if requests > 1 {
            let further = &mut proof.view.further_scope;
            further.clone_from(&expected.further);
        }
        proof
    }

    /// What is wrong with the token, and with what is given beside it; and how
    /// often a token was asked for.
    async fn look(
        &self,
        expected: &ExpectedToken,
        caller: &Caller,
        keys: &KeySet,
    ) -> (Finding, usize) {
        let looking = self.look_at_token(expected, caller, keys);
        let mut flaws = match looking.await {
            Ok(flaws) => flaws,
            Err(finding) => return (finding, 1),
        };

        let Some(further) = &expected.further else {
            return (Finding::Flaws(flaws), 1);
        };
        let beside = self.look_beside(expected, further, caller, keys);
        match beside.await {
            Ok(flaw) => flaws.extend(flaw),
            // What is wrong with the token is said all the same.
            Err(_) if !flaws.is_empty() => {}
            Err(error) => return (Finding::NoAnswer(error), 2),
        }
        (Finding::Flaws(flaws), 2)
    }

    async fn look_at_token(
        &self,
        expected: &ExpectedToken,
        caller: &Caller,
        keys: &KeySet,
    ) -> Result<Vec<String>, Finding> {
        let scopes = expected.asked_scopes(self.asking);
        let asking = self
            .desk
            .ask(caller, &expected.audience, &scopes);
        let token = match asking.await {
            Ok(token) => token,
            Err(TokenError::Refused { refusal, .. }) => {
                let why = format!("no token is given: {refusal}");
                return Err(Finding::Flaws(vec![why]));
            }
            Err(TokenError::Provider(error)) => return Err(error.into()),
        };

        match keys.read_token(&token) {
            Ok(claims) => {
                let differences = expected.compare(&claims, &caller.id);
                let flaws = differences
                    .iter()
                    .map(ToString::to_string);
                Ok(flaws.collect())
            }
            Err(Untold::Wrong(why)) => Ok(vec![why]),
            Err(Untold::Unverifiable(why)) => {
                Err(Finding::Unknown(why.to_owned()))
            }
        }
    }

    /// What is wrong where one scope more is asked for than is granted; none
    /// where it is not given.
    async fn look_beside(
        &self,
        expected: &ExpectedToken,
        further: &str,
        caller: &Caller,
        keys: &KeySet,
    ) -> Result<Option<String>, ProviderError> {
        let scopes = [further.to_owned()];
        let asking = self
            .desk
            .ask(caller, &expected.audience, &scopes);
        match asking.await {
            Err(TokenError::Refused { refusal, .. })
                if refusal.is_of_scope() =>
            {
                Ok(None)
            }
            Err(TokenError::Refused { refusal, .. }) => Ok(Some(format!(
                "asked for `{further}`, which is not granted, it refuses for \
                 another reason: {refusal}"
            ))),
            Err(TokenError::Provider(error)) => Err(error),
            Ok(token) => Ok(judge_beside(further, &token, keys)),
        }
    }
}

/// What is wrong with a token that is to be without the scope
/// that it was asked for with.
fn judge_beside(further: &str, token: &Token, keys: &KeySet) -> Option<String> {
    match keys.read_token(token) {
        Ok(claims) => {
            let is_given = claims.scopes.contains(further)
                || claims.permissions.contains(further);
            is_given.then(|| {
                format!(
                    "`{further}` is not granted, and is given when it is \
                     asked for"
                )
            })
        }
        Err(untold) => Some(format!(
            "asked for `{further}`, which is not granted, it gives a token of \
             which nothing is known: {untold}"
        )),
    }
}

impl Proof {
    fn of(expected: &ExpectedToken, finding: Finding, requests: usize) -> Self {
        let mut error = None;
        let (verdict, remarks) = match finding {
            Finding::Flaws(flaws) if flaws.is_empty() => {
                (VerificationVerdict::Verified, flaws)
            }
            Finding::Flaws(flaws) => (VerificationVerdict::Failed, flaws),
            Finding::Unknown(why) => {
                (VerificationVerdict::NotVerified, vec![why])
            }
            Finding::NoAnswer(silence) => {
                let why = silence.to_string();
                error = Some(silence);
                (VerificationVerdict::NotVerified, vec![why])
            }
        };

        Self {
            view: GrantVerificationView::of(expected, verdict, remarks),
            requests,
            error,
        }
    }
}

/// What was proved in all, and how the run ends then.
pub(super) fn sum_up(proofs: Vec<Proof>) -> (VerificationView, Exit) {
    // What a tenant has not answered may be as it should or
    // not: that is no success.
    let silences = proofs
        .iter()
        .filter_map(|proof| proof.error.as_ref());
    let exit = Exit::gravest(silences.map(Exit::of_provider));

    let requests = proofs
        .iter()
        .map(|proof| proof.requests)
        .sum();
    let grants = proofs
        .into_iter()
        .map(|proof| proof.view);
    let view = VerificationView {
        requests,
        grants: grants.collect(),
    };
    if view.count(VerificationVerdict::Failed) > 0 {
        (view, Exit::Error)
    } else {
        (view, exit)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn proof(finding: Finding) -> Proof {
        let expected = ExpectedToken {
            client: "gift-deliveries".parse().unwrap(),
            resource_server: "maps".to_owned(),
            audience: "urn:maps".parse().unwrap(),
            scopes: BTreeSet::new(),
            further: None,
            obstacle: None,
        };
        Proof::of(&expected, finding, 1)
    }

    fn no_answer() -> Proof {
        let request = "POST /oauth/token".to_owned();
        proof(Finding::NoAnswer(ProviderError::RateLimited {
            request,
        }))
    }

    #[test]
    fn a_failure_counts_before_silence_and_silence_before_what_cannot_be_told()
    {
        let good = || proof(Finding::Flaws(Vec::new()));
        let unknown = || proof(Finding::Unknown("nobody knows".to_owned()));
        let bad = || proof(Finding::Flaws(vec!["it is none".to_owned()]));

        for (proofs, exit) in [
            (vec![], Exit::Done),
            (vec![good(), unknown()], Exit::Done),
            (vec![good(), no_answer()], Exit::TryAgain),
            (vec![bad(), no_answer(), good()], Exit::Error),
        ] {
            let number = proofs.len();
            let (view, ended) = sum_up(proofs);
            assert_eq!(
                (view.grants.len(), view.requests),
                (number, number)
            );
            assert_eq!(ended, exit, "{view:?}");
        }
    }
}
