//! Validates the proxy environment variables. The HTTP library would silently ignore an invalid value and connect
//! without the user's proxy.

use super::{ConfigError, Environment};
use secrecy::ExposeSecret;
use url::Url;

/// Names of the proxy environment variables, in upper and lower case.
pub(super) const VARIABLES: [&str; 6] =
    ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// Returns an error for the first proxy environment variable whose value is invalid.
pub(super) fn check(environment: &Environment) -> Result<(), ConfigError> {
    for (variable, value) in &environment.proxies {
        if let Err(reason) = check_url(value.expose_secret()) {
            return Err(ConfigError::Proxy { variable, reason });
        }
    }
    Ok(())
}

fn check_url(value: &str) -> Result<(), String> {
    let value = value.trim();
    // A proxy without a scheme is an HTTP proxy, as in curl.
    let url = if value.contains("://") { value.to_owned() } else { format!("http://{value}") };
    let url = Url::parse(&url).map_err(|why| why.to_string())?;
    if !SCHEMES.contains(&url.scheme()) {
        return Err(format!("the scheme {} is not known", url.scheme()));
    }
    if url.host_str().is_none_or(|host| host.is_empty() || host.contains(char::is_whitespace)) {
        return Err("it has no host".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalid_proxy_is_reported_without_its_value() {
        for good in
            ["http://proxy:3128", "proxy.example:8080", "socks5h://u:p@127.0.0.1:1080", "https://[::1]:3"]
        {
            assert_eq!(check_url(good), Ok(()), "{good}");
        }
        for bad in ["http://", "gopher://proxy", "http://a b", "http://proxy:port", ":::"] {
            assert!(check_url(bad).is_err(), "{bad}");
        }
        let proxies = vec![("HTTPS_PROXY", "gopher://u:hunter2@h".into())];
        let error = check(&Environment { proxies, ..Environment::default() }).unwrap_err().to_string();
        assert!(error.contains("HTTPS_PROXY") && !error.contains("hunter2"), "{error}");
    }
}
