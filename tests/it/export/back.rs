//! The way back: from an export to a plan.

use std::fs;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use grantry::apply::{Guard, Outcome, Stop, apply};
use grantry::export::{Breadth, Export, Selection, export};
use grantry::model::{Desired, Mark, Snapshot};
use grantry::plan::{Action, Change, Plan, Planned, plan};
use grantry::provider::{Mutate, Observe as _, auth0, support_of};
use grantry::{config, render};
use smol_str::SmolStr;

pub(crate) fn everything() -> Selection {
    let stack = "world-mappers".parse().unwrap();
    Selection {
        stack,
        breadth: Breadth::All,
        clients: Vec::new(),
        resource_servers: Vec::new(),
    }
}

pub(crate) fn all_of(seen: &Snapshot) -> Export {
    export(seen, &everything(), &auth0::SUPPORT)
}

/// Loads an export from one file, and the same from a folder.
pub(crate) fn load(export: &Export) -> Desired {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("grantry.yaml");
    fs::write(&file, export.file()).unwrap();
    let one = loaded(file, &export.file());
    let split = folder.path().join("split");
    fs::create_dir(&split).unwrap();
    for (name, text) in export.folder() {
        fs::write(split.join(name), text).unwrap();
    }
    let mut many = loaded(split, &export.file());
    assert_eq!(one.grants.len(), many.grants.len());
    many.grants.clone_from(&one.grants);
    assert_eq!(one, many);
    one
}

fn loaded(path: PathBuf, text: &str) -> Desired {
    match config::load(&[path], &config::Inputs::default(), support_of) {
        Ok(loaded) => loaded.desired,
        Err(problems) => panic!("{text}\n{}", render::problems(&problems)),
    }
}

pub(crate) fn planned(desired: &Desired, seen: &Snapshot) -> Planned {
    match plan(desired, seen) {
        Ok(planned) => planned,
        Err(error) => panic!("{}", render::conflicts(&error)),
    }
}

/// Fails if the plan does anything but write marks.
pub(crate) fn assert_adopts_only(plan: &Plan, story: &str) {
    let is_of_mark = |path: &[SmolStr]| matches!(path, [field, entry] if field == "client_metadata" && Mark::is_entry(entry));
    let is_mark = |change: &Change| {
        change.action == Action::Adopt
            && change
                .edits()
                .iter()
                .all(|edit| is_of_mark(&edit.path))
    };
    assert!(
        plan.changes.iter().all(is_mark),
        "{}\n{story}",
        render::plan(plan)
    );
}

/// Applies the export, and plans it once more: nothing is left to do.
pub(crate) async fn assert_settles(writer: &impl Mutate, desired: &Desired) {
    let planned = planned(desired, &writer.reader().read().await.unwrap());
    let eight = NonZeroUsize::new(8).unwrap();
    let cleared = planned.clear().unwrap();
    let report = apply(
        writer,
        cleared,
        &Guard::open(),
        eight,
        &Stop::default(),
        |_, _| {},
    )
    .await;
    assert!(
        report
            .outcomes
            .iter()
            .all(Outcome::is_applied),
        "{}",
        render::report(&report)
    );
    let again = self::planned(desired, &writer.reader().read().await.unwrap());
    assert!(
        again.plan.changes.is_empty(),
        "{}",
        render::plan(&again.plan)
    );
}
