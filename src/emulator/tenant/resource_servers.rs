//! Resource servers: what is filled in, what can change, what cannot.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::collection::{Collection, Schema};
use super::fields::{Operation, RESOURCE_SERVER, Record, check};
use super::my_account::{check_change, is_my_account, overwrite, show_enabled};
use super::thumbprint::read_thumbprint;
use super::{
    Listing, MANAGEMENT_AUDIENCE, Object, Refusal, Tenant, Violation,
    into_object, is_true, merge, merge_within, text,
};

/// An API that tokens are asked for: `/resource-servers`.
pub(crate) enum ResourceServer {}

impl Schema for ResourceServer {
    const RECORD: &'static Record = &RESOURCE_SERVER;
    const KEYS: &'static [&'static str] = &[
        "id",
        "name",
        // Of the encryption key. A client's credentials have the same three in
        // another order.
        "alg",
        "kid",
        "thumbprint_sha256",
        "value",
        "description",
        "identifier",
        "allow_offline_access",
        "skip_consent_for_verifiable_first_party_clients",
        "allow_online_access",
        "allow_online_access_with_ephemeral_sessions",
        "subject_type_authorization",
        "token_lifetime",
        "token_lifetime_for_web",
        "signing_alg",
        "signing_secret",
        "scopes",
        "client_id",
        "enforce_policies",
        "token_dialect",
        "is_system",
        "token_encryption",
        "consent_policy",
        "authorization_details",
        "proof_of_possession",
        "authorization_policy",
    ];
}

impl Collection for ResourceServer {
    const NAME: &'static str = "resource_servers";
    const PATH: &'static str = "/resource-servers";
    const SCOPES: &'static [&'static str] = &["resource_servers"];
    const INDEXED: &'static [&'static str] = &["signing_alg"];
    const MISSING: Refusal = Refusal::NotFound {
        message: "The resource server does not exist",
        code: Some("inexistent_resource_server"),
    };

    fn index(tenant: &mut Tenant, id: &str, object: &Object) {
        let identifier = text(object, "identifier").unwrap_or_default();

        tenant
            .identifiers
            .insert(identifier.to_owned(), id.to_owned());
    }
}

// Without a code: none was observed.
const SAME_IDENTIFIER: Refusal = Refusal::Conflict {
    message: Cow::Borrowed(
        "A resource server with the same identifier already exists",
    ),
    code: None,
};

/// The longest `token_lifetime_for_web` that is filled in.
const WEB_LIFETIME: u64 = 7200;

/// All that can be changed on a system resource server;
/// of the last, `user` only.
const SYSTEM_CHANGES: [&str; 3] = [
    "token_lifetime",
    "skip_consent_for_verifiable_first_party_clients",
    "subject_type_authorization",
];

impl Tenant {
    /// Whether an API has its tokens signed by this algorithm.
    pub(crate) fn has_api_signed_by(&self, algorithm: &str) -> bool {
        self.store::<ResourceServer>()
            .with("signing_alg", algorithm)
            .count()
            > 0
    }

    pub(crate) fn resource_servers(&self) -> Listing<'_> {
        self.store::<ResourceServer>().all()
    }

    /// Those that have one of these identifiers.
    pub(crate) fn resource_servers_of<'a>(
        &self,
        identifiers: impl IntoIterator<Item = &'a str>,
    ) -> Listing<'_> {
        let ids = identifiers
            .into_iter()
            .filter_map(|identifier| self.identifiers.get(identifier));

        self.store::<ResourceServer>()
            .of(ids.map(String::as_str))
    }

    /// By id, or by identifier.
    pub(crate) fn resource_server(&self, name: &str) -> Option<&Object> {
        let id = self
            .identifiers
            .get(name)
            .map_or(name, String::as_str);

        self.store::<ResourceServer>().get(id)
    }

    pub(crate) fn create_resource_server(
        &mut self,
        body: Object,
    ) -> Result<Object, Refusal> {
        check(&RESOURCE_SERVER, &body, Operation::Create)?;
        let identifier = text(&body, "identifier").unwrap_or_default();
        if identifier == MANAGEMENT_AUDIENCE {
            return Err(Refusal::Rule(
                "The selected identifier is reserved.",
            ));
        }
        if self
            .identifiers
            .contains_key(identifier)
        {
            return Err(SAME_IDENTIFIER);
        }
        self.check_room::<ResourceServer>()?;

        let mut object = fill_in_defaults(&body);
        merge(&mut object, body);
        // My Account is what it is, so this comes after what the body asks for.
        if is_my_account(&object) {
            overwrite(&mut object);
        }
        self.normalize_resource_server(&mut object)?;

        let id = self.id_generator.hexadecimal(24);
        object.insert("id".to_owned(), id.into());
        self.show_client(&mut object);
        self.keep::<ResourceServer>(object.clone());

        if is_my_account(&object) {
            show_enabled(&mut object);
        }
        Ok(object)
    }

    pub(crate) fn update_resource_server(
        &mut self,
        name: &str,
        mut body: Object,
    ) -> Result<Object, Refusal> {
        check(&RESOURCE_SERVER, &body, Operation::Update)?;
        let found = self.resource_server(name).cloned();
        let mut object = found.ok_or(ResourceServer::MISSING)?;
        // First, for it is a system API as well, and more of it can be changed
        // than of the others.
        if is_my_account(&object) {
            check_change(&object, &body)?;
        } else if is_true(&object, "is_system") && !is_allowed_on_system(&body)
        {
            return Err(Refusal::Rule(
                "System resource servers cannot be patched",
            ));
        }

        // Whether Auth0 merges this or replaces it is not recorded: with both
        // parts it is the same.
        merge_within(
            &mut object,
            &mut body,
            "subject_type_authorization",
        );
        merge(&mut object, body);
        self.normalize_resource_server(&mut object)?;
        self.keep::<ResourceServer>(object.clone());

        Ok(object)
    }

    /// Deleting what is already gone succeeds. Grants for the API
    /// stay: no observation of Auth0 says otherwise, and a caller that
    /// relies on either is wrong.
    pub(crate) fn delete_resource_server(
        &mut self,
        name: &str,
    ) -> Result<(), Refusal> {
        let Some(object) = self.resource_server(name) else {
            return Ok(());
        };
        if is_true(object, "is_system") && !is_my_account(object) {
            return Err(Refusal::Rule(
                "System resource servers cannot be deleted",
            ));
        }

        let id = text(object, "id")
            .unwrap_or_default()
            .to_owned();
        let identifier = text(object, "identifier")
            .unwrap_or_default()
            .to_owned();
        self.identifiers.remove(&identifier);
        self.remove::<ResourceServer>(&id);

        Ok(())
    }

    /// What holds between the fields of a resource server,
    /// whichever request it comes from.
    fn normalize_resource_server(
        &mut self,
        object: &mut Object,
    ) -> Result<(), Refusal> {
        check_scopes_differ(object)?;
        check_web_lifetime(object)?;
        hide_encryption_key(object)?;

        // The secret is for symmetric signatures only, and
        // lasts as long as they do.
        if text(object, "signing_alg") == Some("HS256") {
            object
                .entry("signing_secret")
                .or_insert_with(|| {
                    self.id_generator
                        .alphanumeric(32)
                        .into()
                });
        } else {
            object.remove("signing_secret");
        }

        Ok(())
    }
}

fn fill_in_defaults(body: &Object) -> Object {
    let lifetime = body
        .get("token_lifetime")
        .and_then(Value::as_u64);
    // Never above the lifetime that is asked for: the default itself would be
    // refused then.
    let web_lifetime = lifetime.map_or(WEB_LIFETIME, |lifetime| {
        lifetime.min(WEB_LIFETIME)
    });

    // No name, no scopes, no dialect: what was not sent was
    // recorded to stay absent.
    into_object(json!({
        "allow_offline_access": false,
        "skip_consent_for_verifiable_first_party_clients": false,
        "subject_type_authorization": {
            "client": {"policy": "require_client_grant"},
            "user": {"policy": "allow_all"}
        },
        "token_lifetime": 86400,
        "token_lifetime_for_web": web_lifetime,
        "signing_alg": "RS256"
    }))
}

fn is_allowed_on_system(body: &Object) -> bool {
    let client = body
        .get("subject_type_authorization")
        .and_then(|subjects| subjects.get("client"));

    client.is_none()
        && body
            .keys()
            .all(|key| SYSTEM_CHANGES.contains(&key.as_str()))
}

fn check_scopes_differ(object: &Object) -> Result<(), Violation> {
    let scopes = object
        .get("scopes")
        .and_then(Value::as_array);
    let mut seen = BTreeMap::new();

    for (index, scope) in scopes.into_iter().flatten().enumerate() {
        let value = scope
            .get("value")
            .and_then(Value::as_str);
        if let Some(first) = seen.insert(value.unwrap_or_default(), index) {
            let reason = format!(
                "Array items are not unique (indexes {first} and {index})"
            );
            return Err(Violation::new(reason, "scopes"));
        }
    }

    Ok(())
}

fn check_web_lifetime(object: &Object) -> Result<(), Violation> {
    let lifetime = object
        .get("token_lifetime")
        .and_then(Value::as_u64);
    let web = object
        .get("token_lifetime_for_web")
        .and_then(Value::as_u64);

    match (lifetime, web) {
        // Documented, and not recorded: the words are the emulator's own.
        (Some(lifetime), Some(web)) if web > lifetime => Err(Violation::new(
            format!("Value {web} is greater than token_lifetime {lifetime}"),
            "token_lifetime_for_web",
        )),
        _ => Ok(()),
    }
}

/// The key of `token_encryption` is never answered, only its thumbprint.
fn hide_encryption_key(object: &mut Object) -> Result<(), Violation> {
    let key = object
        .get_mut("token_encryption")
        .and_then(|value| value.get_mut("encryption_key"));
    let Some(Value::Object(key)) = key else {
        return Ok(());
    };
    let Some(Value::String(pem)) = key.remove("pem") else {
        return Ok(());
    };

    let thumbprint = read_thumbprint(&pem).ok_or_else(|| {
        Violation::new(
            "Not a public key",
            "token_encryption.encryption_key.pem",
        )
    })?;
    key.insert(
        "thumbprint_sha256".to_owned(),
        thumbprint.into(),
    );

    Ok(())
}

#[cfg(test)]
mod tests;
