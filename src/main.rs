//! The `grantry` command.

fn main() {}
