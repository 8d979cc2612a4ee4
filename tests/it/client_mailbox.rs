//! Tests the methods of `Mailbox` with the local server over real HTTP, WebSocket and SMTP, and with an archive on a
//! real disk.

// This file exceeds 300 lines because its tests share one test client.

mod restore;

use dropmail_client::adapters::clock::SystemClock;
use dropmail_client::adapters::graphql::{Downloads, GraphqlClient};
use dropmail_client::adapters::sqlite::SqliteArchive;
use dropmail_client::domain::base_url::BaseUrl;
use dropmail_client::domain::delivery::Push;
use dropmail_client::domain::ids::MailId;
use dropmail_client::domain::secrets::Token;
use dropmail_client::domain::session::{AddressOptions, Session};
use dropmail_client::domain::time::Timestamp;
use dropmail_client::ports::archive::{Archive, ArchivedToken};
use dropmail_client::ports::clock::Clock;
use dropmail_client::ports::dropmail_api::ApiError;
use dropmail_client::service::{Arrival, FailureClass, Ingested, Mailbox, ServiceError, TokenSource};
use dropmail_server::{AccessToken, Server, ServerConfig};
use futures_util::StreamExt;
use lettre::address::Envelope;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// A local server and a temporary data directory for one test.
struct TestClient {
    server: Server,
    folder: tempfile::TempDir,
}

impl TestClient {
    async fn new(change: impl FnOnce(&mut ServerConfig)) -> Self {
        let free = "127.0.0.1:0".parse().unwrap();
        let mut config = ServerConfig { http: free, smtp: free, ..ServerConfig::default() };
        change(&mut config);
        Self { server: Server::start(config).await.unwrap(), folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Creates a mailbox as a restarted program would: with the same data directory, but with no state in memory.
    /// `configured_token` is the user's own token, if any.
    fn mailbox(&self, configured_token: Option<Token>) -> Mailbox {
        let base = BaseUrl::parse(&self.server.base_url()).unwrap();
        let clock = Arc::new(SystemClock);
        let downloads = Downloads { folder: Some(self.path().to_owned()), ..Downloads::default() };
        let transport = GraphqlClient::with_downloads(base, Arc::clone(&clock) as _, downloads);
        let archive = SqliteArchive::open(self.path(), clock.now()).unwrap().archive;
        Mailbox::new(Arc::new(transport), Arc::new(archive), clock, configured_token)
    }

    async fn send(&self, to: &str, raw: &[u8]) {
        let smtp = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
            .port(self.server.smtp_addr().port())
            .build();
        let envelope =
            Envelope::new(Some("sender@example.com".parse().unwrap()), vec![to.parse().unwrap()]).unwrap();
        // lettre adds a line break to the end of a mail.
        let raw = raw.strip_suffix(b"\r\n").unwrap_or(raw);
        smtp.send_raw(&envelope, raw).await.unwrap();
    }
}

impl TestClient {
    /// Sends many mails in order over one SMTP connection.
    async fn send_all(&self, to: &str, mails: impl IntoIterator<Item = Vec<u8>>) {
        let socket = TcpStream::connect(self.server.smtp_addr()).await.unwrap();
        socket.set_nodelay(true).unwrap();
        let mut lines = BufReader::new(socket);
        reply(&mut lines, "220").await;
        lines.write_all(b"EHLO test.example\r\n").await.unwrap();
        reply(&mut lines, "250").await;
        for raw in mails {
            for command in ["MAIL FROM:<sender@example.com>", &format!("RCPT TO:<{to}>")] {
                lines.write_all(format!("{command}\r\n").as_bytes()).await.unwrap();
                reply(&mut lines, "250").await;
            }
            lines.write_all(b"DATA\r\n").await.unwrap();
            reply(&mut lines, "354").await;
            lines.write_all(&[&raw[..], b".\r\n"].concat()).await.unwrap();
            reply(&mut lines, "250").await;
        }
    }
}

/// Reads a complete, possibly multi-line SMTP reply (RFC 5321, section 4.2.1) and checks its reply code.
async fn reply(lines: &mut BufReader<TcpStream>, code: &str) {
    loop {
        let mut line = String::new();
        lines.read_line(&mut line).await.unwrap();
        assert!(line.starts_with(code), "{line}");
        if line.as_bytes().get(3) != Some(&b'-') {
            return;
        }
    }
}

fn mail(subject: &str) -> Vec<u8> {
    format!("From: Example <hello@example.com>\r\nSubject: {subject}\r\n\r\nBody of {subject}.\r\n")
        .into_bytes()
}

async fn open(mailbox: &Mailbox) -> Session {
    let opened = mailbox.open_session(AddressOptions::default()).await.unwrap();
    assert!(opened.unsaved.is_none(), "{:?}", opened.unsaved);
    opened.value
}

fn new_arrival(ingested: Ingested) -> Arrival {
    match ingested {
        Ingested::New(arrival) => *arrival,
        Ingested::AlreadyStored(stored) => {
            panic!("the mail {} was already stored", stored.summary.envelope.id)
        }
    }
}

fn subjects(mails: &[Ingested]) -> Vec<String> {
    let subject = |mail: &Ingested| match mail {
        Ingested::New(arrival) => format!("new {}", arrival.stored.summary.subject),
        Ingested::AlreadyStored(stored) => format!("known {}", stored.summary.subject),
    };
    mails.iter().map(subject).collect()
}

#[tokio::test]
async fn the_first_start_needs_no_setup_and_mail_arrives_by_push() {
    let client = TestClient::new(|_| {}).await;
    let mailbox = client.mailbox(None);
    assert_eq!(mailbox.ensure_token().await.unwrap().value, TokenSource::New);
    let session = open(&mailbox).await;
    let lifetime = session.expires_at.duration_since(SystemClock.now()).as_secs();
    assert!((590..=601).contains(&lifetime), "{lifetime}");

    let mut watch = mailbox.watch(session.id.clone(), None);
    assert_eq!(watch.next().await, Some(Ok(Push::Ready)));
    let address = session.addresses[0].address.as_str();
    client.send(address, &mail("one")).await;
    let Some(Ok(Push::Mail(delivery))) = watch.next().await else {
        panic!("the stream has delivered no mail")
    };
    let arrival = new_arrival(mailbox.ingest(*delivery).await.unwrap());
    assert_eq!(arrival.stored.summary.subject.as_str(), "one");
    assert!(arrival.unsaved.is_none());

    let loaded = mailbox.load(&arrival.stored.summary.envelope.id).await.unwrap();
    assert_eq!(&loaded.raw[..], mail("one"));
    assert_eq!(loaded.mail, arrival.mail);
    assert_eq!(mailbox.mails().await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_next_start_resumes_sessions_and_fetches_missed_mail_in_order() {
    let client = TestClient::new(|_| {}).await;
    let session = {
        let mailbox = client.mailbox(None);
        let session = open(&mailbox).await;
        client.send(session.addresses[0].address.as_str(), &mail("one")).await;
        let touched = mailbox.touch(&session.id, None).await.unwrap();
        assert_eq!(subjects(&touched.mails), ["new one"]);
        session
    };
    let address = session.addresses[0].address.as_str();
    client.send(address, &mail("two")).await;
    client.send(address, &mail("three")).await;

    let mailbox = client.mailbox(None);
    assert_eq!(mailbox.ensure_token().await.unwrap().value, TokenSource::Kept);
    let synced = mailbox.sync_sessions().await.unwrap().value;
    assert_eq!(synced.live.len(), 1);
    assert_eq!(synced.live[0].addresses, session.addresses);
    assert!(synced.lapsed.is_empty());
    let touched = mailbox.touch(&session.id, None).await.unwrap();
    assert_eq!(subjects(&touched.mails), ["known one", "new two", "new three"]);
    let newest = mailbox.newest_mail_id(&session.id).await.unwrap().unwrap();
    let touched = mailbox.touch(&session.id, Some(&newest)).await.unwrap();
    assert!(touched.mails.is_empty() && touched.missed.is_empty());
    let listed = mailbox.mails().await.unwrap();
    let listed: Vec<_> = listed.iter().map(|stored| stored.summary.subject.as_str()).collect();
    assert_eq!(listed, ["three", "two", "one"]);
}

#[tokio::test]
async fn missed_mail_of_several_pages_is_fetched_completely() {
    let client = TestClient::new(|_| {}).await;
    let mailbox = client.mailbox(None);
    let session = open(&mailbox).await;
    let mails = (0..230).map(|n| mail(&format!("{n}")));
    client.send_all(session.addresses[0].address.as_str(), mails).await;
    let touched = mailbox.touch(&session.id, None).await.unwrap();
    let expected: Vec<_> = (0..230).map(|n| format!("new {n}")).collect();
    assert_eq!(subjects(&touched.mails), expected);
    let mails = mailbox.mails().await.unwrap();
    let tenth = mails[mails.len() - 10].summary.envelope.id.clone();
    let touched = mailbox.touch(&session.id, Some(&tenth)).await.unwrap();
    assert_eq!(touched.mails.len(), 220);
}

/// Tests that the program fetches older mails if its previous run ended after storing only the newest mail.
#[tokio::test]
async fn a_pushed_mail_does_not_hide_older_mail_from_the_next_run() {
    let client = TestClient::new(|_| {}).await;
    let session = {
        let mailbox = client.mailbox(None);
        let session = open(&mailbox).await;
        let address = session.addresses[0].address.as_str();
        client.send_all(address, (0..130).map(|n| mail(&format!("{n}")))).await;
        let mut watch = mailbox.watch(session.id.clone(), None);
        assert_eq!(watch.next().await, Some(Ok(Push::Ready)));
        client.send(address, &mail("pushed")).await;
        let Some(Ok(Push::Mail(delivery))) = watch.next().await else {
            panic!("the stream has delivered no mail")
        };
        new_arrival(mailbox.ingest(*delivery).await.unwrap());
        assert_eq!(mailbox.complete_to(&session.id).await.unwrap(), None);
        session
    };
    let mailbox = client.mailbox(None);
    assert!(mailbox.catch_up().await.unwrap().is_empty());
    let mails = mailbox.mails().await.unwrap();
    assert_eq!(mails.len(), 131);
    let newest = mails[0].summary.envelope.id.clone();
    assert_eq!(mailbox.complete_to(&session.id).await.unwrap(), Some(newest));
    assert!(
        mailbox.sync(&session.id).await.unwrap().mails.is_empty(),
        "stored mails are not requested again"
    );
}

#[tokio::test]
async fn non_text_bytes_arrive_unchanged() {
    let client = TestClient::new(|_| {}).await;
    let mailbox = client.mailbox(None);
    let session = open(&mailbox).await;
    let mut raw = mail("latin");
    raw.extend_from_slice(b"caf\xe9 \xff\xfe\x80\r\n");
    let mut watch = mailbox.watch(session.id.clone(), None);
    assert_eq!(watch.next().await, Some(Ok(Push::Ready)));
    client.send(session.addresses[0].address.as_str(), &raw).await;
    let Some(Ok(Push::Mail(delivery))) = watch.next().await else {
        panic!("the stream has delivered no mail")
    };
    let arrival = new_arrival(mailbox.ingest(*delivery).await.unwrap());
    let loaded = mailbox.load(&arrival.stored.summary.envelope.id).await.unwrap();
    assert_eq!(&loaded.raw[..], raw);
    assert_eq!(loaded.raw.len() as u64, arrival.stored.summary.envelope.size);
    assert!(arrival.mail.notes.is_empty(), "{:?}", arrival.mail.notes);
}

#[tokio::test]
async fn a_mail_that_cannot_be_archived_is_still_shown() {
    let client = TestClient::new(|_| {}).await;
    let mailbox = client.mailbox(None);
    let session = open(&mailbox).await;
    let connection = rusqlite::Connection::open(client.path().join("archive.sqlite3")).unwrap();
    connection.execute_batch("DROP TABLE raw").unwrap();
    client.send(session.addresses[0].address.as_str(), &mail("unsaved")).await;
    let mut touched = mailbox.touch(&session.id, None).await.unwrap();
    let arrival = new_arrival(touched.mails.remove(0));
    assert_eq!(arrival.stored.summary.subject.as_str(), "unsaved");
    let warning = arrival.unsaved.expect("the mail that was not stored is reported").to_string();
    assert!(warning.contains("archive.sqlite3") && warning.contains("DROPMAIL_DATA_DIR"), "{warning}");
    let loaded = mailbox.load(&arrival.stored.summary.envelope.id).await.unwrap();
    assert_eq!(&loaded.raw[..], mail("unsaved"), "the mail can be read until the program ends");
    let error = mailbox.load(&MailId::new("none")).await.unwrap_err();
    assert!(matches!(error, ServiceError::NoSuchMail { .. }), "{error:?}");
}

#[tokio::test]
async fn a_large_mail_arrives_by_push() {
    let client = TestClient::new(|_| {}).await;
    let mailbox = client.mailbox(None);
    let session = open(&mailbox).await;
    let mut watch = mailbox.watch(session.id.clone(), None);
    assert_eq!(watch.next().await, Some(Ok(Push::Ready)));
    let mut raw = mail("large");
    while raw.len() < 25 << 20 {
        raw.extend_from_slice(b"0123456789012345678901234567890123456789012345678901234567890123456789\r\n");
    }
    client.send(session.addresses[0].address.as_str(), &raw).await;
    let Some(Ok(Push::Mail(delivery))) = watch.next().await else {
        panic!("the stream has delivered no mail")
    };
    let arrival = new_arrival(mailbox.ingest(*delivery).await.unwrap());
    let loaded = mailbox.load(&arrival.stored.summary.envelope.id).await.unwrap();
    assert!(loaded.raw == raw, "{} of {} bytes arrived", loaded.raw.len(), raw.len());
    assert_eq!(loaded.raw.len() as u64, arrival.stored.summary.envelope.size);
}

#[tokio::test]
async fn a_stopped_server_ends_the_watch_with_a_reason() {
    let client = TestClient::new(|_| {}).await;
    let mailbox = client.mailbox(None);
    let session = open(&mailbox).await;
    let mut watch = mailbox.watch(session.id.clone(), None);
    assert_eq!(watch.next().await, Some(Ok(Push::Ready)));
    client.server.shutdown().await;
    let end = watch.next().await.unwrap().unwrap_err();
    assert!(matches!(end, ApiError::Unreachable(_)), "{end:?}");
    assert!(watch.next().await.is_none());
    let error = mailbox.touch(&session.id, None).await.unwrap_err();
    assert_eq!(error.failure_class(), FailureClass::Failed);
    // A connection to the stopped server may still be open; it is then closed with an error.
    let words = error.to_string();
    let expected = ["refuses the connection", "was cut"];
    assert!(expected.iter().any(|expected| words.contains(expected)), "{words}");
}
