use super::*;
use crate::model::RemoteId;
use crate::provider::auth0;

fn busy() -> ProviderError {
    let request = "POST /api/v2/clients".to_owned();
    ProviderError::RateLimited { request }
}

fn applied() -> Outcome {
    Outcome::Applied(RemoteId::new("id"))
}

fn failed() -> Outcome {
    Outcome::Failed(busy())
}

fn wrong() -> Outcome {
    let error = auth0::InvalidSetting::NoDomain;
    Outcome::Failed(ProviderError::Settings(Box::new(error)))
}

fn partly() -> Outcome {
    let done = "the key was added".to_owned();
    let source = Box::new(busy());
    Outcome::Failed(ProviderError::Partly { done, source })
}

#[test]
fn a_run_is_tried_again_only_where_nothing_was_written() {
    let person = Some(Stopped::ByPerson);
    let deadline = Some(Stopped::ByDeadline);

    for (outcomes, stopped, expected) in [
        (vec![applied(), applied()], None, Exit::Done),
        (vec![applied(), applied()], person, Exit::Done),
        (
            vec![failed(), Outcome::Blocked(0)],
            None,
            Exit::TryAgain,
        ),
        (
            vec![failed(), Outcome::NotTried],
            deadline,
            Exit::TryAgain,
        ),
        (
            vec![Outcome::NotTried],
            deadline,
            Exit::TryAgain,
        ),
        (vec![Outcome::NotTried], None, Exit::TryAgain),
        (vec![Outcome::NotTried], person, Exit::Error),
        (
            vec![failed(), Outcome::NotTried],
            person,
            Exit::Error,
        ),
        (vec![failed(), wrong()], None, Exit::Error),
        (
            vec![wrong(), Outcome::Blocked(0)],
            None,
            Exit::Error,
        ),
        (vec![applied(), failed()], None, Exit::Partial),
        (
            vec![applied(), Outcome::NotTried],
            person,
            Exit::Partial,
        ),
        (
            vec![Outcome::Unknown(busy())],
            None,
            Exit::Partial,
        ),
        (vec![partly()], None, Exit::Partial),
    ] {
        let exit = exit_after_changes(&outcomes, stopped);
        assert_eq!(exit, expected, "{outcomes:?}, {stopped:?}");
    }
}
