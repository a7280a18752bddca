//! What the tenant's log calls a change.

/// What a change is called, by its method and its address below `/api/v2`.
pub(super) fn describe(method: &str, address: &str) -> Option<&'static str> {
    Some(match (method, address) {
        ("POST", "/clients") => "Create a client",
        ("PATCH", "/clients/{id}") => "Update a client",
        ("DELETE", "/clients/{id}") => "Delete a client",
        ("POST", "/clients/{id}/rotate-secret") => "Rotate a client secret",
        ("POST", "/clients/{id}/credentials") => "Create a client credential",
        ("PATCH", "/clients/{id}/credentials/{credential}") => {
            "Update a client credential"
        }
        ("DELETE", "/clients/{id}/credentials/{credential}") => {
            "Delete a client credential"
        }
        ("POST", "/resource-servers") => "Create a resource server",
        ("PATCH", "/resource-servers/{id}") => "Update a resource server",
        ("DELETE", "/resource-servers/{id}") => "Delete a resource server",
        ("POST", "/client-grants") => "Create client grant",
        ("PATCH", "/client-grants/{id}") => "Update client grant",
        ("DELETE", "/client-grants/{id}") => "Delete client grant",
        ("POST", "/organizations") => "Create an Organization",
        ("PATCH", "/organizations/{id}") => "Modify an Organization",
        ("DELETE", "/organizations/{id}") => "Delete an Organization",
        ("POST", "/organizations/{id}/client-grants") => {
            "Associate a client grant with an Organization"
        }
        ("DELETE", "/organizations/{id}/client-grants/{grant_id}") => {
            "Remove a client grant from an Organization"
        }
        ("POST", "/keys/signing/rotate") => "Rotate the signing key",
        ("PUT", "/keys/signing/{kid}/revoke") => "Revoke a signing key",
        ("PATCH", "/tenants/settings") => "Update tenant settings",
        _ => return None,
    })
}
