//! Detects and repairs SMTP commands that violate RFC 5321 but whose meaning is clear. The server accepts such commands
//! and reports the violated rules, because other servers will refuse the commands.

use smtp_proto::Request;

use crate::store::POSTMASTER;
use mail_reader::smtp_oddity::SmtpOddity;

/// Maximum length in bytes, without the angle brackets, of an e-mail address that violates the SMTP syntax; a longer
/// address is refused. RFC 5321, section 4.5.3.1.3 allows 256 bytes including the angle brackets.
const MAX_ADDRESS_BYTES: usize = 256;

/// A `MAIL FROM` or `RCPT TO` command, split into its parts.
struct PathCommand<'l> {
    is_mail: bool,
    space_around_colon: bool,
    brackets: bool,
    address: &'l str,
    /// The parameters after the path of the command, including the leading space.
    parameters: &'l str,
}

/// Splits a `MAIL FROM` or `RCPT TO` command into its parts. Returns `None` for any other line, and for a command
/// without a path.
fn divide(line: &[u8]) -> Option<PathCommand<'_>> {
    let line = std::str::from_utf8(line).ok()?.trim_end();
    let (verb, rest) = line.split_at_checked(4)?;
    let (is_mail, word) = match verb.to_ascii_uppercase().as_str() {
        "MAIL" => (true, "FROM"),
        "RCPT" => (false, "TO"),
        _ => return None,
    };
    let rest = rest.trim_start();
    let (found, rest) = rest.split_at_checked(word.len())?;
    if !found.eq_ignore_ascii_case(word) {
        return None;
    }
    let after_colon = rest.trim_start().strip_prefix(':')?;
    let path = after_colon.trim_start();
    let space_around_colon = rest.starts_with(char::is_whitespace) || path.len() < after_colon.len();
    let (brackets, (address, parameters)) = if let Some(inside) = path.strip_prefix('<') {
        (true, inside.split_once('>')?)
    } else {
        let end = path.find(char::is_whitespace).unwrap_or(path.len());
        (false, path.split_at_checked(end)?)
    };
    Some(PathCommand { is_mail, space_around_colon, brackets, address, parameters })
}

/// Returns whether the unquoted local part of an address starts or ends with a dot, or contains two consecutive dots.
fn has_misplaced_dot(address: &str) -> bool {
    let local = address.rsplit_once('@').map_or(address, |(local, _)| local);
    !local.starts_with('"') && (local.starts_with('.') || local.ends_with('.') || local.contains(".."))
}

/// Returns whether the sender in a `MAIL FROM` command is a user name without a domain. For example, `cron` sends `MAIL
/// FROM:<root>`.
fn is_local_sender(command: &PathCommand<'_>) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    command.is_mail && command.brackets && !command.address.is_empty() && command.address.chars().all(is_name)
}

/// Returns the rules of RFC 5321 that an SMTP command violates, even though the smtp-proto parser accepts the command.
pub(super) fn find_oddities(line: &[u8]) -> Vec<SmtpOddity> {
    divide(line).map(|command| list(&command)).unwrap_or_default()
}

fn list(command: &PathCommand<'_>) -> Vec<SmtpOddity> {
    [
        (!command.brackets, SmtpOddity::NoAngleBrackets),
        (command.space_around_colon, SmtpOddity::SpaceAroundColon),
        (has_misplaced_dot(command.address), SmtpOddity::MisplacedDot),
        (is_local_sender(command), SmtpOddity::NoSenderDomain),
    ]
    .into_iter()
    .filter_map(|(is_odd, oddity)| is_odd.then_some(oddity))
    .collect()
}

/// Parses an SMTP command that the smtp-proto parser rejects; returns the command and the violated rules. Returns
/// `None` if the meaning of the command is unclear, for example because its address contains white space or a comma. An
/// address without an `@` is accepted only if it is the sender and is enclosed in angle brackets.
pub(super) fn repair(line: &[u8]) -> Option<(Request<String>, Vec<SmtpOddity>)> {
    if let Some(request) = nameless_hello(line) {
        return Some((request, vec![SmtpOddity::NoClientName]));
    }
    let command = divide(line)?;
    let address = command.address;
    let oddities = list(&command);
    if is_local_sender(&command) && address.len() <= MAX_ADDRESS_BYTES {
        return with_address(&command).map(|request| (request, oddities));
    }
    let (local, domain) = address.rsplit_once('@')?;
    // The parser does not support address literals such as `[127.0.0.1]` (RFC 5321, section 4.1.3), which are valid.
    let literal = domain.strip_prefix('[').and_then(|inside| inside.strip_suffix(']'));
    let in_doubt = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '[' | ']' | '"' | ',' | ';');
    let is_address = address.len() <= MAX_ADDRESS_BYTES
        && !local.is_empty()
        && !local.contains(|c| in_doubt(c) || c == ':')
        && !domain.is_empty()
        && literal.map_or_else(
            || !domain.contains(|c| in_doubt(c) || c == ':'),
            |literal| !literal.is_empty() && !literal.contains(in_doubt),
        );
    if !is_address || oddities.is_empty() && literal.is_none() {
        return None;
    }
    with_address(&command).map(|request| (request, oddities))
}

/// Parses a command for the recipient `postmaster`, the only recipient that needs no domain (RFC 5321, section 4.5.1).
/// The smtp-proto parser returns an empty address for this recipient. Returns `None` for any other command.
pub(super) fn postmaster(line: &[u8]) -> Option<(Request<String>, Vec<SmtpOddity>)> {
    let command = divide(line).filter(|command| !command.is_mail)?;
    let is_postmaster = command.address.eq_ignore_ascii_case(POSTMASTER);
    let request = if is_postmaster { with_address(&command)? } else { return None };
    Some((request, list(&command)))
}

/// Parses a command whose address the smtp-proto parser does not support; `None` if the command is invalid.
fn with_address(command: &PathCommand<'_>) -> Option<Request<String>> {
    // The parser reads the parameters together with a valid address, which is then replaced with the actual address.
    let (verb, parameters) = (if command.is_mail { "MAIL FROM" } else { "RCPT TO" }, command.parameters);
    let line = format!("{verb}:<a@b.test>{parameters}\r\n");
    let mut request = Request::parse(&mut line.as_bytes().iter()).ok()?.into_owned();
    if let Request::Mail { from } = &mut request {
        command.address.clone_into(&mut from.address);
    } else if let Request::Rcpt { to } = &mut request {
        command.address.clone_into(&mut to.address);
    } else {
        return None;
    }
    Some(request)
}

fn nameless_hello(line: &[u8]) -> Option<Request<String>> {
    let verb = line.trim_ascii();
    if verb.eq_ignore_ascii_case(b"HELO") {
        Some(Request::Helo { host: String::new() })
    } else if verb.eq_ignore_ascii_case(b"EHLO") {
        Some(Request::Ehlo { host: String::new() })
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_broken_rules_of_a_command_are_reported() {
        use SmtpOddity::{MisplacedDot, NoAngleBrackets, SpaceAroundColon};
        for (line, oddities) in [
            ("MAIL FROM:<a@b.test> SIZE=1\r\n", vec![]),
            ("RCPT TO:<>\r\n", vec![]),
            ("NOOP\r\n", vec![]),
            ("mail from: <a@b.test>\r\n", vec![SpaceAroundColon]),
            ("RCPT TO :<a@b.test>\r\n", vec![SpaceAroundColon]),
            ("RCPT TO:a@b.test\r\n", vec![NoAngleBrackets]),
            ("RCPT TO: a.@b.test\r\n", vec![NoAngleBrackets, SpaceAroundColon, MisplacedDot]),
            ("MAIL FROM:<a..b@c.test>\r\n", vec![MisplacedDot]),
            ("MAIL FROM:<\"a..b\"@c.test>\r\n", vec![]),
        ] {
            assert_eq!(find_oddities(line.as_bytes()), oddities, "{line}");
        }
    }

    #[test]
    fn an_unambiguous_malformed_command_is_parsed_with_its_parameters() {
        let (request, _) = repair(b"MAIL FROM:a@b.test SIZE=12 BODY=8BITMIME\r\n").unwrap();
        let Request::Mail { from } = request else { panic!() };
        assert_eq!((&*from.address, from.size), ("a@b.test", 12));
        let (request, _) = repair(b"RCPT TO: .x.@b.test\r\n").unwrap();
        assert!(matches!(request, Request::Rcpt { to } if to.address == ".x.@b.test"));
        let (request, oddities) = repair(b"RCPT TO:<x@[IPv6:::1]>\r\n").unwrap();
        assert!(matches!(request, Request::Rcpt { to } if to.address == "x@[IPv6:::1]"));
        assert!(oddities.is_empty(), "an address literal is valid");
        let (request, oddities) = postmaster(b"RCPT TO:<Postmaster>\r\n").unwrap();
        assert!(matches!(request, Request::Rcpt { to } if to.address == "Postmaster"));
        assert!(oddities.is_empty(), "RFC 5321, 4.5.1 allows this recipient without a domain");
        assert!(postmaster(b"MAIL FROM:<postmaster>\r\n").is_none());
        assert!(postmaster(b"RCPT TO:<>\r\n").is_none());
        let (request, oddities) = repair(b"helo\r\n").unwrap();
        assert!(matches!(request, Request::Helo { .. }));
        assert_eq!(oddities, [SmtpOddity::NoClientName]);
    }

    #[test]
    fn a_local_sender_needs_no_domain() {
        let (request, oddities) = repair(b"MAIL FROM:<www-data> SIZE=5\r\n").unwrap();
        assert!(matches!(request, Request::Mail { from } if from.address == "www-data" && from.size == 5));
        assert_eq!(oddities, [SmtpOddity::NoSenderDomain]);
    }

    #[test]
    fn an_ambiguous_command_is_not_repaired() {
        for line in [
            "MAIL FROM:nobody\r\n",
            "RCPT TO:<nobody>\r\n",
            "MAIL FROM:\r\n",
            "MAIL FROM:<a b@c.test>\r\n",
            "RCPT TO:<a@b.test\r\n",
            "RCPT TO:a@b.test,c@d.test\r\n",
            "RCPT TO:Ann <a@b.test>\r\n",
            "RCPT a@b.test\r\n",
            "MAIL TO:a@b.test\r\n",
            "MAIL FROM:a@b.test SIZE=x\r\n",
            "\u{e9}MAIL\r\n",
        ] {
            assert!(repair(line.as_bytes()).is_none(), "{line}");
        }
    }
}
