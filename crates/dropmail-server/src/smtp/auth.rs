//! Authentication of SMTP clients (RFC 4954): PLAIN (RFC 4616), LOGIN and CRAM-MD5 (RFC 2195). Credentials are
//! never logged.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use smtp_proto::{AUTH_CRAM_MD5, AUTH_LOGIN, AUTH_PLAIN};

use crate::random;
use crate::smtp_settings::SmtpAuth;

/// The authentication mechanisms, as the reply to EHLO lists them.
pub(super) const MECHANISMS: &str = "PLAIN LOGIN CRAM-MD5";
/// The SMTP reply that requests the user name in LOGIN authentication: `Username:` in base64.
const LOGIN_USER: &str = "334 VXNlcm5hbWU6";
const LOGIN_PASSWORD: &str = "334 UGFzc3dvcmQ6";

/// The state of an SMTP authentication: the response that the server expects next from the client.
#[derive(Debug)]
pub(super) enum AuthExchange {
    /// The server expects the response for PLAIN, which contains the user name and the password.
    Plain,
    /// The server expects the user name for LOGIN authentication.
    LoginUser,
    /// The server expects the password for LOGIN authentication.
    LoginPassword { user: Vec<u8> },
    /// The server expects the response to the given CRAM-MD5 challenge.
    CramMd5 { challenge: String },
}

/// How the server reacts to a step of an SMTP authentication.
#[derive(Debug)]
pub(super) enum AuthStep {
    /// The server sends the given SMTP reply. The given exchange continues with the next line from the client.
    Continue(AuthExchange, String),
    /// The SMTP authentication succeeded.
    Accepted,
    /// The SMTP authentication failed; the server sends this error reply.
    Refused(&'static str),
}

const UNDECODABLE: AuthStep = AuthStep::Refused("501 5.5.2 the response is not base64");
const WRONG: AuthStep = AuthStep::Refused("535 5.7.8 the credentials are not accepted");

/// Starts an SMTP authentication. `initial` is the initial response in the `AUTH` command; it is empty if the command
/// contains none.
pub(super) fn start(auth: &SmtpAuth, mechanism: u64, initial: &str) -> AuthStep {
    let exchange = match mechanism {
        AUTH_PLAIN if initial.is_empty() => return AuthStep::Continue(AuthExchange::Plain, "334 ".into()),
        AUTH_PLAIN => AuthExchange::Plain,
        AUTH_LOGIN if initial.is_empty() => {
            return AuthStep::Continue(AuthExchange::LoginUser, LOGIN_USER.into());
        }
        AUTH_LOGIN => AuthExchange::LoginUser,
        AUTH_CRAM_MD5 => {
            let challenge = format!("<{}@localhost>", random::hex());
            let reply = format!("334 {}", STANDARD.encode(&challenge));
            return AuthStep::Continue(AuthExchange::CramMd5 { challenge }, reply);
        }
        _ => return AuthStep::Refused("504 5.5.4 use AUTH PLAIN, LOGIN or CRAM-MD5"),
    };
    advance(auth, exchange, initial.as_bytes())
}

/// Continues an SMTP authentication with a line from the client, given without its line terminator.
pub(super) fn advance(auth: &SmtpAuth, exchange: AuthExchange, line: &[u8]) -> AuthStep {
    if line == b"*" {
        return AuthStep::Refused("501 5.7.0 authentication cancelled");
    }
    // A "=" means an empty response (RFC 4954, section 4).
    let decoded = if line == b"=" { Ok(Vec::new()) } else { STANDARD.decode(line) };
    let Ok(response) = decoded else { return UNDECODABLE };
    let accepted = match exchange {
        AuthExchange::LoginUser => {
            return AuthStep::Continue(AuthExchange::LoginPassword { user: response }, LOGIN_PASSWORD.into());
        }
        AuthExchange::Plain => {
            // The authorization identity, the user name and the password, separated by NUL.
            let mut fields = response.splitn(3, |byte| *byte == 0);
            match (fields.next(), fields.next(), fields.next()) {
                (Some(_), Some(user), Some(password)) => auth.accepts(user, password),
                _ => return AuthStep::Refused("501 5.5.2 the response has no user name and password"),
            }
        }
        AuthExchange::LoginPassword { user } => auth.accepts(&user, &response),
        AuthExchange::CramMd5 { challenge } => auth.accepts_digest(&challenge, &response),
    };
    if accepted { AuthStep::Accepted } else { WRONG }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn required() -> SmtpAuth {
        "tim:tanstaaftanstaaf".parse().unwrap()
    }

    fn decoded(reply: &str) -> Vec<u8> {
        STANDARD.decode(reply.strip_prefix("334 ").unwrap()).unwrap()
    }

    #[test]
    fn plain_and_login_compare_user_and_password() {
        let plain = |text: &[u8]| start(&required(), AUTH_PLAIN, &STANDARD.encode(text));
        assert!(matches!(plain(b"\0tim\0tanstaaftanstaaf"), AuthStep::Accepted));
        assert!(matches!(plain(b"tim\0tim\0tanstaaftanstaaf"), AuthStep::Accepted));
        assert!(matches!(plain(b"\0tim\0wrong"), AuthStep::Refused(reply) if reply.starts_with("535")));
        assert!(matches!(plain(b"no fields"), AuthStep::Refused(reply) if reply.starts_with("501")));
        let AuthStep::Continue(exchange, reply) = start(&required(), AUTH_LOGIN, "") else { panic!() };
        assert_eq!(decoded(&reply), b"Username:");
        let AuthStep::Continue(exchange, reply) = advance(&required(), exchange, b"dGlt") else { panic!() };
        assert_eq!(decoded(&reply), b"Password:");
        let password = STANDARD.encode("tanstaaftanstaaf");
        assert!(matches!(advance(&required(), exchange, password.as_bytes()), AuthStep::Accepted));
    }

    #[test]
    fn a_cancelled_or_undecodable_response_is_refused() {
        let AuthStep::Continue(exchange, reply) = start(&SmtpAuth::Any, AUTH_PLAIN, "") else { panic!() };
        assert_eq!(reply, "334 ");
        assert!(matches!(advance(&SmtpAuth::Any, exchange, b"*"), AuthStep::Refused(_)));
        assert!(matches!(advance(&SmtpAuth::Any, AuthExchange::Plain, b"%%"), AuthStep::Refused(_)));
        assert!(matches!(start(&SmtpAuth::Any, 1, ""), AuthStep::Refused(reply) if reply.starts_with("504")));
    }
}
