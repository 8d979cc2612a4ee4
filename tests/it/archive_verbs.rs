//! Tests the `search`, `export` and `purge` commands. The tests also open the exported files with other mail programs.

use dropmail_client::adapters::sqlite::SqliteArchive;
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::mail::{Envelope, Summary};
use dropmail_client::domain::time::{SignedDuration, Timestamp};
use dropmail_client::ports::archive::Archive;
use std::path::Path;
use std::process::{Command, Output};

/// The default base URL of the service.
const BASE: &str = "https://dropmail.me/api/graphql";
const START: i64 = 1_700_000_000;

fn store_mail(folder: &Path, id: &str, hours: i64, raw: &str, read: bool) {
    let archive = SqliteArchive::open(folder, Timestamp::UNIX_EPOCH).unwrap().archive;
    let raw = raw.replace('\n', "\r\n").into_bytes();
    let mail = mail_codes::parse(&raw);
    let envelope = Envelope {
        id: MailId::new(id),
        session: SessionId::new("s"),
        received_at: Timestamp::from_second(START).unwrap() + SignedDuration::from_hours(hours),
        from: "bounce@example.com".into(),
        to: "a@drop.example".into(),
        to_orig: "a@drop.example".into(),
        size: raw.len() as u64,
        oddities: Vec::new(),
    };
    archive.put_mail(BASE, &Summary::new(envelope, &mail), &raw, &mail).unwrap();
    archive.set_read(&MailId::new(id), read).unwrap();
}

fn run(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dropmail-tui"));
    command.env_clear().env("HOME", folder).env("DROPMAIL_DATA_DIR", folder.join("data"));
    command.args(args).output().unwrap()
}

fn store_three_mails(folder: &Path) {
    let data = folder.join("data");
    store_mail(
        &data,
        "one",
        0,
        "From: Shop <shop@example.com>\nSubject: First tidings\n\nYour verification code is 482913.\n",
        true,
    );
    store_mail(
        &data,
        "two",
        1,
        "From: Bank <bank@example.com>\nSubject: 第二の知らせ\nContent-Type: text/plain; charset=utf-8\n\nFrom here on it is quoted.\n>From there too.\n確認コード\n",
        false,
    );
    store_mail(
        &data,
        "three",
        2,
        "From: News <news@example.com>\nSubject: Third tidings\n\nNothing to see.\n.\n",
        false,
    );
}

#[test]
fn a_search_lists_matches_and_reports_when_there_are_none() {
    let home = tempfile::tempdir().unwrap();
    store_three_mails(home.path());
    let found = run(home.path(), &["search", "tidings"]);
    assert_eq!(found.status.code(), Some(0));
    let text = String::from_utf8(found.stdout).unwrap();
    let ids: Vec<&str> = text.lines().map(|line| line.split('\t').next().unwrap()).collect();
    assert_eq!(ids, ["three", "one"]);
    let found = run(home.path(), &["search", "--json", "確認", "here"]);
    let json: serde_json::Value = serde_json::from_slice(&found.stdout).unwrap();
    assert_eq!(json[0]["id"], "two");
    assert_eq!(json[0]["received_at"], "2023-11-14T23:13:20Z");
    let found = run(home.path(), &["search", "--json", "482913"]);
    let json: serde_json::Value = serde_json::from_slice(&found.stdout).unwrap();
    assert_eq!(json[0]["codes"][0]["value"], "482913");
    let no_match = run(home.path(), &["search", "--json", "wordless"]);
    assert_eq!(no_match.status.code(), Some(5));
    assert_eq!(no_match.stdout, b"[]\n");
}

#[test]
fn a_purge_deletes_old_mail_without_traces() {
    let home = tempfile::tempdir().unwrap();
    store_three_mails(home.path());
    let none = run(home.path(), &["purge", "--older-than", "100000"]);
    assert_eq!(none.status.code(), Some(0));
    assert_eq!(
        String::from_utf8(run(home.path(), &["search", "tidings"]).stdout).unwrap().lines().count(),
        2
    );
    let removed = run(home.path(), &["purge", "--json"]);
    assert_eq!(String::from_utf8(removed.stdout).unwrap(), "{\"removed\":3}\n");
    for entry in std::fs::read_dir(home.path().join("data")).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(7).any(|window| window == b"tidings"));
    }
    assert_eq!(run(home.path(), &["purge", "--all"]).status.code(), Some(0));
    assert_eq!(run(home.path(), &["purge", "--all", "--older-than", "1"]).status.code(), Some(2));
}

#[test]
fn a_damaged_archive_is_kept_until_everything_is_purged() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let damaged = || {
        let names = std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().file_name());
        names.filter(|name| name.to_string_lossy().contains(".broken-")).count()
    };
    std::fs::write(data.join("archive.sqlite3"), "no database, but a mail of somebody's".repeat(99)).unwrap();
    let output = run(home.path(), &["search", "anything"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("a new one was begun"), "{output:?}");
    assert_eq!(damaged(), 1);
    let weeks = run(home.path(), &["purge", "--older-than", "2000w"]);
    assert_eq!(weeks.status.code(), Some(0), "{weeks:?}");
    assert_eq!(run(home.path(), &["purge", "--older-than", "-1"]).status.code(), Some(2));
    let purged = run(home.path(), &["purge", "--older-than", "0"]);
    let words = String::from_utf8(purged.stderr).unwrap();
    assert!(
        words.contains("archive.sqlite3.broken-") && words.contains("`purge --all` deletes it"),
        "{words}"
    );
    assert_eq!(damaged(), 1, "`purge --older-than` keeps the damaged file");
    let purged_all = run(home.path(), &["purge", "--all", "--json"]);
    assert_eq!(
        String::from_utf8(purged_all.stdout).unwrap(),
        "{\"damaged_files_removed\":1,\"removed\":0}\n"
    );
    let words = String::from_utf8(purged_all.stderr).unwrap();
    assert!(words.contains("was deleted too"), "{words}");
    assert_eq!(damaged(), 0);
    // If `purge` is the first command to find that the archive is damaged, it removes the damaged file too.
    std::fs::write(data.join("archive.sqlite3"), "no database either".repeat(99)).unwrap();
    assert_eq!(run(home.path(), &["purge", "--all"]).status.code(), Some(0));
    assert_eq!(damaged(), 0);
    for entry in std::fs::read_dir(&data).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(11).any(|window| window == b"no database"));
    }
}

#[test]
fn exports_contain_every_mail_and_overwrite_nothing() {
    let home = tempfile::tempdir().unwrap();
    store_three_mails(home.path());
    let out = |name: &str| home.path().join(name);
    let export = |format: &str, dir: &Path| {
        let output = run(home.path(), &["export", "--json", "--format", format, dir.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
    };
    assert_eq!(export("eml", &out("eml"))["mails"], 3);
    let raw = std::fs::read(out("eml").join("20231114T221320Z First tidings.eml")).unwrap();
    assert!(
        raw.ends_with(b"482913.\r\n") && raw.starts_with(b"From: Shop"),
        "the exported mail is unchanged"
    );

    let path = export("mbox", &out("mbox"))["path"].as_str().unwrap().to_owned();
    let mbox = std::fs::read_to_string(&path).unwrap();
    assert_eq!(mbox.lines().filter(|line| line.starts_with("From ")).count(), 3);
    assert!(mbox.contains("\n>From here on") && mbox.contains("\n>>From there"), "{mbox}");
    let raw_of = |id: &str| run(home.path(), &["read", "--raw", id]).stdout;
    let ids = run(home.path(), &["ls", "--kept", "--json"]).stdout;
    let ids: serde_json::Value = serde_json::from_slice(&ids).unwrap();
    for (index, mail) in ids.as_array().unwrap().iter().rev().enumerate() {
        let read_back = run(home.path(), &["read", "--raw", &path, "--mail", &(index + 1).to_string()]);
        assert_eq!(read_back.stdout, raw_of(mail["id"].as_str().unwrap()), "the exported mail is unchanged");
    }
    assert_ne!(
        export("mbox", &out("mbox"))["path"].as_str().unwrap(),
        path,
        "a second export does not overwrite the first"
    );

    for _ in 0..2 {
        export("maildir", &out("maildir"));
        let count = |part: &str| std::fs::read_dir(out("maildir").join(part)).unwrap().count();
        assert_eq!((count("cur"), count("new"), count("tmp")), (1, 2, 0));
    }
    let seen = std::fs::read_dir(out("maildir").join("cur")).unwrap().next().unwrap().unwrap();
    assert!(std::fs::read(seen.path()).unwrap().ends_with(b"\r\n"), "the export keeps the line ends");
    let wrong = run(home.path(), &["export", "--format", "pst", "x"]);
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test prints the reason")]
fn neomutt_opens_the_complete_maildir() {
    let is_installed = |name: &str| {
        Command::new(name).arg("--version").output().is_ok() || Command::new(name).arg("-v").output().is_ok()
    };
    if !is_installed("neomutt") || !is_installed("script") {
        eprintln!("SKIPPED: neomutt (and script) are not installed: apt-get install neomutt");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    store_three_mails(home.path());
    let maildir = home.path().join("maildir");
    run(home.path(), &["export", "--format", "maildir", maildir.to_str().unwrap()]);
    // neomutt shows the list of mails and copies each mail to another file.
    let copy = home.path().join("copy.mbox");
    let copy_key = format!("<copy-message>{}<enter>", copy.display());
    let keys = format!(
        "set quit=yes resolve=no confirmappend=no confirmcreate=no delete=no; \
         push '<first-entry>{copy_key}<next-entry>{copy_key}<next-entry>{copy_key}<exit>'"
    );
    // Without a mail folder, neomutt asks whether to create one and would consume the keys as the answer.
    let neomutt = format!(
        "neomutt -n -F /dev/null -R -e 'set mbox_type=mbox folder={}' -e \"{keys}\" -f {}",
        home.path().display(),
        maildir.display()
    );
    let output = Command::new("script")
        .args(["-qec", &neomutt, "/dev/null"])
        .env("HOME", home.path())
        .env("TERM", "xterm")
        .env("LANG", "C.UTF-8")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let screen = String::from_utf8_lossy(&output.stdout).into_owned();
    let copied = std::fs::read_to_string(&copy).unwrap_or_else(|error| panic!("{error}: {screen}"));
    assert!(screen.contains("Msgs:3 New:2"), "{screen}");
    assert_eq!(copied.lines().filter(|line| line.starts_with("Subject: ")).count(), 3, "{copied}");
    for words in ["First tidings", "Third tidings", "確認コード", "482913", "Nothing to see."] {
        assert!(copied.contains(words), "{words}: {copied}");
    }
}
