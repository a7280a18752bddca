//! What a provider cannot express is an error at its place, offline.

use std::fs;

use grantry::config;
use grantry::model::{
    Kind, Longest, MachineDefaults, ManagementApi, Missing, Part, ScopeNames,
    Support,
};
use grantry::provider::SUPPORTS;
use grantry::render;

/// A provider that can express little.
static NARROW: Support = Support {
    missing: &[
        Missing {
            kind: Kind::ResourceServer,
            field: "token_lifetime",
            value: None,
            why: "tokens live as long as the tenant says",
            instead: "leave it out",
        },
        Missing {
            kind: Kind::ResourceServer,
            field: "scopes",
            value: Some("read"),
            why: "every tenant has a scope of that name itself",
            instead: "choose another name",
        },
        Missing {
            kind: Kind::Client,
            field: "grant_types",
            value: Some("implicit"),
            why: "it is no flow of machines",
            instead: "leave it out of the list",
        },
        Missing {
            kind: Kind::Grant,
            field: "subject_type",
            value: Some("user"),
            why: "a grant is always for the client itself",
            instead: "declare a grant for the client",
        },
    ],
    lengths: &[
        Longest {
            kind: Kind::ResourceServer,
            field: "identifier",
            part: Part::Text,
            characters: 20,
        },
        Longest {
            kind: Kind::ResourceServer,
            field: "scopes",
            part: Part::Text,
            characters: 10,
        },
    ],
    machine: MachineDefaults {
        app_type: None,
        grant_types: &[],
        oidc_conformant: None,
        token_endpoint_auth_method: None,
        signing_alg: None,
    },
    scope_names: ScopeNames::InTheTenant {
        instead: "give one of them another name",
    },
    management_api: ManagementApi::None,
    ..Support::of_everything("Narrow")
};

const WIDE: &str = "\
stack: wide
resource_servers:
  maps:
    identifier: https://maps.example/
    token_lifetime: ~
    scopes: { read: Read, write:everything: Write }
  orders:
    identifier: urn:orders
    scopes: { read: Read }
clients:
  courier: { name: Courier, grant_types: [client_credentials, implicit] }
grants:
  - { client: courier, resource_server: maps, subject_type: user, scopes: [read] }
  - { client: courier, resource_server: management_api, scopes: [read:clients] }
";

fn load(
    text: &str,
    support: &'static Support,
) -> Result<config::Loaded, config::Problems> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("grantry.yaml");
    fs::write(&file, text).unwrap();
    config::load(&[file], &config::Inputs::default(), |_| support)
}

#[test]
fn everything_that_cannot_be_expressed_is_told_at_its_place() {
    let problems = load(WIDE, &NARROW).unwrap_err();
    let said = render::problems(&problems);
    let folder = said
        .find("/grantry.yaml")
        .map(|end| said[..end].rfind(' ').unwrap() + 1);
    let folder = folder
        .map(|start| &said[start..said.find("/grantry.yaml").unwrap()])
        .unwrap();
    insta::assert_snapshot!(
        anstream::adapter::strip_str(&said.replace(folder, "…")).to_string()
    );
}

#[test]
fn what_is_auth0s_own_can_be_expressed_there_and_in_a_file() {
    for support in SUPPORTS {
        let is_expressible = load(WIDE, support).is_ok();
        assert_eq!(
            is_expressible,
            support.name != "Keycloak",
            "{}",
            support.name
        );
    }
}

/// What the provider gives by itself is not filled in.
#[test]
fn a_client_gets_what_its_provider_says_a_machine_needs() {
    let text = "stack: s\nclients:\n  courier: { name: Courier }\n";
    let client = |support| {
        let desired = load(text, support).unwrap().desired;
        format!(
            "{:?}",
            desired
                .clients
                .into_values()
                .next()
                .unwrap()
        )
    };
    assert!(client(SUPPORTS[0]).contains("ClientCredentials"));
    assert!(!client(&NARROW).contains("ClientCredentials"));
}

#[test]
fn the_schema_says_what_a_provider_cannot_express() {
    let schema = config::schema(&[&NARROW]);
    let place = "/$defs/ResourceServer/properties/token_lifetime/description";
    let said = schema
        .pointer(place)
        .unwrap()
        .as_str()
        .unwrap();
    assert!(
        said.ends_with(
            "Not in Narrow: tokens live as long as the tenant says."
        ),
        "{said}"
    );
}

/// What Keycloak can say: all other fields are in its table of what is missing,
/// so that a new one is decided.
const IN_KEYCLOAK: &[(Kind, &[&str])] = &[
    (
        Kind::ResourceServer,
        &["external", "identifier", "name", "scopes"],
    ),
    (
        Kind::Client,
        &[
            "access_token_lifetime",
            "adopt",
            "client_id",
            "client_metadata",
            "defaults",
            "deliver",
            "description",
            "external",
            "grant_types",
            "logo_uri",
            "name",
            "protect",
            "require_proof_of_possession",
        ],
    ),
    (
        Kind::Grant,
        &[
            "client",
            "resource_server",
            "scopes",
            "subject_type",
        ],
    ),
];

#[test]
fn every_field_is_decided_for_keycloak() {
    let schema = config::schema(SUPPORTS);
    let keycloak = SUPPORTS
        .iter()
        .find(|support| support.name == "Keycloak");
    let keycloak = keycloak.unwrap();
    for (kind, said) in IN_KEYCLOAK {
        let definition = match kind {
            Kind::ResourceServer => "ResourceServer",
            Kind::Client => "Client",
            Kind::Grant => "Grant",
        };
        let fields = schema.pointer(&format!("/$defs/{definition}/properties"));
        for field in fields
            .unwrap()
            .as_object()
            .unwrap()
            .keys()
        {
            let is_said = said.contains(&field.as_str());
            assert_ne!(
                is_said,
                keycloak.lacks(*kind, field),
                "{definition}.{field}"
            );
        }
    }
}

#[test]
fn the_schema_of_a_project_leaves_out_what_its_provider_cannot_express() {
    let fields = |provider: &str| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("grantry.yaml");
        fs::write(&file, format!("stack: s\n{provider}")).unwrap();
        let reading = config::Reading::of(
            &config::Tree::Disk,
            &[file],
            config::Sources::default(),
        );
        let schema = reading.project_schema(SUPPORTS, &[]);
        let has = |place: &str| {
            schema
                .pointer(&format!("/$defs/{place}"))
                .is_some()
        };
        [
            has("ResourceServer/properties/token_lifetime"),
            has("Client/properties/access_token_lifetime"),
            has("EnvironmentClientOrNull/properties/access_token_lifetime"),
        ]
    };

    assert_eq!(
        fields("provider: keycloak\n"),
        [false, true, true]
    );
    assert_eq!(
        fields("provider: { auth0: {} }\n"),
        [true, false, false]
    );
    assert_eq!(fields("provider: local\n"), [true, true, true]);
    let both = "provider: auth0\nenvironments: { production: { provider: keycloak } }\n";
    assert_eq!(fields(both), [true, true, true]);
}
