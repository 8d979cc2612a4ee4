//! Sends a mail on through an SMTP server, with the bytes that it has.

use lettre::address::Envelope;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::response::Response;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};

/// When the connection to the server is encrypted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RelayTls {
    /// Never.
    Off,
    /// After the command STARTTLS (RFC 3207). A server without it gets no mail.
    StartTls,
    /// From the first byte on.
    Implicit,
}

/// The SMTP server that takes the mail, and how to log in.
#[derive(Clone, Debug)]
pub struct Relay {
    /// Host name or IP address of the server.
    pub host: String,
    /// Port of the server.
    pub port: u16,
    /// When the connection is encrypted.
    pub tls: RelayTls,
    /// Further certificates to trust, in PEM; `None` trusts those of the system only.
    pub ca: Option<Vec<u8>>,
    /// User name and password; `None` sends the mail without login.
    pub login: Option<(String, SecretString)>,
}

/// The reason why a mail was not sent on.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// SMTP cannot transmit a line break of one character. Any server would change or refuse it.
    #[error("the mail has a line that ends in CR or LF alone; SMTP cannot transmit it unchanged (byte {at})")]
    BareBreak {
        /// Offset of the character in the mail, in bytes.
        at: usize,
    },
    /// The certificate or the host name cannot be used.
    #[error("TLS: {0}")]
    Tls(String),
    /// The server refused for good.
    #[error("the SMTP server refuses the mail: {0}")]
    Refused(String),
    /// The server could not be reached, or refused for now.
    #[error("the mail was not sent: {0}")]
    Failed(String),
}

impl Relay {
    /// Sends a mail to the recipients; returns the last reply of the server. The server receives exactly these
    /// bytes, and one more line break if the mail does not end with one.
    pub async fn send(
        &self,
        from: Option<Address>,
        to: Vec<Address>,
        raw: &[u8],
    ) -> Result<String, RelayError> {
        if let Some(at) = bare_break(raw) {
            return Err(RelayError::BareBreak { at });
        }
        let envelope = Envelope::new(from, to).map_err(|why| RelayError::Failed(why.to_string()))?;
        // The client ends the mail with a line break and a dot, so the last line break is left to it.
        let body = raw.strip_suffix(b"\r\n").unwrap_or(raw);
        let sent = self.transport()?.send_raw(&envelope, body).await;
        match sent {
            Ok(reply) => Ok(words(&reply)),
            Err(why) if why.is_permanent() => Err(RelayError::Refused(chain(&why))),
            Err(why) => Err(RelayError::Failed(chain(&why))),
        }
    }

    fn transport(&self) -> Result<AsyncSmtpTransport<Tokio1Executor>, RelayError> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&self.host).port(self.port);
        let tls = match self.tls {
            RelayTls::Off => Tls::None,
            RelayTls::StartTls => Tls::Required(self.tls_parameters()?),
            RelayTls::Implicit => Tls::Wrapper(self.tls_parameters()?),
        };
        let builder = match &self.login {
            Some((user, password)) => {
                builder.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned()))
            }
            None => builder,
        };
        Ok(builder.tls(tls).build())
    }

    fn tls_parameters(&self) -> Result<TlsParameters, RelayError> {
        let unusable = |why: lettre::transport::smtp::Error| RelayError::Tls(chain(&why));
        let mut parameters = TlsParameters::builder(self.host.clone());
        if let Some(pem) = &self.ca {
            parameters = parameters.add_root_certificate(Certificate::from_pem(pem).map_err(unusable)?);
        }
        parameters.build_rustls().map_err(unusable)
    }
}

/// Returns the offset of the first CR without LF, or LF without CR.
fn bare_break(raw: &[u8]) -> Option<usize> {
    memchr::memchr2_iter(b'\r', b'\n', raw).find(|at| match raw.get(*at) {
        Some(b'\r') => raw.get(at + 1) != Some(&b'\n'),
        _ => at.checked_sub(1).and_then(|before| raw.get(before)) != Some(&b'\r'),
    })
}

fn words(reply: &Response) -> String {
    let text: Vec<&str> = reply.message().collect();
    format!("{} {}", reply.code(), text.join(" "))
}

/// Returns the error with its causes, because lettre names only the outermost.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let inner = error.to_string();
        if !text.contains(&inner) {
            text = format!("{text}: {inner}");
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::bare_break;

    #[test]
    fn a_line_break_of_one_character_is_found() {
        for (mail, at) in [
            ("a\r\nb\r\n", None),
            ("", None),
            ("\r\n", None),
            ("a\nb", Some(1)),
            ("\n", Some(0)),
            ("a\rb\r\n", Some(1)),
            ("a\r\n\r", Some(3)),
            ("a\r\r\n", Some(1)),
            ("a\r\n\n", Some(3)),
        ] {
            assert_eq!(bare_break(mail.as_bytes()), at, "{mail:?}");
        }
    }
}
