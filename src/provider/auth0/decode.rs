//! Objects as Auth0 lists them, in Grantry's own words.

use serde_json::Value as Json;
use smol_str::SmolStr;

use super::fields;
use super::listing::Listed;
use super::object::{Object, get_text, is_true};
use super::support::parse_client_id;
use crate::model::{
    Address, Attrs, ClientId, ClientRef, ClientSpec, Found, GrantSpec,
    Identifier, Kind, Mark, Members, RemoteId, Standing, SubjectType,
    SystemApi, UnnamedGrant, Value,
};

/// Decodes the objects of one tenant: what must be known of it to tell whether
/// an object may be changed.
pub(super) struct Decoder<'a> {
    pub(super) ourselves: ClientId,
    /// The tenant's own API, as the tenant lists it.
    pub(super) management_api: &'a Identifier,
}

/// What became of a listed object.
pub(super) enum Decoded {
    /// It has an address.
    Found(Address, Found),
    /// Grantry keeps it for itself: no configuration is about it.
    Reserved,
    /// A grant that no configuration can name.
    Unnamed(UnnamedGrant),
    /// No configuration can name it, so it is nobody's business here.
    Unaddressable(&'static str),
    /// It is not what an object of its kind looks like.
    Damaged(&'static str),
}

impl Decoder<'_> {
    /// Decodes an object of a kind.
    pub(super) fn decode(&self, kind: Kind, listed: Listed) -> Decoded {
        match kind {
            Kind::ResourceServer => self.decode_resource_server(listed),
            Kind::Client => self.decode_client(listed),
            Kind::Grant => self.decode_grant(listed),
        }
    }

    fn decode_resource_server(
        &self,
        Listed { id, mut object }: Listed,
    ) -> Decoded {
        let Some(identifier) = get_text(&object, "identifier") else {
            return Decoded::Damaged("it has no `identifier`");
        };
        let Ok(identifier) = identifier.parse::<Identifier>() else {
            return Decoded::Unaddressable("its identifier");
        };
        if identifier.is_reserved() {
            return Decoded::Reserved;
        }

        let standing = if is_true(&object, "is_system")
            || self.is_system_api(&identifier)
        {
            Standing::System
        } else {
            Standing::Ordinary
        };
        let address = Address::ResourceServer(identifier);
        found(
            address,
            Kind::ResourceServer,
            id,
            standing,
            &mut object,
        )
    }

    fn decode_client(&self, Listed { id, mut object }: Listed) -> Decoded {
        let Some(client_id) = parse_client_id(&id) else {
            // To overlook a client of ours would mean to create it again.
            return if is_marked(&object) {
                Decoded::Damaged(
                    "it carries Grantry's mark, but no usable `client_id`",
                )
            } else {
                Decoded::Unaddressable("its `client_id`")
            };
        };

        let standing = self.standing_of_client(&client_id, &object);
        let address = Address::Client(ClientRef::Id(client_id.clone()));
        found(
            address,
            Kind::Client,
            client_id,
            standing,
            &mut object,
        )
    }

    fn standing_of_client(
        &self,
        client_id: &ClientId,
        object: &Object,
    ) -> Standing {
        // First, whatever else it is: a run must never change the client that
        // it gets its token with.
        if *client_id == self.ourselves {
            Standing::Ourselves
        } else if is_true(object, "global") {
            Standing::Global
        } else if is_registered(object) {
            Standing::Registered
        } else if is_third_party(client_id, object) {
            Standing::ThirdParty
        } else if is_part_of_a_feature(object) {
            Standing::System
        } else {
            Standing::Ordinary
        }
    }

    fn decode_grant(&self, Listed { id, mut object }: Listed) -> Decoded {
        let Some(audience) = get_text(&object, "audience") else {
            return Decoded::Damaged("it has no `audience`");
        };
        // A grant by default, which is for every
        // third-party client, has no client.
        let client = get_text(&object, "client_id");

        let client_id = client.and_then(parse_client_id);
        let identifier = audience.parse::<Identifier>().ok();
        let subject_type = decode_subject_type(&object);
        let (Some(client_id), Some(identifier), Some(subject_type)) =
            (client_id, identifier, subject_type)
        else {
            return Decoded::Unnamed(UnnamedGrant {
                id: RemoteId::new(id),
                client: client.map(str::to_owned),
                audience: audience.to_owned(),
                scopes: list_scopes(&object),
            });
        };
        if identifier.is_reserved() {
            return Decoded::Reserved;
        }

        let standing = if is_true(&object, "is_system") {
            Standing::System
        } else if client_id == self.ourselves
            && identifier == *self.management_api
        {
            // Without it nothing could be read or changed any more.
            Standing::Ourselves
        } else {
            Standing::Ordinary
        };
        let address = Address::Grant {
            client: ClientRef::Id(client_id),
            audience: identifier,
            subject_type,
        };
        found(address, Kind::Grant, id, standing, &mut object)
    }

    /// Not all of the system's APIs say that they are.
    fn is_system_api(&self, identifier: &Identifier) -> bool {
        let host = self
            .management_api
            .host_of_management_api();

        identifier == self.management_api
            || SystemApi::of(identifier, host).is_some()
    }
}

/// Whether a client carries an entry of Grantry's mark.
fn is_marked(client: &Object) -> bool {
    let Some(metadata) = client.get(ClientSpec::METADATA) else {
        return false;
    };

    Mark::METADATA_KEYS
        .iter()
        .any(|entry| metadata.get(entry).is_some())
}

/// Whether a client was registered dynamically, or by a
/// metadata document of its own.
fn is_registered(client: &Object) -> bool {
    ["external_metadata_type", "external_client_id"]
        .iter()
        .any(|field| get_text(client, field).is_some())
}

fn is_third_party(client_id: &ClientId, client: &Object) -> bool {
    // So Auth0 begins the ids of those that it calls strict.
    let is_strict = client_id.as_str().starts_with("tpc_");

    // Only what says so: a client is of the first party where nothing was said
    // when it was created.
    is_strict || client.get("is_first_party") == Some(&Json::Bool(false))
}

/// Whether a client is part of a feature of the tenant,
/// which would break without it.
fn is_part_of_a_feature(client: &Object) -> bool {
    matches!(
        get_text(client, "app_type"),
        Some("express_configuration" | "sso_integration")
    )
}

/// Whom a grant is for, if that is known here.
fn decode_subject_type(grant: &Object) -> Option<SubjectType> {
    match get_text(grant, "subject_type") {
        // Grants from before there were two.
        None | Some("client") => Some(SubjectType::Client),
        Some("user") => Some(SubjectType::User),
        // Taken for one of the two, it could have the address of a grant that
        // is another one.
        Some(_) => None,
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
        keep_one_kind_of_scopes(&mut attrs);
    }

    let found = Found {
        id: RemoteId::new(id),
        standing,
        attrs,
        revision: None,
    };
    Decoded::Found(address, found)
}

/// A grant has either scopes or all of them; which of the two fields Auth0
/// shows varies.
fn keep_one_kind_of_scopes(attrs: &mut Attrs) {
    if attrs.get(GrantSpec::ALL_SCOPES) == Some(&Value::Bool(true)) {
        attrs.remove(GrantSpec::SCOPES);
    } else {
        attrs.remove(GrantSpec::ALL_SCOPES);
        attrs
            .entry(GrantSpec::SCOPES.into())
            .or_insert_with(|| Value::Set(Members::default()));
    }
}

/// The scopes of a grant, as they are listed; none where it is for every scope.
fn list_scopes(object: &Object) -> Option<Vec<String>> {
    let scopes = object.get("scope")?.as_array()?;

    let texts = scopes.iter().filter_map(Json::as_str);
    Some(texts.map(str::to_owned).collect())
}
