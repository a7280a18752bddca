//! Two stacks, nobody and the tenant itself in one place: no plan of a stack
//! ever touches what is not its own, and the order in which the stacks are
//! applied makes no difference.
//!
//! The tenant is in memory and keeps its own books of who made what; they are
//! written when an object is made, and know nothing of marks or classes.

mod books;
mod worlds;

use std::num::NonZeroUsize;

use books::{Books, Maker};
use grantry::apply::{Guard, Outcome, Stop, apply};
use grantry::model::{Address, Desired, Kind, Limits};
use grantry::plan::{Action, Plan, PlanError, Planned, plan};
use grantry::provider::Observe as _;
use grantry::render;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use worlds::{STACKS, World, world};

const ONE: NonZeroUsize = NonZeroUsize::MIN;

/// Tries a property on worlds that are the same in every run.
fn for_all_worlds(cases: u32, property: impl Fn(World)) {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let result = runner.run(&world(), |world| {
        property(world);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

fn planned(books: &Books, desired: &Desired) -> Result<Planned, PlanError> {
    plan(desired, &block_on(books.read()).unwrap())
}

/// Fails if a plan reaches for what another made.
fn assert_reaches_for_its_own(books: &Books, who: usize, planned: &Planned) {
    for change in &planned.plan.changes {
        let Some(id) = planned.ids.get(&change.address) else {
            assert_eq!(
                change.action,
                Action::Create,
                "{} has no id",
                change.address
            );
            continue;
        };
        let maker = books.maker(id);
        let is_taken_over =
            maker == Maker::Nobody && is_taken_over(planned, &change.address);
        let is_own =
            maker == Maker::Stack(who) && change.action != Action::Create;
        assert!(
            is_own || is_taken_over,
            "{} wants to touch {} of {maker:?}:\n{}",
            STACKS[who],
            change.address,
            render::plan(&planned.plan)
        );
    }
}

/// Whether a plan takes over a client, which its grants come with.
fn is_taken_over(planned: &Planned, address: &Address) -> bool {
    let client = match address {
        Address::Client(client) | Address::Grant { client, .. } => client,
        Address::ResourceServer(_) => return false,
    };
    let mut changes = planned.plan.changes.iter();
    changes.any(|change| {
        change.action == Action::Adopt
            && change.address == Address::Client(client.clone())
    })
}

/// Applies the first changes of a stack's plan, all of them without a number.
/// Whether anything was done.
fn step(
    books: &Books,
    who: usize,
    desired: &Desired,
    most: Option<usize>,
) -> bool {
    let Ok(planned) = planned(books, desired) else {
        return false;
    };
    assert_reaches_for_its_own(books, who, &planned);
    let is_refused = !planned.refusals.is_empty();
    let Ok(cleared) = planned.clear() else {
        assert!(is_refused, "refused for no reason");
        return false;
    };
    assert!(!is_refused, "cleared against a refusal");
    let most = most.map_or(usize::MAX, |most| {
        most.min(cleared.plan().changes.len())
    });
    let (stop, mut done) = (Stop::default(), 0);
    if most == 0 {
        return false;
    }
    books.act_as(Maker::Stack(who));
    let report = block_on(apply(
        books,
        cleared,
        &Guard::open(),
        ONE,
        &stop,
        |_, _| {
            done += 1;
            if done == most {
                stop.request();
            }
        },
    ));
    let went_wrong = |outcome: &Outcome| {
        matches!(
            outcome,
            Outcome::Failed(_) | Outcome::Unknown(_)
        )
    };
    assert!(
        !report.outcomes.iter().any(went_wrong),
        "{}",
        render::report(&report)
    );
    done > 0
}

/// Applies both stacks in turn until neither changes anything.
fn settle(books: &Books, wanted: &[Desired; 2], first: usize) {
    for _ in 0..6 {
        let turns =
            [first, 1 - first].map(|who| step(books, who, &wanted[who], None));
        if turns == [false, false] {
            return;
        }
    }
    panic!("no end in sight:\n{books:#?}");
}

#[test]
fn no_plan_reaches_for_what_is_not_its_own() {
    for_all_worlds(400, |world| {
        let books = world.books();
        for (who, desired) in world.after.iter().enumerate() {
            if let Ok(planned) = planned(&books, desired) {
                assert_reaches_for_its_own(&books, who, &planned);
            }
        }
    });
}

#[test]
fn both_stacks_end_the_same_in_any_order() {
    for_all_worlds(150, |world| {
        let ends = [0, 1].map(|first| {
            let books = world.books();
            settle(&books, &world.after, first);
            books
        });
        let interleaved = world.books();
        for (turn, most) in world.steps.iter().enumerate() {
            let who = turn % 2;
            step(
                &interleaved,
                who,
                &world.after[who],
                Some(*most),
            );
        }
        settle(&interleaved, &world.after, 0);
        assert_eq!(ends[0].contents(), ends[1].contents());
        assert_eq!(ends[0].contents(), interleaved.contents());
        for (who, desired) in world.after.iter().enumerate() {
            let last = ends
                .each_ref()
                .map(|books| last_word(books, desired));
            assert_eq!(last[0], last[1]);
            if let Some(Ok(plan)) = &last[0] {
                assert!(
                    plan.changes.is_empty(),
                    "{}:\n{}",
                    STACKS[who],
                    render::plan(plan)
                );
            }
        }
    });
}

/// The last plan of a stack: none if a guard refuses it.
fn last_word(
    books: &Books,
    desired: &Desired,
) -> Option<Result<Plan, PlanError>> {
    match planned(books, desired) {
        Ok(planned) if planned.refusals.is_empty() => Some(Ok(planned.plan)),
        Ok(_) => None,
        Err(error) => Some(Err(error)),
    }
}

#[test]
fn no_more_is_deleted_than_was_allowed() {
    for_all_worlds(400, |world| {
        let books = world.books();
        for (who, desired) in world.after.iter().enumerate() {
            let policy = grantry::model::Policy {
                limits: Limits {
                    max_deletes: world.max_deletes,
                    ..desired.policy.limits
                },
                ..desired.policy.clone()
            };
            let desired = Desired {
                policy,
                ..desired.clone()
            };
            let Ok(Ok(cleared)) = planned(&books, &desired).map(Planned::clear)
            else {
                continue;
            };
            let deletions = |kind| {
                let changes = cleared.plan().changes.iter();
                let deletions =
                    changes.filter(|change| change.action == Action::Delete);
                deletions
                    .filter(|change| change.address.kind() == kind)
                    .count()
            };
            match world.max_deletes {
                Some(most) => assert!(
                    Kind::ALL
                        .map(deletions)
                        .iter()
                        .sum::<usize>()
                        <= most
                ),
                None => {
                    for kind in Kind::ALL {
                        let most =
                            5.max(books.made_by(Maker::Stack(who), kind) / 5);
                        assert!(
                            deletions(kind) <= most,
                            "{kind:?}: {} > {most}",
                            deletions(kind)
                        );
                    }
                }
            }
        }
    });
}

#[test]
fn the_worlds_are_worth_trying() {
    let counts = std::cell::RefCell::new([0_usize; 5]);
    for_all_worlds(200, |world| {
        let books = world.books();
        let mut counts = counts.borrow_mut();
        for desired in &world.after {
            match planned(&books, desired) {
                Err(_) => counts[0] += 1,
                Ok(planned) if !planned.refusals.is_empty() => counts[1] += 1,
                Ok(planned) => {
                    let has = |action| {
                        planned
                            .plan
                            .changes
                            .iter()
                            .any(|one| one.action == action)
                    };
                    counts[2] += usize::from(has(Action::Delete));
                    counts[3] +=
                        usize::from(has(Action::Adopt) || has(Action::Release));
                    counts[4] += usize::from(has(Action::Update));
                }
            }
        }
    });
    let [conflicts, refused, deleting, taking, updating] = *counts.borrow();
    assert!(
        conflicts < 200,
        "{conflicts} of 400 plans are contradictions"
    );
    for (what, count) in [
        ("refused", refused),
        ("deleting", deleting),
        ("taking", taking),
        ("updating", updating),
    ] {
        assert!(
            count > 20,
            "only {count} plans of 400 are {what}"
        );
    }
}
