//! Fields of an organization, and of its association with a grant.

use super::shape::Shape::{Anything, OrganizationName};
use super::shape::{Record, field, record, text};

pub(crate) static ORGANIZATION: Record = record(&[
    field("name", OrganizationName).required(),
    field("display_name", text(1, 255)),
    // What logins need, known by name so that nothing else passes.
    field("branding", Anything),
    field("metadata", Anything),
    field("enabled_connections", Anything),
    field("token_quota", Anything),
]);

pub(crate) static ORGANIZATION_GRANT: Record =
    record(&[field("grant_id", text(1, usize::MAX)).required()]);
