//! The authentication and TLS settings of the SMTP listeners.

use std::fmt::Write as _;
use std::str::FromStr;

use hmac::{Hmac, KeyInit as _, Mac as _};
use md5::Md5;
use secrecy::{ExposeSecret as _, SecretString};

use super::tokens::equal;

/// How the main SMTP listener uses TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SmtpTls {
    /// The listener does not use TLS. This is the default, because many clients use `STARTTLS` whenever the server
    /// offers it, but then refuse a certificate that they do not trust.
    #[default]
    Off,
    /// The listener accepts unencrypted connections and offers `STARTTLS` (RFC 3207).
    StartTls,
    /// Every SMTP connection starts with a TLS handshake (RFC 8314, section 3.3).
    Implicit,
}

/// Whether SMTP clients can or must authenticate, and with which credentials.
#[derive(Clone, Debug, Default)]
pub enum SmtpAuth {
    /// The SMTP listener does not offer `AUTH`.
    Off,
    /// The SMTP listener accepts any credentials, and also accepts mail without authentication.
    #[default]
    Any,
    /// The listener accepts mail only after authentication with these credentials.
    Required(Credentials),
}

/// The user name and password for SMTP authentication. The `Debug` output does not contain the password.
#[derive(Clone, Debug)]
pub struct Credentials {
    user: String,
    password: SecretString,
}

/// The error for an SMTP authentication setting that is neither `any`, `off` nor `USER:PASSWORD`.
#[derive(Debug, thiserror::Error)]
#[error("use any, off, or USER:PASSWORD")]
pub struct SmtpAuthError;

impl FromStr for SmtpAuth {
    type Err = SmtpAuthError;

    fn from_str(text: &str) -> Result<Self, SmtpAuthError> {
        match text {
            "any" => Ok(Self::Any),
            "off" => Ok(Self::Off),
            pair => match pair.split_once(':') {
                Some((user, password)) if !user.is_empty() && !password.is_empty() => {
                    Ok(Self::Required(Credentials { user: user.to_owned(), password: password.into() }))
                }
                Some(_) | None => Err(SmtpAuthError),
            },
        }
    }
}

impl SmtpAuth {
    /// Returns whether the listener accepts this user name and password.
    pub(crate) fn accepts(&self, user: &[u8], password: &[u8]) -> bool {
        match self {
            Self::Off => false,
            Self::Any => true,
            Self::Required(own) => {
                // Both comparisons always run, so that the response time does not reveal which one failed.
                let user = equal(own.user.as_bytes(), user);
                equal(own.password.expose_secret().as_bytes(), password) && user
            }
        }
    }

    /// Returns whether the listener accepts a response to a CRAM-MD5 challenge. The response consists of the user name,
    /// a space, and the HMAC-MD5 of the challenge.
    pub(crate) fn accepts_digest(&self, challenge: &str, answer: &[u8]) -> bool {
        let own = match self {
            Self::Off => return false,
            Self::Any => return true,
            Self::Required(own) => own,
        };
        let Ok(mut mac) = Hmac::<Md5>::new_from_slice(own.password.expose_secret().as_bytes()) else {
            return false;
        };
        mac.update(challenge.as_bytes());
        let mut expected = format!("{} ", own.user);
        for byte in mac.finalize().into_bytes() {
            let _infallible = write!(expected, "{byte:02x}");
        }
        equal(expected.as_bytes(), answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn required() -> SmtpAuth {
        "tim:tanstaaftanstaaf".parse().unwrap()
    }

    #[test]
    fn the_digest_of_rfc_2195_is_accepted_and_another_is_not() {
        let challenge = "<1896.697170952@postoffice.reston.mci.net>";
        let right = b"tim b913a602c7eda7a495b4e6e7334d3890";
        assert!(required().accepts_digest(challenge, right));
        assert!(!required().accepts_digest(challenge, b"tim b913a602c7eda7a495b4e6e7334d3891"));
        assert!(!required().accepts_digest(challenge, b"tom b913a602c7eda7a495b4e6e7334d3890"));
        assert!(SmtpAuth::Any.accepts_digest(challenge, b""));
    }

    #[test]
    fn the_login_setting_is_parsed_and_its_debug_text_hides_the_password() {
        assert!(matches!("any".parse(), Ok(SmtpAuth::Any)));
        assert!(matches!("off".parse(), Ok(SmtpAuth::Off)));
        for wrong in ["", "user", ":password", "user:"] {
            assert!(wrong.parse::<SmtpAuth>().is_err(), "{wrong}");
        }
        assert!(!format!("{:?}", required()).contains("tanstaaf"));
    }
}
