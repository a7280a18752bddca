//! What Auth0 keeps apart from the object it belongs to: the keys of clients,
//! and the organizations that may use a grant.

mod keys;
mod organizations;
mod world;
