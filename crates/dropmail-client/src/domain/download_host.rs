//! A host from which mails may be downloaded, in addition to the service's own host. The user lists such hosts in the
//! `download_hosts` setting.

use url::{Host, Url};

/// A host from which mails may be downloaded; includes a port if the setting specifies one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DownloadHost {
    host: Host<String>,
    port: Option<u16>,
}

impl DownloadHost {
    /// Parses a list of download hosts, separated by commas or spaces.
    ///
    /// # Errors
    ///
    /// Returns a message that names the first invalid entry.
    pub fn list(text: &str) -> Result<Vec<Self>, String> {
        text.split([',', ' ', '\t']).filter(|word| !word.is_empty()).map(Self::parse).collect()
    }

    fn parse(word: &str) -> Result<Self, String> {
        let wrong = || format!("`{word}` is no host; write it like cdn.example or files.example:8443");
        if word.contains(['/', '@', '?', '#', '*', '%', '\\']) {
            return Err(wrong());
        }
        // The parser drops port 443 from an `https` URL, so the port is read from the text.
        let url = Url::parse(&format!("https://{word}/")).map_err(|_unread| wrong())?;
        let port = word
            .rsplit_once(':')
            .filter(|(_, port)| !port.contains(']'))
            .and_then(|(_, port)| port.parse().ok());
        let host = url.host().ok_or_else(wrong)?.to_owned();
        Ok(Self { host, port })
    }

    /// Returns the download host without its port, as written in a URL.
    pub fn name(&self) -> String {
        self.host.to_string()
    }

    /// Returns whether `url` has this host and port. If no port was specified for the host, `url` must use the default
    /// port of its scheme.
    pub fn matches(&self, url: &Url) -> bool {
        let port = match self.port {
            Some(port) => url.port_or_known_default() == Some(port),
            None => url.port().is_none(),
        };
        port && url.host().map(|host| host.to_owned()).as_ref() == Some(&self.host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_listed_with_or_without_a_port() {
        let hosts = DownloadHost::list("cdn.example, Files.Example:8443 [::1]:80 10.0.0.1").unwrap();
        assert_eq!(hosts.len(), 4);
        let on = |url: &str| hosts.iter().any(|host| host.matches(&Url::parse(url).unwrap()));
        for good in [
            "https://cdn.example/x",
            "http://cdn.example/x",
            "https://files.example:8443/",
            "http://[::1]/",
            "http://10.0.0.1/",
        ] {
            assert!(on(good), "{good}");
        }
        for bad in [
            "https://cdn.example:8443/",
            "https://files.example/",
            "https://evil.cdn.example/",
            "http://[::1]:81/",
        ] {
            assert!(!on(bad), "{bad}");
        }
        assert_eq!(DownloadHost::list(" ").unwrap(), []);
        for wrong in ["https://cdn.example", "cdn.example/x", "me@cdn.example", "*.example", "a:b", ":80"] {
            assert!(DownloadHost::list(wrong).unwrap_err().contains("is no host"), "{wrong}");
        }
    }
}
