//! Tests the program when it cannot write to the disk: in a read-only directory, and on a full disk. The program must
//! still run and show new mail, and report mail that it could not store.
#![cfg(unix)]

use super::archive_crash::{
    BASE, FOLDER, TOKEN, ingest_mails, mailbox, print_line, resume_session, server, spawn, variable,
};
use dropmail_client::adapters::sqlite::SqliteArchive;
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::mail;
use dropmail_client::domain::stored_mail::Stored;
use dropmail_client::domain::time::Timestamp;
use dropmail_client::ports::archive::Archive as _;
use lettre::address::Envelope;
use lettre::{SmtpTransport, Transport};
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::ChildStdout;

fn send(smtp: SocketAddr, to: &str, raw: &str) {
    let post = SmtpTransport::builder_dangerous(smtp.ip().to_string()).port(smtp.port()).build();
    let envelope = Envelope::new(Some("shop@shop.example".parse().unwrap()), vec![to.parse().unwrap()]);
    assert!(post.send_raw(&envelope.unwrap(), raw.as_bytes()).unwrap().is_positive());
}

/// The child process of the full-disk test: ingests mails and prints, for each one, whether it was stored.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let (Some(base), Some(folder)) = (variable(BASE), variable(FOLDER)) else { return };
    let mailbox = mailbox(&base, Path::new(&folder));
    let session = resume_session(&mailbox).await;
    ingest_mails(&mailbox, &session).await;
}

/// Reads the next line that the child process prints, and returns its first word and the rest of it.
async fn next_line(lines: &mut Lines<BufReader<ChildStdout>>) -> (String, String) {
    loop {
        let line = lines.next_line().await.unwrap().expect("the child process prints a line");
        if let Some((what, rest)) = line.split_once('@').and_then(|(_, text)| text.split_once(' ')) {
            return (what.to_owned(), rest.to_owned());
        }
    }
}

/// Maximum size of a file that the child process may write, in blocks of 512 or 1024 bytes, depending on the shell. The
/// size is sufficient for an empty archive with some small mails, but not for a large mail.
const BLOCKS: usize = 4096;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_hides_no_mail_and_is_reported_with_a_remedy() {
    let server = server().await;
    let temporary = tempfile::tempdir().unwrap();
    let mut command = tokio::process::Command::new("sh");
    // The signal for an exceeded file size limit must not kill the child process.
    command.arg("-c").arg(format!("trap '' XFSZ; ulimit -f {BLOCKS}; exec \"$0\" \"$@\""));
    command.arg(std::env::current_exe().unwrap());
    command.args(["--exact", "archive_refused::child", "--nocapture", "--test-threads=1"]);
    let mut child = spawn(command, &server.base_url(), temporary.path());
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (keyword, address) = next_line(&mut lines).await;
    assert_eq!(keyword, "address");
    let smtp = server.smtp_addr();
    let large = "ballast of many lines\r\n".repeat(BLOCKS * 1024 / 20);
    let mut shown = Vec::new();
    for round in 0..3 {
        send(smtp, &address, &format!("Subject: Small {round}\r\n\r\nYour code is 10000{round}.\r\n"));
        let (keyword, id) = next_line(&mut lines).await;
        assert_eq!(keyword, "shown", "a small mail fits on the disk: {id}");
        shown.push(id);
        let raw = format!(
            "Subject: Large {round}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n\
             --x\r\n\r\nwords\r\n--x\r\nContent-Disposition: attachment; filename=a.bin\r\n\r\n{large}--x--\r\n"
        );
        send(smtp, &address, &raw);
        let (keyword, rest) = loop {
            // A mail that was both fetched and pushed is reported twice.
            let (keyword, rest) = next_line(&mut lines).await;
            if !(keyword == "shown" && shown.contains(&rest)) {
                break (keyword, rest);
            }
        };
        assert_eq!(keyword, "unsaved", "{rest}");
        assert!(rest.contains(" true "), "the unsaved mail can be read: {rest}");
        assert!(rest.contains("free some space"), "{rest}");
    }
    child.kill().await.unwrap();
    let restarted = mailbox(&server.base_url(), temporary.path());
    for id in &shown {
        assert!(restarted.load(&MailId::new(id.as_str())).await.is_ok(), "{id}");
    }
}

/// A child process that ingests mail. Whenever it reads a line from standard input, it retries storing all unsaved
/// mails and prints how many are still unsaved.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn retry_child() {
    let (Some(base), Some(folder)) = (variable(BASE), variable(FOLDER)) else { return };
    let mailbox = mailbox(&base, Path::new(&folder));
    let session = resume_session(&mailbox).await;
    let retry = async {
        let mut requests = BufReader::new(tokio::io::stdin()).lines();
        while let Ok(Some(_)) = requests.next_line().await {
            print_line(&format!("held {}", mailbox.retry_unsaved().await));
        }
    };
    tokio::join!(ingest_mails(&mailbox, &session), retry);
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unsaved_mail_is_stored_once_the_disk_has_space() {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    let server = server().await;
    let temporary = tempfile::tempdir().unwrap();
    let mut command = tokio::process::Command::new("sh");
    command.arg("-c").arg(format!("trap '' XFSZ; ulimit -S -f {BLOCKS}; exec \"$0\" \"$@\""));
    command.arg(std::env::current_exe().unwrap()).stdin(Stdio::piped());
    command.args(["--exact", "archive_refused::retry_child", "--nocapture", "--test-threads=1"]);
    let mut child = spawn(command, &server.base_url(), temporary.path());
    let mut input = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (_, address) = next_line(&mut lines).await;
    let large = "ballast of many lines\r\n".repeat(BLOCKS * 1024 / 20);
    send(server.smtp_addr(), &address, &format!("Subject: Large\r\n\r\n{large}"));
    let (keyword, rest) = next_line(&mut lines).await;
    assert_eq!(keyword, "unsaved", "{rest}");
    let id = rest.split(' ').next().unwrap().to_owned();
    input.write_all(b"\n").await.unwrap();
    assert_eq!(next_line(&mut lines).await, ("held".to_owned(), "1".to_owned()));

    let pid = Pid::from_raw(child.id().unwrap().cast_signed()).unwrap();
    prlimit(Some(pid), Resource::Fsize, Rlimit { current: None, maximum: None }).unwrap();
    input.write_all(b"\n").await.unwrap();
    assert_eq!(next_line(&mut lines).await, ("held".to_owned(), "0".to_owned()));
    child.kill().await.unwrap();
    let restarted = mailbox(&server.base_url(), temporary.path());
    assert!(restarted.load(&MailId::new(id)).await.is_ok());
}

/// User id of an unprivileged system user that owns no files.
const NOBODY: u32 = 65534;

/// Runs the real program as a user who cannot write to the data directory. Root can write to any directory, so a test
/// that runs as root starts the program as another user.
struct UnprivilegedUser {
    home: tempfile::TempDir,
    program: std::path::PathBuf,
    other: bool,
}

impl UnprivilegedUser {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("data");
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o500)).unwrap();
        let probe = folder.join("probe");
        let other = fs::write(&probe, "").is_ok();
        let program = Path::new(env!("CARGO_BIN_EXE_dropmail-tui")).to_path_buf();
        let mut user = Self { home, program, other };
        if other {
            fs::remove_file(probe).unwrap();
            chown(&folder, Some(NOBODY), Some(NOBODY)).unwrap();
            fs::set_permissions(user.home.path(), fs::Permissions::from_mode(0o755)).unwrap();
            // A user other than root may have no access to the build folder.
            if user.command(&["--version"]).output().is_err() {
                let copy = user.home.path().join("dropmail-tui");
                fs::copy(&user.program, &copy).unwrap();
                user.program = copy;
            }
        }
        user
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.env_clear().current_dir("/").env("HOME", self.home.path());
        command.env("DROPMAIL_DATA_DIR", self.home.path().join("data"));
        if self.other {
            command.uid(NOBODY).gid(NOBODY);
        }
        command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_read_only_folder_is_reported_and_mail_can_still_be_read() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(server());
    let base = server.base_url();
    let user = UnprivilegedUser::new();
    let env = [("DROPMAIL_BASE_URL", base.as_str()), ("DROPMAIL_TOKEN", TOKEN)];
    let check_error = |output: &Output| {
        let message = text_of(&output.stderr);
        assert!(message.contains("data") && message.contains("Permission denied"), "{message}");
        assert!(message.contains("set DROPMAIL_DATA_DIR to a folder that can be written"), "{message}");
        message
    };
    let created = user.command(&["new"]).envs(env).output().unwrap();
    assert_eq!(created.status.code(), Some(0), "{created:?}");
    assert!(check_error(&created).contains("kept in memory only"));
    let address = text_of(&created.stdout).trim_end().to_owned();
    send(server.smtp_addr(), &address, "Subject: Code\r\n\r\nYour verification code is: 482913\r\n");
    let code =
        user.command(&["wait", "--code", "--since", "5m", "--timeout", "60"]).envs(env).output().unwrap();
    assert_eq!((code.status.code(), text_of(&code.stdout).as_str()), (Some(0), "482913\n"), "{code:?}");
    check_error(&code);
    // The `search` command uses only the archive, so it fails without an archive.
    let search = user.command(&["search", "code"]).output().unwrap();
    assert_eq!((search.status.code(), search.stdout.as_slice()), (Some(1), &b""[..]), "{search:?}");
    check_error(&search);
    assert_eq!(fs::read_dir(user.home.path().join("data")).unwrap().count(), 0);
    runtime.block_on(server.shutdown());
}

/// Base URL of a service that is not running.
const NOWHERE: &str = "http://127.0.0.1:9/api/graphql";

fn store_one_mail(archive: &SqliteArchive) {
    let raw = b"From: shop@shop.example\r\nSubject: Your code\r\n\r\nYour verification code is: 482913\r\n";
    let mail = mail_codes::parse(raw);
    let envelope = mail::Envelope {
        id: MailId::new("1"),
        session: SessionId::new("s"),
        received_at: Timestamp::UNIX_EPOCH,
        from: "shop@shop.example".into(),
        to: "me@dropmail.example".into(),
        to_orig: "me@dropmail.example".into(),
        size: raw.len() as u64,
        oddities: Vec::new(),
    };
    let summary = mail::Summary::new(envelope, &mail);
    assert_eq!(archive.put_mail(NOWHERE, &summary, raw, &mail).unwrap(), Stored::New);
}

#[test]
fn an_archive_that_became_read_only_is_reported() {
    let user = UnprivilegedUser::new();
    let data = user.home.path().join("data");
    fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).unwrap();
    let archive = SqliteArchive::open(&data, Timestamp::UNIX_EPOCH).unwrap().archive;
    store_one_mail(&archive);
    drop(archive);
    for entry in fs::read_dir(&data).unwrap() {
        let path = entry.unwrap().path();
        if user.other {
            chown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    }
    fs::set_permissions(&data, fs::Permissions::from_mode(0o500)).unwrap();
    let search = user.command(&["search", "code"]).env("DROPMAIL_BASE_URL", NOWHERE).output().unwrap();
    let message = text_of(&search.stderr);
    assert_eq!(search.status.code(), Some(0), "{message}");
    assert!(text_of(&search.stdout).contains("Your code"), "stored mail can be read: {search:?}");
    assert!(message.contains("archive.sqlite3") && message.contains("DROPMAIL_DATA_DIR"), "{message}");
    let names: Vec<_> = fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!names.iter().any(|name| name.to_string_lossy().contains("broken")), "{names:?}");
}
