//! Files of one name and a number.

use std::fs::{File, OpenOptions, create_dir_all};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// How many files of one name there may be.
const MOST: u32 = 10_000;

/// A file that no other process writes.
#[derive(Debug)]
pub(crate) struct NumberedFile {
    pub(crate) path: PathBuf,
    pub(crate) number: u32,
    file: File,
}

impl NumberedFile {
    /// Makes a file in a folder with the first number that no other has, from 1
    /// on. Of two processes that ask at one moment, each gets its own.
    pub(crate) fn create(
        folder: &Path,
        name: impl Fn(u32) -> String,
    ) -> io::Result<Self> {
        create_dir_all(folder)?;

        for number in 1..=MOST {
            let path = folder.join(name(number));
            let opened = OpenOptions::new()
                .append(true)
                .create_new(true)
                .open(&path);
            match opened {
                Ok(file) => {
                    return Ok(Self {
                        path,
                        number,
                        file,
                    });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::other("there are too many already"))
    }

    /// Writes behind what is in it: at once and as a whole, so that the end of
    /// the process leaves no half of a line.
    pub(crate) fn append(&self, text: &str) -> io::Result<()> {
        (&self.file).write_all(text.as_bytes())
    }
}
