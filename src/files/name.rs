//! What a file is called, seen from a folder.

use std::ffi::OsString;
use std::iter;
use std::path::{Component, Path, PathBuf, absolute};

use super::place::or_here;

/// How a file is called from a folder, with `/` between its steps, by their
/// names alone. What lies elsewhere and was named by its whole path keeps that.
pub(crate) fn name_from(folder: &Path, file: &Path) -> String {
    let from = plain_steps(folder);
    let to = plain_steps(file);
    let pairs = from.iter().zip(&to);
    let common = pairs
        .take_while(|(one, other)| one == other)
        .count();

    let steps: PathBuf = if file.is_absolute() && common < from.len() {
        to.iter().collect()
    } else {
        let up = Component::ParentDir.as_os_str();
        let up = iter::repeat_n(up, from.len() - common);
        let down = to[common..]
            .iter()
            .map(OsString::as_os_str);
        up.chain(down).collect()
    };
    steps
        .display()
        .to_string()
        .replace('\\', "/")
}

/// The steps to a path from the root, without those that lead nowhere or back.
fn plain_steps(path: &Path) -> Vec<OsString> {
    let whole = absolute(or_here(path));
    let path = whole.unwrap_or_else(|_| path.to_owned());

    let mut steps = Vec::new();
    for step in path.components() {
        match step {
            Component::CurDir => {}
            Component::ParentDir => drop(steps.pop()),
            step => steps.push(step.as_os_str().to_owned()),
        }
    }
    steps
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_name_from_a_folder() {
        let name = |folder: &str, file: &str| {
            name_from(Path::new(folder), Path::new(file))
        };
        let here = std::env::current_dir().unwrap();
        let here = here.display();

        for file in [
            "a/t.json",
            "./a/t.json",
            "b/../a/t.json",
            &format!("{here}/a/./t.json"),
        ] {
            assert_eq!(name("a", file), "t.json", "{file}");
            assert_eq!(name("", file), "a/t.json", "{file}");
        }
        for (folder, file, named) in [
            ("a", "t.json", "../t.json"),
            ("a/b", "c/t.json", "../../c/t.json"),
            ("/srv/a", "/srv/a/b/t.json", "b/t.json"),
            ("/srv/a", "/srv/b/../t.json", "/srv/t.json"),
        ] {
            assert_eq!(name(folder, file), named, "{folder}, {file}");
        }
    }
}
