//! What good configurations mean.

use std::fs;
use std::path::PathBuf;

use grantry::config::{self, Loaded, ProviderChoice};
use grantry::model::Reserve;
use grantry::model::{
    ClientRef, Desired, DesiredClient, DesiredResourceServer, GrantType,
    Identity, Key, Setting,
};
use grantry::provider::support_of;
use grantry::render;

/// Loads files that are written for this, in the order given.
fn load(files: &[(&str, &str)]) -> Loaded {
    let folder = tempfile::tempdir().expect("a folder");
    let paths: Vec<PathBuf> = files
        .iter()
        .map(|(name, content)| {
            let path = folder.path().join(name);
            fs::write(&path, content).expect("a file");
            path
        })
        .collect();
    config::load(&paths, &config::Inputs::default(), support_of)
        .unwrap_or_else(|problems| panic!("{}", render::problems(&problems)))
}

fn desired(content: &str) -> Desired {
    load(&[("grantry.yaml", content)]).desired
}

fn client<'a>(desired: &'a Desired, key: &str) -> &'a DesiredClient {
    &desired.clients[&key.parse::<Key>().expect("a key")]
}

#[test]
fn absent_null_and_a_value_are_three_things() {
    let desired = desired(
        "stack: s
clients:
  absent: { name: A }
  reset: { name: B, grant_types: null, description: ~ }
  value: { name: C, grant_types: [], description: '' }
",
    );
    let spec = |key| match client(&desired, key) {
        DesiredClient::Managed { spec, .. } => spec.clone(),
        DesiredClient::External(_) => panic!("{key} is managed"),
    };
    let default = Setting::Value([GrantType::ClientCredentials].into());
    assert_eq!(spec("absent").grant_types, default);
    assert_eq!(spec("absent").description, Setting::Absent);
    assert_eq!(spec("reset").grant_types, Setting::Reset);
    assert_eq!(spec("reset").description, Setting::Reset);
    assert_eq!(
        spec("value").grant_types,
        Setting::Value([].into())
    );
    assert!(
        spec("value")
            .description
            .value()
            .is_some()
    );
}

#[test]
fn what_is_external_or_bound_is_told_from_what_is_declared() {
    let desired = desired(
        "stack: s
resource_servers:
  elsewhere: { identifier: 'urn:elsewhere', external: true }
  here: { identifier: 'urn:here' }
clients:
  elsewhere: { client_id: abc, external: true }
  bound: { client_id: def, name: Bound }
  new: { name: New }
grants:
  - { client: elsewhere, resource_server: elsewhere, scopes: ['any:scope'] }
",
    );
    let specs: Vec<bool> = desired
        .resource_servers
        .values()
        .map(|DesiredResourceServer { spec, .. }| spec.is_some())
        .collect();
    assert_eq!(specs, [false, true]);
    assert!(matches!(
        client(&desired, "elsewhere"),
        DesiredClient::External(_)
    ));
    let identity = |key| match client(&desired, key) {
        DesiredClient::Managed { identity, .. } => Some(identity.clone()),
        DesiredClient::External(_) => None,
    };
    assert!(matches!(
        identity("bound"),
        Some(Identity::ClientId(_))
    ));
    assert_eq!(identity("new"), Some(Identity::Mark));
    let management_api = "urn:management"
        .parse()
        .expect("an identifier");
    let address =
        desired.grant_address(&desired.grants[0], Some(&management_api));
    let Some(grantry::model::Address::Grant { client, .. }) = address else {
        panic!("a grant of what is declared");
    };
    assert!(matches!(client, ClientRef::Id(_)));
}

#[test]
fn merged_and_aliased_values_count_as_written_out() {
    let aliased = desired(
        "stack: s
clients:
  a: &a
    name: A
    description: One of many
    client_metadata: &metadata { team: maps }
  b:
    <<: *a
    name: B
  c: { name: C, client_metadata: *metadata }
",
    );
    let written_out = desired(
        "stack: s
clients:
  a: { name: A, description: One of many, client_metadata: { team: maps } }
  b: { name: B, description: One of many, client_metadata: { team: maps } }
  c: { name: C, client_metadata: { team: maps } }
",
    );
    assert_eq!(aliased, written_out);
}

/// JSON, and so every editor, knows text keys only.
#[test]
fn a_key_is_the_text_it_was_written_as() {
    let desired = desired(
        "stack: s\nclients:\n  0x10: { name: A }\n  true: { name: B }\n",
    );
    let keys: Vec<&str> = desired
        .clients
        .keys()
        .map(Key::as_str)
        .collect();
    assert_eq!(keys, ["0x10", "true"]);
}

#[test]
fn the_order_of_files_and_of_keys_makes_no_difference() {
    let apis =
        "resource_servers: { b: { identifier: b }, a: { identifier: a } }\n";
    let more = "resource_servers: { c: { identifier: c } }\nstack: s\n";
    let one = load(&[("apis.yaml", apis), ("more.yaml", more)]).desired;
    let other = load(&[("more.yaml", more), ("apis.yaml", apis)]).desired;
    assert_eq!(one, other);
    assert_eq!(one.resource_servers.len(), 3);
}

#[test]
fn the_provider_is_as_the_configuration_says() {
    let provider = |text: &str| {
        load(&[("grantry.yaml", &format!("stack: s\n{text}"))]).provider
    };
    let auth0 = |domain: Option<&str>| {
        let domain = domain.map(str::to_owned);
        Some(ProviderChoice::Auth0 {
            domain,
            rate_limit: None,
            reserve: Reserve::default(),
        })
    };
    assert_eq!(provider(""), None);
    assert_eq!(provider("provider: { auth0: {} }"), auth0(None));
    assert_eq!(provider("provider: auth0"), auth0(None));
    let domain = "acme.eu.auth0.com";
    assert_eq!(
        provider(&format!(
            "provider: {{ auth0: {{ domain: {domain} }} }}"
        )),
        auth0(Some(domain))
    );
    let limited = ProviderChoice::Auth0 {
        domain: None,
        rate_limit: Some("10/2".parse().unwrap()),
        reserve: Reserve::NONE,
    };
    assert_eq!(
        provider("provider: { auth0: { rate_limit: 10/2, reserve: 0 } }"),
        Some(limited)
    );
    let local = |file: &str| {
        Some(ProviderChoice::Local {
            file: file.into(),
        })
    };
    assert_eq!(
        provider("provider: { local: { file: tenant.json } }"),
        local("tenant.json")
    );
    for bare in ["provider: local", "provider: { local: {} }"] {
        assert_eq!(
            provider(bare),
            local(".grantry/tenant.json"),
            "{bare}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_key_file_is_not_waited_for() {
    use std::process::Command;
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    let folder = tempfile::tempdir().expect("a folder");
    let made = Command::new("mkfifo")
        .arg(folder.path().join("key.pem"))
        .status();
    assert!(made.expect("mkfifo").success());
    let path = folder.path().join("grantry.yaml");
    let methods =
        "{ private_key_jwt: { credentials: [{ pem_file: key.pem }] } }";
    let client =
        format!("{{ name: C, client_authentication_methods: {methods} }}");
    fs::write(
        &path,
        format!("stack: s\nclients:\n  c: {client}\n"),
    )
    .expect("a file");
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        tell.send(
            config::load(&[path], &config::Inputs::default(), support_of)
                .map(|_| ()),
        )
    });
    let loaded = told
        .recv_timeout(Duration::from_secs(10))
        .expect("an end");
    let problems = render::problems(&loaded.expect_err("a problem"));
    assert!(
        problems.contains("`key.pem` is not a file"),
        "{problems}"
    );
}

#[test]
fn a_certificate_known_by_its_subject_may_hold_any_key() {
    let pair = rcgen::KeyPair::generate().expect("a key of a curve");
    let mut parameters = rcgen::CertificateParams::default();
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters
        .distinguished_name
        .push(rcgen::DnType::CommonName, "billing");
    let certificate = parameters
        .self_signed(&pair)
        .expect("a certificate");
    let pem = certificate
        .pem()
        .replace("\r\n", "\n")
        .replace('\n', "\\n");
    let desired = desired(&format!(
        "stack: s
clients:
  c:
    name: C
    client_authentication_methods: {{ tls_client_auth: {{ credentials: [{{ pem: \"{pem}\" }}] }} }}
"
    ));

    let DesiredClient::Managed { spec, .. } = client(&desired, "c") else {
        panic!("it is managed");
    };
    let attrs = format!("{:?}", spec.attrs());
    assert!(attrs.contains("CN=billing"), "{attrs}");
}

/// A configuration of so many clients, and of as many grants
/// whose clients are misspelt.
fn misspelt(many: usize) -> config::Problems {
    let clients: Vec<String> = (0..many)
        .map(|number| {
            format!("  service-{number:05}: {{ name: Service {number:05} }}\n")
        })
        .collect();
    let grants: Vec<String> = (0..many)
        .map(|number| {
            format!("- {{ client: servcie-{number:05}, resource_server: maps, scopes: [] }}\n")
        })
        .collect();
    let text = format!(
        "stack: s\nresource_servers: {{ maps: {{ identifier: 'urn:maps' }} }}\nclients:\n{}grants:\n{}",
        clients.concat(),
        grants.concat()
    );

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("grantry.yaml");
    fs::write(&file, text).expect("a file");
    config::load(&[file], &config::Inputs::default(), support_of)
        .expect_err("problems")
}

/// Each suggestion compares a word with all names.
#[test]
fn only_the_first_problems_get_a_suggestion() {
    let problems = misspelt(120).problems;
    assert_eq!(problems.len(), 120);
    let helps = problems.iter().map(|problem| {
        problem
            .help
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default()
    });
    let suggestions: Vec<bool> = helps
        .map(|help| help.starts_with("did you mean"))
        .collect();
    assert_eq!(
        suggestions,
        [[true; 50].as_slice(), &[false; 70]].concat()
    );
}

#[test]
fn the_search_for_problems_ends_and_says_so() {
    let problems = misspelt(config::Problems::MOST + 7);
    assert_eq!(problems.problems.len(), config::Problems::MOST);
    let said = render::problems(&problems);
    let end = "… and 4500 more\n\n5000 problems in 1 file\nThe search ended there: there may be more.\n";
    assert!(
        said.ends_with(end),
        "{}",
        &said[said.len() - 200..]
    );
}
