//! A plan, for people: its changes, what they come to, and
//! what there is to say besides.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::deliveries::{count_deliveries, show_deliveries};
use super::document::CountsView;
use super::layout::{Detail, Layout};
use super::rows::{RowLayout, show_change, show_title};
use super::style::{STRONG, styled};
use super::text::{count, length};
use super::{failure, notes, renamed_stacks};
use crate::config::Loaded;
use crate::model::{Address, Desired, Kind, RemoteId, Term, Words};
use crate::plan::{Action, Plan, Planned, Refusal};

/// What a plan comes to: its changes, the counts, the notes, how many requests
/// it takes and what speaks against it, always in this order. In pieces of
/// whole lines: there may be a hundred thousand changes.
pub fn planned(
    planned: &Planned,
    requests: Option<usize>,
    words: Words,
    layout: Layout,
) -> impl Iterator<Item = String> {
    let Planned { plan, ids, .. } = planned;
    let end = std::iter::once_with(move || {
        show_end(planned, requests, words, layout)
    });

    show_changes(plan, ids, layout).chain(end)
}

/// The plan alone: every change with its edits, the counts, the notes.
#[must_use]
pub fn plan(plan: &Plan) -> String {
    let ids = BTreeMap::new();
    let changes: String = show_changes(plan, &ids, Layout::FULL).collect();
    let summary = summarize(plan, &[]);
    let notes = show_notes(plan);

    format!("{changes}{summary}{notes}")
}

/// What a configuration without problems declares.
#[must_use]
pub fn valid(loaded: &Loaded) -> String {
    let label = styled(STRONG, "Valid.");
    let stack = &loaded.desired.stack;
    let counts = count_declared(&loaded.desired);

    match &loaded.environment {
        Some(environment) => {
            format!("{label} {stack}, {environment}: {counts}.\n")
        }
        None => format!("{label} {stack}: {counts}.\n"),
    }
}

/// How many objects of each kind are declared.
pub(super) fn count_declared(desired: &Desired) -> String {
    let Desired {
        stack: _,
        resource_servers,
        clients,
        grants,
        sinks: _,
        policy: _,
    } = desired;
    let counts = [
        count(
            resource_servers.len(),
            Kind::ResourceServer.words(),
        ),
        count(clients.len(), Kind::Client.words()),
        count(grants.len(), Kind::Grant.words()),
    ];

    counts.join(", ")
}

fn show_changes<'a>(
    plan: &'a Plan,
    ids: &'a BTreeMap<Address, RemoteId>,
    layout: Layout,
) -> impl Iterator<Item = String> + 'a {
    let is_summary = layout.detail == Detail::Summary;
    let summary = is_summary.then(|| show_deletions(plan));
    let changes = (!is_summary).then(|| show_each(plan, ids, layout));

    summary
        .into_iter()
        .chain(changes.into_iter().flatten())
}

/// So many deletions are named in a summary: of more, nobody reads each.
const MOST_DELETIONS: usize = 20;

/// What goes, which no summary leaves out.
fn show_deletions(plan: &Plan) -> String {
    let deletions = plan
        .changes
        .iter()
        .filter(|change| change.action == Action::Delete);
    let number = deletions.clone().count();
    let mut out: String = deletions
        .take(MOST_DELETIONS)
        .map(|change| show_title(change, &plan.names, &[]))
        .collect();
    if number > MOST_DELETIONS {
        let _ = writeln!(
            out,
            "  … and {} more to delete",
            number - MOST_DELETIONS
        );
    }

    if !out.is_empty() {
        out.push('\n');
    }
    out
}

fn show_each<'a>(
    plan: &'a Plan,
    ids: &'a BTreeMap<Address, RemoteId>,
    layout: Layout,
) -> impl Iterator<Item = String> + 'a {
    let layout = RowLayout::from(layout);
    let (shown_once, rest) =
        renamed_stacks::set_apart(&plan.changes, &plan.names);

    // By place, for the iterator owns what is left: it may have been made here.
    let rest = (0..rest.len()).map(move |place| {
        let change = &rest[place];
        let id = ids.get(&change.address);
        format!(
            "{}\n",
            show_change(change, &plan.names, id, &layout)
        )
    });
    std::iter::once(shown_once).chain(rest)
}

/// All that follows the changes.
fn show_end(
    planned: &Planned,
    requests: Option<usize>,
    words: Words,
    layout: Layout,
) -> String {
    let Planned {
        plan, refusals, ..
    } = planned;
    let mut out = if layout.detail == Detail::Summary {
        String::new()
    } else {
        show_deliveries(plan, layout.width)
    };
    out.push_str(&summarize(plan, refusals));
    if layout.detail == Detail::Summary {
        out.push_str(&count_by_kind(plan));
    }
    let rows = RowLayout::from(layout);
    if plan
        .changes
        .iter()
        .any(|change| rows.folds_any(change))
    {
        let shown = words(Term::FullPlan);
        let _ = writeln!(
            out,
            "New clients get the defaults of a machine; {shown} shows them."
        );
    }
    out.push_str(&show_notes(plan));

    // Where nothing is to be applied, a number of requests would be taken for
    // that of the plan itself.
    if let Some(requests) =
        requests.filter(|requests| *requests > 0 && plan.does_anything())
    {
        let requests = count(requests, ("request", "requests"));
        let _ = writeln!(out, "Applying takes {requests}.");
    }

    if !refusals.is_empty() {
        let _ = write!(out, "\n{}", failure::refusals(refusals, words));
    }
    out
}

fn show_notes(plan: &Plan) -> String {
    let mut out = String::new();
    for note in &plan.notes {
        let label = styled(STRONG, "Note:");
        let note = notes::show_note(note, &plan.names);
        let _ = writeln!(out, "{label} {note}");
    }
    out
}

/// How many objects change in which way, and how many do not.
fn summarize(plan: &Plan, refusals: &[Refusal]) -> String {
    let deliveries = count_deliveries(plan).join(", ");
    if !plan.changes.is_empty() {
        let label = styled(STRONG, "Plan:");
        let actions = count_actions(plan).join(", ");
        let deliveries = if deliveries.is_empty() {
            deliveries
        } else {
            format!("; {deliveries}")
        };
        return format!(
            "{label} {actions}; {} unchanged{deliveries}.\n",
            plan.unchanged
        );
    }
    if plan.does_anything() {
        let label = styled(STRONG, "Plan:");
        return format!(
            "{label} {deliveries}; {} unchanged.\n",
            plan.unchanged
        );
    }

    // Something else was wanted, and is refused: a refused plan
    // never says "No changes".
    if !refusals.is_empty() {
        let label = styled(STRONG, "Plan:");
        return format!("{label} {} unchanged.\n", plan.unchanged);
    }

    let label = styled(STRONG, "No changes.");
    let unchanged = count(plan.unchanged, ("object", "objects"));
    let verb = if plan.unchanged == 1 {
        "is"
    } else {
        "are"
    };
    let deliveries = if deliveries.is_empty() {
        deliveries
    } else {
        format!(" Credentials: {deliveries}.")
    };
    format!("{label} {unchanged} {verb} as declared.{deliveries}\n")
}

/// The same of each kind, where there is anything to say of it.
fn count_by_kind(plan: &Plan) -> String {
    let width = Kind::ALL.map(|kind| length(kind.words().1));
    let width = width
        .into_iter()
        .max()
        .unwrap_or_default();

    let mut out = String::new();
    for kind in Kind::ALL {
        let changes = plan.changes.iter();
        let of_kind = CountsView::of(
            changes.filter(|change| change.address.kind() == kind),
            0,
        );
        if of_kind.changed() > 0 {
            let (_, kinds) = kind.words();
            let _ = writeln!(out, "  {kinds:width$}  {}", of_kind.deeds());
        }
    }
    out
}

fn count_actions(plan: &Plan) -> Vec<String> {
    let CountsView {
        create,
        adopt,
        update,
        release,
        delete,
        // Said behind them.
        deliver: _,
        remove_entries: _,
        unchanged: _,
    } = CountsView::of(plan.changes.iter(), plan.unchanged);

    // Three of them are said also where there are none: `0 to
    // delete` is worth reading.
    let mut counts = vec![format!("{create} to create")];
    if adopt > 0 {
        counts.push(format!("{adopt} to adopt"));
    }
    if release > 0 {
        counts.push(format!("{release} to release"));
    }
    counts.push(format!("{update} to update"));
    counts.push(format!("{delete} to delete"));
    counts
}
