//! Fields of a client grant.

use super::shape::Shape::{Boolean, List, OneOf};
use super::shape::{Record, SCOPE, Shape, field, record, text};

pub(crate) static CLIENT_GRANT: Record = record(&[
    field("audience", text(1, usize::MAX))
        .required()
        .immutable(),
    field("client_id", text(0, usize::MAX)).immutable(),
    field("default_for", OneOf(&["third_party_clients"])).immutable(),
    field("subject_type", OneOf(&["client", "user"])).immutable(),
    field("scope", List(&SCOPE)).clearable(),
    field("organization_usage", OneOf(&["deny", "allow", "require"])).clearable(),
    field("allow_any_organization", Boolean).clearable(),
    field(
        "authorization_details_types",
        List(&AUTHORIZATION_DETAILS_TYPE),
    ),
    field("allow_all_scopes", Boolean).clearable(),
]);

static AUTHORIZATION_DETAILS_TYPE: Shape = text(1, 255);
