//! Tests that no mail is lost once the program has shown it. The test repeatedly kills the program under load. The
//! killed program is a child process that runs this test binary. The server, SMTP, SQLite and SIGKILL are real.
//!
//! `DROPMAIL_CRASH_ROUNDS=200 cargo test --test it archive_crash` runs the long version.

// This file exceeds 300 lines because the killed process and the checks of its archive form one test.

use dropmail_client::adapters::clock::SystemClock;
use dropmail_client::adapters::graphql::GraphqlClient;
use dropmail_client::adapters::sqlite::SqliteArchive;
use dropmail_client::domain::base_url::BaseUrl;
use dropmail_client::domain::delivery::Push;
use dropmail_client::domain::ids::MailId;
use dropmail_client::domain::secrets::Token;
use dropmail_client::domain::session::{Address, AddressOptions, Session};
use dropmail_client::ports::archive::Archive;
use dropmail_client::ports::clock::Clock;
use dropmail_client::ports::dropmail_api::DropMailApi;
use dropmail_client::service::{Ingested, Mailbox};
use dropmail_server::{AccessToken, Server, ServerConfig};
use futures_util::StreamExt;
use lettre::address::Envelope;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::task::JoinSet;

pub(super) const TOKEN: &str = "af_crashtest1";
pub(super) const BASE: &str = "DROPMAIL_TEST_CRASH_BASE";
pub(super) const FOLDER: &str = "DROPMAIL_TEST_CRASH_FOLDER";

#[expect(clippy::disallowed_methods, reason = "environment variables configure the tests")]
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

pub(super) fn mailbox(base: &str, folder: &Path) -> Mailbox {
    let clock = Arc::new(SystemClock);
    let transport = GraphqlClient::new(BaseUrl::parse(base).unwrap(), Arc::clone(&clock) as _);
    let archive = SqliteArchive::open(folder, clock.now()).unwrap().archive;
    Mailbox::new(Arc::new(transport), Arc::new(archive), clock, Some(Token::parse(TOKEN).unwrap()))
}

/// Prints a line and flushes standard output, so that the parent process can read the line immediately.
pub(super) fn print_line(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "@{line}").unwrap();
    out.flush().unwrap();
}

/// Returns the newest live session, or a new session if there is none, and prints the session's address.
pub(super) async fn resume_session(mailbox: &Mailbox) -> Session {
    let synced = mailbox.sync_sessions().await.unwrap().value;
    let session = match synced.live.into_iter().next() {
        Some(session) => session,
        None => mailbox.open_session(AddressOptions::default()).await.unwrap().value,
    };
    print_line(&format!("address {}", session.addresses.last().unwrap().address));
    session
}

/// Ingests mail as it arrives. Prints, for each mail, `shown` if it was stored and `unsaved` if storing it failed.
pub(super) async fn ingest_mails(mailbox: &Mailbox, session: &Session) {
    let newest = mailbox.newest_mail_id(&session.id).await.unwrap();
    let mut pushes = mailbox.watch(session.id.clone(), newest.clone());
    while let Some(Ok(push)) = pushes.next().await {
        let ingested = match push {
            // Mail that arrived between the previous run and this run was not pushed.
            Push::Ready => mailbox.sync(&session.id).await.unwrap().mails,
            Push::Mail(delivery) => vec![mailbox.ingest(*delivery).await.unwrap()],
        };
        for mail in ingested {
            match mail {
                Ingested::New(arrival) => {
                    let id = arrival.stored.summary.envelope.id;
                    if let Some(error) = arrival.unsaved {
                        let read = mailbox.load(&id).await.is_ok();
                        print_line(&format!("unsaved {id} {read} {error}"));
                    } else {
                        print_line(&format!("shown {id}"));
                    }
                }
                Ingested::AlreadyStored(stored) => {
                    print_line(&format!("shown {}", stored.summary.envelope.id));
                }
            }
        }
    }
}

/// The program under test, which the other tests in this file run as a child process. It continues the existing
/// session, ingests mail, and adds and restores addresses, all at the same time. It prints a line for every mail that
/// it has shown.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let (Some(base), Some(folder)) = (variable(BASE), variable(FOLDER)) else { return };
    let mailbox = mailbox(&base, Path::new(&folder));
    let session = resume_session(&mailbox).await;
    let mails = ingest_mails(&mailbox, &session);
    let addresses = async {
        loop {
            let Ok(added) = mailbox.add_address(&session.id, AddressOptions::default()).await else {
                return std::future::pending().await;
            };
            let added = added.value;
            print_line(&format!("has {}", added.address));
            for _ in 0..3 {
                let Ok(known) = mailbox.sync_sessions().await else { break };
                let addresses_now = known.value.live.iter().flat_map(|session| &session.addresses);
                let Some(current) =
                    addresses_now.into_iter().find(|address| address.address == added.address)
                else {
                    break;
                };
                if mailbox.delete_address(&current.id).await.is_err() {
                    break;
                }
                if mailbox.restore(&session.id, &added.address, None).await.is_ok() {
                    print_line(&format!("has {}", added.address));
                }
            }
        }
    };
    tokio::join!(mails, addresses);
}

pub(super) async fn server() -> Server {
    let free = "127.0.0.1:0".parse().unwrap();
    let tokens = vec![AccessToken::new(TOKEN)];
    Server::start(ServerConfig { http: free, smtp: free, tokens, ..ServerConfig::default() }).await.unwrap()
}

async fn send_until_stopped(port: u16, to: String, round: u64) {
    let smtp = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1").port(port).build();
    let sender: lettre::Address = "sender@example.com".parse().unwrap();
    let envelope = Envelope::new(Some(sender), vec![to.parse().unwrap()]).unwrap();
    for n in 0.. {
        let body = "ballast ".repeat(usize::try_from((n * 37 + round * 11) % 400).unwrap());
        let raw = format!("Subject: Mail {round}-{n}\r\n\r\nYour code is {}.\r\n{body}\r\n", 100_000 + n);
        if smtp.send_raw(&envelope, raw.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Returns a pseudo-random number that depends only on `seed` (`SplitMix64`).
fn pseudo_random(seed: u64) -> u64 {
    let mut z = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

pub(super) fn spawn(
    mut command: tokio::process::Command,
    base: &str,
    folder: &Path,
) -> tokio::process::Child {
    command.env(BASE, base).env(FOLDER, folder).stdout(Stdio::piped()).kill_on_drop(true);
    command.spawn().unwrap()
}

/// After each round, the test deletes and restores one in `SHARE` of the addresses that exist. Successive rounds choose
/// different addresses.
const SHARE: u64 = 16;
const AT_ONCE: usize = 8;

/// Checks the archive after the program was killed. Every mail that was shown must be complete. Before the first sync
/// with the service, the archive must contain the current restore key of every address; only the key that was being
/// changed when the program was killed may be missing. After the sync, the stored key of each existing address must
/// equal the key on the service, and each deleted address must be restorable with its stored key. The test then deletes
/// and restores one in [`SHARE`] of the existing addresses (in the last round, all of them).
async fn check_archive(
    server: &Server,
    folder: &Path,
    shown: &BTreeSet<String>,
    addresses: &BTreeSet<String>,
    round: u64,
    last: bool,
) {
    let restarted = mailbox(&server.base_url(), folder);
    let mails = futures_util::stream::iter(shown).map(|id| {
        let restarted = &restarted;
        async move {
            let loaded = restarted.load(&MailId::new(id.as_str())).await;
            let loaded =
                loaded.unwrap_or_else(|error| panic!("round {round}: mail {id} cannot be read: {error}"));
            assert_eq!(
                loaded.raw.len() as u64,
                loaded.envelope.size,
                "round {round}: the mail is incomplete"
            );
        }
    });
    mails.buffer_unordered(AT_ONCE).collect::<()>().await;
    let archive = SqliteArchive::open(folder, SystemClock.now()).unwrap().archive;
    let service = GraphqlClient::new(BaseUrl::parse(restarted.base()).unwrap(), Arc::new(SystemClock));
    service.set_token(Token::parse(TOKEN).unwrap());
    let sessions = service.sessions().await.unwrap();
    let unstored = sessions.iter().flat_map(|session| &session.addresses).filter(|address| {
        let newest = archive.restore_key(restarted.base(), address.address.as_str()).unwrap();
        let earlier = archive.previous_restore_keys(restarted.base(), address.address.as_str(), 1).unwrap();
        !newest.iter().chain(&earlier).any(|key| *key == address.restore_key)
    });
    let unstored = unstored.count();
    assert!(unstored <= 1, "round {round}: {unstored} keys are not stored; only one key was being changed");
    let live = restarted.sync_sessions().await.unwrap().value.live;
    let target = &live[0].id;
    let current: BTreeMap<&str, &Address> = live
        .iter()
        .flat_map(|session| &session.addresses)
        .map(|address| (address.address.as_str(), address))
        .collect();
    let keys = futures_util::stream::iter((0_u64..).zip(addresses)).map(|(n, address)| {
        let (restarted, archive, current) = (&restarted, &archive, current.get(address.as_str()));
        async move {
            if let Some(current) = current {
                let stored = archive.restore_key(restarted.base(), address).unwrap();
                let is_same = stored.as_ref() == Some(&current.restore_key);
                assert!(is_same, "round {round}: {address}: the stored key is not the key of the address");
                if !last && n % SHARE != round % SHARE {
                    return;
                }
                restarted.delete_address(&current.id).await.unwrap();
            }
            let restored = restarted.restore(target, address, None).await;
            let restored = restored
                .unwrap_or_else(|error| panic!("round {round}: {address} cannot be restored: {error}"))
                .value;
            assert!(restored.adopted.is_none(), "round {round}: {address} was not deleted");
        }
    });
    keys.buffer_unordered(AT_ONCE).collect::<()>().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::print_stderr, reason = "a long run reports how much it has tested")]
async fn reported_mail_survives_a_kill_at_any_moment() {
    let rounds: u64 = variable("DROPMAIL_CRASH_ROUNDS").map_or(6, |text| text.parse().unwrap());
    let server = server().await;
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path();
    let (mut shown, mut addresses) = (BTreeSet::new(), BTreeSet::new());
    for round in 0..rounds {
        let mut command = tokio::process::Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "archive_crash::child", "--nocapture", "--test-threads=1"]);
        let mut child = spawn(command, &server.base_url(), folder);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // The child process is killed after this many lines of output, while it stores the next mail and key.
        let mut remaining_lines = 3 + pseudo_random(round) % 40;
        let mut sending = JoinSet::new();
        while remaining_lines > 0 {
            let line = lines.next_line().await.unwrap().expect("the child process prints a line");
            let Some((_, message)) = line.split_once('@') else { continue };
            match message.split_once(' ') {
                Some(("address", address)) => {
                    let sending_mails =
                        send_until_stopped(server.smtp_addr().port(), address.to_owned(), round);
                    sending.spawn(sending_mails);
                }
                Some(("shown", id)) => drop(shown.insert(id.to_owned())),
                Some(("has", address)) => drop(addresses.insert(address.to_owned())),
                _ => panic!("round {round}: unknown line: {message}"),
            }
            remaining_lines -= 1;
        }
        child.kill().await.unwrap();
        sending.abort_all();
        // Mails that the child process printed before it was killed count as shown.
        while let Some(line) = lines.next_line().await.unwrap() {
            if let Some((_, id)) = line.split_once("@shown ") {
                shown.insert(id.to_owned());
            }
        }
        check_archive(&server, folder, &shown, &addresses, round, round + 1 == rounds).await;
        if (round + 1).is_multiple_of(20) {
            let (mails, addresses) = (shown.len(), addresses.len());
            eprintln!("killed {} times: all {mails} mails and {addresses} addresses are stored", round + 1);
        }
    }
    assert!(!shown.is_empty());
    let integrity = rusqlite::Connection::open(folder.join("archive.sqlite3")).unwrap();
    let result: String = integrity.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(result, "ok");
    eprintln!(
        "killed {rounds} times: all {} mails and {} addresses are stored",
        shown.len(),
        addresses.len()
    );
}

#[tokio::test]
async fn a_late_reply_with_an_older_restore_key_loses_no_address() {
    let server = server().await;
    let folder = tempfile::tempdir().unwrap();
    let mailbox = mailbox(&server.base_url(), folder.path());
    let session = mailbox.open_session(AddressOptions::default()).await.unwrap().value;
    let added = mailbox.add_address(&session.id, AddressOptions::default()).await.unwrap().value;
    mailbox.delete_address(&added.id).await.unwrap();
    let restored = mailbox.restore(&session.id, &added.address, None).await.unwrap().value.address;
    assert_ne!(restored.restore_key, added.restore_key);
    // The archive stores an outdated list of addresses after the key has changed.
    let archive = SqliteArchive::open(folder.path(), SystemClock.now()).unwrap().archive;
    archive.put_address(mailbox.base(), &session.id, &added).unwrap();
    mailbox.delete_address(&restored.id).await.unwrap();
    let second_restore = mailbox.restore(&session.id, &added.address, None).await.unwrap().value.address;
    assert_eq!(second_restore.address, added.address);
    // The user may restore with an older key that a screen still shows.
    mailbox.delete_address(&second_restore.id).await.unwrap();
    assert!(mailbox.restore_with_known_keys(&session.id, &added.address, added.restore_key).await.is_ok());
}
