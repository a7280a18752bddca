//! The `grantry` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    grantry::cli::main()
}
