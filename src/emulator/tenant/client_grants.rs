//! Client grants: their identity, and the rules about all scopes.

use super::collection::{Collection, Schema};
use super::fields::shape::Shape::{Boolean, List, OneOf};
use super::fields::shape::{
    self, ANY_TEXT, Record, SCOPE, SOME_TEXT, Shape, field, record,
};
use super::fields::{Operation, check};
use super::store::Order;
use super::{
    Client, Listing, Object, Refusal, ResourceServer, Tenant, is_true, merge,
    text, texts,
};

/// That a client may ask for tokens of an API: `/client-grants`.
pub(crate) enum ClientGrant {}

impl Schema for ClientGrant {
    const RECORD: &'static Record = &CLIENT_GRANT;
    const KEYS: &'static [&'static str] = &[
        "id",
        "client_id",
        "audience",
        "scope",
        "organization_usage",
        "allow_any_organization",
        "subject_type",
        "authorization_details_types",
        "allow_all_scopes",
        "default_for",
    ];
}

impl Collection for ClientGrant {
    const NAME: &'static str = "client_grants";
    const PATH: &'static str = "/client-grants";
    const SCOPES: &'static [&'static str] = &["client_grants"];
    // Recorded: fifty of fifty stood in the order of their ids,
    // unlike clients and APIs.
    const ORDER: Order = Order::Id;
    const INDEXED: &'static [&'static str] = &["client_id", "audience"];
    const MISSING: Refusal = Refusal::NotFound {
        message: "The grant does not exist.",
        code: Some("inexistent_client_grant"),
    };

    fn index(tenant: &mut Tenant, id: &str, object: &Object) {
        tenant
            .granted
            .insert(GrantKey::of(object), id.to_owned());
    }
}

pub(super) static CLIENT_GRANT: Record = record(&[
    field("audience", SOME_TEXT)
        .required()
        .immutable(),
    field("client_id", ANY_TEXT).immutable(),
    field("default_for", OneOf(&["third_party_clients"])).immutable(),
    // The last of them is newer than the published schema.
    field("subject_type", OneOf(&SUBJECT_TYPES)).immutable(),
    field("scope", List(&SCOPE)).clearable(),
    field(
        "organization_usage",
        OneOf(&["deny", "allow", "require"]),
    )
    .clearable(),
    field("allow_any_organization", Boolean).clearable(),
    field(
        "authorization_details_types",
        List(&AUTHORIZATION_DETAILS_TYPE),
    ),
    field("allow_all_scopes", Boolean).clearable(),
]);

/// Whom a grant is for.
pub(crate) const SUBJECT_TYPES: [&str; 3] =
    ["client", "user", "anonymous_user"];

static AUTHORIZATION_DETAILS_TYPE: Shape = shape::text(1, 255);

const ALL_OF_SYSTEM: Refusal = Refusal::Rule(
    "'allow_all_scopes' cannot be provided when 'audience' is a system API",
);
const SCOPE_AND_ALL: Refusal =
    Refusal::Rule("'scope' cannot be provided when 'allow_all_scopes' is true");
const SCOPE_AFTER_ALL: Refusal = Refusal::Rule(
    "'scope' must be provided when 'allow_all_scopes' is turned off",
);

/// What no two grants share. Ordered so that the grants of
/// one holder stand together.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct GrantKey {
    holder: String,
    audience: String,
    subject_type: String,
}

impl GrantKey {
    /// The key of an M2M grant.
    pub(crate) fn of_client(client_id: &str, audience: &str) -> Self {
        Self {
            holder: client_id.to_owned(),
            audience: audience.to_owned(),
            subject_type: "client".to_owned(),
        }
    }

    /// The key of a stored grant; old ones may lack a subject type.
    pub(super) fn of(grant: &Object) -> Self {
        let holder =
            text(grant, "client_id").or_else(|| text(grant, "default_for"));
        Self {
            holder: holder.unwrap_or_default().to_owned(),
            audience: text(grant, "audience")
                .unwrap_or_default()
                .to_owned(),
            subject_type: text(grant, "subject_type")
                .unwrap_or("client")
                .to_owned(),
        }
    }

    /// Stands before every key of the holder.
    pub(super) fn first_of(holder: &str) -> Self {
        Self {
            holder: holder.to_owned(),
            audience: String::new(),
            subject_type: String::new(),
        }
    }

    pub(super) fn is_of(&self, holder: &str) -> bool {
        self.holder == holder
    }
}

impl Tenant {
    pub(crate) fn grants(&self) -> Listing<'_> {
        self.store::<ClientGrant>().all()
    }

    /// Those of a client, or for an API.
    pub(crate) fn grants_with(&self, field: &str, value: &str) -> Listing<'_> {
        self.store::<ClientGrant>()
            .with(field, value)
    }

    pub(crate) fn grant(&self, id: &str) -> Option<&Object> {
        self.store::<ClientGrant>().get(id)
    }

    /// The grant with this key.
    pub(crate) fn granted(&self, key: &GrantKey) -> Option<&Object> {
        self.grant(self.granted.get(key)?)
    }

    /// Scopes are not compared with those the API declares: neither does Auth0.
    pub(crate) fn create_grant(
        &mut self,
        body: Object,
    ) -> Result<Object, Refusal> {
        // The form comes before what the body names: a body that
        // breaks the schema was recorded to be told so, and not that
        // something does not exist.
        check(&CLIENT_GRANT, &body, Operation::Create)?;
        self.check_holder(&body)?;
        self.check_audience(&body)?;

        let mut grant = body;
        grant
            // Recorded as the only field that Auth0 fills in;
            // the others stay absent.
            .entry("subject_type")
            .or_insert_with(|| "client".into());
        check_details(&grant)?;
        let key = GrantKey::of(&grant);
        if self.granted.contains_key(&key) {
            return Err(already_granted(&key));
        }
        if is_true(&grant, "allow_all_scopes") && grant.contains_key("scope") {
            return Err(SCOPE_AND_ALL);
        }
        self.check_room::<ClientGrant>()?;

        let id = format!("cgr_{}", self.id_generator.alphanumeric(16));
        grant.insert("id".to_owned(), id.into());
        self.keep::<ClientGrant>(grant.clone());

        Ok(grant)
    }

    pub(crate) fn update_grant(
        &mut self,
        id: &str,
        body: Object,
    ) -> Result<Object, Refusal> {
        check(&CLIENT_GRANT, &body, Operation::Update)?;
        let mut grant = self.find::<ClientGrant>(id)?.clone();
        check_not_system(&grant, "System grants cannot be patched")?;
        // Even where it is false: so Auth0 refused it to Terraform and Pulumi.
        if body.contains_key("allow_all_scopes") && self.is_for_system(&grant) {
            return Err(ALL_OF_SYSTEM);
        }

        let had_all = is_true(&grant, "allow_all_scopes");
        let names_scopes = body
            .get("scope")
            .is_some_and(|scope| !scope.is_null());
        merge(&mut grant, body);
        check_details(&grant)?;

        match (had_all, is_true(&grant, "allow_all_scopes")) {
            (_, true) if names_scopes => return Err(SCOPE_AND_ALL),
            (true, false) if !names_scopes => return Err(SCOPE_AFTER_ALL),
            // Recorded: while all scopes are allowed, no
            // answer has a list of them.
            (_, true) => drop(grant.remove("scope")),
            (_, false) => {}
        }
        self.keep::<ClientGrant>(grant.clone());

        Ok(grant)
    }

    /// Deleting what is already gone succeeds.
    pub(crate) fn delete_grant(&mut self, id: &str) -> Result<(), Refusal> {
        let Some(grant) = self.grant(id) else {
            return Ok(());
        };
        check_not_system(grant, "System grants cannot be deleted")?;

        let key = GrantKey::of(grant);
        self.drop_grant(&key);

        Ok(())
    }

    /// Takes a grant away, and from the organizations that may use it.
    pub(super) fn drop_grant(&mut self, key: &GrantKey) {
        if let Some(id) = self.granted.remove(key) {
            self.remove::<ClientGrant>(&id);
            self.associations.remove_grant(&id);
        }
    }

    fn check_holder(&self, body: &Object) -> Result<(), Refusal> {
        match (
            text(body, "client_id"),
            body.contains_key("default_for"),
        ) {
            (Some(id), false) => {
                let client = self.find::<Client>(id)?;
                if text(client, "app_type") == Some("express_configuration") {
                    return Err(Refusal::Rule(
                        "Client of type express_configuration cannot be used",
                    ));
                }
                Ok(())
            }
            (None, true) => Ok(()),
            _ => Err(Refusal::Rule(
                "Exactly one of client_id and default_for must be provided",
            )),
        }
    }

    fn check_audience(&self, body: &Object) -> Result<(), Refusal> {
        let audience = text(body, "audience").unwrap_or_default();
        if !self.identifiers.contains_key(audience) {
            return Err(ResourceServer::MISSING);
        }
        if !self.is_for_system(body) {
            return Ok(());
        }

        if body.contains_key("allow_all_scopes") {
            return Err(ALL_OF_SYSTEM);
        }
        if body.contains_key("default_for") {
            let reason = "'default_for' cannot be provided when 'audience' is \
                          a system API";
            return Err(Refusal::Rule(reason));
        }

        Ok(())
    }

    fn is_for_system(&self, grant: &Object) -> bool {
        let api = text(grant, "audience")
            .and_then(|audience| self.resource_server(audience));

        api.is_some_and(|api| is_true(api, "is_system"))
    }
}

/// Without a code: none was observed.
fn already_granted(key: &GrantKey) -> Refusal {
    let GrantKey {
        holder,
        audience,
        ..
    } = key;
    let message = format!(
        "A client grant already exists between {holder} and {audience}"
    );

    Refusal::Conflict {
        message: message.into(),
        code: None,
    }
}

/// Only users consent to details of an authorization.
/// The words are not Auth0's.
fn check_details(grant: &Object) -> Result<(), Refusal> {
    let has_details = texts(grant, "authorization_details_types")
        .next()
        .is_some();
    if !has_details || text(grant, "subject_type") == Some("user") {
        return Ok(());
    }

    let reason = "'authorization_details_types' needs the 'subject_type' user";
    Err(Refusal::Rule(reason))
}

fn check_not_system(
    grant: &Object,
    message: &'static str,
) -> Result<(), Refusal> {
    if is_true(grant, "is_system") {
        return Err(Refusal::Rule(message));
    }

    Ok(())
}

#[cfg(test)]
mod tests;
