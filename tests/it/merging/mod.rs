//! What files, an environment, tables and variables come to together, for
//! random configurations that are the same in every run.
//! `GRANTRY_CONFIGURATIONS` says how many; a few, if it says nothing.

mod draw;
mod environment;
mod files;
mod order;
mod origins;
mod rows;
mod rule;
mod settings;

use draw::{Configuration, configuration};
use files::Folder;
use grantry::config::Written;
use grantry::model::Desired;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{
    Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner,
};
use serde_json::{Value as Json, json};

use crate::helpers::campaign::how_many;

/// How many choices make a configuration, and how many say in which file each
/// of its pieces stands.
const CHOICES: [usize; 2] = [500, 120];

/// Tries a property on configurations, and on ways to write them.
fn for_all(
    has_environment: bool,
    property: impl Fn(&Configuration, &[u8]) -> Result<(), TestCaseError>,
) {
    let config = Config {
        cases: u32::try_from(how_many(24)).unwrap(),
        failure_persistence: None,
        max_shrink_iters: 2000,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);

    let [of_values, of_places] = CHOICES.map(|most| vec(any::<u8>(), 0..=most));
    let result = runner.run(&(of_values, of_places), |(values, places)| {
        property(
            &configuration(&values, has_environment),
            &places,
        )
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(reason, (values, places))) => {
            let drawn = configuration(&values, has_environment);
            panic!("{reason}\nof {drawn}\nin the files {places:?}");
        }
        Err(error) => panic!("{error}"),
    }
}

/// What a configuration says, its lists in an order of their own: they are in
/// none that matters.
fn said(written: &Written) -> Desired {
    let mut desired = written.loaded.desired.clone();
    desired
        .grants
        .sort_by_key(|grant| format!("{grant:?}"));
    desired.policy.critical.sort();
    desired.policy.waivers.sort();
    desired
}

fn rendered(written: &Written) -> Json {
    let text = written.to_yaml().unwrap();
    serde_yaml::from_str(&text).unwrap()
}

#[test]
fn an_environment_that_says_nothing_changes_nothing() {
    for_all(false, |drawn, _| {
        let without = Folder::of_one(drawn);
        let (without, _) = without.load(&without.files)?;

        for nothing in [json!({}), json!({ "vars": {} })] {
            let with = Configuration {
                has_environment: true,
                environment: nothing.as_object().unwrap().clone(),
                base: drawn.base.clone(),
                tables: drawn.tables.clone(),
                given: drawn.given.clone(),
            };
            let with = Folder::of_one(&with);
            let (with, _) = with.load(&with.files)?;

            prop_assert_eq!(
                with.to_yaml().unwrap(),
                without.to_yaml().unwrap()
            );
            prop_assert_eq!(&with.loaded.desired, &without.loaded.desired);
            prop_assert_eq!(&with.loaded.provider, &without.loaded.provider);
        }
        Ok(())
    });
}

#[test]
fn everything_is_merged_by_the_rule() {
    for_all(true, |drawn, _| {
        let folder = Folder::of_one(drawn);
        let (written, _) = folder.load(&folder.files)?;

        let united = rule::united(drawn);
        prop_assert_eq!(
            rule::unescape(&rule::normal(&rendered(&written))),
            united
        );
        Ok(())
    });
}
