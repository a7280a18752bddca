//! Objects as Auth0 lists them, in Grantry's own words.

use serde_json::Value as Json;
use smol_str::SmolStr;

use super::fields;
use super::listing::Listed;
use super::object::{Object, is, text};
use crate::model::{
    Address, Attrs, ClientId, ClientRef, ClientSpec, Found, GrantSpec, Identifier, Kind, Mark,
    Members, RemoteId, Standing, SubjectType, SystemApi, UnnamedGrant, Value,
};

/// What must be known of the tenant to tell whether an object may be changed.
pub(super) struct Tenant<'a> {
    pub(super) ourselves: ClientId,
    /// The tenant's own API, as the tenant lists it.
    pub(super) management_api: &'a Identifier,
}

/// What became of a listed object.
pub(super) enum Decoded {
    /// It has an address.
    Found(Address, Found),
    /// It is Grantry's own: nothing here is about it.
    Aside,
    /// A grant that no configuration can name.
    Unnamed(UnnamedGrant),
    /// No configuration can name it, so it is nobody's business here.
    Nameless(&'static str),
    /// It is not what an object of its kind looks like.
    Damaged(&'static str),
}

impl Tenant<'_> {
    /// Decodes an object of a kind.
    pub(super) fn decode(&self, kind: Kind, listed: Listed) -> Decoded {
        match kind {
            Kind::ResourceServer => self.resource_server(listed),
            Kind::Client => self.client(listed),
            Kind::Grant => self.grant(listed),
        }
    }

    fn resource_server(&self, Listed { id, mut object }: Listed) -> Decoded {
        let Some(identifier) = text(&object, "identifier") else {
            return Decoded::Damaged("it has no `identifier`");
        };
        let Ok(identifier) = identifier.parse::<Identifier>() else {
            return Decoded::Nameless("its identifier");
        };
        if identifier.is_reserved() {
            return Decoded::Aside;
        }
        let standing = if is(&object, "is_system") || self.is_system_api(&identifier) {
            Standing::System
        } else {
            Standing::Ordinary
        };
        found(
            Address::ResourceServer(identifier),
            Kind::ResourceServer,
            id,
            standing,
            &mut object,
        )
    }

    fn client(&self, Listed { id, mut object }: Listed) -> Decoded {
        let Ok(client_id) = id.parse::<ClientId>() else {
            // To overlook a client of ours would mean to create it again.
            let metadata = object.get(ClientSpec::METADATA);
            let is_marked = Mark::METADATA_KEYS
                .iter()
                .any(|entry| metadata.is_some_and(|metadata| metadata.get(entry).is_some()));
            return if is_marked {
                Decoded::Damaged("it carries Grantry's mark, but no usable `client_id`")
            } else {
                Decoded::Nameless("its `client_id`")
            };
        };
        let standing = self.standing_of_client(&client_id, &object);
        let address = Address::Client(ClientRef::Id(client_id.clone()));
        found(address, Kind::Client, client_id, standing, &mut object)
    }

    fn standing_of_client(&self, client_id: &ClientId, object: &Object) -> Standing {
        if *client_id == self.ourselves {
            Standing::Ourselves
        } else if is(object, "global") {
            Standing::Global
        } else if text(object, "external_metadata_type").is_some()
            || text(object, "external_client_id").is_some()
        {
            Standing::Registered
        } else if client_id.as_str().starts_with("tpc_")
            || object.get("is_first_party") == Some(&Json::Bool(false))
        {
            Standing::ThirdParty
        } else if matches!(
            text(object, "app_type"),
            Some("express_configuration" | "sso_integration")
        ) {
            // Part of a feature of the tenant, which would break without it.
            Standing::System
        } else {
            Standing::Ordinary
        }
    }

    fn grant(&self, Listed { id, mut object }: Listed) -> Decoded {
        let Some(audience) = text(&object, "audience") else {
            return Decoded::Damaged("it has no `audience`");
        };
        let client = text(&object, "client_id");
        let subject_type = match text(&object, "subject_type") {
            // Grants from before there were two.
            None | Some("client") => Some(SubjectType::Client),
            Some("user") => Some(SubjectType::User),
            Some(_) => None,
        };

        let client_id = client.and_then(|client| client.parse::<ClientId>().ok());
        let identifier = audience.parse::<Identifier>().ok();

        let (Some(client_id), Some(audience), Some(subject_type)) =
            (client_id, identifier, subject_type)
        else {
            let (client, audience) = (client.map(str::to_owned), audience.to_owned());
            return Decoded::Unnamed(UnnamedGrant {
                id: RemoteId::new(id),
                client,
                audience,
            });
        };
        if audience.is_reserved() {
            return Decoded::Aside;
        }
        let standing = if is(&object, "is_system") {
            Standing::System
        } else if client_id == self.ourselves && audience == *self.management_api {
            Standing::Ourselves
        } else {
            Standing::Ordinary
        };
        let client = ClientRef::Id(client_id);
        let address = Address::Grant {
            client,
            audience,
            subject_type,
        };
        found(address, Kind::Grant, id, standing, &mut object)
    }

    /// Not all of the system's APIs say that they are.
    fn is_system_api(&self, identifier: &Identifier) -> bool {
        let host = self.management_api.host_of_management_api();

        identifier == self.management_api || SystemApi::of(identifier, host).is_some()
    }
}

fn found(
    address: Address,
    kind: Kind,
    id: impl Into<SmolStr>,
    standing: Standing,
    object: &mut Object,
) -> Decoded {
    let Some(mut attrs) = fields::decode(kind, object) else {
        return Decoded::Damaged("one of its fields is not what it should be");
    };
    if kind == Kind::Grant {
        one_kind_of_scopes(&mut attrs);
    }
    Decoded::Found(
        address,
        Found {
            id: RemoteId::new(id),
            standing,
            attrs,
            revision: None,
        },
    )
}

/// A grant has either scopes or all of them; which of the two fields Auth0 shows varies.
fn one_kind_of_scopes(attrs: &mut Attrs) {
    if attrs.get(GrantSpec::ALL_SCOPES) == Some(&Value::Bool(true)) {
        attrs.remove(GrantSpec::SCOPES);
    } else {
        attrs.remove(GrantSpec::ALL_SCOPES);
        attrs
            .entry(GrantSpec::SCOPES.into())
            .or_insert_with(|| Value::Set(Members::default()));
    }
}
