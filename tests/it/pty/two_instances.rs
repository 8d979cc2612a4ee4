//! Tests a second instance with the same data directory, and a keyring that does not reply. The service is unreachable
//! in these tests.

use super::terminal::Terminal;
use dropmail_client::adapters::sqlite::SqliteArchive;
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::mail::{Envelope, Summary};
use dropmail_client::domain::time::Timestamp;
use dropmail_client::ports::archive::Archive;
use std::path::Path;
use tempfile::tempdir;

/// URL of a service that is not running: no server listens on the port.
const BASE: &str = "http://127.0.0.1:9/api/graphql";

fn store_mail(home: &Path, id: &str) {
    let folder = home.join(".local/share/dropmail-tui");
    let archive = SqliteArchive::open(&folder, Timestamp::UNIX_EPOCH).unwrap().archive;
    let raw = format!("From: Shop <shop@example.com>\r\nSubject: Tidings {id}\r\n\r\nHello from {id}.\r\n");
    let mail = mail_codes::parse(raw.as_bytes());
    let envelope = Envelope {
        id: MailId::new(id),
        session: SessionId::new("s"),
        received_at: Timestamp::from_second(4_000_000_000).unwrap(),
        from: "shop@example.com".into(),
        to: "me@drop.example".into(),
        to_orig: "me@drop.example".into(),
        size: raw.len() as u64,
        oddities: Vec::new(),
    };
    archive.put_mail(BASE, &Summary::new(envelope, &mail), raw.as_bytes(), &mail).unwrap();
}

#[test]
fn a_second_process_with_another_token_shows_the_archive_and_takes_over() {
    let home = tempdir().unwrap();
    store_mail(home.path(), "one");
    let first = Terminal::start(&["--base-url", BASE], home.path(), (120, 30));
    first.wait_for_text("Tidings one");
    first.wait_for_text("not reached");
    // The first instance does not accept requests for a different token.
    let token = [("DROPMAIL_TOKEN", "af_another_token")];
    let mut second = Terminal::start_with(&["--base-url", BASE], home.path(), (120, 30), &token);
    second.wait_for_text("another dropmail-tui has this mailbox");
    second.wait_for_text("Tidings one");
    // The second instance can show stored mails, but it cannot send requests.
    second.type_keys("\r");
    second.wait_for_text("Hello from one.");
    second.type_keys("n");
    second.wait_for_text("this one only shows it");
    // The second instance shows mail that the first instance receives.
    store_mail(home.path(), "two");
    second.wait_for_text("Tidings two");
    first.signal("KILL");
    second.wait_for_text("not reached");
    second.quit();
}

#[cfg(target_os = "linux")]
#[test]
fn a_keyring_that_never_answers_delays_nothing() {
    let home = tempdir().unwrap();
    store_mail(home.path(), "one");
    let socket = home.path().join("bus");
    // The fake keyring accepts connections and sends nothing.
    let _silent = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let address = format!("unix:path={}", socket.display());
    let env = [("DBUS_SESSION_BUS_ADDRESS", address.as_str())];
    let mut terminal = Terminal::start_with(&["--base-url", BASE], home.path(), (120, 30), &env);
    terminal.wait_for_text("Tidings one");
    terminal.wait_for_text("the keyring does not answer");
    terminal.quit();
}
