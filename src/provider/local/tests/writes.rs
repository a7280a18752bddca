//! What is written to a tenant in these tests.

use crate::model::{Address, Attrs, ClientRef, RemoteId, SubjectType, Value};
use crate::provider::Write;

pub(super) fn create_server(name: &str) -> Write {
    Write::Create {
        address: Address::ResourceServer(
            format!("https://{name}.example/")
                .parse()
                .unwrap(),
        ),
        attrs: Attrs::from_iter([("name".into(), Value::from(name))]),
    }
}

pub(super) fn create_client(name: &str) -> Write {
    Write::Create {
        address: Address::Client(ClientRef::Key(name.parse().unwrap())),
        attrs: Attrs::from_iter([("name".into(), Value::from(name))]),
    }
}

pub(super) fn create_grant(client: &RemoteId, server: &str) -> Write {
    Write::Create {
        address: Address::Grant {
            client: ClientRef::Id(client.as_str().parse().unwrap()),
            audience: format!("https://{server}.example/")
                .parse()
                .unwrap(),
            subject_type: SubjectType::Client,
        },
        attrs: Attrs::new(),
    }
}

pub(super) fn update_client(id: &RemoteId, name: &str) -> Write {
    Write::Update {
        address: Address::Client(ClientRef::Id(id.as_str().parse().unwrap())),
        id: id.clone(),
        fields: Attrs::from_iter([("name".into(), Value::from(name))]),
        precondition: None,
    }
}

pub(super) fn delete_client(id: &RemoteId) -> Write {
    let address = Address::Client(ClientRef::Id(id.as_str().parse().unwrap()));
    Write::Delete {
        address,
        id: id.clone(),
        precondition: None,
    }
}
