//! Which organization a token is for, if any.

use super::refusal::Refusal;
use crate::emulator::tenant::{Object, Tenant, is_true, text, texts};

/// What the grant says about organizations. Absent means that there are none.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Usage {
    Denied,
    Allowed,
    Required,
}

impl Usage {
    fn of(grant: &Object) -> Self {
        match text(grant, "organization_usage") {
            Some("allow") => Self::Allowed,
            Some("require") => Self::Required,
            _ => Self::Denied,
        }
    }
}

/// The id of the organization asked for, by id or name, or else of the one the client falls back
/// to where the grant requires one.
pub(crate) fn organization(
    tenant: &Tenant,
    client: &Object,
    grant: &Object,
    asked: Option<&str>,
) -> Result<Option<String>, Refusal> {
    let name = match (Usage::of(grant), asked) {
        (Usage::Denied, Some(_)) => return Err(Refusal::OrganizationNotAllowed),
        (Usage::Denied | Usage::Allowed, None) => return Ok(None),
        (Usage::Allowed | Usage::Required, Some(name)) => name,
        (Usage::Required, None) => {
            default_organization(client).ok_or(Refusal::OrganizationRequired)?
        }
    };
    let id = tenant
        .organization_named(name)
        .and_then(|organization| text(organization, "id"))
        .filter(|id| may_use(tenant, id, grant));
    id.map(|id| Some(id.to_owned()))
        .ok_or_else(|| Refusal::NoOrganization(name.to_owned()))
}

fn default_organization(client: &Object) -> Option<&str> {
    let default = client.get("default_organization")?.as_object()?;
    let applies = texts(default, "flows").any(|flow| flow == "client_credentials");
    text(default, "organization_id").filter(|_| applies)
}

fn may_use(tenant: &Tenant, organization: &str, grant: &Object) -> bool {
    is_true(grant, "allow_any_organization")
        || text(grant, "id").is_some_and(|grant| tenant.is_associated(organization, grant))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn object(value: &Value) -> Object {
        value.as_object().unwrap().clone()
    }

    /// What is decided for a grant with these settings, which the first organization was let use.
    fn decided(
        settings: &Value,
        default: Option<usize>,
        asked: impl FnOnce(&[String; 2]) -> Option<String>,
    ) -> Result<Option<usize>, Refusal> {
        let mut tenant = Tenant::new([0; 32]);
        let ids = ["one", "two"].map(|name| {
            let organization = tenant
                .create_organization(object(&json!({"name": name})))
                .unwrap();
            text(&organization, "id").unwrap().to_owned()
        });
        tenant
            .create_resource_server(object(&json!({"identifier": "urn:a"})))
            .unwrap();
        let mut client = json!({"name": "n"});
        if let Some(index) = default {
            client["default_organization"] =
                json!({"organization_id": ids[index], "flows": ["client_credentials"]});
        }
        let client = tenant.create_client(object(&client)).unwrap();
        let grant = json!({
            "client_id": client["client_id"], "audience": "urn:a", "organization_usage": "allow"
        });
        let id = tenant.create_grant(object(&grant)).unwrap()["id"].clone();
        tenant
            .associate(&ids[0], &object(&json!({"grant_id": id})))
            .unwrap();
        let grant = tenant
            .update_grant(id.as_str().unwrap(), object(settings))
            .unwrap();
        let chosen = organization(&tenant, &client, &grant, asked(&ids).as_deref())?;
        Ok(chosen.and_then(|chosen| ids.iter().position(|id| *id == chosen)))
    }

    #[test]
    fn the_grant_says_whether_an_organization_is_named() {
        let usage = |usage: &str| json!({"organization_usage": usage});
        let first = |ids: &[String; 2]| Some(ids[0].clone());
        for denied in [usage("deny"), json!({"organization_usage": null})] {
            assert_eq!(decided(&denied, None, |_| None), Ok(None));
            assert_eq!(
                decided(&denied, None, first),
                Err(Refusal::OrganizationNotAllowed)
            );
            assert_eq!(decided(&denied, Some(0), |_| None), Ok(None));
        }
        assert_eq!(decided(&usage("allow"), None, |_| None), Ok(None));
        assert_eq!(decided(&usage("allow"), Some(0), |_| None), Ok(None));
        assert_eq!(decided(&usage("allow"), None, first), Ok(Some(0)));
        assert_eq!(
            decided(&usage("require"), None, |_| None),
            Err(Refusal::OrganizationRequired)
        );
        assert_eq!(decided(&usage("require"), Some(0), |_| None), Ok(Some(0)));
        assert_eq!(decided(&usage("require"), None, first), Ok(Some(0)));
    }

    #[test]
    fn only_an_organization_that_may_use_the_grant_is_taken() {
        let required = json!({"organization_usage": "require"});
        let any = json!({"organization_usage": "require", "allow_any_organization": true});
        let by_name = |name: &str| Some(name.to_owned());
        assert_eq!(decided(&required, None, |_| by_name("one")), Ok(Some(0)));
        let refused = |name: &str| Err(Refusal::NoOrganization(name.to_owned()));
        assert_eq!(decided(&required, None, |_| by_name("two")), refused("two"));
        assert!(matches!(
            decided(&required, Some(1), |_| None),
            Err(Refusal::NoOrganization(_))
        ));
        assert_eq!(decided(&any, None, |_| by_name("two")), Ok(Some(1)));
        assert_eq!(decided(&any, None, |_| by_name("three")), refused("three"));
    }
}
