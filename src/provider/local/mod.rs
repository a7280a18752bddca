//! A tenant in a file.
