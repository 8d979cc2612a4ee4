//! Configures the SMTP side of the local server from the command-line options.

use super::CliError;
use super::args::SmtpOptions;
use dropmail_server::{ServerConfig, SmtpAuth, SmtpTls, TlsIdentity};
use secrecy::{ExposeSecret, SecretString};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// The file with the certificate that mail clients must trust. Dropping this value deletes the file.
#[derive(Debug)]
pub(super) struct CertificateFile(NamedTempFile);

impl CertificateFile {
    /// Returns the path of the certificate file.
    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }
}

/// Returns `config` with the SMTP options applied, and the certificate file. The file is `None` unless a certificate
/// was generated.
///
/// # Errors
///
/// Returns an error if the certificate or the key cannot be read, created or stored, if no port uses TLS although a
/// certificate is given, or if the login is invalid.
pub(super) fn configure(
    options: &SmtpOptions,
    config: ServerConfig,
) -> Result<(ServerConfig, Option<CertificateFile>), CliError> {
    let smtp_tls = options.smtp_tls.unwrap_or_default();
    let needs_identity = smtp_tls != SmtpTls::Off || options.smtps.is_some();
    let (smtp_tls_identity, file) = match (&options.tls_cert, &options.tls_key) {
        (Some(_), _) if !needs_identity => {
            return Err(CliError::usage(
                "--tls-cert has no effect without TLS; add --smtp-tls starttls, --smtp-tls implicit or --smtps",
            ));
        }
        (Some(certificate), Some(key)) => (Some(load_certificate(certificate, key)?), None),
        (None, None) if needs_identity => {
            let (identity, pem) = TlsIdentity::generate().map_err(CliError::failed)?;
            (Some(identity), Some(store_certificate(&pem)?))
        }
        _ => (None, None),
    };
    let smtp_auth = options.smtp_auth.as_ref().map(parse_login).transpose()?.unwrap_or_default();
    let config = ServerConfig { smtp_auth, smtp_tls, smtps: options.smtps, smtp_tls_identity, ..config };
    Ok((config, file))
}

/// Parses the login from `--smtp-auth` or `DROPMAIL_SMTP_AUTH`. The error does not contain the text, which may be a
/// password.
fn parse_login(text: &SecretString) -> Result<SmtpAuth, CliError> {
    let parsed = text.expose_secret().parse();
    parsed.map_err(|why| CliError::usage(format!("--smtp-auth or DROPMAIL_SMTP_AUTH: {why}")))
}

fn load_certificate(certificate: &PathBuf, key: &PathBuf) -> Result<TlsIdentity, CliError> {
    let read = |option: &str, path: &PathBuf| {
        std::fs::read(path).map_err(|why| CliError::failed(format!("{option} {}: {why}", path.display())))
    };
    TlsIdentity::from_pem(&read("--tls-cert", certificate)?, &read("--tls-key", key)?).map_err(|why| {
        CliError::failed(format!("--tls-cert {}, --tls-key {}: {why}", certificate.display(), key.display()))
    })
}

fn store_certificate(pem: &str) -> Result<CertificateFile, CliError> {
    let failed = |why: std::io::Error| CliError::failed(format!("the certificate cannot be stored: {why}"));
    let mut builder = tempfile::Builder::new();
    builder.prefix("dropmail-tui-").suffix(".pem");
    // The certificate is public, and the program under test may run as another user.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut file = builder.tempfile().map_err(failed)?;
    file.write_all(pem.as_bytes()).and_then(|()| file.flush()).map_err(failed)?;
    Ok(CertificateFile(file))
}
