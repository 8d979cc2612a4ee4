//! The certificate and the private key that the SMTP listeners use for TLS.

use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

use crate::clock;

/// Host names and IP addresses for which a generated certificate is valid.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
/// Validity period of a generated certificate in years.
const LIFE_YEARS: i64 = 1;

/// The certificate chain and the private key of the SMTP listeners.
#[derive(Clone)]
pub struct TlsIdentity(Arc<rustls::ServerConfig>);

impl std::fmt::Debug for TlsIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TlsIdentity(***)")
    }
}

/// Reason why a certificate or a private key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsIdentityError {
    /// The certificate chain could not be parsed as PEM certificates, or contains none.
    #[error("it holds no certificate in PEM: {0}")]
    Certificate(rustls::pki_types::pem::Error),
    /// The private key could not be parsed as PEM.
    #[error("it holds no private key in PEM: {0}")]
    Key(rustls::pki_types::pem::Error),
    /// The certificate and the private key do not match, or the TLS library does not support them.
    #[error("certificate and key cannot be used: {0}")]
    Unusable(#[from] rustls::Error),
    /// A certificate could not be generated.
    #[error("a certificate cannot be generated: {0}")]
    Generation(#[from] rcgen::Error),
}

impl TlsIdentity {
    /// Creates the identity from a certificate chain and its private key, both in PEM format.
    ///
    /// # Errors
    /// [`TlsIdentityError`] if the chain or the key cannot be parsed, or if they do not match.
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, TlsIdentityError> {
        let chain: Vec<_> = CertificateDer::pem_slice_iter(chain)
            .collect::<Result<_, _>>()
            .map_err(TlsIdentityError::Certificate)?;
        if chain.is_empty() {
            return Err(TlsIdentityError::Certificate(rustls::pki_types::pem::Error::NoItemsFound));
        }
        let key = PrivateKeyDer::from_pem_slice(key).map_err(TlsIdentityError::Key)?;
        Self::new(chain, key)
    }

    /// Generates a certificate for this machine, signed by a new certificate authority. Returns the identity, and the
    /// authority's certificate in PEM format. A client that trusts the authority accepts the listener's certificate.
    ///
    /// # Errors
    /// [`TlsIdentityError::Generation`] if the operating system provides no random numbers.
    pub fn generate() -> Result<(Self, String), TlsIdentityError> {
        let mut authority = params(Vec::new(), "dropmail-tui local authority")?;
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;
        let key = KeyPair::generate()?;
        let names = NAMES.map(str::to_owned).to_vec();
        let certificate = params(names, "dropmail-tui local server")?.signed_by(&key, &authority)?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let chain = vec![certificate.der().clone(), authority.der().clone()];
        Ok((Self::new(chain, key)?, authority.pem()))
    }

    fn new(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, TlsIdentityError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        Ok(Self(Arc::new(config)))
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.0))
    }
}

/// Returns the parameters of a certificate. The certificate is valid from the previous day, because a client's clock
/// may be slow.
fn params(names: Vec<String>, name: &str) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, name);
    let today = clock::now().to_zoned_datetime(TimeZone::UTC).date();
    let date = |date: Date| {
        let part = |part: i8| u8::try_from(part).unwrap_or(1);
        date_time_ymd(i32::from(date.year()), part(date.month()), part(date.day()))
    };
    params.not_before = date(today.saturating_sub(1.day()));
    params.not_after = date(today.saturating_add(LIFE_YEARS.years()));
    Ok(params)
}
