//! Which Vault is meant, and who we are there: as the environment says it.

use std::fmt;
use std::path::Path;

use secrecy::SecretString;
use url::Url;

use super::Opened;
use crate::cli::credentials::names::{
    VAULT_ADDRESS, VAULT_AUTHORITY, VAULT_KUBERNETES_ROLE,
    VAULT_KUBERNETES_TOKEN, VAULT_NAMESPACE, VAULT_ROLE_ID, VAULT_SECRET_ID,
    VAULT_TOKEN, suffix_of,
};
use crate::cli::environment;
use crate::files::{self, Limit};
use crate::model::{EnvironmentName, SinkName, safe_path, step};
use crate::secrets::{
    SinkError, VaultLogin, VaultSession, VaultSettings, VaultSink,
};

/// Where Kubernetes puts the token of a pod.
const POD_TOKEN: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/// What the environment says of a Vault: all of it with the suffix of the
/// environment, or all plain.
pub(super) struct VaultSurroundings {
    suffix: String,
}

/// A Vault, and a namespace of it.
#[derive(Debug, Clone)]
pub(super) struct FoundVault {
    address: Url,
    namespace: Option<String>,
    /// Whether the environment names it, so that credentials may go there.
    naming: Naming,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Naming {
    ByEnvironment,
    ByFile,
}

impl VaultSurroundings {
    pub(super) fn read(environment: Option<&EnvironmentName>) -> Self {
        let suffix = environment
            .map(suffix_of)
            .unwrap_or_default();
        let own = [
            VAULT_ADDRESS,
            VAULT_TOKEN,
            VAULT_ROLE_ID,
            VAULT_KUBERNETES_ROLE,
        ];
        let has_own = own
            .iter()
            .any(|name| environment::exists(&format!("{name}{suffix}")));

        Self {
            suffix: if has_own {
                suffix
            } else {
                String::new()
            },
        }
    }

    fn name(&self, name: &str) -> String {
        format!("{name}{}", self.suffix)
    }

    fn get(&self, name: &str) -> Option<String> {
        environment::variable(&self.name(name))
    }

    /// The Vault that the environment names, which must be the one that the
    /// file states, if it states one; none where neither does.
    pub(super) fn agree_with(
        &self,
        sink: &SinkName,
        address: Option<&str>,
        namespace: Option<&str>,
    ) -> Result<Option<FoundVault>, SinkError> {
        let named = self.get(VAULT_ADDRESS);
        let named = named.map(|named| named.trim_end_matches('/').to_owned());
        let variable = self.name(VAULT_ADDRESS);
        if let Some(named) = &named {
            parse_address(sink, named)?;
        }
        let (text, naming) = match (named, address) {
            (Some(named), Some(stated)) if named != stated => {
                return Err(differs(
                    sink, "address", stated, &variable, &named,
                ));
            }
            (Some(named), _) => (named, Naming::ByEnvironment),
            (None, Some(stated)) => (stated.to_owned(), Naming::ByFile),
            (None, None) => return Ok(None),
        };

        let named = self.get(VAULT_NAMESPACE);
        let variable = self.name(VAULT_NAMESPACE);
        let namespace = match (named, namespace, naming) {
            (named, Some(stated), Naming::ByEnvironment)
                if named.as_deref().map(trim) != Some(trim(stated)) =>
            {
                let named = named.unwrap_or_default();
                return Err(differs(
                    sink,
                    "namespace",
                    stated,
                    &variable,
                    &named,
                ));
            }
            (Some(named), ..) => Some(trim(&named).to_owned()),
            (None, stated, _) => stated.map(|stated| trim(stated).to_owned()),
        };

        let address = parse_address(sink, &text)?;
        Ok(Some(FoundVault {
            address,
            namespace,
            naming,
        }))
    }

    /// That neither says where it is.
    pub(super) fn not_named(&self, sink: &SinkName) -> SinkError {
        let variable = self.name(VAULT_ADDRESS);
        let reason = "nothing says where the Vault is".to_owned();
        let step = format!(
            "set {variable}, which is no secret; or state `vault.address` in \
             the file, so that a plan without {variable} names the destination"
        );
        SinkError::not_set_up(sink, reason, Some(step![step]))
    }

    /// The sink, where credentials are at hand and may go there.
    pub(super) fn open(
        &self,
        sink: &SinkName,
        found: FoundVault,
        mount: &str,
        session: VaultSession,
    ) -> Opened {
        let variable = self.name(VAULT_ADDRESS);
        if found.naming == Naming::ByFile {
            return Err(SinkError::not_set_up(
                sink,
                format!(
                    "{variable} is not set, and a file does not say where \
                     credentials go"
                ),
                Some(step![format!(
                    "set {variable} to {}",
                    found.address
                )]),
            ));
        }

        let authority = match environment::path(&self.name(VAULT_AUTHORITY)) {
            None => None,
            Some(path) => Some(read_text(sink, &path)?),
        };
        let settings = VaultSettings {
            address: found.address,
            namespace: found.namespace,
            mount: mount.to_owned(),
            authority,
            login: self.login(sink)?,
        };
        Ok(Box::new(VaultSink::new(settings, session)?))
    }

    fn login(&self, sink: &SinkName) -> Result<VaultLogin, SinkError> {
        if let Some(token) = environment::secret(&self.name(VAULT_TOKEN)) {
            return Ok(VaultLogin::Token(token));
        }

        if let Some(role_id) = self.get(VAULT_ROLE_ID) {
            let variable = self.name(VAULT_SECRET_ID);
            let secret_id =
                environment::secret(&variable).ok_or_else(|| {
                    SinkError::not_set_up(
                        sink,
                        format!("{variable} is not set"),
                        None,
                    )
                })?;
            return Ok(VaultLogin::AppRole {
                role_id,
                secret_id,
                mount: None,
            });
        }

        if let Some(role) = self.get(VAULT_KUBERNETES_ROLE) {
            let path = environment::path(&self.name(VAULT_KUBERNETES_TOKEN));
            let path = path.unwrap_or_else(|| POD_TOKEN.into());
            let token = SecretString::from(read_text(sink, &path)?.trim());
            return Ok(VaultLogin::Kubernetes {
                role,
                token,
                mount: None,
            });
        }

        let [token, role, kubernetes] = [
            VAULT_TOKEN,
            VAULT_ROLE_ID,
            VAULT_KUBERNETES_ROLE,
        ]
        .map(|name| self.name(name));
        Err(SinkError::not_set_up(
            sink,
            "nothing says who we are there".to_owned(),
            Some(step![format!(
                "set {token}, or {role} with its secret, or {kubernetes}"
            )]),
        ))
    }
}

/// Where a Vault is. What cannot be one is told before anything is planned,
/// which names destinations in full.
fn parse_address(sink: &SinkName, text: &str) -> Result<Url, SinkError> {
    let refuse = |reason: &str, step| {
        SinkError::not_set_up(sink, reason.to_owned(), Some(step))
    };

    let address: Url = text.parse().map_err(|_| {
        let step = step!["write it as in `https://vault.example:8200`"];
        refuse("its address is no URL", step)
    })?;
    match VaultSettings::check_address(&address) {
        Ok(()) => Ok(address),
        Err((reason, step)) => Err(refuse(reason, step)),
    }
}

fn trim(namespace: &str) -> &str {
    namespace.trim_matches('/')
}

fn read_text(sink: &SinkName, path: &Path) -> Result<String, SinkError> {
    let refuse = |reason: String| {
        let reason = format!("{} cannot be read: {reason}", safe_path(path));
        SinkError::not_set_up(sink, reason, None)
    };

    let bytes = files::read(path, Limit::KEY)
        .map_err(|error| refuse(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| refuse(error.to_string()))
}

fn differs(
    sink: &SinkName,
    field: &str,
    stated: &str,
    variable: &str,
    named: &str,
) -> SinkError {
    let reason = format!(
        "the configuration is for the {field} `{stated}`, but {variable} is \
         `{named}`; nothing was sent to either"
    );
    SinkError::not_set_up(
        sink,
        reason,
        Some(step![
            "let both be the same, or leave it out of the file"
        ]),
    )
}

/// As it is compared, and shown.
impl fmt::Display for FoundVault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(
            self.address
                .as_str()
                .trim_end_matches('/'),
        )?;
        match &self.namespace {
            Some(namespace) => write!(formatter, " {namespace}"),
            None => Ok(()),
        }
    }
}
