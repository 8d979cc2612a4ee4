//! Builds the HTTP clients and sets up TLS, the proxy, redirects and TCP keepalive.

use super::errors;
use super::timeouts::Timeouts;
use crate::domain::base_url::BaseUrl;
use crate::ports::dropmail_api::ApiError;
use reqwest::redirect::Policy;
use std::sync::{Once, OnceLock};
use std::time::Duration;

/// Returns the HTTP client cached in `slot`; the first call builds it. Returns an error if it cannot be built, for
/// example because the proxy setting is invalid.
pub(super) fn get_or_build(
    slot: &OnceLock<reqwest::Client>,
    builder: impl FnOnce() -> reqwest::ClientBuilder,
) -> Result<&reqwest::Client, ApiError> {
    if let Some(client) = slot.get() {
        return Ok(client);
    }
    install_crypto();
    let client = builder().build().map_err(|error| {
        let reason = errors::root_cause(&error);
        errors::unexpected_error(&format!(
            "the network cannot be used ({reason}): check HTTPS_PROXY and the certificates"
        ))
    })?;
    Ok(slot.get_or_init(|| client))
}

/// Period without data on a connection after which the operating system checks whether the peer still responds.
const TCP_KEEPALIVE_INTERVAL: Duration = Duration::from_secs(20);

/// Enables TCP keepalive for the HTTP clients that `builder` builds. The operating system then detects broken
/// connections, so the program does not have to wake up to check them.
pub(super) fn with_keepalive(builder: reqwest::ClientBuilder, timeouts: &Timeouts) -> reqwest::ClientBuilder {
    builder
        .tcp_keepalive(TCP_KEEPALIVE_INTERVAL)
        .tcp_keepalive_interval(timeouts.pong_timeout / 3)
        .tcp_keepalive_retries(3)
}

/// Returns an HTTP client builder with the settings that are common to all HTTP clients for the service.
pub(super) fn builder(base: &BaseUrl, timeouts: &Timeouts) -> reqwest::ClientBuilder {
    let builder = reqwest::Client::builder()
        .user_agent(concat!("dropmail-tui/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(timeouts.connect)
        .redirect(Policy::none())
        // The `Referer` header would disclose the URL of a request to the next host.
        .referer(false);
    if !base.is_loopback() {
        return builder;
    }
    // A proxy cannot reach the loopback interface of this machine.
    let builder = builder.no_proxy();
    // For a server without TLS, the system's certificates are not loaded.
    if base.is_encrypted() { builder } else { builder.tls_certs_only([]) }
}

/// Installs ring as the process-wide cryptography provider for TLS, unless a provider is already installed.
fn install_crypto() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
}
