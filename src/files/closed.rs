//! Who else can read a file.

use std::path::Path;

/// Whether only its owner and its group can read or change a file. A group may:
/// an engine that mounts a secret for a process that is not root gives it to
/// its group. What cannot be asked is not known to be closed.
#[cfg(unix)]
pub(crate) fn is_closed_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;

    const OTHERS: u32 = 0o007;
    let metadata = std::fs::metadata(path);
    metadata.is_ok_and(|metadata| metadata.permissions().mode() & OTHERS == 0)
}

/// Elsewhere it is said in other ways, which are not looked at.
#[cfg(not(unix))]
pub(crate) fn is_closed_to_others(_: &Path) -> bool {
    true
}
