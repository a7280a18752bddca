//! `examples/tenants.yaml`, which `examples/kubernetes` and `examples/slurm`
//! share among processes; here each tenant is a file beside it.

use std::fs;
use std::path::{Path, PathBuf};

use super::world::read_yaml;

pub(super) fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(name)
}

/// The configuration, with tenants in files.
pub(super) fn configuration() -> String {
    const STATED: &str = r#"{ auth0: { domain: "${var.tenant}.auth0.com" } }"#;
    const HERE: &str = r#"{ local: { file: "${var.tenant}.json" } }"#;

    let text = fs::read_to_string(example("tenants.yaml")).unwrap();
    assert!(
        text.contains(STATED),
        "the example has another provider"
    );
    text.replace(STATED, HERE)
}

/// All its environments.
pub(super) fn environments() -> Vec<String> {
    let configuration = read_yaml(&example("tenants.yaml"));
    let environments = configuration["environments"]
        .as_object()
        .unwrap();
    environments.keys().cloned().collect()
}
