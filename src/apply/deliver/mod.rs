//! Brings the credentials of clients to their sinks.
//!
//! A client is made with a flag in its mark that says that nobody has its
//! credentials yet, and loses it only when they lie in every sink: whatever
//! ends a run in between, the next one knows that they may be set anew.
//!
//! `courier` knows the deliveries of a plan; `bring` says which clients they
//! are brought to, and when; `client` does what there is to do for one, `entry`
//! puts one of its entries, and `secret` is where what is put comes from.

mod bring;
mod client;
mod courier;
mod entry;
mod secret;

pub(super) use courier::{Courier, Ended};
