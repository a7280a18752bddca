//! What is written to a tenant in these tests.

use serde_json::json;

use super::server::Server;
use super::settings_for;
use crate::model::{Address, Attrs, ClientRef, RemoteId, SubjectType, Value};
use crate::provider::Write;
use crate::provider::auth0::Writer;

pub(super) fn writer_for(server: &Server) -> Writer {
    Writer::new(settings_for(server)).unwrap()
}

pub(super) fn client_address() -> Address {
    Address::Client(ClientRef::Key(
        "gift-deliveries".parse().unwrap(),
    ))
}

fn name() -> Attrs {
    Attrs::from_iter([("name".into(), Value::from("Gift Deliveries"))])
}

pub(super) fn create_client() -> Write {
    Write::Create {
        address: client_address(),
        attrs: name(),
    }
}

pub(super) fn update_client(id: &str) -> Write {
    Write::Update {
        address: client_address(),
        id: RemoteId::new(id),
        fields: name(),
        precondition: None,
    }
}

pub(super) fn delete_client(id: &str) -> Write {
    Write::Delete {
        address: client_address(),
        id: RemoteId::new(id),
        precondition: None,
    }
}

pub(super) fn grant_address() -> Address {
    Address::Grant {
        client: ClientRef::Id("abc".parse().unwrap()),
        audience: "urn:maps".parse().unwrap(),
        subject_type: SubjectType::Client,
    }
}

pub(super) fn with_organizations(ids: &[&str]) -> Attrs {
    let fields = Value::from(json!({ "organizations": ids }));
    fields.as_map().unwrap().clone()
}
