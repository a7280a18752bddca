//! Where a name leads.

#[cfg(any(feature = "engine", test))]
use std::fs;
#[cfg(any(feature = "engine", test))]
use std::io;
#[cfg(any(feature = "engine", test))]
use std::path::Component;
use std::path::Path;
#[cfg(feature = "engine")]
use std::path::PathBuf;

/// Whether a name, relative to a folder, leads to something in it, wherever its
/// symbolic links lead. What is not there yet counts as what it would be.
#[cfg(any(feature = "engine", test))]
pub(crate) fn is_inside(folder: &Path, name: &Path) -> io::Result<bool> {
    // No `..`, not even one that comes back: past what is not there yet it
    // could not be followed.
    if !name.components().all(is_plain) {
        return Ok(false);
    }

    let folder = or_here(folder);
    let path = folder.join(name);

    // The nearest that is there tells where the rest would be made.
    for there in path.ancestors() {
        match fs::canonicalize(or_here(there)) {
            Ok(real) => return Ok(real.starts_with(fs::canonicalize(folder)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }

        // A link to what is not there yet: it would be
        // made where the link leads.
        let name = there
            .strip_prefix(folder)
            .unwrap_or(Path::new(""));
        if let (Some(beside), Ok(target)) =
            (name.parent(), fs::read_link(there))
        {
            return is_inside(folder, &beside.join(target));
        }
    }
    Ok(true)
}

/// Where a name leads, wherever its symbolic links lead. What is not there yet
/// counts as what it would be.
#[cfg(feature = "engine")]
pub(crate) fn where_it_leads(path: &Path) -> PathBuf {
    if let Ok(real) = fs::canonicalize(or_here(path)) {
        return real;
    }

    match path.file_name() {
        Some(name) => where_it_leads(folder_of(path)).join(name),
        None => path.to_owned(),
    }
}

#[cfg(any(feature = "engine", test))]
pub(super) fn is_plain(part: Component<'_>) -> bool {
    matches!(part, Component::Normal(_) | Component::CurDir)
}

/// The folder of a file.
pub(crate) fn folder_of(file: &Path) -> &Path {
    file.parent()
        .map_or(Path::new("."), or_here)
}

/// The empty path is the working directory, which the system does not know.
pub(super) fn or_here(path: &Path) -> &Path {
    if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    }
}

#[cfg(test)]
mod tests;
