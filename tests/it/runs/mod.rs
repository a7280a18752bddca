//! Several runs of one stack at once, and what comes in between: no client
//! twice, nothing deleted that somebody has come to use.

mod campaign;
mod deletions;
mod lock;
mod together;
mod world;
