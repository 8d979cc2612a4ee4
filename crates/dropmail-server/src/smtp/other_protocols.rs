//! Detects lines of other protocols on an SMTP connection. A web page can make a browser send a request to any port,
//! and the body of this request could contain SMTP commands. Postfix closes such connections too
//! (`smtpd_forbidden_commands`).

/// The first words of HTTP request lines: the HTTP methods (RFC 9110, section 9.1; RFC 5789), and the start of an
/// HTTP/2 connection (RFC 9113, section 3.4).
const HTTP_METHODS: [&[u8]; 10] =
    [b"GET", b"POST", b"HEAD", b"PUT", b"DELETE", b"CONNECT", b"OPTIONS", b"TRACE", b"PATCH", b"PRI"];

/// Returns whether a line belongs to a protocol other than SMTP. Such a line is an HTTP request line, a header field
/// (`Host: ...`), or a non-empty line that does not start with a letter, such as JSON or a TLS handshake.
pub(super) fn is_foreign(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let word = line.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    let Some(first) = word.first() else { return false };
    !first.is_ascii_alphabetic()
        || memchr::memchr(b':', word).is_some()
        || HTTP_METHODS.iter().any(|method| word.eq_ignore_ascii_case(method))
}

#[cfg(test)]
mod tests {
    use super::is_foreign;

    #[test]
    fn http_headers_and_binary_data_are_detected_as_foreign_protocols() {
        for line in [
            "GET / HTTP/1.1",
            "post /x HTTP/1.0",
            "PRI * HTTP/2.0",
            "Host: localhost",
            "Content-Type:text/plain",
            "{\"query\":1}",
            "--boundary",
            "\u{16}\u{3}\u{1}",
            "<a>",
            "CONNECT localhost:25 HTTP/1.1",
        ] {
            assert!(is_foreign(format!("{line}\r\n").as_bytes()), "{line}");
        }
        for line in [
            "",
            "  ",
            "EHLO x",
            "MAIL FROM:<a@b.test>",
            "mail from: <a@b.test>",
            "RCPT TO:<a:b@c.test>",
            "NOPE",
            "GETTING",
            "HELP",
        ] {
            assert!(!is_foreign(format!("{line}\r\n").as_bytes()), "{line}");
        }
    }
}
