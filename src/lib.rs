//! Grantry: machine-to-machine access, declared in YAML and reconciled with an Auth0 tenant.

pub mod apply;
pub mod config;
pub mod emulator;
pub mod model;
pub mod plan;
pub mod provider;
pub mod render;
