//! The certificate authority of the emulator, which its
//! callers are told to trust.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf, absolute};

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer,
    KeyPair,
};
use rcgen::{ExtendedKeyUsagePurpose, KeyUsagePurpose};
use serde::{Deserialize, Serialize};
use tempfile::{NamedTempFile, TempPath};

use super::error::EmulatorError;

/// An authority that signs for the names of the emulator alone, in PEM. Kept
/// with the tenant, so that who trusted it trusts the next run too.
/// Deliberately not `Debug`: it holds a key.
#[derive(Serialize, Deserialize)]
pub(crate) struct Authority {
    certificate: String,
    key: String,
}

/// A certificate for the emulator, with its key.
pub(crate) struct Signed {
    pub(crate) certificate: Certificate,
    pub(crate) key: KeyPair,
}

impl Authority {
    pub(crate) fn generate() -> Result<Self, EmulatorError> {
        Self::try_generate().map_err(EmulatorError::tls)
    }

    fn try_generate() -> Result<Self, rcgen::Error> {
        let key = KeyPair::generate()?;
        let certificate = authority_parameters().self_signed(&key)?;

        Ok(Self {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
        })
    }

    /// Its own certificate, in PEM.
    pub(crate) fn certificate(&self) -> &str {
        &self.certificate
    }

    /// A certificate for these names, new each time: only the authority is
    /// remembered by callers.
    pub(crate) fn sign(
        &self,
        names: Vec<String>,
    ) -> Result<Signed, rcgen::Error> {
        let mut leaf = CertificateParams::new(names)?;
        // `ssl` of Python 3.13 verifies strictly, and refuses a
        // certificate without it.
        leaf.use_authority_key_identifier_extension = true;
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];

        let issuer = Issuer::new(
            authority_parameters(),
            KeyPair::from_pem(&self.key)?,
        );
        let key = KeyPair::generate()?;
        let certificate = leaf.signed_by(&key, &issuer)?;
        Ok(Signed {
            certificate,
            key,
        })
    }
}

/// The same for each authority: what signs needs them
/// as well as what is signed.
fn authority_parameters() -> CertificateParams {
    let mut parameters = CertificateParams::default();
    let name = &mut parameters.distinguished_name;
    name.push(DnType::CommonName, "Grantry emulator");

    // Zero: what it signs is no authority itself.
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    parameters.key_usages = vec![
        KeyUsagePurpose::KeyCertSign,
        KeyUsagePurpose::CrlSign,
    ];
    parameters
}

/// The file that an authority's certificate lies in.
pub(crate) struct AuthorityFile {
    pub(crate) pem: String,
    place: AuthorityPlace,
}

/// Beside the state, or anywhere for as long as the emulator lives.
enum AuthorityPlace {
    Kept(PathBuf),
    Temporary(TempPath),
}

impl AuthorityFile {
    /// Absolute: callers work in folders of their own.
    pub(crate) fn path(&self) -> &Path {
        match &self.place {
            AuthorityPlace::Kept(path) => path,
            AuthorityPlace::Temporary(path) => path,
        }
    }

    pub(crate) fn write(
        authority: &Authority,
        state: Option<&Path>,
    ) -> Result<Self, EmulatorError> {
        let pem = authority.certificate().to_owned();
        let place = match state {
            Some(state) => write_beside(state, &pem)?,
            None => write_anywhere(&pem)?,
        };
        Ok(Self { pem, place })
    }
}

fn write_beside(
    state: &Path,
    pem: &str,
) -> Result<AuthorityPlace, EmulatorError> {
    // Errors name the file as the state's file was named.
    let given = state.with_extension("ca.pem");
    let path = absolute(&given).map_err(cannot_write(&given))?;

    fs::write(&path, pem).map_err(cannot_write(&given))?;
    Ok(AuthorityPlace::Kept(path))
}

fn write_anywhere(pem: &str) -> Result<AuthorityPlace, EmulatorError> {
    let given = std::env::temp_dir();
    let folder = absolute(&given).map_err(cannot_write(&given))?;

    let mut file =
        NamedTempFile::with_prefix_in("grantry-emulator-ca-", &folder)
            .map_err(cannot_write(&folder))?;
    file.write_all(pem.as_bytes())
        .map_err(cannot_write(file.path()))?;
    Ok(AuthorityPlace::Temporary(file.into_temp_path()))
}

fn cannot_write(path: &Path) -> impl FnOnce(std::io::Error) -> EmulatorError {
    let path = path.to_owned();
    move |source| EmulatorError::File {
        action: "write",
        path,
        source,
    }
}
