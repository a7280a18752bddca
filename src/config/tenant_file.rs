//! The file of a local tenant: it stays in the configuration's folder, because
//! whoever writes the configuration must not choose what else is written over.

use std::path::Path;

use super::node::Node;
use super::problem::{Problem, ProblemId, quote};
use crate::files::{Tree, where_it_leads};

/// Reports a file that is not inside of the folder.
pub(super) fn check_tenant_file(
    document: &Node,
    tree: &Tree,
    folder: &Path,
) -> Option<Problem> {
    let local = document
        .entry("provider")?
        .value
        .entry("local")?;
    let file = &local.value.entry("file")?.value;
    let name = file.as_text()?;

    let (id, message) = match tree.is_inside(folder, Path::new(name)) {
        Ok(true) if is_of_git(tree, folder, Path::new(name)) => (
            ProblemId::OutsideFolder,
            format!(
                "{} is where Git keeps what is its own",
                quote(name)
            ),
        ),
        Ok(true) => return None,
        Ok(false) => (
            ProblemId::OutsideFolder,
            format!(
                "{} is outside of the configuration's folder",
                quote(name)
            ),
        ),
        Err(error) => (
            ProblemId::Unreadable,
            format!("{} cannot be used: {error}", quote(name)),
        ),
    };
    let help = "keep the tenant in that folder; `--provider local:FILE` may \
                name any file";
    Some(Problem::new(id, file.span, message).help(help))
}

/// Whether it is written over what Git acts on, such as a hook.
fn is_of_git(tree: &Tree, folder: &Path, name: &Path) -> bool {
    // Some systems take `.GIT` for the same.
    let has_git = |path: &Path| {
        path.components().any(|step| {
            step.as_os_str()
                .eq_ignore_ascii_case(".git")
        })
    };
    // By whatever links: only on the disk is anything written.
    let leads_there = match tree {
        Tree::Disk => {
            let (from, to) = (
                where_it_leads(folder),
                where_it_leads(&folder.join(name)),
            );
            to.strip_prefix(from).is_ok_and(has_git)
        }
        Tree::Revision(_) => false,
    };

    has_git(name) || leads_there
}
