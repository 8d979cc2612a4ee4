//! Tests authentication and TLS of the SMTP listeners.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dropmail_server::{ServerConfig, SmtpAuth, SmtpTls, TlsIdentity};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::harness::{Smtp, TestServer, config};

/// A blocking SMTP client over any byte stream.
struct Dialogue<S: Read + Write>(BufReader<S>);

impl<S: Read + Write> Dialogue<S> {
    fn read_reply(&mut self) -> String {
        let mut reply = String::new();
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).unwrap();
            reply.push_str(&line);
            if line.as_bytes().get(3) != Some(&b'-') {
                return reply;
            }
        }
    }

    fn send(&mut self, bytes: &[u8]) {
        self.0.get_mut().write_all(bytes).unwrap();
        self.0.get_mut().flush().unwrap();
    }

    fn command(&mut self, command: &str) -> String {
        self.send(format!("{command}\r\n").as_bytes());
        self.read_reply()
    }

    fn deliver(&mut self, to: &str) {
        assert!(self.command("EHLO client.test").starts_with("250"));
        assert!(self.command("MAIL FROM:<a@b.test>").starts_with("250"));
        assert!(self.command(&format!("RCPT TO:<{to}>")).starts_with("250"));
        assert!(self.command("DATA").starts_with("354"));
        let reply = self.command("Subject: over TLS\r\n\r\nhello\r\n.");
        assert!(reply.starts_with("250"), "{reply}");
        assert!(self.command("QUIT").starts_with("221"));
        // The server announces the end of the connection, so that the client does not mistake it for a truncation
        // attack.
        assert_eq!(self.0.read_line(&mut String::new()).unwrap(), 0);
    }
}

fn connect(addr: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(addr).unwrap();
    stream.set_read_timeout(Some(super::harness::TIMEOUT)).unwrap();
    stream
}

fn start_tls(stream: TcpStream, certificate: &str) -> Dialogue<StreamOwned<ClientConnection, TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let connection = ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap();
    Dialogue(BufReader::new(StreamOwned::new(connection, stream)))
}

/// Starts a server with TLS; returns it together with the PEM certificate that clients must trust.
async fn with_tls(smtp_tls: SmtpTls, smtps: bool) -> (TestServer, String) {
    let (identity, certificate) = TlsIdentity::generate().unwrap();
    let smtps = smtps.then(|| "127.0.0.1:0".parse().unwrap());
    let identity = Some(identity);
    let config = ServerConfig { smtp_tls, smtps, smtp_tls_identity: identity, catch_all: true, ..config() };
    (TestServer::with(config).await, certificate)
}

async fn run_blocking(work: impl FnOnce() + Send + 'static) {
    tokio::task::spawn_blocking(work).await.unwrap();
}

#[tokio::test]
async fn a_client_that_trusts_the_printed_certificate_delivers_over_implicit_tls() {
    let (harness, certificate) = with_tls(SmtpTls::Off, true).await;
    let addr = harness.server.smtps_addr().unwrap();
    run_blocking(move || {
        let mut smtp = start_tls(connect(addr), &certificate);
        assert!(smtp.read_reply().starts_with("220"));
        smtp.deliver("user@example.com");
    })
    .await;
    let (harness, certificate) = with_tls(SmtpTls::Implicit, false).await;
    let addr = harness.server.smtp_addr();
    run_blocking(move || {
        let mut smtp = start_tls(connect(addr), &certificate);
        assert!(smtp.read_reply().starts_with("220"));
        assert!(!smtp.command("EHLO client.test").contains("STARTTLS"));
        smtp.deliver("user@example.com");
    })
    .await;
}

#[tokio::test]
async fn starttls_resets_the_dialogue() {
    let (harness, certificate) = with_tls(SmtpTls::StartTls, false).await;
    let addr = harness.server.smtp_addr();
    run_blocking(move || {
        let mut plain = Dialogue(BufReader::new(connect(addr)));
        assert!(plain.read_reply().starts_with("220"));
        assert!(plain.command("EHLO client.test").contains("250-STARTTLS"));
        assert!(plain.command("STARTTLS").starts_with("220 2.0.0"));
        let mut smtp = start_tls(plain.0.into_inner(), &certificate);
        assert!(smtp.command("MAIL FROM:<a@b.test>").starts_with("503"), "STARTTLS discards an earlier EHLO");
        assert!(!smtp.command("EHLO client.test").contains("STARTTLS"));
        assert!(smtp.command("STARTTLS").starts_with("503"));
        smtp.deliver("user@example.com");
    })
    .await;
}

#[tokio::test]
async fn plain_text_commands_behind_starttls_are_dropped() {
    let (harness, certificate) = with_tls(SmtpTls::StartTls, false).await;
    let addr = harness.server.smtp_addr();
    run_blocking(move || {
        let mut plain = Dialogue(BufReader::new(connect(addr)));
        assert!(plain.read_reply().starts_with("220"));
        plain.send(b"STARTTLS\r\nEHLO evil.test\r\nMAIL FROM:<evil@b.test>\r\n");
        assert!(plain.read_reply().starts_with("220 2.0.0"));
        let mut smtp = start_tls(plain.0.into_inner(), &certificate);
        // The first reply belongs to the first command after the handshake, and an earlier EHLO does not count.
        assert!(smtp.command("RCPT TO:<user@example.com>").starts_with("503"));
        smtp.deliver("user@example.com");
    })
    .await;
}

#[tokio::test]
async fn tls_without_a_certificate_fails_at_startup() {
    let started = dropmail_server::Server::start(ServerConfig { smtp_tls: SmtpTls::StartTls, ..config() });
    assert!(started.await.is_err());
}

#[tokio::test]
async fn any_login_is_accepted_and_none_is_needed() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    for login in [
        vec![("AUTH PLAIN AGFubgBzZWNyZXQ=", "235 2.7.0")],
        vec![("AUTH PLAIN", "334 "), ("AGFubgBzZWNyZXQ=", "235 2.7.0")],
        vec![("AUTH LOGIN", "334 "), ("YW5u", "334 "), ("c2VjcmV0", "235 2.7.0")],
        vec![("AUTH LOGIN YW5u", "334 "), ("c2VjcmV0", "235 2.7.0")],
        vec![("AUTH CRAM-MD5", "334 "), ("YW5uIDAwMDA=", "235 2.7.0")],
        vec![("AUTH LOGIN", "334 "), ("*", "501 5.7.0")],
        vec![],
    ] {
        let mut smtp = harness.smtp().await;
        for (line, expected) in login {
            let reply = smtp.command(line).await;
            assert!(reply.starts_with(expected), "{line}: {reply}");
        }
        smtp.deliver(&[&session.address], b"Subject: s\r\n\r\n").await;
    }
}

#[tokio::test]
async fn a_required_login_is_checked() {
    let smtp_auth: SmtpAuth = "ann:secret".parse().unwrap();
    let harness = TestServer::with(ServerConfig { smtp_auth, ..config() }).await;
    let session = harness.session().await;
    let mut smtp = harness.smtp().await;
    assert!(smtp.command("MAIL FROM:<a@b.test>").await.starts_with("530 5.7.0"));
    let wrong = STANDARD.encode("\0ann\0wrong");
    assert!(smtp.command(&format!("AUTH PLAIN {wrong}")).await.starts_with("535 5.7.8"));
    let right = STANDARD.encode("\0ann\0secret");
    assert!(smtp.command(&format!("AUTH PLAIN {right}")).await.starts_with("235 2.7.0"));
    smtp.deliver(&[&session.address], b"Subject: s\r\n\r\n").await;
}

#[tokio::test]
async fn login_can_be_switched_off() {
    let harness = TestServer::with(ServerConfig { smtp_auth: SmtpAuth::Off, ..config() }).await;
    let (mut smtp, _) = Smtp::connect(harness.server.smtp_addr()).await;
    assert!(!smtp.command("EHLO client.test").await.contains("AUTH"));
    assert!(smtp.command("AUTH PLAIN AGFubgBzZWNyZXQ=").await.starts_with("502 5.5.1"));
}
